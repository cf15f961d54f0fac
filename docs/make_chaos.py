"""docs/reference/chaos.md, from the marks of the tests: each bad input, and what it did to the data.

    python docs/make_chaos.py

A row is a test with `@pytest.mark.chaos(source=..., given=..., data=...)`. The words are the test's own and the test holds them: a row
whose test fails is a red build, not a stale page.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

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


class Marks:
    """A plugin of pytest that keeps what the collected tests are marked with."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Every mark; several cases of one test with the same words are one row."""
        for item in items:
            for mark in item.iter_markers("chaos"):
                self.rows.append(Row(test=item.nodeid.partition("[")[0], **mark.kwargs))


def rows() -> list[Row]:
    """In a process of its own: a collection leaves its modules behind."""
    done = subprocess.run([sys.executable, __file__, "--rows"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stdout[-2000:] + done.stderr[-2000:])
    return [Row(*one) for one in json.loads(done.stdout.splitlines()[-1])]


def collect() -> int:
    """Print the rows as one line of JSON."""
    marks = Marks()
    ended = pytest.main(
        ["--collect-only", "-qq", "-m", "chaos", "-p", "no:cacheprovider", "-p", "no:xdist", str(ROOT / "tests")],
        [marks],
    )
    sys.stdout.write("\n" + json.dumps(sorted(dict.fromkeys(marks.rows), key=lambda row: row.test)) + "\n")
    return int(ended)


def page() -> str:
    """The whole page."""
    found = rows()
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
            parts.append(
                "\n".join((f"## {title}\n", "| given | the data, and what is told | test |", "|---|---|---|", *lines))
                + "\n"
            )
    return "\n".join(parts)


def clean(text: str) -> str:
    """One cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    if "--rows" in sys.argv:
        sys.exit(collect())
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)} written\n")
