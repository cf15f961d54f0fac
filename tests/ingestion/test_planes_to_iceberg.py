"""planes -> bronze.planes keeps its promises, on small real files and in a lake of its own."""

import csv
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

import ingestion.planes_to_iceberg as job
from common.sources import SourceError, read_source

Row = dict[str, str]

DECLARED = {
    "tailnum": "string",
    "year": "int",
    "type": "string",
    "manufacturer": "string",
    "model": "string",
    "engines": "int",
    "seats": "int",
    "speed": "int",
    "engine": "string",
}
NEEDED = {
    "tailnum",
    "type",
    "manufacturer",
    "model",
    "engines",
    "seats",
    "engine",
}


def make_row(number: int, **changed: str) -> Row:
    """A good row; each number gives another one."""
    samples = {"string": f"text-{number}", "boolean": "true", "date": f"2024-01-{1 + number % 28:02d}"}
    moment = f"2024-01-01T{number // 60 % 24:02d}:{number % 60:02d}:00Z"
    samples |= {"timestamp": moment, "timestamp_ntz": moment.rstrip("Z")}
    return {name: samples.get(type, str(number)) for name, type in DECLARED.items()} | changed


class Bench:
    """A source, and the table it is loaded into."""

    def __init__(self, root: Path, table: str = job.TABLE) -> None:
        self.root, self.table = root, table

    def put(self, load: str, rows: list[Row], *, without: str = "", extra_lines: tuple[str, ...] = ()) -> str:
        """Writes the file of one load; gives its id."""
        name = read_source(job.SOURCE).pattern.replace("*", load)
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        header = [column for column in DECLARED if column != without]
        with path.open("w", newline="", encoding="utf-8") as file:
            separator = read_source(job.SOURCE).options.get("sep", ",")
            writer = csv.DictWriter(file, header, delimiter=separator, lineterminator="\n")
            writer.writeheader()
            writer.writerows({name: row[name] for name in header} for row in rows)
            file.writelines(line.replace(",", separator) + "\n" for line in extra_lines)
        return name.rpartition("/")[0] or name.partition(".")[0]

    def run(self, spark: SparkSession, *arguments: str) -> int:
        return job.run(spark, job.parse_arguments(["--table", self.table, *arguments]))

    def loads(self, spark: SparkSession, *arguments: str) -> list[str]:
        asked = job.parse_arguments(["--table", self.table, *arguments])
        return [load.id for load in job.find_pending(spark, read_source(job.SOURCE), asked)]


def contents(spark: SparkSession, table: str) -> list[str]:
    """All rows as text, in an order of their own."""
    return sorted(str(row) for row in spark.table(table).collect())


def snapshots(spark: SparkSession, bench: Bench) -> list[int]:
    names = (bench.table, f"{bench.table}_quarantine", f"{bench.table}_loads")
    return [spark.table(f"{name}.snapshots").count() for name in names]


def test_arguments_have_defaults_and_loads_can_be_named():
    arguments = job.parse_arguments([])
    assert (arguments.source, arguments.table) == ("planes", "bronze.planes")
    assert (arguments.load, arguments.again) == ([], False)
    assert job.parse_arguments(["--load", "2013-01", "--load", "2013-02"]).load == ["2013-01", "2013-02"]


def test_the_schema_is_the_declared_one():
    assert {column.name: column.type for column in job.COLUMNS} == DECLARED
    assert {column.name for column in job.COLUMNS if column.required} == NEEDED


def test_names_and_meanings_survive_sql():
    assert job.quote("a`b") == "`a``b`"
    assert job.describe(job.Column("a", "int", True, "it's")) == "`a` int NOT NULL COMMENT 'it\\'s'"


def test_a_lost_row_is_an_error():
    job.reconcile({"a": 3}, {"a": 2}, {"a": 1})
    with pytest.raises(job.RowsLost, match="load a: 3 rows in the source, 1 in the table, 1 apart"):
        job.reconcile({"a": 3}, {"a": 1}, {"a": 1})
    with pytest.raises(job.RowsLost, match="load b"):
        job.reconcile({}, {"b": 1}, {})


