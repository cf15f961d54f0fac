"""silver.flights -> gold.daily_flights keeps its promises, on small real tables and in a lake of its own."""

import pytest
from pyspark.sql import SparkSession

import transformation.daily_flights as job
from common.lake import create_session
from common.ledger import RowsLost, reconcile
from common.trial import contents, fill, lake_environment, make_row, snapshots

SOURCE, TABLE = "trial.source", "trial.daily"
ALL = (TABLE, f"{TABLE}_quarantine", f"{TABLE}_loads")
DATED: list[dict[str, object]] = [
    {"year": 2013, "month": 1, "day": 1},
    {"year": 2013, "month": 1, "day": 2},
    {"year": 2013, "month": 2, "day": 30},
]
BREACHES: dict[str, dict[str, object]] = {}


def row(number: int, day: int, **changed: object) -> dict[str, str | None]:
    """A row of the first day (0), of the second (1) or of none (2), which breaks no rule."""
    given: dict[str, object] = {"origin": "JFK", "dep_delay": 20}
    return make_row(job.ROWS, number, given | DATED[day] | changed)


def put(spark: SparkSession, *rows: dict[str, str | None]) -> None:
    """The whole source, in the place of the one before."""
    spark.sql("CREATE NAMESPACE IF NOT EXISTS trial")
    spark.sql(f"DROP TABLE IF EXISTS {SOURCE}")
    fill(spark, SOURCE, job.ROWS, rows)


def run(spark: SparkSession, *arguments: str) -> int:
    return job.run(spark, job.parse_arguments(["--source", SOURCE, "--table", TABLE, *arguments]))


def counted(spark: SparkSession) -> dict[str, int]:
    """Day -> rows of the source that its figures are about."""
    days: dict[str, int] = {}
    for line in spark.table(TABLE).collect():
        days[str(line[job.DAY])] = days.get(str(line[job.DAY]), 0) + line[job.COUNTED]
    return days


def noted(spark: SparkSession, day: str) -> tuple[int, ...]:
    """What the ledger noted last of a day: read, loaded, quarantined, dropped."""
    lines = spark.table(ALL[2]).where(f"load_id = '{day}'").orderBy("loaded_at").collect()
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
def days(spark):
    """Three rows of one day, one of another, one without a day, and one against each rule: computed once."""
    breaches = [row(20 + n, 0, **breach) for n, breach in enumerate(BREACHES.values())]
    put(spark, row(1, 0), row(2, 0), row(3, 0), row(4, 1), row(5, 2), *breaches)
    assert run(spark) == 3
    return sorted(counted(spark))


def test_arguments_have_defaults():
    arguments = job.parse_arguments([])
    assert (arguments.source, arguments.table, arguments.again) == ("silver.flights", "gold.daily_flights", False)
    assert job.parse_arguments(["--again"]).again


def test_days_are_dates_and_no_day_is_none():
    assert [str(day) for day in job.name_days(["2024-02-29", job.NOWHERE])] == ["2024-02-29"]


def test_a_lost_row_is_an_error():
    with pytest.raises(RowsLost, match="load 2024-01-01: 3 rows in the source, 1 in the table, 1 apart, 0 dropped"):
        reconcile(job.count(["2024-01-01"], {"2024-01-01": 3}, {"2024-01-01": 1}, {"2024-01-01": 1}))


def test_every_row_is_counted_in_its_day_or_in_quarantine(spark, days):
    assert [counted(spark)[day] for day in days] == [3, 1]
    assert noted(spark, days[0]) == (3 + len(BREACHES), 3, len(BREACHES), 0)
    assert noted(spark, days[1]) == (1, 1, 0, 0)
    assert noted(spark, job.NOWHERE) == (1, 0, 1, 0)


def test_a_bad_row_is_kept_with_its_text_and_the_reason(spark, days):
    kept = {one["_reason"]: one["_raw"] for one in spark.table(ALL[1]).collect()}
    assert set(BREACHES) <= set(kept)
    assert any("it has no day" in reason and raw.startswith("{") for reason, raw in kept.items())


def test_the_columns_are_the_declared_ones(spark, days):
    fields = {field.name: field.dataType.simpleString() for field in spark.table(TABLE).schema}
    assert fields == {column.name: column.type for column in job.COLUMNS}


def test_a_second_run_writes_nothing(spark, days):
    before = snapshots(spark, *ALL)
    assert run(spark) == 0
    assert snapshots(spark, *ALL) == before


def test_doing_it_all_again_gives_the_same_table(spark, days):
    before = [contents(spark, name) for name in ALL[:2]]
    assert run(spark, "--again") == 3
    assert [contents(spark, name) for name in ALL[:2]] == before


def test_a_run_that_died_before_its_note_is_run_again_to_the_same_table(spark, days):
    before = [contents(spark, name) for name in ALL[:2]]
    spark.sql(f"DELETE FROM {ALL[2]} WHERE load_id = '{days[0]}'")
    assert run(spark) == 1
    assert [contents(spark, name) for name in ALL[:2]] == before


def test_a_late_row_brings_its_own_day_again_and_no_other(spark, days):
    other = spark.table(f"{TABLE}.files").select("file_path").collect()
    fill(spark, SOURCE, job.ROWS, [row(6, 0)])
    assert run(spark) == 1
    assert [counted(spark)[day] for day in days] == [4, 1]
    assert len({*other} & {*spark.table(f"{TABLE}.files").select("file_path").collect()}) >= 1


def test_a_day_that_lost_its_rows_is_emptied(spark, days):
    put(spark, row(1, 0), row(5, 2))
    assert run(spark) == 2
    assert counted(spark) == {days[0]: 1}
    assert noted(spark, days[1]) == (0, 0, 0, 0)
    assert run(spark) == 0


def test_main_says_by_its_exit_status_how_it_went_and_stops_spark(spark, days):
    assert job.main(["--source", SOURCE, "--table", TABLE]) == 0
    assert SparkSession.getActiveSession() is None
    assert job.main(["--source", "trial.nowhere", "--table", TABLE]) == 1
    assert SparkSession.getActiveSession() is None
