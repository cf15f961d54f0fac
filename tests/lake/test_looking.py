"""What agentic lake shows: tables, history, differences; and what it says where it cannot."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import pyarrow as pa
import pytest
from pyiceberg.types import IntegerType

from lake.pond import Pond, flights
from sample.project import free_port


def test_a_lake_that_nobody_has_written_to_is_empty_and_stays_unmade(pond: Pond) -> None:
    said = pond.asked("tables", "--json")
    assert (said.exit, said.json["tables"], said.json["catalog"]) == (0, [], "lake")
    assert not (pond.root / "data/lake/catalog.db").exists()
    said = pond.asked("history", "bronze.flights")
    assert (said.exit, said.errors) == (2, ["AGT205"]) and "there is no lake yet" in said.message


def test_tables_tell_rows_files_bytes_and_the_newest_snapshot(pond: Pond) -> None:
    ids = pond.loads(10, 20)
    pond.catalog.create_table("bronze.empty", flights(0, 1).schema)
    said = pond.asked("tables", "--json")
    empty, full = said.json["tables"]
    assert (empty["name"], empty["rows"], empty["snapshot"]) == ("bronze.empty", 0, "")
    assert (full["rows"], full["files"], full["snapshot"], full["snapshots"]) == (30, 2, ids[1], 2)
    data = list((pond.root / "data/lake/warehouse/bronze/flights/data").glob("*.parquet"))
    assert full["bytes"] == sum(path.stat().st_size for path in data)
    assert "bronze.flights" in pond.asked("tables").out


def test_rows_that_were_deleted_are_not_counted(pond: Pond) -> None:
    pond.loads(10, 20)
    pond.load().delete("id < 4")
    said = pond.asked("tables", "--json")
    assert said.json["tables"][0]["rows"] == 26 == pond.count()


def test_history_tells_what_each_snapshot_did_and_what_names_it(pond: Pond) -> None:
    ids = pond.loads(10, 20)
    pond.load().manage_snapshots().create_tag(int(ids[0]), "first").commit()
    pond.load().delete("id >= 1000")
    said = pond.asked("history", "lake.bronze.flights", "--json").json
    newest, second, first = said["snapshots"]
    assert [one["id"] for one in (second, first)] == ids[::-1] and newest["id"] == said["current"]
    assert (newest["operation"], newest["added"], newest["removed"], newest["rows"]) == ("delete", 0, 20, 10)
    assert (second["added"], second["rows"], second["parent"], first["refs"]) == (20, 30, ids[0], ["first"])
    assert {(one["name"], one["kind"]) for one in said["refs"]} == {("main", "branch"), ("first", "tag")}


def test_a_name_that_was_misspelt_is_answered_with_the_one_that_was_meant(pond: Pond) -> None:
    ids = pond.loads(5)
    for wish in ("bronze.flihgts", "flights"):
        said = pond.asked("history", wish)
        assert (said.exit, said.errors, said.line("fix")) == (2, ["AGT205"], "did you mean bronze.flights?")
    said = pond.asked("diff", "bronze.flights", f"{ids[0][:-1]}x")
    assert (said.exit, said.errors) == (2, ["AGT206"]) and ids[0] in said.line("fix")


# --- differences ---------------------------------------------------------------------------------------------


def test_the_newest_load_is_compared_with_the_one_before(pond: Pond) -> None:
    ids = pond.loads(10, 20, 300)
    said = pond.asked("diff", "bronze.flights", "--json").json
    assert (said["added"], said["removed"], said["compared"]) == (300, 0, "files")
    assert (said["start"]["id"], said["end"]["id"]) == (ids[1], ids[2])
    said = pond.asked("diff", "bronze.flights", ids[2], ids[0], "--json").json
    assert (said["added"], said["removed"], said["is_forward"]) == (0, 320, False)


def test_the_first_load_is_compared_with_nothing(pond: Pond) -> None:
    pond.loads(10)
    said = pond.asked("diff", "bronze.flights", "--json").json
    assert (said["added"], said["removed"], said["start"]["id"]) == (10, 0, "")


def test_rows_that_were_only_written_anew_are_no_difference(pond: Pond) -> None:
    ids = pond.loads(10)
    rows = pond.load().scan().to_arrow()
    same = pa.concat_tables([rows.slice(5), rows.slice(0, 5)])
    pond.load().overwrite(same)
    said = pond.asked("diff", "bronze.flights", ids[0], "--json").json
    assert (said["added"], said["removed"], said["compared"]) == (0, 0, "rows")
    twice = pa.concat_tables([same, same.slice(0, 3)])
    pond.load().overwrite(twice)
    said = pond.asked("diff", "bronze.flights", ids[0], "--json").json
    assert (said["added"], said["removed"]) == (3, 0), "equal rows are counted, not merged"


def test_with_a_key_rows_that_changed_are_told_from_those_that_came_and_went(pond: Pond) -> None:
    pond.loads(10)
    rows = pa.concat_tables([flights(0, 7), flights(7, 2, carrier="AA"), flights(50, 4)])
    pond.load().overwrite(rows)
    first = str(pond.load().metadata.snapshots[0].snapshot_id)
    said = pond.asked("diff", "bronze.flights", first, "--key", "id", "--json").json
    assert (said["added"], said["removed"]) == (6, 3)
    assert (said["added_keys"], said["removed_keys"], said["changed_keys"]) == (4, 1, 2)
    told = {one["key"]["id"]: (one["kind"], one["columns"]) for one in said["sample"]}
    assert told[7] == ("changed", ["carrier"]) and told[9] == ("removed", []) and told[50] == ("added", [])
    text = pond.asked("diff", "bronze.flights", first, "--key", "id").out
    assert "id=7  (carrier)" in text and "AA" not in text, "values of other columns are nobody's business"
    said = pond.asked("diff", "bronze.flights", "--key", "ids")
    assert (said.exit, said.line("fix")) == (2, "did you mean id?")


def test_what_happened_to_the_columns_is_told_and_rows_are_compared_in_those_that_stayed(pond: Pond) -> None:
    ids = pond.loads(10)
    with pond.load().update_schema() as change:
        change.rename_column("carrier", "airline")
        change.add_column("delay", IntegerType())
    rows = pond.load().scan().to_arrow()
    pond.load().overwrite(rows)
    said = pond.asked("diff", "bronze.flights", ids[0], "--json").json
    assert said["columns"] == ["added delay (int)", "renamed carrier to airline"]
    assert (said["added"], said["removed"]) == (0, 0)


def test_nested_values_and_empty_ones_are_compared_too(pond: Pond) -> None:
    def rows(second: list[int] | None) -> pa.Table:
        return pa.table({"id": [1, None], "tags": pa.array([[1, 2], second], pa.list_(pa.int64()))})

    pond.table(rows(None)).overwrite(rows([3]))
    first = str(pond.load().metadata.snapshots[0].snapshot_id)
    said = pond.asked("diff", "bronze.flights", first, "--json").json
    assert (said["added"], said["removed"]) == (1, 1)


# --- what goes wrong -----------------------------------------------------------------------------------------


def test_a_catalog_that_another_process_holds_is_said_to_be_held(pond: Pond, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = pond.loads(5, 5)
    holder = sqlite3.connect(pond.root / "data/lake/catalog.db", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    began = time.monotonic()
    said = pond.asked("tables")
    assert (said.exit, said.errors) == (4, ["AGT311"]) and "wait for the job" in said.line("fix")
    assert time.monotonic() - began < 60
    holder.execute("ROLLBACK")
    assert pond.asked("rollback", "bronze.flights", "--to", ids[0], "--yes", "--why", "a bad load").exit == 0


def test_a_table_whose_metadata_is_gone_is_named_and_the_others_are_shown(pond: Pond) -> None:
    pond.loads(5)
    broken = pond.table(flights(0, 3), "bronze.broken")
    Path(broken.metadata_location.removeprefix("file://")).unlink()
    said = pond.asked("tables", "--json")
    told = {one["name"]: one for one in said.json["tables"]}
    assert said.exit == 1 and told["bronze.flights"]["rows"] == 5
    assert "the metadata file of bronze.broken is gone" in told["bronze.broken"]["fault"]
    said = pond.asked("history", "bronze.broken")
    assert (said.exit, said.errors) == (4, ["AGT310"]) and "restore the file" in said.line("fix")


def test_a_file_that_is_no_catalog_is_an_answer_and_no_traceback(pond: Pond) -> None:
    (pond.root / "data/lake/catalog.db").write_text("this is no database, whatever its name says\n" * 100)
    said = pond.asked("tables")
    assert (said.exit, said.errors) == (4, ["AGT310"]) and "Traceback" not in said.err
    assert "not a database" in said.line("cause")


def test_a_catalog_of_another_name_is_pointed_at(pond: Pond) -> None:
    pond.loads(5)
    pond.house.write("configs/lake.yaml", "name: pond\nuri: jdbc:sqlite:data/lake/catalog.db\n")
    said = pond.asked("tables", "--json")
    assert (said.json["tables"], said.json["others"]) == ([], ["lake"])
    assert "lake" in pond.asked("history", "bronze.flights").line("fix")


def test_a_server_that_does_not_answer_is_said_not_to(pond: Pond, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAKE_URI", f"jdbc:postgresql://127.0.0.1:{free_port()}/lake")
    monkeypatch.setenv("LAKE_USER", "somebody")
    monkeypatch.setenv("LAKE_PASSWORD", "sesame-open-4711")
    said = pond.asked("tables")
    assert (said.exit, said.errors) == (4, ["AGT310"]) and "LAKE_URI" in said.line("fix")
    assert "sesame" not in said.err


def test_a_python_without_pyiceberg_says_what_to_install(pond: Pond, tmp_path: Path) -> None:
    import subprocess
    import sys

    bare = tmp_path / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(bare)], check=True)
    pond.house.write("configs/agentic.yaml", f"checks: {{python: {bare}/bin/python}}\n")
    said = pond.asked("tables")
    assert (said.exit, said.errors) == (4, ["AGT307"]) and "[lake]" in said.line("fix")
