"""A question on the project's database -> the answer of a program that has its DuckDB. It reads, and never writes."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from agentic.errors import AgenticError, DatabaseHeld, MissingProgram, OutsideFailed
from agentic.outside.program import Faults, Program

PROGRAM = Path(__file__).parent / "probes"
LONGEST = 900
SNAPSHOT = frozenset(("dbt_scd_id", "dbt_updated_at", "dbt_valid_from", "dbt_valid_to"))
"""Columns that dbt adds."""
MOST = 40
"""Candidates that are run on data: each is a query over whole tables."""
FAULTS: Faults = {
    "missing": (MissingProgram, "install dbt-duckdb into the Python that runs dbt."),
    "held": (DatabaseHeld, ""),
    "unreadable": (OutsideFailed, ""),
}


@dataclass(frozen=True)
class Warehouse:
    """The database of one project."""

    database: Mapping[str, Any]
    python: str
    root: Path
    redact: Callable[[str], str]
    tell: Callable[[str], None] = lambda words: None

    @property
    def is_there(self) -> bool:
        """Is it a DuckDB, in a file that exists?"""
        return bool(self.database) and Path(self.database["path"]).is_file()

    @cached_property
    def contents(self) -> Mapping[str, Any]:
        """`relations` with their columns, `functions`, `keywords`; all empty where the database cannot be read."""
        empty: dict[str, Any] = {"relations": [], "functions": [], "keywords": []}
        return self.ask("look") if self.database else empty

    def columns(self) -> dict[str, tuple[str, ...]]:
        """Relation, quoted as dbt does, -> its columns."""
        return {
            f'"{one["database"]}"."{one["schema"]}"."{one["name"]}"': tuple(name for name, _ in one["columns"])
            for one in self.contents["relations"]
        }

    def attempt(
        self, sql: str, items: Sequence[Mapping[str, Any]], against: str, most: int = MOST
    ) -> Mapping[str, Any]:
        """Which edits of a query the database understands, and which yield what stood in `against` before."""
        columns = self.columns().get(against, ())
        there = against if columns else ""
        if set(columns) >= SNAPSHOT:
            # Of a snapshot, what is current is what its query yields now.
            there = f"(SELECT * EXCLUDE ({', '.join(sorted(SNAPSHOT))}) FROM {against} WHERE dbt_valid_to IS NULL)"  # noqa: S608 (names of the database, quoted)
        return self.ask("try", sql=sql, items=list(items), against=there, most=most)

    def rows(self, sql: str, most: int) -> Mapping[str, Any]:
        """Some rows of a query."""
        return self.ask("rows", sql=sql, most=most)

    def compare(self, after: Mapping[str, Any], relations: Sequence[str]) -> Sequence[Mapping[str, Any]]:
        """Each relation here and in another database."""
        answer = self.ask(
            "compare", before=dict(self.database), after=dict(after), relations=list(relations), database=None
        )
        found: Sequence[Mapping[str, Any]] = answer["relations"]
        return found

    def ask(self, do: str, **wish: Any) -> dict[str, Any]:
        """Raises one of FAULTS."""
        order = {"do": do, "database": dict(self.database), **wish}
        if order["database"] is None:
            del order["database"]
        program = Program(PROGRAM, self.python, self.root, os.environ, self.redact, FAULTS, LONGEST, broken)
        return program.ask(order, self.tell)


def broken(exit_code: int, cause: str) -> AgenticError:
    """It never came to an answer."""
    return OutsideFailed(f"the database cannot be asked: the program ended with {exit_code}", cause=cause)
