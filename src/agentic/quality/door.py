"""An order -> the answer of a program that has Great Expectations, or one of our errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agentic.errors import (
    AgenticError,
    BadSuite,
    Busy,
    LakeFailed,
    LakeLocked,
    MissingProgram,
    NoSuchSnapshot,
    NoSuchTable,
    OutsideFailed,
    TableMoved,
    UnfitData,
    UsageError,
)
from agentic.outside.program import Faults, Program
from agentic.settings import Lake

PROGRAM = Path(__file__).parent / "probes"
SILENCE = {"GX_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1", "TZ": "UTC"}
"""Nothing is told to anybody outside. Spark gives Python a moment in the process's local time, without saying which."""
LONGEST = 12 * 3600
"""Seconds after which an answer is not waited for."""
INSTALL = "bash setup-scripts/quickstart.sh, or install agentic with the extras [quality], [lake] and [dbt]."
HELD = "wait for the process that writes, dbt for instance; the results so far are kept."
FAULTS: Faults = {
    "suite": (BadSuite, ""),
    "data": (UnfitData, ""),
    "large": (UnfitData, ""),
    "held": (Busy, HELD),
    "not installed": (MissingProgram, INSTALL),
    "locked": (LakeLocked, ""),
    "unreachable": (LakeFailed, "is it running, and are LAKE_URI, LAKE_USER and LAKE_PASSWORD right?"),
    "gone": (LakeFailed, "restore the file from a backup."),
    "broken": (OutsideFailed, ""),
    "moved": (TableMoved, ""),
    "no table": (NoSuchTable, ""),
    "no snapshot": (NoSuchSnapshot, ""),
    "refused": (UsageError, ""),
}


@dataclass(frozen=True)
class Door:
    """The one way to Great Expectations."""

    python: str
    """The project's interpreter."""
    root: Path
    lake: Lake
    environment: Mapping[str, str]
    """Of the person who asks, with credentials: the program reads the person's own lake."""
    redact: Callable[[str], str]
    watch: Callable[[str], None] = lambda words: None

    def ask(self, do: str, **wish: Any) -> dict[str, Any]:
        """Raises one of FAULTS."""
        environment = {**self.environment, **self.lake.variables(self.root), **SILENCE}
        program = Program(PROGRAM, self.python, self.root, environment, self.redact, FAULTS, LONGEST, broken)
        return program.ask({"do": do, **wish}, self.hear)

    def hear(self, line: str) -> None:
        """Our own program's words; what libraries grumble is for nobody."""
        if line.startswith("> "):
            self.watch(line[2:])


def broken(exit_code: int, cause: str) -> AgenticError:
    """It never came to an answer."""
    return OutsideFailed(
        f"the program of Great Expectations ended with {exit_code}", cause=cause,
        hint="where memory ran out, give the checkpoint a `sample` or engine: spark; no result was half-written.",
    )  # fmt: skip
