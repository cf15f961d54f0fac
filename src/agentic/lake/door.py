"""A question on the lake -> the answer of a program that has PyIceberg, as one of our nouns or one of our errors."""

from __future__ import annotations

import json
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
from agentic.outside import shell
from agentic.settings import Lake

PROGRAM = Path(__file__).parent / "probes"
EMBEDDED = "jdbc:sqlite:"
LONGEST = 6 * 3600
"""Seconds after which an answer is not waited for."""
INSTALL = "bash setup-scripts/quickstart.sh, or install agentic with the extra [lake]."
UNREACHABLE = "is it running, and are LAKE_URI, LAKE_USER and LAKE_PASSWORD right? configs/lake.yaml says where it is."
GONE = (
    "restore the file from a backup; where the table is given up, delete its row of the catalog (iceberg_tables): "
    "drop needs the file as well."
)
FAULTS: Mapping[str, tuple[type[AgenticError], str]] = {
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
"""The program's word for what went wrong -> our error, and what to do where the program does not say it."""


@dataclass(frozen=True)
class Door:
    """The one way to the lake."""

    python: str
    """The project's interpreter: it has PyIceberg."""
    root: Path
    lake: Lake
    environment: Mapping[str, str]
    """Of the person who asks, with credentials: the program is ours, and works on the person's own lake."""
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
            heard=lambda line: self.watch(self.redact(line)),
        )
        said = answer_in(done.stdout)
        if said is None:
            cause = "it took longer than it may" if done.timed_out else self.redact(done.stderr[-2000:])
            raise LakeFailed(f"the lake's program ended with {done.exit_code}", cause=cause)
        if fault := said.get("fault"):
            raise self.error(fault)
        return said

    def error(self, fault: Mapping[str, str]) -> AgenticError:
        """One of ours."""
        kind, hint = FAULTS[fault["kind"]]
        words, cause = self.redact(fault["message"]), self.redact(fault["cause"])
        return kind(words, cause=cause, hint=fault["hint"] or hint)

    def variables(self) -> dict[str, str]:
        """LAKE_*, seen from the project, so that it is the lake that jobs write to."""
        warehouse = self.lake.warehouse
        return {
            "LAKE_NAME": self.lake.name,
            "LAKE_URI": f"{EMBEDDED}{self.root / self.file}" if self.file else self.lake.uri,
            "LAKE_USER": self.lake.user,
            "LAKE_WAREHOUSE": warehouse if "://" in warehouse else str(self.root / warehouse),
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    @property
    def file(self) -> str:
        """The catalog's file; empty for a server."""
        return self.lake.uri.removeprefix(EMBEDDED) if self.lake.uri.startswith(EMBEDDED) else ""


def answer_in(output: str) -> dict[str, Any] | None:
    """Its last line; None where it never came to one."""
    lines = [line for line in output.splitlines() if line.startswith("{")]
    if not lines:
        return None
    found: dict[str, Any] = json.loads(lines[-1])
    return found
