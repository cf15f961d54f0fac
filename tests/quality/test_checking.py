"""Data is held against its suite: what does not hold stops, names its rows, and shows nothing private."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import jsonschema
import pyarrow as pa
import pytest

from asked import asked
from quality.mill import GREAT, NOT_NULL, ROOT, ROWS, UNIQUE, Mill, holder

SECRET = "sk-ant-" + "abcdefghijklmnopqrstuvwx"
PEOPLE = pa.table(
    {
        "id": pa.array([1, 2, 3, 3, 5], pa.int64()),
        "email": ["ann@example.org", None, "cleo@example.org", "not mail", "eve@example.org"],
        "city": ["Rome", "Rome", "call +39 06 555 0101", "Bern", SECRET],
        "amount": [10.0, 20.0, None, 40.0, -1.0],
    }
)
PEOPLE_SUITE = (
    UNIQUE,
    {"type": "expect_column_values_to_match_regex", "kwargs": {"column": "email", "regex": "@"}},
    {
        "type": "expect_column_values_to_be_in_set",
        "kwargs": {"column": "city", "value_set": ["Rome"]},
        "severity": "info",
    },
    {
        "type": "expect_column_values_to_be_between",
        "kwargs": {"column": "amount", "min_value": 0},
        "severity": "warning",
    },
    {"type": "expect_table_row_count_to_be_between", "kwargs": {"min_value": 1}},
)


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """People were checked twice: once by the command, once by a job's gate."""
    mill = Mill.build(tmp_path_factory.mktemp("lived_in") / "house")
    mill.parquet("data/people.parquet", PEOPLE)
    mill.suite("people", *PEOPLE_SUITE)
    mill.checkpoint(
        "people", data={"file": "data/people.parquet"}, key=["id"], thresholds={"warning": {"rows": "50 %"}}
    )
    return mill, mill.asked("check", "people", "--json")


def found(said: Any, expectation: str) -> dict[str, Any]:
    return next(one for one in said.json["checkpoints"][0]["expectations"] if one["expectation"].endswith(expectation))


def test_what_does_not_hold_stops_and_names_its_rows(lived_in: Any) -> None:
    _, said = lived_in
    assert said.exit == 1 and said.json["status"] == "failed"
    twice = found(said, "to_be_unique")
    assert (twice["status"], twice["unexpected_count"], twice["sample"]) == ("failed", 2, [{"id": 3}, {"id": 3}])
    first = said.json["checkpoints"][0]["findings"][0]
    assert (first["severity"], first["code"], first["source"]) == ("error", "AGT620", "people")


def test_severity_decides_what_stops(lived_in: Any) -> None:
    _, said = lived_in
    assert found(said, "match_regex")["status"] == "failed"
    assert found(said, "in_set")["status"] == "noted" and found(said, "between")["status"] in ("warned", "passed")
    amount = next(one for one in said.json["checkpoints"][0]["expectations"] if one["column"] == "amount")
    assert (amount["status"], amount["sample"]) == ("warned", [{"id": 5, "amount": -1.0}])
    assert "min_value 0" in amount["message"]


def test_nothing_private_is_shown_or_kept(lived_in: Any) -> None:
    mill, said = lived_in
    assert found(said, "match_regex")["sample"] == [{"id": 3, "email": "[masked]"}]
    cities = [row["city"] for row in found(said, "in_set")["sample"]]
    assert cities == ["call [masked]", "Bern", "[redacted:anthropic-key]"]
    for secret in (SECRET, "555 0101", "ann@example.org", "not mail"):
        assert secret not in said.out and secret not in mill.written()


def test_json_is_what_its_schema_accepts_and_results_are_in_the_warehouse(lived_in: Any) -> None:
    mill, said = lived_in
    jsonschema.validate(said.json, json.loads(asked(mill.root, "schema", "quality_run").out))
    rows = mill.query("SELECT outcome, unexpected_count FROM quality_results WHERE column_name = 'id'")
    assert rows[0] == ("failed", 2)
    assert ("null_share", "email", 0.2) in mill.query("SELECT metric, column_name, value FROM quality_metrics")


