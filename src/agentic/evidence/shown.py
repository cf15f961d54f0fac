"""Verdicts -> what they show: a check in a few words, the tables that were written, the validations of their data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from agentic.values import Verdict
from agentic.values.finding import ROWS
from agentic.values.noun import Noun

JUDGES = ("policy", "deliverables", "replay", "provider")
"""Verdicts that are the runner's own, about the run and not about the work."""


class Check(Noun, frozen=True):
    """One check, and what it shows."""

    source: str
    status: str
    shows: str = ""
    """`18 tests passed`."""


class Table(Noun, frozen=True):
    """One table as a run left it."""

    name: str
    rows: int
    snapshot: str
    lake: Literal["project", "scratch"]
    """project: published to the project's own lake. scratch: shown by a check, and thrown away."""


class Validation(Noun, frozen=True):
    """What a suite or dbt says of the data."""

    source: str
    status: str
    table: str = ""
    rows: int = 0
    evaluated: int = 0
    held: int = 0


def checks_of(verdicts: Sequence[Verdict]) -> tuple[Check, ...]:
    """The checks that the spec names, and what was published."""
    named = (one for one in verdicts if one.kind not in JUDGES)
    return tuple(Check(one.source, one.status, shows(one)) for one in named)


def shows(verdict: Verdict) -> str:
    """The evidence of one check in a few words; empty where it holds nothing that we know."""
    said = TOLD.get(verdict.kind, lambda evidence: ())(verdict.evidence)
    return ", ".join(words for words in said if words)


def python(evidence: Mapping[str, Any]) -> Iterator[str]:
    """`2 files looked at`."""
    if "files" in evidence:
        yield f"{count(evidence['files'], 'file')} looked at"


def pytest(evidence: Mapping[str, Any]) -> Iterator[str]:
    """`18 tests passed, 13 of 13 emptied functions noticed, coverage 88 to 97 % of 2 files`."""
    if "passed" in evidence:
        yield f"{count(evidence['passed'], 'test')} passed"
    if evidence.get("skipped"):
        yield f"{evidence['skipped']} skipped"
    if emptied := evidence.get("emptied", {}).get("emptied"):
        noticed = sum(bool(one["noticed"]) for one in emptied)
        yield f"{noticed} of {len(emptied)} emptied functions noticed"
    if coverage := evidence.get("coverage"):
        least, most = min(coverage.values()), max(coverage.values())
        yield f"coverage {least if least == most else f'{least} to {most}'} % of {count(len(coverage), 'file')}"


def job(evidence: Mapping[str, Any]) -> Iterator[str]:
    """`run twice, 3 tables, 336,788 rows`."""
    if "second_run" in evidence:
        yield "run twice"
    if tables := evidence.get("tables"):
        yield f"{count(len(tables), 'table')}, {sum(table['rows'] for table in tables.values()):,} rows"


def expectations(evidence: Mapping[str, Any]) -> Iterator[str]:
    """`31 of 31 expectations hold on bronze.flights`."""
    if "evaluated" in evidence:
        held = evidence["evaluated"] - len(evidence.get("failed", ()))
        yield f"{held} of {evidence['evaluated']} expectations hold on {evidence.get('table', 'its table')}"


def dbt(evidence: Mapping[str, Any]) -> Iterator[str]:
    """`12 nodes`."""
    if "nodes" in evidence:
        yield count(evidence["nodes"], "node")


def publish(evidence: Mapping[str, Any]) -> Iterator[str]:
    """`334,264 rows in bronze.flights`; every table that has a new snapshot."""
    for name, rows in evidence.items():
        if name.startswith(ROWS):
            yield f"{rows} rows in {name.removeprefix(ROWS)}"
    if evidence.get("changed") == "nothing":
        yield "no table changed"


TOLD = {"python": python, "pytest": pytest, "job": job, "expectations": expectations, "dbt": dbt, "publish": publish}


def count(number: int, what: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def tables_of(verdicts: Sequence[Verdict]) -> tuple[Table, ...]:
    """Every table that the task wrote: as published where it was, else as the check saw it.

    A lake holds the tables of other tasks, too. A task's own are those that its job wrote into an empty lake, and those
    that its publishing gave a new snapshot.
    """
    scratch, published = written(verdicts, "job"), written(verdicts, "publish")
    own = {*scratch, *(name for one in verdicts if one.kind == "publish" for name in changed(one))}
    chosen = {name: (published.get(name) or scratch[name]) for name in sorted(own)}
    return tuple(
        Table(name, int(said["rows"]), str(said["snapshot"] or ""), "project" if name in published else "scratch")
        for name, said in chosen.items()
    )


def written(verdicts: Sequence[Verdict], kind: str) -> dict[str, Mapping[str, Any]]:
    """Tables in the evidence of checks of one kind that passed."""
    passed = (one for one in verdicts if one.kind == kind and one.passed)
    return {name: table for one in passed for name, table in one.evidence.get("tables", {}).items()}


def changed(verdict: Verdict) -> Iterator[str]:
    """Tables that publishing gave a new snapshot."""
    tables = verdict.evidence.get("tables", {})
    return (name for name in verdict.written if name in tables)


def validations_of(verdicts: Sequence[Verdict]) -> tuple[Validation, ...]:
    """What suites say of tables, and dbt of its nodes."""
    return tuple(found for one in verdicts if (found := validation(one)))


def validation(verdict: Verdict) -> Validation | None:
    """One of them; None where the verdict is about something else, or the check did not run."""
    said = verdict.evidence
    if verdict.kind == "expectations" and "evaluated" in said:
        evaluated = int(said["evaluated"])
        held = evaluated - len(said.get("failed", ()))
        return Validation(verdict.source, verdict.status, said["table"], int(said["rows"]), evaluated, held)
    if verdict.kind == "dbt" and said.get("nodes"):
        good = sum(int(said.get(word, 0)) for word in ("success", "pass", "no-op", "warn"))
        return Validation(verdict.source, verdict.status, "", 0, int(said["nodes"]), good)
    return None
