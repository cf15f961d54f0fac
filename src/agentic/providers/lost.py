"""An error after which nobody knows what the request has cost."""

from __future__ import annotations

from typing import TypeVar

from agentic.errors import OutsideFailed

Error = TypeVar("Error", bound=OutsideFailed)


def lost(error: Error) -> Error:
    """Marks `error`: the request went out and may be charged for, so the ledger counts it at its worst case."""
    error.may_cost = True
    return error
