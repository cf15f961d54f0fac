"""Figures -> what is odd about them, each with its evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from agentic.profile.nouns import ColumnProfile, Issue, TableProfile

SKEWED = 0.8
"""Share of one value among several."""
GAP = 0.5
"""Share of missing values from which a column is mostly empty."""
LONGEST_SPAN = 36_525
"""Days; beyond a century a gap says nothing."""


def issues_of(table: TableProfile, checks: Mapping[str, Mapping[str, Any]]) -> Iterator[Issue]:
    """About the table, then column by column."""
    rows = table.rows_measured
    if table.unread:
        yield Issue("unreadable lines", "", table.unread, share(table.unread, rows + table.unread), table.unread_why)
    if not rows:
        yield Issue("no rows", "", 0, 0.0, "columns without a single row")
        return
    if rows > 1 and not table.keys and all(one.detailed for one in table.columns):
        yield Issue("no key", "", rows, 1.0, "no combination of up to three columns names one row")
    for column in table.columns:
        checked = checks.get(column.name, {})
        yield from of_presence(column, rows)
        yield from of_values(column, rows)
        yield from of_form(column, checked, rows)
        yield from of_sentinels(column, checked, rows)
        yield from of_time(column)


def of_presence(column: ColumnProfile, rows: int) -> Iterator[Issue]:
    """Nothing there, or only one thing."""
    if not column.present:
        yield Issue("empty column", column.name, rows, 1.0, "not one row has a value")
    elif column.missing > GAP * rows:
        yield Issue("mostly empty", column.name, column.missing, share(column.missing, rows), "rows without a value")
    if column.present > 1 and column.distinct == 1 and column.distinct_exact:
        yield Issue(
            "constant", column.name, column.present, share(column.present, rows), f"always {shown(column.least)}"
        )


def of_values(column: ColumnProfile, rows: int) -> Iterator[Issue]:
    """One value nearly everywhere; numbers that are none."""
    first = column.values[0] if column.values else None
    if first and (column.distinct or 0) > 1 and first.rows >= SKEWED * column.present and column.present >= 20:
        yield Issue(
            "skew",
            column.name,
            first.rows,
            share(first.rows, rows),
            f"{shown(first.value)} of {column.distinct:,} values",
        )
    if column.unreal:
        yield Issue(
            "NaN or infinite", column.name, column.unreal, share(column.unreal, rows), "left out of range and mean"
        )


def of_form(column: ColumnProfile, checked: Mapping[str, Any], rows: int) -> Iterator[Issue]:
    """What is written otherwise than it is meant, and what lies far out."""
    if column.looks_like:
        kind = "truth value" if column.looks_like == "BOOLEAN" else "number"
        kind = "date" if column.looks_like in ("DATE", "TIMESTAMP") else kind
        rest = column.present - column.looks_like_rows
        words = f"{column.looks_like_rows:,} of {column.present:,} read as {column.looks_like}; {rest:,} do not"
        yield Issue(
            f"text that is a {kind}", column.name, column.looks_like_rows, share(column.looks_like_rows, rows), words
        )
    for key, words in (("empty", "empty text, which is not NULL"), ("padded", "blanks at an end")):
        if checked.get(key):
            yield Issue(words.partition(",")[0], column.name, checked[key], share(checked[key], rows), words)
    if checked.get("outliers") and checked.get("fences"):
        low, high, how = checked["fences"]
        words = f"{how}: outside {low:g} to {high:g}, from {column.quartiles_of:,} rows"
        yield Issue("outliers", column.name, checked["outliers"], share(checked["outliers"], rows), words)


def of_sentinels(column: ColumnProfile, checked: Mapping[str, Any], rows: int) -> Iterator[Issue]:
    """What may stand for a value that nobody knew."""
    for key, count in checked.items():
        if key.startswith("sentinel ") and count:
            value = key.removeprefix("sentinel ")
            yield Issue("sentinel", column.name, count, share(count, rows), f"{value!r} may stand for no value")


def of_time(column: ColumnProfile) -> Iterator[Issue]:
    """Days without a row."""
    if column.group != "time" or not column.span or not column.days or column.span > LONGEST_SPAN:
        return
    gap = column.span - column.days
    if gap and column.days > 1:
        words = f"{gap:,} of {column.span:,} days from {shown(column.least)} to {shown(column.greatest)} have no row"
        yield Issue("gap in time", column.name, 0, share(gap, column.span), words)


def share(part: int, whole: int) -> float:
    """Between 0 and 1."""
    return round(part / whole, 6) if whole else 0.0


def shown(value: str | None) -> str:
    """Short enough for a line."""
    text = " ".join(str(value).split()) if value is not None else ""
    return f"{text[:57]}..." if len(text) > 60 else text