def test_the_history_shows_results_over_time(lived_in: Any) -> None:
    mill, _ = lived_in
    said = mill.asked("history", "people", "--json")
    jsonschema.validate(said.json, json.loads(asked(mill.root, "schema", "quality_history").out))
    first = said.json["results"][0]
    assert (first["status"], first["rows"], first["failed"], first["evaluated"]) == ("failed", 5, 4, 5)
    assert "people" in mill.asked("history").out


def test_data_docs_show_the_checks_and_load_nothing_from_elsewhere(lived_in: Any) -> None:
    mill, _ = lived_in
    said = mill.asked("docs", "--json")
    jsonschema.validate(said.json, json.loads(asked(mill.root, "schema", "quality_docs").out))
    page = mill.root / said.json["page"]
    assert said.json["page"].startswith(f"{GREAT}/uncommitted/") and said.json["validations"] >= 1
    shown = [path for path in page.parent.rglob("*.html") if "validations" in path.parts]
    assert shown and "expect" not in said.err
    for path in (page, *shown):
        text = path.read_text(encoding="utf-8")
        assert "Content-Security-Policy" in text
        assert 'src="http' not in text and "url('http" not in text and '<link rel="stylesheet" href="http' not in text


def test_a_job_that_calls_the_gate_ends_with_the_rows_in_its_error(lived_in: Any) -> None:
    mill, _ = lived_in
    code = (
        "from common.gate import QualityFailed, GateError, check\n"
        "try:\n    check('people')\n"
        "except QualityFailed as error:\n    print(error); print(len(error.failed))\n"
        "try:\n    check('poeple')\n"
        "except GateError as error:\n    print(error)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=mill.root, env=environment, capture_output=True, text=True, check=True
    )
    assert 'row {"id": 3}' in done.stdout and "\n2\n" in done.stdout
    assert "no checkpoint poeple" in done.stdout and "did you mean people?" in done.stdout


# --- places -------------------------------------------------------------------------------------------------


def test_a_load_on_a_branch_is_checked_there_and_main_is_not(mill: Mill) -> None:
    table = mill.pond.table(ROWS)
    table.manage_snapshots().create_branch(table.current_snapshot().snapshot_id, "load").commit()
    mill.pond.load().append(ROWS.slice(0, 2), branch="load")
    mill.suite("flights", UNIQUE)
    mill.checkpoint("flights", data={"lake": "bronze.flights"}, key=["carrier"])
    loaded = mill.checked("flights", "--ref", "load")
    assert (loaded["status"], loaded["rows"], loaded["ref"]) == ("failed", 102, "load")
    assert loaded["expectations"][0]["sample"][0] == {"carrier": "UA", "id": 0}
    assert (mill.checked("flights")["status"], mill.log()[-1]["rows"]) == ("passed", 100)


def test_a_condition_and_a_sample_narrow_what_is_judged(mill: Mill) -> None:
    mill.warehouse(
        "CREATE SCHEMA marts; CREATE TABLE marts.days AS SELECT i AS id, i % 2 AS half FROM range(1000) t(i)"
    )
    mill.suite("days", UNIQUE, {"type": "expect_table_row_count_to_equal", "kwargs": {"value": 200}})
    mill.checkpoint("days", data={"warehouse": "days"}, where="half = 1", sample=200)
    found = mill.checked("days")
    assert (found["status"], found["rows"], found["is_whole"]) == ("passed", 200, False)


@pytest.mark.spark
def test_spark_judges_as_pandas_does(mill: Mill) -> None:
    for folder in ("src/common", "configs/jars.yaml"):
        source, target = ROOT / folder, mill.root / folder
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
    mill.pond.table(pa.concat_tables([ROWS, ROWS.slice(0, 1)]))
    mill.suite("flights", UNIQUE, NOT_NULL)
    mill.checkpoint(
        "flights", data={"lake": "bronze.flights"}, trends={"distribution": ["id", "carrier"], "nulls": ["id"]}
    )
    found = mill.checked("flights", "--engine", "spark")
    assert (found["engine"], found["status"], found["rows"]) == ("spark", "failed", 101)
    assert [one["sample"] for one in found["expectations"] if one["status"] == "failed"] == [[{"id": 0}, {"id": 0}]]
    assert found["figures"]["distribution"]["carrier"]["shares"] == {"UA": 1.0}
    assert found["figures"]["nulls"]["id"] == 0 and len(found["figures"]["distribution"]["id"]["deciles"]) == 11


