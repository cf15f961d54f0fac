"""What is slow, in words: each fault is found in a real run that has it, and its twin without it stays silent."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pyarrow as pa
import pytest

from asked import asked
from house import House
from lake.pond import SETTINGS, Pond, flights
from sample.project import FOREIGN, PROJECT, SHORT

CODES = {
    "skew": "AGT680", "spill": "AGT681", "small files": "AGT682", "pruning": "AGT683", "shuffle": "AGT684",
    "one part": "AGT684", "join": "AGT685", "each": "AGT686", "python": "AGT687", "result": "AGT688",
}  # fmt: skip


def environment() -> dict[str, str]:
    own = {key: value for key, value in os.environ.items() if not key.startswith(FOREIGN)}
    return own | SHORT | {"PYTHONPATH": str(PROJECT / "src")}


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All the faults in one application."""
    root = tmp_path_factory.mktemp("faulty")
    (root / "logs").mkdir()
    command = [sys.executable, str(Path(__file__).with_name("faulty.py")), str(root)]
    done = subprocess.run(
        command, cwd=PROJECT, env=environment(), capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return next((root / "logs").iterdir())


@pytest.fixture(scope="module")
def said(log: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the command has to say of them."""
    house = House.build(tmp_path_factory.mktemp("reader") / "house")
    house.write("configs/agentic.yaml", SETTINGS.format(python=sys.executable))
    done = asked(house.root, "lake", "explain", "--event-log", str(log), "--json")
    assert done.exit == 1
    jsonschema.validate(done.json, asked(house.root, "schema", "lake_explained").json)
    return done.json


def of(said: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [one for one in said["findings"] if one["about"].partition(": ")[2] == name]


@pytest.mark.spark
@pytest.mark.parametrize("name", CODES)
def test_a_fault_is_found_with_its_evidence_and_its_twin_is_silent(said: dict[str, Any], name: str) -> None:
    found = [one for one in of(said, name) if one["code"] == CODES[name]]
    assert found, [(one["about"], one["code"]) for one in said["findings"]]
    assert found[0]["evidence"] and found[0]["fix"] and (found[0]["stage"] is not None or found[0]["node"])
    assert of(said, f"no {name}") == []


@pytest.mark.spark
def test_the_figures_are_those_that_spark_counted(said: dict[str, Any]) -> None:
    evidence = {
        name: next(one["evidence"] for one in of(said, name) if one["code"] == code) for name, code in CODES.items()
    }
    assert evidence["small files"]["files"] == 40
    assert (evidence["pruning"]["rows_read"], evidence["pruning"]["rows_left"]) == (200_000, 1)
    assert evidence["each"]["pairs"] == 4_000_000
    assert evidence["python"]["rows"] == 1000
    assert evidence["shuffle"]["parts"] == 150
    assert evidence["skew"]["largest_rows"] >= 270_000 > 10 * evidence["skew"]["median_rows"]
    assert 0 < evidence["join"]["small_bytes"] < 10_000 < 1_000_000 < evidence["join"]["large_bytes"]


@pytest.mark.spark
def test_garbage_collection_is_told_by_its_share(said: dict[str, Any], log: Path, pond: Pond) -> None:
    assert not [one for one in said["findings"] if one["code"] == "AGT689" and one["stage"] == 0]
    lines = []
    for line in log.read_text(encoding="utf-8").splitlines():
        event = json.loads(line)
        if event["Event"] == "SparkListenerTaskEnd" and event["Stage ID"] == 0:
            event["Task Metrics"] |= {"Executor Run Time": 20000, "JVM GC Time": 12000}
        lines.append(json.dumps(event))
    edited = pond.house.write("edited.log", "\n".join(lines))
    found = pond.asked("explain", "--event-log", str(pond.root / "edited.log"), "--json").json["findings"]
    assert 0 in [one["stage"] for one in found if one["code"] == "AGT689"], edited


@pytest.mark.spark
@pytest.mark.parametrize("shape", ["cut", "zstd", "gz", "rolling"])
def test_a_log_is_read_whatever_it_is_packed_in_and_where_it_was_cut(
    said: dict[str, Any], log: Path, pond: Pond, shape: str
) -> None:
    text = log.read_bytes()
    place = pond.root / "log"
    if shape == "cut":
        place.write_bytes(text[:-30])
    elif shape == "gz":
        place = pond.root / "log.gz"
        place.write_bytes(gzip.compress(text)[:-200])
    elif shape == "zstd":
        place = pond.root / "log.zstd"
        with pa.output_stream(str(place), compression="zstd") as stream:
            stream.write(text)
    else:
        lines = text.splitlines(keepends=True)
        place.mkdir()
        (place / "appstatus_x").touch()
        for number in range(11):
            part = lines[number * len(lines) // 11 : (number + 1) * len(lines) // 11]
            (place / f"events_{number + 1}_x").write_bytes(b"".join(part))
    found = pond.asked("explain", "--event-log", str(place), "--json").json
    assert found["findings"] == said["findings"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [("poem.txt", "roses\nare red\n", "no event"), ("empty", "", "no event log"), ("log.lz4", "x", "codec")],
)
def test_what_is_no_event_log_is_refused(pond: Pond, name: str, content: str, words: str) -> None:
    pond.house.write(name, content)
    done = pond.asked("explain", "--event-log", str(pond.root / name))
    assert done.exit == 2 and words in str(done), done


PLAN = """== Physical Plan ==
AdaptiveSparkPlan isFinalPlan=true
+- == Final Plan ==
   *(2) Project [a#1]
   +- CartesianProduct
      :- *(1) Filter (cast(id#3 as string) = 5)
      :  +- BatchScan lake.bronze.long[id#3] lake.bronze.long (branch=null) [filters=, groupedBy=] RuntimeFilters: []
      +- BatchEvalPython [f(id#1)], [pythonUDF0#9]
+- == Initial Plan ==
   CartesianProduct
"""


def test_a_plan_alone_tells_what_needs_no_figures(pond: Pond) -> None:
    pond.house.write("plan.txt", PLAN)
    done = pond.asked("explain", "--plan", str(pond.root / "plan.txt"), "--json")
    assert done.exit == 1 and [one["code"] for one in done.json["findings"]] == ["AGT686", "AGT683", "AGT687"]
    pond.house.write("plan.txt", PLAN.replace("CartesianProduct", "SortMergeJoin").replace("filters=,", "filters=id = 5,")
                     .replace("BatchEvalPython", "Project"))  # fmt: skip
    assert pond.asked("explain", "--plan", str(pond.root / "plan.txt")).exit == 0


JOB = """
import sys
from pyspark.sql import SparkSession
spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
left, right = spark.range(2000).toDF("a"), spark.range(2000).toDF("b")
left.join(right, left.a < right.b - 1990).write.format("noop").mode("overwrite").save()
sys.exit(int(sys.argv[1]))
"""


@pytest.mark.spark
def test_a_job_is_run_only_when_somebody_wants_it_and_then_explained(
    pond: Pond, monkeypatch: pytest.MonkeyPatch
) -> None:
    pond.house.write("src/ingestion/slow.py", JOB)
    assert pond.asked("explain", "src/ingestion/slow.py").exit == 5
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    monkeypatch.setenv("JAVA_HOME", java())
    done = pond.asked("explain", "src/ingestion/slow.py", "--run", "--json", "--", "3")
    assert done.exit == 1 and done.json["exit_code"] == 3, done
    assert "AGT686" in [one["code"] for one in done.json["findings"]]
    monkeypatch.setenv("SPARK_REMOTE", "sc://somewhere")
    done = pond.asked("explain", "src/ingestion/slow.py", "--run")
    assert done.exit == 2 and "Connect" in str(done)


def java() -> str:
    from common.java import find_java

    return str(find_java())


# --- tables --------------------------------------------------------------------------------------------------


def codes(pond: Pond) -> list[str]:
    done = pond.asked("explain", "bronze.flights", "--json")
    found = [one["code"] for one in done.json["findings"]]
    assert done.exit == bool(found)
    return found


def test_a_table_of_many_small_files_is_told_and_one_of_few_is_not(pond: Pond) -> None:
    pond.loads(*[3] * 19)
    assert codes(pond) == []
    pond.load().append(flights(0, 3))
    assert codes(pond) == ["AGT690"]


def test_many_snapshots_are_told(pond: Pond) -> None:
    pond.loads(3)
    with pond.load().transaction() as transaction:
        for number in range(100):
            transaction.append(flights(number, 1))
    assert "101 snapshots are kept" in messages(pond)
    assert pond.asked("maintain", "bronze.flights", "--keep", "5", "--yes").exit == 0
    assert "snapshots are kept" not in messages(pond)


def messages(pond: Pond) -> str:
    return " ".join(one["message"] for one in pond.asked("explain", "bronze.flights", "--json").json["findings"])


def test_a_partition_with_most_of_the_table_is_told(pond: Pond) -> None:
    assert codes(parted(pond, {"a": 1_200_000, "b": 3, "c": 3})) == ["AGT691"]


def test_partitions_of_like_size_are_silent(pond: Pond) -> None:
    assert codes(parted(pond, {"a": 1_200_000, "b": 1_100_000, "c": 1_300_000})) == []


def test_partitions_that_hold_next_to_nothing_are_told(pond: Pond) -> None:
    assert codes(parted(pond, {f"p{number}": 2 for number in range(60)})) == ["AGT695"]


def parted(pond: Pond, sizes: dict[str, int]) -> Pond:
    """A table partitioned by carrier; ids are random, so that they take their bytes."""
    import numpy as np
    from pyiceberg.partitioning import PartitionField, PartitionSpec
    from pyiceberg.transforms import IdentityTransform

    ids = np.random.default_rng(1).integers(0, 2**62, sum(sizes.values()))
    names = [name for name, count in sizes.items() for _ in range(count)]
    rows = pa.table({"id": pa.array(ids, pa.int64()), "carrier": names})
    pond.catalog.create_namespace("bronze")
    from pyiceberg.io.pyarrow import _pyarrow_to_schema_without_ids
    from pyiceberg.schema import assign_fresh_schema_ids

    schema = assign_fresh_schema_ids(_pyarrow_to_schema_without_ids(rows.schema))
    spec = PartitionSpec(PartitionField(2, 1000, IdentityTransform(), "carrier"))
    pond.catalog.create_table("bronze.flights", schema, partition_spec=spec).append(rows)
    return pond


def test_files_that_each_hold_everything_are_told_and_sorted_ones_are_not(pond: Pond) -> None:
    import numpy as np

    rows = np.random.default_rng(1).integers(0, 2**62, 200_000)
    carriers = [f"c{number % 26}" for number in range(200_000)]
    pond.table(pa.table({"id": pa.array(rows, pa.int64()), "carrier": carriers}))
    pond.load().append(pa.table({"id": pa.array(rows, pa.int64()), "carrier": carriers}))
    assert codes(pond) == ["AGT694"]
    pond.load().delete()
    half = np.sort(rows)
    for part in (half[:100_000], half[100_000:]):
        pond.load().append(pa.table({"id": pa.array(part, pa.int64()), "carrier": carriers[:100_000]}))
    assert codes(pond) == []
