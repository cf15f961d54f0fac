"""A failed expectation -> rows that break it, by a question of our own.

Great Expectations can name them as well (`unexpected_index_column_names`): 18 s a million rows, for every expectation.
"""

from collections.abc import Sequence
from typing import Any

import masks
from gx_suite import columns_of
from places import identifier, literal

SHOWN = 6
"""Columns shown where there is no key."""


def sample_of(
    config: dict[str, Any], data: Any, key: Sequence[str], hidden: frozenset[str], most: int
) -> list[dict[str, Any]]:
    """At most so many rows: key and the columns in question, masked. Empty where it is not about rows."""
    if config["kwargs"].get("row_condition"):
        return []  # the rows that break it among those of the condition: the condition is not SQL
    columns = columns_of(config)
    shown = list(dict.fromkeys(name for name in (*key, *columns) if name in data.columns))[
        : max(SHOWN, len(key) + len(columns))
    ]
    try:
        question = question_of(config, data, shown, most)
        rows = data.ask(question) if question else []
    except Exception:  # a sample that cannot be taken hides no failure: the expectation is told all the same
        return []
    return [{name: masks.shown(name, value, hidden) for name, value in row.items()} for row in rows]


def question_of(config: dict[str, Any], data: Any, shown: list[str], most: int) -> str:
    """SQL, or nothing where the expectation is not about rows."""
    named = ", ".join(identifier(name, data.mark) for name in shown)
    kind, kwargs = config["type"], config["kwargs"]
    if kind in ("expect_column_values_to_be_unique", "expect_compound_columns_to_be_unique"):
        return twice([identifier(name, data.mark) for name in columns_of(config)], shown, data.mark, most)
    maker = CONDITIONS.get(kind)
    if maker is None:
        return ""
    columns = [identifier(name, data.mark) for name in columns_of(config)]
    condition = maker(columns, kwargs, data.regex)
    return f"SELECT {named} FROM data WHERE {condition} LIMIT {most}" if condition else ""


def twice(columns: list[str], shown: list[str], mark: str, most: int) -> str:
    """Rows whose key another row has, too; a few such keys are looked for, then their rows."""
    keys = ", ".join(columns)
    met = " AND ".join(f"d.{name} = k.{name}" for name in columns)
    named = ", ".join(f"d.{identifier(name, mark)}" for name in shown)
    some = f"SELECT {keys} FROM data WHERE {columns[0]} IS NOT NULL GROUP BY {keys} HAVING count(*) > 1 LIMIT {most}"
    return f"SELECT {named} FROM data d JOIN ({some}) k ON {met} ORDER BY {', '.join('d.' + name for name in columns)} LIMIT {most}"  # fmt: skip


def outside(columns: list[str], kwargs: dict[str, Any], regex: str, what: str = "{0}") -> str:
    """Below the least, or above the most."""
    value = what.format(columns[0])
    parts = []
    if kwargs.get("min_value") is not None:
        parts.append(f"{value} {'<=' if kwargs.get('strict_min') else '<'} {literal(kwargs['min_value'])}")
    if kwargs.get("max_value") is not None:
        parts.append(f"{value} {'>=' if kwargs.get('strict_max') else '>'} {literal(kwargs['max_value'])}")
    return " OR ".join(parts)


def above(columns: list[str], kwargs: dict[str, Any], regex: str) -> str:
    return outside(columns, {"max_value": kwargs.get("max_value"), "strict_max": kwargs.get("strict_max")}, regex)


def below(columns: list[str], kwargs: dict[str, Any], regex: str) -> str:
    return outside(columns, {"min_value": kwargs.get("min_value"), "strict_min": kwargs.get("strict_min")}, regex)


def among(columns: list[str], kwargs: dict[str, Any], regex: str) -> str:
    values = ", ".join(literal(one) for one in kwargs.get("value_set") or [] if one is not None)
    return f"{columns[0]} IN ({values})" if values else "FALSE"


def not_among(columns: list[str], kwargs: dict[str, Any], regex: str) -> str:
    return f"{columns[0]} IS NOT NULL AND NOT ({among(columns, kwargs, regex)})"


def unmatched(columns: list[str], kwargs: dict[str, Any], regex: str) -> str:
    return f"{columns[0]} IS NOT NULL AND NOT {matched(columns, kwargs, regex)}"


def matched(columns: list[str], kwargs: dict[str, Any], regex: str) -> str:
    return f"({regex.format(columns[0], literal(kwargs['regex']))})"


CONDITIONS: dict[str, Any] = {
    "expect_column_values_to_not_be_null": lambda columns, kwargs, regex: f"{columns[0]} IS NULL",
    "expect_column_values_to_be_null": lambda columns, kwargs, regex: f"{columns[0]} IS NOT NULL",
    "expect_column_values_to_be_between": outside,
    "expect_column_value_lengths_to_be_between": lambda columns, kwargs, regex: outside(
        columns, kwargs, regex, "length({0})"
    ),
    "expect_column_value_lengths_to_equal": lambda columns, kwargs, regex: (
        f"length({columns[0]}) <> {literal(kwargs['value'])}"
    ),
    "expect_column_values_to_be_in_set": not_among,
    "expect_column_values_to_not_be_in_set": among,
    "expect_column_distinct_values_to_be_in_set": not_among,
    "expect_column_values_to_match_regex": unmatched,
    "expect_column_values_to_not_match_regex": matched,
    "expect_column_max_to_be_between": above,
    "expect_column_min_to_be_between": below,
    "expect_column_pair_values_to_be_equal": lambda columns, kwargs, regex: f"{columns[0]} <> {columns[1]}",
    "expect_column_pair_values_a_to_be_greater_than_b": lambda columns, kwargs, regex: (
        f"{columns[0]} {'<' if kwargs.get('or_equal') else '<='} {columns[1]}"
    ),
}