# --- bad input ----------------------------------------------------------------------------------------------

BROKEN = {
    "no suite": ("AGT232", "there is no suite"),
    "broken JSON": ("AGT232", "is not JSON"),
    "another shape": ("AGT232", "is not a suite"),
    "nothing expected": ("AGT232", "expects nothing"),
    "no table": ("AGT205", "no table bronze.flihgts"),
    "no column of a trend": ("AGT622", "has no column delay"),
    "an unknown key": ("AGT231", "trashold"),
    "two places": ("AGT231", "one of lake, warehouse and file"),
}


@pytest.mark.chaos(
    source="quality", given="a suite that is missing, broken or of another shape; a table or column that is not there",
    data="nothing is judged; the run is kept as broken, and the other checkpoints are checked",
)  # fmt: skip
def test_what_cannot_be_asked_is_told_and_kept_and_never_passes(mill: Mill) -> None:
    mill.pond.table(ROWS)
    mill.suite("flights", UNIQUE)
    lake = {"data": {"lake": "bronze.flights"}}
    mill.write(f"{GREAT}/expectations/torn.json", '{"expectations": [')
    mill.write(f"{GREAT}/expectations/newer.json", '{"expectations": [{"rule": "x"}]}')
    mill.suite("hollow")
    bodies = [
        {**lake, "suite": "gone"}, {**lake, "suite": "torn"}, {**lake, "suite": "newer"}, {**lake, "suite": "hollow"},
        {"data": {"lake": "bronze.flihgts"}, "suite": "flights"}, {**lake, "suite": "flights", "trends": {"nulls": ["delay"]}},
        {**lake, "suite": "flights", "trashold": 1}, {"data": {"lake": "a.b", "file": "c.csv"}, "suite": "flights"},
    ]  # fmt: skip
    for number, body in enumerate(bodies):
        mill.checkpoint(f"c{number}", **body)
    mill.checkpoint("flights", **lake)
    said = mill.asked("check", "--json")
    for one, (code, words) in zip(said.json["checkpoints"], BROKEN.values(), strict=False):
        assert (one["status"], one["findings"][0]["code"]) == ("broken", code) and words in one["findings"][0][
            "message"
        ], one
    assert said.exit == 2 and said.json["checkpoints"][-1]["status"] == "passed"
    assert [line["status"] for line in mill.log()] == ["broken"] * 8 + ["passed"]
    alone = mill.asked("check", "c6")
    assert (alone.exit, alone.errors) == (2, ["AGT231"]) and alone.line("at").endswith("c6.yml:1")


@pytest.mark.chaos(
    source="quality", given="a table without a column that the suite names, and an expectation of a newer Great Expectations",
    data="both stop; the other expectations are judged all the same",
)  # fmt: skip
def test_a_missing_column_and_an_unknown_expectation_stop(mill: Mill) -> None:
    mill.parquet("data/a.parquet", ROWS)
    gone = {"type": "expect_column_values_to_not_be_null", "kwargs": {"column": "gone"}}
    mill.suite("a", NOT_NULL, gone, {"type": "expect_miracles", "kwargs": {}}, version="9.0.0")
    mill.checkpoint("a", data={"file": "data/a.parquet"})
    found = mill.checked("a")
    seen = {one["column"] or one["expectation"]: (one["status"], str(one["observed"])) for one in found["expectations"]}
    assert seen["id"][0] == "passed" and seen["gone"] == ("failed", "no such column")
    assert seen["expect_miracles"][0] == "failed" and "the suite was written by 9.0.0" in seen["expect_miracles"][1]


