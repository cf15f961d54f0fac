"""Looking at and undoing in the lake, without a JVM: one program of the project's Python answers, and this room asks it."""

from agentic.lake.door import Door
from agentic.lake.nouns import (
    Change,
    Difference,
    History,
    KeyedRow,
    LakeTable,
    Move,
    Orphan,
    Ref,
    Snapshot,
    Tables,
)

__all__ = [
    "Change",
    "Difference",
    "Door",
    "History",
    "KeyedRow",
    "LakeTable",
    "Move",
    "Orphan",
    "Ref",
    "Snapshot",
    "Tables",
]
