"""Figures -> quality rules in the grammar of requirements, each of which holds on all rows that were measured."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from math import ceil, floor, log10

from agentic.profile.nouns import ColumnProfile, SuggestedRule, TableProfile

PLAIN = re.compile(r"[A-Za-z_]\w*", re.ASCII)
"""A name that the grammar of rules can say."""
TABLE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", re.ASCII)
WORD = re.compile(r"[\w+-]{1,30}", re.ASCII)
MOST_VALUES = 12
ENOUGH = 20
"""Rows from which a range or a list of values is more than an accident."""
FEW_NUMBERS = 60
"""Different numbers of a range that is settled: minutes, hours, days of a month."""
LONGEST = 30
"""Signs of a bound that somebody would write."""
LARGEST = 1e15
"""Beyond it a double has no halves, and a bound would be rounded over a value."""


def rules_of(table: TableProfile) -> Iterator[SuggestedRule]:
    """Keys first. None of an empty table; none about uniqueness of a sample."""
    if not table.rows_measured or not TABLE.fullmatch(table.name):
        return
    on = (
        f"on a sample of {table.rows_measured:,} of {table.rows:,} rows"
        if table.is_sample
        else f"on {table.rows:,} rows"
    )
    if not table.is_sample:
        yield from (rule for key in table.keys[:2] if (rule := unique(table, key.columns, on)))
    for column in table.columns:
        if PLAIN.fullmatch(column.name):
            for words, figure in of_column(column, table):
                yield SuggestedRule(f"{table.name}.{column.name} {words}, threshold 100 %", f"{figure}, {on}.")


def unique(table: TableProfile, columns: tuple[str, ...], on: str) -> SuggestedRule | None:
    """One column, or several together."""
    if not all(PLAIN.fullmatch(name) for name in columns):
        return None
    what = f".{columns[0]}" if len(columns) == 1 else f".({', '.join(columns)})"
    return SuggestedRule(f"{table.name}{what} unique, threshold 100 %", f"as many distinct values as rows, {on}.")


def of_column(column: ColumnProfile, table: TableProfile) -> Iterator[tuple[str, str]]:
    """(rule, figure)."""
    if not column.missing:
        yield "not_null", "0 missing"
    if column.suspect is not None or table.rows_measured < ENOUGH:
        return
    if found := seen(column):
        yield (
            f"between {plain(found[0])} and {plain(found[1])}",
            f"this is what was seen: {column.least} to {column.greatest}",
        )
    if (
        is_list(column)
        and len(column.values) <= MOST_VALUES
        and all(WORD.fullmatch(one.value) for one in column.values)
    ):
        listed = ", ".join(sorted(one.value for one in column.values))
        yield f"in ({listed})", f"{column.distinct} values"
    elif column.regex and "," not in column.regex:
        yield f"matches {column.regex}", f"{column.present:,} of {column.present:,} values"


def is_list(column: ColumnProfile) -> bool:
    """A text with few values, each of which comes often: a list of codes, and no accident."""
    return column.complete and column.group == "text" and bool(column.values) and (
        column.present >= 10 * len(column.values) and min(one.rows for one in column.values) >= 2
    )  # fmt: skip


def seen(column: ColumnProfile) -> tuple[Decimal, Decimal] | None:
    """Least and greatest as they are; None where a float could not hold them, or nobody would write them down."""
    if column.group != "number" or column.least is None or column.greatest is None or column.unreal:
        return None
    try:
        least, greatest = Decimal(column.least), Decimal(column.greatest)
    except InvalidOperation:
        return None
    if not least.is_finite() or not greatest.is_finite() or max(abs(least), abs(greatest)) > LARGEST:
        return None
    return (least, greatest) if max(len(plain(least)), len(plain(greatest))) <= LONGEST else None


def bounds(column: ColumnProfile) -> tuple[float, float] | None:
    """For a suite, which judges rows that nobody has seen yet: exactly what was seen of a few whole numbers that come again and
    again (hours, months), else widened by half of the range to round numbers; 0 stays a bound where nothing is below it.
    """
    if (found := seen(column)) is None:
        return None
    least, greatest = map(float, found)
    if is_settled(column):
        return least, greatest
    room = (greatest - least) / 2 or max(abs(greatest), 1) / 2
    step = 10 ** floor(log10(room)) if room > 0 else 1
    low = floor((least - room) / step) * step
    high = ceil((greatest + room) / step) * step
    return (0.0 if least >= 0 else min(low, least)), max(high, greatest)


def is_settled(column: ColumnProfile) -> bool:
    """A few whole numbers, each of them often: a range that will not grow."""
    whole = column.type.endswith("INT") or column.type == "INTEGER"
    few = column.distinct is not None and column.distinct_exact and 1 < column.distinct <= FEW_NUMBERS
    return whole and few and column.present >= 10 * (column.distinct or 0)


def plain(number: Decimal) -> str:
    """Without an exponent, and without a .0 that says nothing, as people write it."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
