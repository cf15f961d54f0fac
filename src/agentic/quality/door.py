"""An order -> the answer of a program that has Great Expectations, or one of our errors."""

from __future__ import annotations

import json
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
from agentic.outside import shell
from agentic.settings import Lake

PROGRAM = Path(__file__).parent / "probes"
EMBEDDED = "jdbc:sqlite:"
LONGEST = 12 * 3600
"""Seconds after which an answer is not waited for."""
INSTALL = "bash setup-scripts/quickstart.sh, or install agentic with the extras [quality], [lake] and [dbt]."
HELD = "wait for the process that writes, dbt for instance; the results so far are kept."
FAULTS: Mapping[str, tuple[type[AgenticError], str]] = {
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
"""The program's word for what went wrong -> our error, and what to do where the program does not say it."""


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
        done = shell.run(
            (self.python, "-I", str(PROGRAM)),
            cwd=self.root,
            environment={**self.environment, **self.variables()},
            stdin=json.dumps({"do": do, **wish}),
            seconds=LONGEST,
            heard=self.hear,
        )
        said = answer_in(done.stdout)
        if said is None:
            cause = "it took longer than it may" if done.timed_out else self.redact(done.stderr[-2000:])
            raise OutsideFailed(
                f"the program of Great Expectations ended with {done.exit_code}", cause=cause,
                hint="where memory ran out, give the checkpoint a `sample` or engine: spark; no result was half-written.",
            )  # fmt: skip
        if fault := said.get("fault"):
            kind, hint = FAULTS[fault["kind"]]
            raise kind(self.redact(fault["message"]), cause=self.redact(fault["cause"]), hint=fault["hint"] or hint)
        return said

    def hear(self, line: str) -> None:
        """Our own program's words; what libraries grumble is for nobody."""
        if line.startswith("> "):
            self.watch(self.redact(line[2:]))

    def variables(self) -> dict[str, str]:
        """LAKE_*, seen from the project, and silence for everybody outside."""
        warehouse = self.lake.warehouse
        file = self.lake.uri.removeprefix(EMBEDDED) if self.lake.uri.startswith(EMBEDDED) else ""
        return {
            "LAKE_NAME": self.lake.name,
            "LAKE_URI": f"{EMBEDDED}{self.root / file}" if file else self.lake.uri,
            "LAKE_USER": self.lake.user,
            "LAKE_WAREHOUSE": warehouse if "://" in warehouse else str(self.root / warehouse),
            "PYTHONDONTWRITEBYTECODE": "1",
            "GX_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
        }


def answer_in(output: str) -> dict[str, Any] | None:
    """Its last line; None where it never came to one."""
    lines = [line for line in output.splitlines() if line.startswith("{")]
    if not lines:
        return None
    found: dict[str, Any] = json.loads(lines[-1])
    return found
