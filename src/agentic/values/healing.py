"""What broke in a dbt project, why, what may be tried, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from agentic.values.change import ChangeSet
from agentic.values.finding import Finding
from agentic.values.noun import Noun

ErrorClass = Literal["SCHEMA", "SYNTAX", "MISSING_REF", "DATA_QUALITY", "DATABASE", "UNKNOWN"]
Mode = Literal["human-in-loop", "autonomous", "autonomous-ci"]
HealingStatus = Literal["healthy", "healed", "proposed", "left", "refused", "stopped", "rolled back"]


class Failure(Noun, frozen=True):
    """One root failure of a run: a child that was skipped is none."""

    message: str
    """As dbt says it, whole."""
    node: str = ""
    """`model.shop.orders`; empty where dbt ended before it came to any node."""
    path: str = ""
    """The file that it is about, from the dbt project's root; empty where dbt names none."""
    line: int = 0
    """In that file; 0 where it is not known."""
    stage: Literal["start", "parse", "build", "test"] = "build"
    """How far dbt had come: profile and database, reading the project, a node, a test that found rows."""
    compiled: str = ""
    """The SQL that the database was given; empty where none was."""
    rows: int | None = None
    """Rows that a test found."""


class Diagnosis(Noun, frozen=True):
    """One cause, with everything that fails for it."""

    id: str
    """Twelve hexadecimal digits, the same for the same cause in the next run: notices are found by it."""
    error_class: ErrorClass
    cause: str
    """One sentence."""
    confidence: float
    """0 to 1, that class and cause are right; measured in docs/reference/benchmarks-healing.md."""
    nodes: tuple[str, ...] = ()
    """Root failures with this cause."""
    path: str = ""
    """The file to look at, from the dbt project's root."""
    line: int = 0
    message: str = ""
    """What dbt said of the first of them."""
    evidence: Mapping[str, Any] = {}
    """`compiled_sql`, `candidates`, `columns` (relation -> names), `last_good_run`, `changed_since`, `rows`: what is known."""
    hint: str = ""
    """What a person would do, where nothing can be changed for them."""


class Fix(Noun, frozen=True):
    """A change that may mend one cause, and what speaks for it."""

    id: str
    """Eight hexadecimal digits: `agentic pipeline fix --approve ID`."""
    diagnosis: str
    title: str
    """What it does, in one sentence."""
    how: str
    """Who found it: the name of a fixer, or `claude`."""
    changes: ChangeSet
    """Paths from the dbt project's root."""
    diff: str
    """The same, for people: a unified diff."""
    confidence: float
    """0 to 1, that the build gets green and the data right; measured in docs/reference/benchmarks-healing.md."""
    proven: bool = False
    """Was it tried on the data, and is the data as it was in the last good run?"""
    why: tuple[str, ...] = ()
    """What the confidence rests on, a sentence each."""
    blast_radius: tuple[str, ...] = ()
    """Nodes and exposures that depend on what is changed, and those that are changed."""
    findings: tuple[Finding, ...] = ()
    """What the judge has against it: with an error it is never applied."""
    select: tuple[str, ...] = ()
    """What dbt has to build to prove it."""
    full_refresh: bool = False

    @property
    def refused(self) -> bool:
        """Is there something against it?"""
        return any(one.severity == "error" for one in self.findings)


class Healing(Noun, frozen=True):
    """One attempt to get a pipeline green again."""

    id: str
    """Correlates the three logs: the same for every run, error and fix of one attempt."""
    status: HealingStatus
    mode: Mode
    diagnoses: tuple[Diagnosis, ...] = ()
    """What is still broken, or was when this began."""
    fixes: tuple[Fix, ...] = ()
    """What was found, best first for each cause."""
    applied: tuple[str, ...] = ()
    """Ids of those that stand now."""
    compared: tuple[Mapping[str, Any], ...] = ()
    """A relation each: rows, columns and sums before and after, and whether the data is the same."""
    findings: tuple[Finding, ...] = ()
    """What else is to be said."""
    runs: int = 0
    """How often dbt was called."""
    milliseconds: int = 0
    archive: str = ""
    """The execution on record; empty where nothing was applied."""
