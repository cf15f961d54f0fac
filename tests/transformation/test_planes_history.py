"""bronze.planes -> silver.planes_history keeps its promises, on small real tables and in a lake of its own."""

import pytest
from pyspark.sql import SparkSession

import transformation.planes_history as job
from common.lake import create_session
from common.ledger import RowsLost, reconcile
from common.sources import SourceError
from common.tables import Column
from common.trial import contents, fill, lake_environment, make_row, snapshots

SOURCE, TABLE = "trial.source", "trial.history"
ALL = (TABLE, f"{TABLE}_quarantine", f"{TABLE}_loads")
DELIVERED = (*job.ROWS, Column("_load_id", "string", True, ""))
FIRST, SECOND, LATE, THIRD, FOURTH = (
    "2013-01-31",
    "2013-02-28",
    "2013-03-15",
    "2013-03-31",
    "2013-04-30",
)
CHANGED: dict[str, object] = {"engines": 4, "engine": "Turbo-prop"}
BREACHES: dict[str, dict[str, object]] = {
    "an aircraft has seats and engines": {
        "seats": 0,
    },
}


def row(number: int, **changed: object) -> dict[str, str | None]:
    """A row of one thing, which breaks no rule; each number is another thing."""
    given: dict[str, object] = {"engines": 2}
    return make_row(job.ROWS, number, given | changed)


def name(number: int) -> tuple[str, ...]:
    """The key of a thing, as the table shows it."""
    return tuple(str(row(number)[column]) for column in job.KEY)


def deliver(spark: SparkSession, unit: str, *rows: dict[str, str | None]) -> None:
    """A delivery, in the place of what was there under its name."""
    fill(spark, SOURCE, DELIVERED, [one | {"_load_id": unit} for one in rows], unit)


def run(spark: SparkSession, *arguments: str) -> int:
    return job.run(spark, job.parse_arguments(["--source", SOURCE, "--table", TABLE, *arguments]))


def versions(spark: SparkSession, number: int) -> list[tuple[str, str, bool]]:
    """From when to when, and whether it holds still."""
    lines = [line for line in spark.table(TABLE).collect() if tuple(str(line[one]) for one in job.KEY) == name(number)]
    return sorted((str(line["valid_from"]), str(line["valid_to"]), line["is_current"]) for line in lines)


def counts(spark: SparkSession, unit: str) -> tuple[int, ...]:
    """What the ledger noted last of a delivery: read, loaded, quarantined, dropped."""
    lines = spark.table(ALL[2]).where(f"load_id = '{unit}'").orderBy("loaded_at").collect()
    return tuple(lines[-1])[2:6]


def day(spark: SparkSession, unit: str) -> str:
    """The day that a delivery is about."""
    return str(spark.sql(f"SELECT cast({job.DAY_OF} AS date) AS day FROM (SELECT '{unit}' AS _load_id)").first()["day"])


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
    """Three deliveries in one run: thing 1 changes, 2 stays, 3 comes, 4 goes and comes back; and a row of each bad kind."""
    breaches = [row(8 + n, **breach) for n, breach in enumerate(BREACHES.values())]
    deliver(spark, FIRST, row(1), row(2), row(4), *breaches)
    deliver(spark, SECOND, row(1, **CHANGED), row(2), row(3), row(3))
    deliver(spark, THIRD, row(1, **CHANGED), row(2), row(3), row(4), row(5, tailnum=None))
    assert run(spark) == 3
    return [day(spark, unit) for unit in (FIRST, SECOND, LATE, THIRD, FOURTH)]


def test_arguments_have_defaults():
    arguments = job.parse_arguments([])
    assert (arguments.source, arguments.table, arguments.again) == ("bronze.planes", "silver.planes_history", False)
    assert job.parse_arguments(["--again"]).again


def test_a_lost_row_is_an_error():
    with pytest.raises(RowsLost, match="load a: 3 rows in the source, 1 in the table, 1 apart, 0 dropped"):
        reconcile(job.count(["a"], {"a": 3}, {"a": 1}, {"a": 1}))


def test_each_thing_has_its_versions(spark, days):
    assert versions(spark, 1) == [(days[0], days[1], False), (days[1], "None", True)]
    assert versions(spark, 2) == [(days[0], "None", True)]
    assert versions(spark, 3) == [(days[1], "None", True)]
    assert versions(spark, 4) == [(days[0], days[1], False), (days[3], "None", True)]


