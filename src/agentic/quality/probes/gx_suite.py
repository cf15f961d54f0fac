"""A suite's file -> its expectations, the columns they look at, and what is wrong with them before any data is read.

Shared by `agentic quality check` and by the check inside of a task run (checks/probes/expectations.py).
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

WHOLE_TABLE = frozenset({"expect_table_row_count_to_be_between", "expect_table_row_count_to_equal"})
NAMES_ONLY = frozenset(
    {
        "expect_table_columns_to_match_set",
        "expect_table_columns_to_match_ordered_list",
        "expect_table_column_count_to_equal",
        "expect_table_column_count_to_be_between",
        "expect_column_to_exist",
    }
)


class SuiteError(ValueError):
    """The suite is not one; that says nothing about the data."""


def read_suite(root: Path, name: str) -> list[dict[str, Any]]:
    """Its expectations, each with type and kwargs. Raises SuiteError."""
    path = root / "expectations" / f"{name}.json"
    shown = f"{root.name}/expectations/{name}.json"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SuiteError(f"there is no suite {shown}") from error
    except ValueError as error:
        raise SuiteError(f"{shown} is not JSON: {error}") from error
    found = content.get("expectations") if isinstance(content, dict) else None
    if not isinstance(found, list):
        raise SuiteError(f"{shown} is not a suite: it has no list `expectations`")
    for number, one in enumerate(found):
        if not (isinstance(one, dict) and isinstance(one.get("type"), str) and isinstance(one.get("kwargs"), dict)):
            raise SuiteError(f"{shown} is not a suite of Great Expectations 1.x: expectation {number + 1} lacks type or kwargs")  # fmt: skip
    return found


def written_by(root: Path, name: str) -> str:
    """The version of Great Expectations that the suite names."""
    content = json.loads((root / "expectations" / f"{name}.json").read_text(encoding="utf-8"))
    return str((content.get("meta") or {}).get("great_expectations_version") or "")


def severity_of(expectation: dict[str, Any]) -> str:
    return expectation.get("severity") or "critical"


def bites(expectation: dict[str, Any]) -> bool:
    """Can bad rows make it fail?"""
    kwargs = expectation["kwargs"]
    bounded = [kwargs.get(name) for name in ("min_value", "max_value")] != [None, None]
    return (
        severity_of(expectation) == "critical"
        and kwargs.get("mostly", 1) not in (0, 0.0, None)
        and not kwargs.get("row_condition")
        and (bounded or not expectation["type"].endswith("_between"))
    )


def columns_of(expectation: dict[str, Any]) -> list[str]:
    kwargs = expectation["kwargs"]
    named = [kwargs[key] for key in ("column", "column_A", "column_B") if key in kwargs]
    return [*named, *kwargs.get("column_list", [])]


def unknown_columns(expectation: dict[str, Any], names: Sequence[str]) -> list[str]:
    if expectation["type"] in NAMES_ONLY:
        return []
    known = set(names)
    return [column for column in columns_of(expectation) if column not in known]


def lacking(expectation: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """The failure of an expectation whose column is not there."""
    return {
        "expectation": expectation["type"],
        "column": ", ".join(unknown_columns(expectation, names)),
        "severity": severity_of(expectation),
        "observed": "no such column",
        "unexpected_count": None,
        "sample": [],
    }


def needed_columns(written: Iterable[dict[str, Any]], names: list[str]) -> tuple[list[str], list[str]]:
    """The columns to read, and those whose names alone are asked for."""
    read: set[str] = set()
    placeholders = False
    for expectation in written:
        columns = columns_of(expectation)
        if expectation["type"] in NAMES_ONLY:
            placeholders = True
            continue
        if not columns and expectation["type"] not in WHOLE_TABLE:
            return names, []  # it may look at anything
        read.update(columns, mentioned(expectation["kwargs"].get("row_condition"), names))
    wanted = [name for name in names if name in read] or names[:1]
    kept = set(wanted)
    return wanted, [name for name in names if name not in kept] if placeholders else []


def mentioned(condition: Any, names: Iterable[str]) -> set[str]:
    """The columns that a condition names, of whatever form it is."""
    words = set(re.findall(r"\w+", json.dumps(condition, default=str))) if condition else set()
    text = json.dumps(condition, default=str) if condition else ""
    return {name for name in names if name in words or (not name.isidentifier() and name in text)}


def dropped(written: Iterable[dict[str, Any]], results: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Great Expectations leaves out, in silence, an expectation it does not know; here that is a failure."""
    left = Counter(one["type"] for one in written) - Counter(one["expectation_config"]["type"] for one in results)
    why = {"column": "", "severity": "critical", "observed": "unknown to Great Expectations", "unexpected_count": None}
    return [{"expectation": kind, **why, "sample": []} for kind in left.elements()]
