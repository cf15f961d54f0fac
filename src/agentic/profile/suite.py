"""A profile -> a Great Expectations suite, each expectation of which holds on the rows that were measured, with its reason."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from agentic.profile.nouns import ColumnProfile, TableProfile
from agentic.profile.rules import ENOUGH, bounds, is_list, is_settled

VERSION = "1.24.1"
MADE_BY = "agentic profile"
WIDENED = "widened by half of that range for rows to come, never below 0 where nothing was"
GROUP = re.compile(r"(?<!\\)\((?!\?)")
Expectation = dict[str, Any]


def suite_of(name: str, table: TableProfile, at: str, *, whole: bool) -> dict[str, Any]:
    """As GX keeps it in a file. `whole`: every column was asked for, so a further one would be news."""
    rows = f"{table.rows_measured:,} of {table.rows:,} rows"
    expectations = [*of_table(table, whole), *(one for column in table.columns for one in of_column(column, table))]
    for one in expectations:
        one["meta"]["checked"] = rows
    meta = {"great_expectations_version": VERSION, "table": table.name, "made_by": MADE_BY, "at": at, "checked": rows}
    if table.is_sample:
        meta["sample"] = (
            f"on a sample: what holds on {rows} may not hold on the others; nothing is said of uniqueness or values"
        )
    return {"expectations": expectations, "meta": meta, "name": name, "notes": None}


def of_table(table: TableProfile, whole: bool) -> Iterator[Expectation]:
    """Rows, columns, keys."""
    if table.rows_measured:
        yield expect(
            "expect_table_row_count_to_be_between",
            "an empty table is a load that did not happen",
            "critical",
            min_value=1,
        )
    if whole:
        names = [column.name for column in table.columns]
        why = f"the {len(names):,} columns that were there"
        yield expect("expect_table_columns_to_match_set", why, "critical", column_set=names, exact_match=True)
    if table.is_sample:
        return
    for key in table.keys[:2]:
        why = f"{key.rows:,} rows, as many distinct values"
        if len(key.columns) == 1:
            yield expect("expect_column_values_to_be_unique", why, "critical", column=key.columns[0])
        else:
            yield expect("expect_compound_columns_to_be_unique", why, "critical", column_list=list(key.columns))


def of_column(column: ColumnProfile, table: TableProfile) -> Iterator[Expectation]:
    """What every one of its values does. NaN is a missing value to pandas, so a column that has some is left alone."""
    if not column.present or column.unreal:
        return
    if not column.missing:
        yield expect("expect_column_values_to_not_be_null", "0 missing", "critical", column=column.name)
    if table.rows_measured >= ENOUGH:
        yield from of_values(column, table)


def of_values(column: ColumnProfile, table: TableProfile) -> Iterator[Expectation]:
    """Range, list, form."""
    if column.suspect is None and column.group == "number" and (found := bounds(column)):
        why = f"{column.least} to {column.greatest} were seen; {'each often' if is_settled(column) else WIDENED}"
        yield expect(
            "expect_column_values_to_be_between", why, column=column.name, min_value=found[0], max_value=found[1]
        )
    if column.type != "VARCHAR":
        return
    if is_list(column) and not table.is_sample and column.suspect is None:
        values = sorted(one.value for one in column.values)
        why = f"these {len(values)} values were seen, each at least twice"
        yield expect("expect_column_values_to_be_in_set", why, column=column.name, value_set=values)
    elif column.regex and column.suspect is None:
        why = f"all {column.present:,} values have this form"
        yield expect("expect_column_values_to_match_regex", why, column=column.name, regex=f"^{column.regex}$")
    elif column.format_regex and column.format_rows == column.present:
        why = f"all {column.present:,} values have the form of: {column.format}"
        yield expect(
            "expect_column_values_to_match_regex",
            why,
            column=column.name,
            regex=f"^(?:{uncaught(column.format_regex)})$",
        )


def uncaught(regex: str) -> str:
    """Without groups that keep what they find: pandas warns of them."""
    return GROUP.sub("(?:", regex)


def expect(kind: str, why: str, severity: str = "warning", **kwargs: Any) -> Expectation:
    """One expectation."""
    return {"type": kind, "kwargs": kwargs, "meta": {"why": why}, "severity": severity}