def test_every_row_is_in_the_history_in_quarantine_or_dropped_and_counted(spark, days):
    assert counts(spark, FIRST) == (3 + len(BREACHES), 3, len(BREACHES), 0)
    assert counts(spark, SECOND) == (4, 3, 0, 1)
    assert counts(spark, THIRD) == (5, 4, 1, 0)
    reasons = {one["_reason"]: one["_raw"] for one in spark.table(ALL[1]).collect()}
    assert {"tailnum: missing", *BREACHES} == set(reasons)
    assert all(raw.startswith("{") for raw in reasons.values())


def test_the_columns_are_the_declared_ones(spark, days):
    fields = {field.name: field.dataType.simpleString() for field in spark.table(TABLE).schema}
    assert fields == {column.name: column.type for column in job.COLUMNS}
    assert set(fields) == {
        "tailnum",
        "year",
        "type",
        "manufacturer",
        "model",
        "engines",
        "seats",
        "speed",
        "engine",
        "valid_from",
        "valid_to",
        "is_current",
    }


def test_a_second_run_writes_nothing(spark, days):
    before = snapshots(spark, *ALL)
    assert run(spark) == 0
    assert snapshots(spark, *ALL) == before


def test_a_delivery_once_more_gives_the_same_history(spark, days):
    before = contents(spark, TABLE)
    deliver(spark, SECOND, row(3), row(1, **CHANGED), row(2), row(3))
    assert run(spark) == 0
    assert run(spark, "--again") == 3
    assert contents(spark, TABLE) == before


def test_a_run_that_died_before_its_note_is_run_again_to_the_same_history(spark, days):
    before = contents(spark, TABLE)
    spark.sql(f"DELETE FROM {ALL[2]} WHERE load_id = '{SECOND}'")
    assert run(spark) == 1
    assert contents(spark, TABLE) == before


def test_a_late_delivery_takes_its_place_in_between(spark, days):
    deliver(spark, LATE, row(1), row(2), row(3))
    assert run(spark) == 1
    assert versions(spark, 1) == [
        (days[0], days[1], False),
        (days[1], days[2], False),
        (days[2], days[3], False),
        (days[3], "None", True),
    ]
    spark.sql(f"DELETE FROM {SOURCE} WHERE _load_id = '{LATE}'")
    assert run(spark) == 1
    assert versions(spark, 1) == [(days[0], days[1], False), (days[1], "None", True)]


def test_a_row_that_does_not_fit_ends_no_version_and_two_that_differ_leave_one(spark, days):
    other, hidden = row(2, **CHANGED), len(list(BREACHES)[:1])
    bad = [row(1, **breach) for breach in list(BREACHES.values())[:1]] or [row(1, **CHANGED)]
    deliver(spark, FOURTH, *bad, row(2), other, row(3), row(4))
    assert run(spark) == 1
    assert versions(spark, 1)[-1] == (days[1], "None", True)
    assert counts(spark, FOURTH) == (5, 4 - hidden, 1 + hidden, 0)
    reasons = [one["_reason"] for one in spark.table(ALL[1]).where(f"_load_id = '{FOURTH}'").collect()]
    assert "another row of its delivery has its key (tailnum)" in reasons


def test_no_two_versions_of_a_thing_overlap(spark, days):
    spark.table(TABLE).createOrReplaceTempView("versions")
    same = " AND ".join(f"a.{one} = b.{one}" for one in job.KEY)
    overlaps = spark.sql(
        f"SELECT * FROM versions a JOIN versions b ON {same} AND a.valid_from < b.valid_from "
        "AND (a.valid_to IS NULL OR a.valid_to > b.valid_from)"
    )
    assert overlaps.count() == 0
    assert spark.sql("SELECT * FROM versions WHERE valid_to <= valid_from").count() == 0


def test_two_deliveries_about_one_day_are_refused_before_anything_is_written(spark, days):
    before = snapshots(spark, *ALL)
    twice = job.read_source(spark, SOURCE)
    same = twice.withColumn("_load_id", job.sf.concat("_load_id", job.sf.lit(" ")))
    with pytest.raises(SourceError, match="are both about"):
        job.line_up(twice.union(same), f"to_date('{days[0]}')")
    assert snapshots(spark, *ALL) == before


def test_main_says_by_its_exit_status_how_it_went_and_stops_spark(spark, days):
    assert job.main(["--source", SOURCE, "--table", TABLE]) == 0
    assert SparkSession.getActiveSession() is None
    assert job.main(["--source", "trial.nowhere", "--table", TABLE]) == 1
    assert SparkSession.getActiveSession() is None