@pytest.mark.chaos(
    source="quality",
    given="an empty table, and a column without any value",
    data="what cannot be evaluated fails; nothing breaks off",
)
def test_an_empty_table_and_an_empty_column_are_judged(mill: Mill) -> None:
    nothing = pa.table({"id": pa.array([None, None], pa.int64()), "name": pa.array([None, None], pa.string())})
    mill.parquet("data/nothing.parquet", nothing)
    mill.parquet("data/empty.parquet", nothing.slice(0, 0))
    mean = {"type": "expect_column_mean_to_be_between", "kwargs": {"column": "id", "min_value": 1}}
    mill.suite("nothing", {"type": "expect_table_row_count_to_be_between", "kwargs": {"min_value": 1}}, NOT_NULL, mean)
    trends = {"distribution": ["id", "name"], "nulls": ["name"], "row_count": True}
    for name in ("nothing", "empty"):
        mill.checkpoint(name, suite="nothing", data={"file": f"data/{name}.parquet"}, trends=trends)
    said = mill.asked("check", "--json")
    empty, full = said.json["checkpoints"]
    assert said.exit == 1 and (empty["rows"], full["rows"]) == (0, 2)
    assert [one["status"] for one in full["expectations"]].count("failed") == 2
    assert full["figures"]["nulls"] == {"id": 1.0, "name": 1.0} and empty["status"] == "failed"


@pytest.mark.chaos(
    source="quality", given="a table of 10,000 columns", data="one column is read; the names of all are judged"
)
def test_ten_thousand_columns_are_judged_by_reading_one(mill: Mill) -> None:
    wide = pa.table({f"c{number}": pa.array([1, 2], pa.int64()) for number in range(10_000)})
    mill.parquet("data/wide.parquet", wide)
    count = {"type": "expect_table_column_count_to_equal", "kwargs": {"value": 10_000}}
    mill.suite("wide", count, {"type": "expect_column_values_to_be_unique", "kwargs": {"column": "c9999"}})
    mill.checkpoint("wide", data={"file": "data/wide.parquet"})
    said = mill.asked("check", "wide")
    assert said.exit == 0 and "reading 1 of 10000 columns" in said.err


@pytest.mark.chaos(
    source="quality",
    given="the warehouse held by another process",
    data="exit code 4; a result of other data is kept and reaches the warehouse later",
)
def test_a_warehouse_that_is_held_loses_no_result(mill: Mill) -> None:
    mill.warehouse("CREATE TABLE days AS SELECT 1 AS id")
    mill.parquet("data/a.parquet", ROWS)
    mill.suite("a", NOT_NULL)
    mill.checkpoint("a", data={"file": "data/a.parquet"})
    mill.checkpoint("days", suite="a", data={"warehouse": "days"})
    dbt = holder(mill.root / "data/processed/warehouse.duckdb")
    held, other = mill.asked("check", "days"), mill.asked("check", "a", "--json")
    dbt.communicate("")
    assert (held.exit, held.errors) == (4, ["AGT309"])
    assert other.exit == 0 and "gets them with the next check" in other.json["notes"][0]
    assert mill.pond.house.app().checkpoints.index() == ()
    assert mill.query("SELECT checkpoint, status FROM quality_results ORDER BY ALL") == [
        ("a", "passed"),
        ("days", "broken"),
    ]


@pytest.mark.chaos(source="quality", given="two checks at once", data="two results, each whole")
def test_two_checks_at_once_keep_two_results(mill: Mill) -> None:
    mill.parquet("data/a.parquet", ROWS)
    mill.suite("a", NOT_NULL)
    mill.checkpoint("a", data={"file": "data/a.parquet"})
    both = [mill.start("check", "a", "--json") for _ in range(2)]
    assert [one.communicate()[1] and one.returncode for one in both] == [0, 0]
    mill.pond.house.app().checkpoints.index()
    assert len(mill.log()) == 2 and mill.query("SELECT count(DISTINCT run_id) FROM quality_results") == [(2,)]


@pytest.mark.chaos(
    source="quality",
    given="killed in the middle, and half a line in the log",
    data="no result is half-written; the next check is whole",
)
def test_a_check_that_is_killed_leaves_nothing_half_written(mill: Mill) -> None:
    mill.parquet("data/a.parquet", ROWS)
    mill.suite("a", NOT_NULL)
    mill.checkpoint("a", data={"file": "data/a.parquet"})
    running = mill.start("check", "a")
    assert running.stderr is not None
    while "judges" not in running.stderr.readline():
        assert running.poll() is None
    os.killpg(running.pid, signal.SIGKILL)
    running.communicate()
    assert mill.log() == [] and not list((mill.root / GREAT).rglob("*.part"))
    mill.write("logs/quality_results.jsonl", '{"event": "quality", "name": "a", "sta')
    assert mill.asked("check", "a").exit == 0
    assert [line["status"] for line in mill.asked("history", "--json").json["results"]] == ["passed"]
    assert mill.query("SELECT count(*) FROM quality_results") == [(1,)]


