"""A job made of a Spark pattern is killed between its commits; run again, its tables are those of a run that was not."""

import os
import signal
import subprocess
import sys
from types import ModuleType

import pytest
from pyspark.sql import SparkSession

import transformation.daily_flights as daily
import transformation.silver_flights as merging
from common.lake import LakeSettings
from common.trial import contents, fill, make_row
from sample.project import FOREIGN, PROJECT, SHORT

pytestmark = pytest.mark.spark

KILLED = """
import importlib, os, signal, sys

name, step, *words = sys.argv[1:]
job = importlib.import_module(name)
setattr(job, step, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
job.main(words)
"""
MOMENTS = [(merging, "replace", 1), (merging, "note", 2), (daily, "note_days", 2)]
"""The job, the step before which it dies, how many of its tables have been written by then."""


def deliver(spark: SparkSession, job: ModuleType, source: str) -> None:
    """Three parts, a version that is older, a row that fits nowhere."""
    columns = getattr(job, "ROWS", job.COLUMNS)
    fits = {"sched_dep_time": 515, "hour": 5, "minute": 15, "year": 2013, "month": 1, "origin": "JFK"}
    told = [(1, "a", 1, {}), (1, "b", 2, {}), (2, "b", 2, {}), (3, "c", 3, {}), (4, "c", 3, {"month": None})]
    rows = [make_row(columns, one, fits | {"_load_id": part, "day": day} | more) for one, part, day, more in told]
    fill(spark, source, columns, rows)


def ends(spark: SparkSession, table: str) -> list[list[str]]:
    """Table and quarantine, and what the ledger says without the run and its time."""
    noted = spark.table(f"{table}_loads").drop("correlation_id", "loaded_at")
    return [contents(spark, table), contents(spark, f"{table}_quarantine"), sorted(map(str, noted.collect()))]


@pytest.mark.parametrize(("job", "step", "written"), MOMENTS, ids=lambda one: getattr(one, "__name__", str(one)))
@pytest.mark.chaos(
    source="lake",
    given="a job of a Spark pattern that is killed (SIGKILL) after its table, or after its table and quarantine, was written",
    data="run again, table, quarantine and ledger are those of a run that was not killed",
)
def test_a_killed_job_run_again_ends_as_if_nothing_had_been(
    spark: SparkSession, pond: LakeSettings, job: ModuleType, step: str, written: int
) -> None:
    name = f"{job.__name__.rpartition('.')[2]}_{step}"
    source, table, control = f"killed.{name}_source", f"killed.{name}", f"killed.{name}_control"
    deliver(spark, job, source)
    own = {key: value for key, value in os.environ.items() if not key.startswith(FOREIGN)}
    lake = {"PYTHONPATH": str(PROJECT / "src"), "LAKE_URI": pond.uri, "LAKE_WAREHOUSE": pond.warehouse}
    words = ["--source", source, "--table", table]
    done = subprocess.run(
        [sys.executable, "-c", KILLED, job.__name__, step, *words],
        cwd=PROJECT, env=own | lake | SHORT, capture_output=True, text=True, check=False, timeout=180,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr[-2000:]
    there = [one for one in (table, f"{table}_quarantine") if spark.table(f"{one}.snapshots").count()]
    assert len(there) == written and not spark.catalog.tableExists(f"{table}_loads")
    for place in (table, control):
        job.run(spark, job.parse_arguments(["--source", source, "--table", place]))
    assert ends(spark, table) == ends(spark, control) and all(ends(spark, table))
