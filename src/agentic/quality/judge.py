"""What Great Expectations met, and what may fail -> what stops, what is told, and in which words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from msgspec.structs import replace

from agentic.quality.checkpoint import Checkpoint, most
from agentic.quality.nouns import Expected, Outcome, Trend
from agentic.values import Finding, Severity

SHOWN = 5
"""Rows in the text of a finding; --json has up to 20."""
LEVELS: Mapping[str, Severity] = {"failed": "error", "warned": "warning", "noted": "note"}


def judge(met: Sequence[Mapping[str, Any]], checkpoint: Checkpoint) -> tuple[Expected, ...]:
    """Each expectation with its outcome. Critical: none may fail. Warning: as the threshold says. Info: never stops."""
    told = tuple(expected(one, checkpoint) for one in met)
    warned = [one for one in told if one.severity == "warning"]
    failing = [one for one in warned if one.status != "passed"]
    limit = most(checkpoint.thresholds.warning.failed, len(warned))
    if limit is None or len(failing) <= limit:
        return told
    why = f"; {len(failing)} of {len(warned)} warnings do not hold, {limit:g} may"
    return tuple(
        replace(one, status="failed", message=one.message + why) if one.status == "warned" else one for one in told
    )


def expected(one: Mapping[str, Any], checkpoint: Checkpoint) -> Expected:
    """One of them."""
    count, of = one.get("unexpected_count"), one.get("element_count")
    found = Expected(
        one["expectation"], one["column"], one["severity"], "passed" if one.get("success") else outcome(one, checkpoint),
        observed=one.get("observed"), threshold=one.get("threshold", ""), unexpected_count=count,
        unexpected_percent=round(100 * count / of, 6) if count is not None and of else None,
        sample=tuple(one.get("sample") or ()),
    )  # fmt: skip
    return found if found.status == "passed" else replace(found, message=words(found))


def outcome(one: Mapping[str, Any], checkpoint: Checkpoint) -> Outcome:
    """Of what does not hold."""
    if one["severity"] == "info":
        return "noted"
    if one["severity"] != "warning":
        return "failed"
    limit = most(checkpoint.thresholds.warning.rows, one.get("element_count") or 0)
    count = one.get("unexpected_count")
    return "warned" if limit is None or (count is not None and count <= limit) else "failed"


def words(one: Expected) -> str:
    """`expect_column_values_to_be_between on distance does not hold: 3 rows (0.01 %); demanded: min_value 1`."""
    column = f" on {one.column}" if one.column else ""
    if one.unexpected_count:
        share = f" ({one.unexpected_percent:.4g} %)" if one.unexpected_percent is not None else ""
        met = f"{one.unexpected_count:,} rows{share}"
    else:
        met = f"observed {shortened(one.observed)}"
    demanded = f"; demanded: {one.threshold}" if one.threshold else ""
    return f"{one.expectation}{column} does not hold: {met}{demanded}"


def shortened(value: Any) -> str:
    """A long list is not read anyway."""
    text = value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
    return text if len(text) <= 200 else f"{text[:199]}…"


def findings_of(name: str, expectations: Sequence[Expected], trends: Sequence[Trend]) -> tuple[Finding, ...]:
    """One for each that does not hold, what stops first."""
    path = f"great-expectations/checkpoints/{name}.yml"
    told = [
        Finding(name, one.message, path, severity=LEVELS[one.status], code="AGT620", detail=rows_of(one))
        for one in expectations
        if one.status in LEVELS
    ]
    told += [
        Finding(name, one.message, path, severity=LEVELS[one.status], code="AGT621", detail=evidence_of(one))
        for one in trends
        if one.status in LEVELS
    ]
    order = list(LEVELS.values())
    return tuple(sorted(told, key=lambda one: order.index(one.severity)))


def rows_of(one: Expected) -> str:
    """The first rows, one a line."""
    lines = [json.dumps(row, ensure_ascii=False, default=str) for row in one.sample[:SHOWN]]
    return "\n".join(f"row {line}" for line in lines)


def evidence_of(one: Trend) -> str:
    """The history's figures."""
    return f"before: {', '.join(f'{value:g}' for value in one.evidence[-10:])}" if one.evidence else ""


def status_of(expectations: Sequence[Expected], trends: Sequence[Trend]) -> Literal["passed", "warned", "failed"]:
    """Of the whole checkpoint."""
    met: set[str] = {one.status for one in expectations} | {one.status for one in trends}
    if "failed" in met:
        return "failed"
    return "warned" if met & {"warned", "noted"} else "passed"
