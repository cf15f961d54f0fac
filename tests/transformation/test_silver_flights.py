"""bronze.flights -> silver.flights keeps its promises, on small real tables and in a lake of its own."""

import pytest
from pyspark.sql import SparkSession

import transformation.silver_flights as job
from common.lake import create_session
from common.ledger import RowsLost, reconcile
from common.trial import contents, fill, lake_environment, make_row, snapshots

SOURCE, TABLE = "trial.source", "trial.merged"
ALL = (TABLE, f"{TABLE}_quarantine", f"{TABLE}_loads")
BREACHES: dict[str, dict[str, object]] = {
    "a flight that landed has left": {
        "arr_time": 900,
        "dep_time": None,
    },
    "the clock says what hour and minute say": {
        "sched_dep_time": 516,
    },
}


def row(number: int, unit: str, **changed: object) -> dict[str, str | None]:
    """A row that breaks no rule; each number gives another key."""
    given: dict[str, object] = {"sched_dep_time": 515, "hour": 5, "minute": 15}
    return make_row(job.COLUMNS, number, given | {"_load_id": unit} | changed)


def deliver(spark: SparkSession, unit: str, *rows: dict[str, str | None]) -> None:
    """A part of the source, in the place of the one before."""
    fill(spark, SOURCE, job.COLUMNS, rows, unit)


def run(spark: SparkSession, *arguments: str) -> int:
    return job.run(spark, job.parse_arguments(["--source", SOURCE, "--table", TABLE, *arguments]))


def held(spark: SparkSession, column: str = "_load_id") -> list[str]:
    """One column of the table."""
    return sorted(str(one[column]) for one in spark.table(TABLE).collect())


def counts(spark: SparkSession, unit: str) -> tuple[int, ...]:
    """What the ledger noted last of a part: read, loaded, quarantined, dropped."""
    lines = spark.table(ALL[2]).where(f"load_id = '{unit}'").orderBy("loaded_at").collect()
    return tuple(lines[-1])[2:6]


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
def merged(spark):
    """Two parts, merged once: three keys, one of them twice, and a row of each bad kind."""
    deliver(
        spark,
        "a",
        row(1, "a"),
        row(2, "a"),
        row(7, "a", year=None),
        *(row(8 + n, "a", **breach) for n, breach in enumerate(BREACHES.values())),
    )
    deliver(spark, "b", row(2, "b"), row(3, "b"))
    return run(spark)


def test_arguments_have_defaults():
    arguments = job.parse_arguments([])
    assert (arguments.source, arguments.table, arguments.again) == ("bronze.flights", "silver.flights", False)
    assert job.parse_arguments(["--again"]).again


def test_a_lost_row_is_an_error():
    with pytest.raises(RowsLost, match="load a: 3 rows in the source, 1 in the table, 1 apart, 0 dropped"):
        reconcile(job.count(["a"], {"a": 3}, {"a": 1}, {"a": 1}))


def test_the_newest_row_of_each_key_is_in_the_table(spark, merged):
    assert merged == 2
    assert held(spark) == ["a", "b", "b"]


def test_every_row_is_in_the_table_in_quarantine_or_dropped_and_counted(spark, merged):
    bad = 3
    assert spark.table(ALL[1]).count() == bad
    assert counts(spark, "a") == (2 + bad, 1, bad, 1)
    assert counts(spark, "b") == (2, 2, 0, 0)


def test_a_bad_row_is_kept_with_its_text_and_the_reason(spark, merged):
    reasons = {one["_reason"]: one["_raw"] for one in spark.table(ALL[1]).collect()}
    assert reasons["year: missing"].startswith("{")
    assert set(BREACHES) <= set(reasons)


def test_the_columns_are_the_declared_ones(spark, merged):
    fields = {field.name: field.dataType.simpleString() for field in spark.table(TABLE).schema}
    assert fields == {column.name: column.type for column in job.COLUMNS}


def test_a_second_run_writes_nothing(spark, merged):
    before = snapshots(spark, *ALL)
    assert run(spark) == 0
    assert snapshots(spark, *ALL) == before


def test_doing_it_all_again_gives_the_same_table(spark, merged):
    before = [contents(spark, name) for name in ALL[:2]]
    assert run(spark, "--again") == 2
    assert [contents(spark, name) for name in ALL[:2]] == before


def test_a_run_that_died_before_its_note_is_run_again_to_the_same_table(spark, merged):
    before = [contents(spark, name) for name in ALL[:2]]
    spark.sql(f"DELETE FROM {ALL[2]} WHERE load_id = 'b'")
    assert run(spark) == 1
    assert [contents(spark, name) for name in ALL[:2]] == before


def test_a_changed_row_takes_the_place_of_the_one_before(spark, merged):
    deliver(spark, "b", row(2, "b"), row(3, "b", year=row(9, "b")["year"]))
    assert run(spark) == 1
    assert len(held(spark)) == 3
    value = held(spark, "year")
    assert value.count(str(spark.sql("SELECT cast('" + str(row(9, "b")["year"]) + "' AS int) AS x").first()["x"])) == 1


def test_a_late_part_loses_against_newer_rows(spark, merged):
    deliver(spark, "0-late", row(1, "0-late"), row(4, "0-late"))
    assert run(spark) == 1
    assert held(spark) == ["0-late", "a", "b", "b"]
    assert counts(spark, "0-late") == (2, 1, 0, 1)


def test_a_withdrawn_row_goes_and_the_version_before_comes_back(spark, merged):
    deliver(spark, "b", row(3, "b"))
    assert run(spark) == 1
    assert held(spark) == ["0-late", "a", "a", "b"]
    assert counts(spark, "b") == (1, 1, 0, 0)


def test_a_part_that_has_gone_takes_its_rows_along(spark, merged):
    spark.sql(f"DELETE FROM {SOURCE} WHERE _load_id = 'b'")
    assert run(spark) == 1
    assert held(spark) == ["0-late", "a", "a"]
    assert counts(spark, "b") == (0, 0, 0, 0)


def test_main_says_by_its_exit_status_how_it_went_and_stops_spark(spark, merged):
    assert job.main(["--source", SOURCE, "--table", TABLE]) == 0
    assert SparkSession.getActiveSession() is None
    assert job.main(["--source", "trial.nowhere", "--table", TABLE]) == 1
    assert SparkSession.getActiveSession() is None
