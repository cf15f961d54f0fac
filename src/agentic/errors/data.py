"""6xx: what is wrong with the data; the other codes of 6xx are findings, since a run goes on after them."""

from __future__ import annotations

from agentic.errors.base import AgenticError


class UnreadableData(AgenticError):
    """A file of a source cannot be read as what it should be; nothing of it is loaded."""

    code = "AGT610"
    hint = "look at the file, and at how configs/sources.yml says it is written."


class UnfitData(AgenticError):
    """The data of a checkpoint cannot be read, does not fit, or lacks a column that the checkpoint names."""

    code = "AGT622"
    hint = "mend `data`, `key` or `trends` of the checkpoint."