def settle(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """A lake and a source nobody else uses, named by the environment alone."""
    patch.setenv("LAKE_NAME", "lake")
    patch.setenv("LAKE_URI", f"jdbc:sqlite:{folder}/catalog.db")
    patch.setenv("LAKE_WAREHOUSE", str(folder / "warehouse"))
    patch.setenv("SOURCE_PLANES_PATH", str(folder / "source"))
    patch.setenv("SPARK_MASTER", "local[2]")
    # Tests are short: what the second compiler would gain, it costs twice over.
    patch.setenv("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")


@pytest.fixture(scope="session")
def lake(tmp_path_factory):
    return tmp_path_factory.mktemp("lake")


@pytest.fixture(autouse=True)
def at_the_lake(lake, monkeypatch):
    """For each test anew: a conftest may clear the environment between tests."""
    settle(monkeypatch, lake)


@pytest.fixture(scope="session")
def spark(lake):
    with pytest.MonkeyPatch.context() as patch:
        settle(patch, lake)
        session = job.create_spark_session()
    session.conf.set("spark.sql.shuffle.partitions", "1")
    yield session
    session.stop()


@pytest.fixture(scope="session")
def bench(spark, lake):
    """Two loads, loaded once: five good rows, and one of each bad kind."""
    made = Bench(lake / "source")
    rows = [make_row(n) for n in range(1, 5)]
    rows[3]["year"] = ""  # a legal gap
    rows.append(make_row(11, year="abc"))
    rows.append(make_row(12, tailnum=""))
    full = ",".join(make_row(13).values())
    made.a = made.put("a", rows, extra_lines=(full + ",one-too-many", full.rpartition(",")[0]))
    made.b = made.put("b", [make_row(5)])
    with pytest.MonkeyPatch.context() as patch:
        settle(patch, lake)
        made.loaded = made.run(spark)
    return made


def test_every_row_is_in_the_table_or_in_quarantine(spark, bench):
    assert bench.loaded == 2
    assert spark.table(bench.table).count() == 5
    assert spark.table(f"{bench.table}_quarantine").count() == 4
    noted = {row.load_id: row for row in spark.table(f"{bench.table}_loads").collect()}
    assert set(noted) == {bench.a, bench.b}
    counted = {load: (row.rows_read, row.rows_loaded, row.rows_quarantined) for load, row in noted.items()}
    assert counted[bench.a] == (8, 4, 4)
    assert counted[bench.b] == (1, 1, 0)
    assert all(row.correlation_id and row.loaded_at and len(row.fingerprint) == 64 for row in noted.values())


def test_the_table_has_the_declared_types_and_says_where_a_row_came_from(spark, bench):
    fields = {field.name: field.dataType.simpleString() for field in spark.table(bench.table).schema}
    assert fields == DECLARED | {"_load_id": "string", "_source_file": "string"}
    origin = {(row["_load_id"], row["_source_file"]) for row in spark.table(bench.table).collect()}
    pattern = read_source(job.SOURCE).pattern
    assert origin == {(bench.a, pattern.replace("*", "a")), (bench.b, pattern.replace("*", "b"))}


def test_a_value_is_cast_whole_or_explained(spark):
    column = job.Column("x", "int", True, "")
    texts = spark.createDataFrame([("3",), ("abc",), ("1.7",), (None,)], "x string")
    rows = texts.select("x", job.cast(column), job.explain(column)).collect()
    assert [tuple(row) for row in rows] == [
        ("3", 3, None),
        ("abc", None, "x: 'abc' is no int"),
        ("1.7", None, "x: '1.7' is no int"),
        (None, None, "x: missing"),
    ]


def test_a_bad_row_is_kept_with_its_text_and_the_reason(spark, bench):
    rows = spark.table(f"{bench.table}_quarantine").collect()
    kept = {(row["_reason"], row["_load_id"]): row["_raw"] for row in rows}
    assert '"abc"' in kept["year: 'abc' is no int", bench.a]
    assert kept["tailnum: missing", bench.a].startswith("{")
    first_field = make_row(13)["tailnum"]
    assert kept["the row does not have the fields of its header", bench.a].startswith(first_field)


def test_a_legal_gap_stays_in_the_table(spark, bench):
    assert spark.table(bench.table).where("year IS NULL").count() == 1


def test_a_second_run_changes_nothing(spark, bench):
    before = snapshots(spark, bench)
    assert bench.run(spark) == 0
    assert snapshots(spark, bench) == before == [1, 1, 1]


def test_only_a_named_load_or_everything_again(spark, bench):
    assert bench.loads(spark) == []
    assert bench.loads(spark, "--again") == [bench.a, bench.b]
    assert bench.loads(spark, "--again", "--load", bench.a.replace("/", "-")) == [bench.a]
    with pytest.raises(SourceError, match="has no load nowhere"):
        bench.loads(spark, "--load", "nowhere")


def test_a_missing_column_is_named_and_nothing_is_written(spark, bench, tmp_path, monkeypatch):
    missing = list(DECLARED)[-1]
    monkeypatch.setenv("SOURCE_PLANES_PATH", str(tmp_path))
    Bench(tmp_path).put("a", [make_row(1)], without=missing)
    before = snapshots(spark, bench)
    with pytest.raises(SourceError, match=f"lacks the declared column.*{missing}"):
        bench.run(spark)
    assert snapshots(spark, bench) == before


def test_columns_are_found_by_name_and_an_undeclared_one_is_left_out(spark, bench, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_PLANES_PATH", str(tmp_path))
    name = read_source(job.SOURCE).pattern.replace("*", "a")
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    separator = read_source(job.SOURCE).options.get("sep", ",")
    turned = dict(reversed((make_row(7) | {"news": "x"}).items()))
    (tmp_path / name).write_text(separator.join(turned) + "\n" + separator.join(turned.values()) + "\n")
    source = read_source(job.SOURCE)
    raw = job.read_source_data(spark, source, source.list_loads(spark))
    row = job.validate_schema(raw).collect()[0].asDict()
    assert row["_reason"] == ""
    assert "news" not in row


def test_an_empty_source_is_an_error(spark, bench, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_PLANES_PATH", str(tmp_path / "nothing"))
    with pytest.raises(SourceError, match="source planes is empty"):
        bench.run(spark)


def test_a_changed_file_replaces_its_own_rows(spark, bench):
    bench.put("a", [make_row(1), make_row(6)])
    bench.c = bench.put("c", [make_row(7)])
    assert bench.run(spark) == 2
    loaded = [row["_load_id"] for row in spark.table(bench.table).collect()]
    assert sorted(loaded) == [bench.a, bench.a, bench.b, bench.c]
    refused = [row["_load_id"] for row in spark.table(f"{bench.table}_quarantine").collect()]
    assert sorted(refused) == []


def test_a_run_that_died_before_its_note_is_run_again_to_the_same_table(spark, bench):
    names = (bench.table, f"{bench.table}_quarantine")
    before = [contents(spark, name) for name in names]
    spark.sql(f"DELETE FROM {bench.table}_loads WHERE load_id = '{bench.c}'")
    assert bench.run(spark) == 1
    assert [contents(spark, name) for name in names] == before


def test_main_says_by_its_exit_status_how_it_went_and_stops_spark(bench, monkeypatch, tmp_path):
    bench.put("d", [make_row(8)])
    assert job.main([]) == 0
    assert SparkSession.getActiveSession() is None
    again = job.create_spark_session()
    assert again.table(bench.table).where("_source_file LIKE '%d%'").count() >= 1
    monkeypatch.setenv("SOURCE_PLANES_PATH", str(tmp_path))
    assert job.main([]) == 1
    assert SparkSession.getActiveSession() is None
