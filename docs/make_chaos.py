"""docs/reference/chaos.md, from the marks of the tests: each bad input, and what it did to the data.

    python docs/make_chaos.py

A row is a test with `@pytest.mark.chaos(source=..., given=..., data=...)`. The words are the test's own and the test holds them: a row
whose test fails is a red build, not a stale page.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/reference/chaos.md"
TITLES = {
    "files": "Files into raw tables",
    "api": "APIs into raw tables",
    "database": "Databases into raw tables",
    "store": "Object stores",
    "lake": "The lake",
    "spark": "Spark jobs",
    "dbt": "dbt",
    "quality": "Checkpoints",
    "profile": "Profiles",
    "airflow": "Airflow",
}
"""In the order of the page."""


class Row(NamedTuple):
    """One bad input."""

    source: str
    given: str
    data: str
    test: str


def rows() -> Iterator[Row]:
    """Every mark of every test."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        if "mark.chaos(" in text:
            yield from rows_of(ast.parse(text), path.relative_to(ROOT).as_posix())


def rows_of(tree: ast.Module, path: str) -> Iterator[Row]:
    """A mark above a test; or on one case of several, which stand in the list above a test or in a list by itself."""
    for node in tree.body:
        place = f"{path}::{node.name}" if isinstance(node, ast.FunctionDef) else path
        for call in ast.walk(node):
            if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("mark.chaos"):
                yield row_of(call, place)


def row_of(call: ast.Call, place: str) -> Row:
    """Its words are literals, else the page could not say them."""
    try:
        words = {str(one.arg): str(ast.literal_eval(one.value)) for one in call.keywords}
        return Row(words["source"], words["given"], words["data"], place)
    except (ValueError, KeyError) as error:
        raise SystemExit(f"{place}:{call.lineno}: a chaos mark needs source, given and data as literals ({error})") from error


def page() -> str:
    """The whole page."""
    found = list(rows())
    if unknown := {row.source for row in found} - set(TITLES):
        raise SystemExit(f"unknown source of a chaos mark: {', '.join(sorted(unknown))}; known: {', '.join(TITLES)}")
    parts = [
        "# Bad input, and what became of the data\n\n"
        "Made by `python docs/make_chaos.py` from the marks of the tests. Each row is a test on real parts that asserts what the row says; "
        f"there are {len(found)}.\n"
    ]
    for source, title in TITLES.items():
        lines = [f"| {clean(row.given)} | {clean(row.data)} | `{row.test}` |" for row in found if row.source == source]
        if lines:
            parts.append("\n".join((f"## {title}\n", "| given | the data, and what is told | test |", "|---|---|---|", *lines)) + "\n")
    return "\n".join(parts)


def clean(text: str) -> str:
    """One cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)}: {sum(1 for _ in rows())} rows\n")
