"""What is to be measured -> the answer of a program that has DuckDB, as our nouns or one of our errors."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec

from agentic.errors import (
    AgenticError,
    Busy,
    DiskFailed,
    LakeFailed,
    MissingProgram,
    NoSuchTable,
    OutsideFailed,
    UnreadableData,
    UsageError,
)
from agentic.outside.own import own_folder
from agentic.outside.program import Faults, Program
from agentic.profile.issues import issues_of
from agentic.profile.keys import pointing
from agentic.profile.nouns import ColumnProfile, ForeignKey, Key, Shape, Suspect, TableProfile, ValueCount
from agentic.profile.rules import rules_of
from agentic.values.noun import Noun

PROGRAM = Path(__file__).parent / "probes/profile_tables.py"
LONGEST = 6 * 3600
"""Seconds after which an answer is not waited for."""
FAULTS: Faults = {
    "not installed": (MissingProgram, "bash setup-scripts/quickstart.sh, or install agentic with the extra [ingest]."),
    "unreadable": (UnreadableData, ""),
    "locked": (Busy, "wait for the process that writes it; nothing was changed."),
    "disk": (
        DiskFailed,
        "profiling copies CSV and JSON into .agentic/ while it works: free some room, or use --sample.",
    ),
    "no table": (NoSuchTable, ""),
    "refused": (UsageError, ""),
    "unreachable": (OutsideFailed, "is it running, and are user and password right?"),
    "gone": (LakeFailed, "restore the file from a backup."),
    "moved": (LakeFailed, "run it again."),
    "broken": (OutsideFailed, "look at the source; nothing was changed."),
}


class Wanted(Noun, frozen=True):
    """One table that is to be measured."""

    name: str
    """As rules call it: `raw_customers`, `bronze.flights`."""
    kind: Literal["files", "warehouse", "lake", "postgresql"]
    shown: str
    format: str = ""
    paths: tuple[str, ...] = ()
    reading: Mapping[str, Any] = {}
    database: str = ""
    table: str = ""
    connection: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Door:
    """The one way to the program."""

    python: str
    root: Path
    environment: Mapping[str, str]
    redact: Callable[[str], str]
    lake_probes: str = ""
    watch: Callable[[str], None] = lambda words: None

    def measure(
        self, wanted: Sequence[Wanted], sample: int | None, columns: Sequence[str]
    ) -> tuple[tuple[TableProfile, ...], tuple[ForeignKey, ...]]:
        """Every table with its findings, and what points where. Raises one of FAULTS."""
        home = own_folder(self.root)
        program = Program(PROGRAM, self.python, self.root, self.environment, self.redact, FAULTS, LONGEST, broken)
        with tempfile.TemporaryDirectory(prefix="profile-", dir=home) as folder:
            order = {
                "folder": folder, "sample": sample, "columns": list(columns), "lake_probes": self.lake_probes,
                "tables": [msgspec.to_builtins(one) for one in wanted],
            }  # fmt: skip
            said = program.ask(order, self.watch)
        tables = tuple(table_of(one) for one in said["tables"])
        return tables, tuple(pointing(one, tables) for one in said["foreign_keys"])


def broken(exit_code: int, cause: str) -> AgenticError:
    """It never came to an answer."""
    return OutsideFailed(f"profiling ended with {exit_code}", cause=cause, hint="use --sample or --columns.")


def table_of(said: Mapping[str, Any]) -> TableProfile:
    """The program's words as our noun, with issues and rules."""
    columns = tuple(column_of(one, index < said["detailed"]) for index, one in enumerate(said["columns"]))
    keys = tuple(Key(tuple(one["columns"]), one["rows"]) for one in said["keys"])
    plain = TableProfile(
        said["name"], said["shown"], said["kind"], said["format"], said["files"], said["bytes"], said["rows"],
        said["rows_measured"], said["unread"], said["unread_why"], said["sample_rows"], columns, keys,
        milliseconds=said["milliseconds"],
    )  # fmt: skip
    checks = {one["name"]: {**one.get("checked", {}), "fences": one.get("fences")} for one in said["columns"]}
    return msgspec.structs.replace(plain, issues=tuple(issues_of(plain, checks)), rules=tuple(rules_of(plain)))


def column_of(said: Mapping[str, Any], detailed: bool) -> ColumnProfile:
    """One column."""
    checked, pii = said.get("checked", {}), said.get("pii")
    fits = said.get("regex", "") and checked.get("regex") == said["present"]
    suspect = Suspect(**{**pii, "masked": tuple(said.get("masked", ()))}) if pii else None
    return ColumnProfile(
        said["name"], said["type"], said["group"], said["present"], said["missing"], said.get("distinct"),
        said.get("distinct_exact", False), said.get("least"), said.get("greatest"), said.get("mean"),
        tuple(said.get("quartiles") or ()), said.get("quartiles_of", 0), said.get("shortest"), said.get("longest"),
        tuple(ValueCount(value, rows) for value, rows in said.get("values", ())),
        said["complete"] and not pii, tuple(Shape(*one) for one in said.get("shapes", ())),
        said["regex"] if fits else "", said.get("format", ""), checked.get("format", 0), said.get("format_regex", ""),
        said.get("looks_like", ""), checked.get("looks_like", 0), said.get("unreal", 0) or 0,
        checked.get("days"), checked.get("span"), suspect, detailed,
    )  # fmt: skip
