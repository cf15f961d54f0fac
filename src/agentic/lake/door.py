"""A question on the lake -> the answer of a program that has PyIceberg, as one of our nouns or one of our errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agentic.errors import (
    AgenticError,
    LakeFailed,
    LakeLocked,
    MissingProgram,
    NoSuchSnapshot,
    NoSuchTable,
    TableMoved,
    UsageError,
)
from agentic.outside.program import Faults, Program
from agentic.settings import Lake

PROGRAM = Path(__file__).parent / "probes"
LONGEST = 6 * 3600
"""Seconds after which an answer is not waited for."""
INSTALL = "bash setup-scripts/quickstart.sh, or install agentic with the extra [lake]."
UNREACHABLE = "is it running, and are LAKE_URI, LAKE_USER and LAKE_PASSWORD right? configs/lake.yaml says where it is."
GONE = (
    "restore the file from a backup; where the table is given up, delete its row of the catalog (iceberg_tables): "
    "drop needs the file as well."
)
FAULTS: Faults = {
    "not installed": (MissingProgram, INSTALL),
    "locked": (LakeLocked, ""),
    "unreachable": (LakeFailed, UNREACHABLE),
    "gone": (LakeFailed, GONE),
    "broken": (LakeFailed, ""),
    "moved": (TableMoved, ""),
    "no table": (NoSuchTable, ""),
    "no snapshot": (NoSuchSnapshot, ""),
    "refused": (UsageError, ""),
}


@dataclass(frozen=True)
class Door:
    """The one way to the lake."""

    python: str
    """The project's interpreter: it has PyIceberg."""
    root: Path
    lake: Lake
    environment: Mapping[str, str]
    """Of the person who asks, with credentials."""
    redact: Callable[[str], str]
    watch: Callable[[str], None] = lambda words: None

    def ask(self, do: str, **wish: Any) -> dict[str, Any]:
        """Raises one of FAULTS."""
        environment = {**self.environment, **self.lake.variables(self.root)}
        program = Program(PROGRAM, self.python, self.root, environment, self.redact, FAULTS, LONGEST, broken)
        return program.ask({"do": do, **wish}, self.watch)


def broken(exit_code: int, cause: str) -> AgenticError:
    """It never came to an answer."""
    return LakeFailed(f"the lake's program ended with {exit_code}", cause=cause)
