"""What a named person decided, as the archive keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from agentic.values.noun import Noun

DecisionKind = Literal[
    "waiver", "approval", "closure", "framework", "rollback", "correction", "sign-off", "redaction", "key"
]


class Decision(Noun, frozen=True):
    """One decision. Never changed afterwards; a later one may say otherwise."""

    kind: DecisionKind
    about: str
    """`phases/2`, `plans/003`, `modules/ingestion`, `agent-prompts/meta/context_file_standards.md`, an execution, a key."""
    who: str
    why: str
    at: str = ""
    """UTC, ISO 8601, seconds."""
    id: str = ""
    """The record in the archive."""
    files: Mapping[str, str] = {}
    """Path -> digest of what was decided on."""
    facts: Mapping[str, str] = {}
    """What else was known then."""
