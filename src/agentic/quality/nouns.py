"""What a check of data found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from agentic.values import Finding
from agentic.values.noun import Noun

Outcome = Literal["passed", "failed", "warned", "noted"]
"""failed: it stops. warned and noted: it does not hold, and stops nothing."""


class Expected(Noun, frozen=True):
    """One expectation, and what it met."""

    expectation: str
    column: str
    severity: str
    status: Outcome
    message: str = ""
    """In words, where it does not hold."""
    observed: Any = None
    threshold: str = ""
    """What the suite demands."""
    unexpected_count: int | None = None
    unexpected_percent: float | None = None
    sample: tuple[Mapping[str, Any], ...] = ()
    """Rows that break it: key and the columns in question, without what is private."""


class Trend(Noun, frozen=True):
    """One figure held against the runs before."""

    kind: Literal["row_count", "freshness", "nulls", "distribution"]
    column: str
    severity: str
    status: Literal["passed", "failed", "warned", "noted", "too early"]
    message: str
    value: float | None = None
    expected: str = ""
    """What the history lets expect."""
    evidence: tuple[float, ...] = ()
    """The history's own figures, oldest first."""


class Checked(Noun, frozen=True):
    """One checkpoint, checked."""

    result_id: str
    run_id: str
    at: str
    name: str
    suite: str
    data: str
    status: Literal["passed", "warned", "failed", "broken"]
    """broken: it could not be asked; that says nothing about the data."""
    snapshot: str = ""
    ref: str = ""
    engine: str = ""
    rows: int | None = None
    is_whole: bool = True
    """False: only a sample was looked at."""
    milliseconds: int = 0
    expectations: tuple[Expected, ...] = ()
    trends: tuple[Trend, ...] = ()
    figures: Mapping[str, Any] = {}
    """What the history is made of."""
    findings: tuple[Finding, ...] = ()


class QualityRun(Noun, frozen=True):
    """One call of `agentic quality check`."""

    run_id: str
    at: str
    status: Literal["passed", "warned", "failed", "broken"]
    checkpoints: tuple[Checked, ...]
    notes: tuple[str, ...] = ()


class DataDocs(Noun, frozen=True):
    """The pages that were built."""

    page: str
    """To open in a browser."""
    validations: int


class PastResult(Noun, frozen=True):
    """One line of the history."""

    at: str
    name: str
    data: str
    status: str
    rows: int | None
    failed: int
    """Expectations that do not hold, of whatever severity."""
    evaluated: int
    trend: str = ""
    """Rows against the run before."""
    snapshot: str = ""


class QualityHistory(Noun, frozen=True):
    """Results over time, newest last."""

    results: tuple[PastResult, ...]
