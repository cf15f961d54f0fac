"""Steps of one execution -> the bodies of a kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agentic.values import Step

Body = Mapping[str, Any]


def all_of(steps: Sequence[Step], kind: str) -> tuple[Body, ...]:
    """Every one, in order."""
    return tuple(step.body for step in steps if step.kind == kind)


def first(steps: Sequence[Step], kind: str) -> Body:
    """The first; empty where there is none."""
    return next((step.body for step in steps if step.kind == kind), {})


def last(steps: Sequence[Step], kind: str) -> Body:
    """The last; empty where there is none."""
    return next((step.body for step in reversed(steps) if step.kind == kind), {})


def drafted(steps: Sequence[Step]) -> dict[str, tuple[str, str]]:
    """Path -> (digest, text) of every file as it was drafted last; the text is without secrets, the digest is of all of it."""
    return {file["path"]: (file["digest"], file["text"] or "") for file in last(steps, "changes").get("files", ())}


def landings(steps: Sequence[Step]) -> Iterator[Step]:
    """Every landing that ended."""
    pending: Step | None = None
    for step in steps:
        if step.kind == "landing":
            pending = step
        elif step.kind == "landed" and pending:
            yield pending
            pending = None
