"""Looking at and undoing in the lake, without a JVM: one program of the project's Python answers, and this room asks it."""

from agentic.lake.advice import Advice, EventLog, Explained, Shape
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
    Rows,
    Snapshot,
    Tables,
)

__all__ = [
    "Advice",
    "Change",
    "Difference",
    "Door",
    "EventLog",
    "Explained",
    "History",
    "KeyedRow",
    "LakeTable",
    "Move",
    "Orphan",
    "Ref",
    "Rows",
    "Shape",
    "Snapshot",
    "Tables",
]