@pytest.mark.chaos(
    source="quality",
    given="the catalog locked by another process",
    data="exit code 4 after the wait; nothing is judged",
)
def test_a_locked_catalog_is_told(mill: Mill) -> None:
    import sqlite3

    mill.pond.table(ROWS)
    mill.suite("flights", UNIQUE)
    mill.checkpoint("flights", data={"lake": "bronze.flights"})
    with sqlite3.connect(mill.root / "data/lake/catalog.db", isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        said = mill.asked("check", "flights")
    assert (said.exit, said.errors) == (4, ["AGT311"]) and mill.log()[0]["status"] == "broken"


# --- nobody is told -----------------------------------------------------------------------------------------


@contextmanager
def recorder() -> Iterator[tuple[str, list[bytes]]]:
    """A proxy that forwards nothing, and remembers who asked for what."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    heard.append(connection.recv(1000))

        threading.Thread(target=listen, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", heard
        time.sleep(0.2)
        server.shutdown(socket.SHUT_RDWR)


def test_nothing_leaves_the_machine_and_the_test_would_hear_it(mill: Mill, monkeypatch: pytest.MonkeyPatch) -> None:
    mill.parquet("data/a.parquet", ROWS)
    mill.suite("a", NOT_NULL)
    mill.checkpoint("a", data={"file": "data/a.parquet"})
    with recorder() as (proxy, heard):
        for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy", "all_proxy"):
            monkeypatch.setenv(name, proxy)
        assert mill.asked("check").exit == 0 and mill.asked("docs").exit == 0
        silent = list(heard)
        # The same interpreter in the same environment: had it called anybody, it would have been heard.
        calling = "import urllib.request; urllib.request.urlopen('https://elsewhere.invalid', timeout=5)"
        subprocess.run([sys.executable, "-I", "-c", calling], capture_output=True, check=False, timeout=60)
    assert silent == [] and any(b"elsewhere.invalid" in one for one in heard)


@pytest.mark.chaos(
    source="quality",
    given="a `where` that ends the question and writes a file, and one that reads another file",
    data="refused with exit 1; nothing is written or read",
)
@pytest.mark.parametrize(
    "where", ["true; COPY (SELECT 1) TO 'stolen.csv'", "city IN (SELECT content FROM read_text('secret.txt'))"]
)
def test_a_condition_reaches_no_file(mill: Mill, where: str) -> None:
    mill.write("secret.txt", "Rome")
    mill.parquet("data/people.parquet", PEOPLE)
    mill.suite("people", UNIQUE)
    mill.checkpoint("people", data={"file": "data/people.parquet"}, where=where)
    said = mill.asked("check", "people")
    assert said.exit == 1 and said.errors == ["AGT622"], said
    assert not (mill.root / "stolen.csv").exists()


@pytest.mark.chaos(
    source="quality",
    given="NaN, infinity and 1e308 in a column whose distribution is watched; line separators in its values",
    data="deciles of the other values; the result is in the log and in the warehouse",
)
def test_numbers_that_are_none_and_line_separators_do_not_break_a_history(mill: Mill) -> None:
    values = pa.array([1.0, 2.0, 3.0, float("nan"), float("inf"), 1e308], pa.float64())
    rows = pa.table({"id": pa.array(range(6), pa.int64()), "x": values, "word": ["a\u2028b"] * 5 + ["\u0085"]})
    mill.parquet("data/odd.parquet", rows)
    mill.suite("odd", {"type": "expect_column_values_to_be_in_set", "kwargs": {"column": "word", "value_set": ["a"]}})
    mill.checkpoint("odd", data={"file": "data/odd.parquet"}, trends={"distribution": ["x", "word"]})
    checked = mill.checked("odd")
    assert checked["status"] == "failed" and checked["figures"]["distribution"]["x"]["deciles"][-1] == 3.0
    assert len(mill.asked("history", "odd", "--json").json["results"]) == 1
    assert mill.query("SELECT count(*) FROM quality_results WHERE checkpoint = 'odd'") == [(1,)]
