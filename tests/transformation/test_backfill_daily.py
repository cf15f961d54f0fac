"""A backfill of gold.daily_flights keeps its promises, on small real tables and in a lake of its own."""

import json
from datetime import date

import pytest
from pyspark.sql import SparkSession

import transformation.backfill_daily as backfill
import transformation.daily_flights as job
from common.lake import create_session
from common.trial import contents, fill, lake_environment, make_row, snapshots

SOURCE, TABLE = "trial.source", "trial.daily"
ALL = (TABLE, f"{TABLE}_quarantine", f"{TABLE}_loads", f"{TABLE}_backfills")
DATED: list[dict[str, object]] = [
    {"year": 2013, "month": 1, "day": 1},
    {"year": 2013, "month": 1, "day": 2},
    {"year": 2013, "month": 1, "day": 3},
    {"year": 2013, "month": 1, "day": 4},
]


def row(number: int, day: int) -> dict[str, str | None]:
    """A row of one of four days."""
    given: dict[str, object] = {"origin": "JFK"}
    return make_row(job.ROWS, number, given | DATED[day])


def run(spark: SparkSession, days: list[str], *arguments: str) -> int:
    words = ["--from", days[0], "--to", days[-1], "--source", SOURCE, "--table", TABLE, *arguments]
    return backfill.run(spark, backfill.parse_arguments(words))


def told(capsys: pytest.CaptureFixture[str], message: str) -> list[dict[str, object]]:
    """Lines of the log with this message."""
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    return [line for line in lines if line["message"] == message]


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
    """Four days, of which the table knows the last only."""
    fill(spark, SOURCE, job.ROWS, [row(n, n % 4) for n in range(9)])
    seen = job.find_seen(job.read_source(spark, SOURCE))
    named = sorted(seen)
    last = named[-1:]
    job.note_days(spark, TABLE, seen, job.recompute(spark, SOURCE, TABLE, last))
    return named


def test_arguments_have_defaults_and_a_range_that_ends_before_it_begins_is_refused(capsys):
    arguments = backfill.parse_arguments(["--from", "2024-01-01", "--to", "2024-01-31"])
    assert (arguments.table, arguments.chunk_days) == ("gold.daily_flights", 7)
    assert (arguments.name, arguments.dry_run) == ("2024-01-01..2024-01-31", False)
    with pytest.raises(SystemExit, match="2"):
        backfill.parse_arguments(["--from", "2024-01-31", "--to", "2024-01-01"])
    assert "--to is not before --from" in capsys.readouterr().err


def test_a_range_is_cut_into_chunks_the_oldest_first():
    chunks = list(backfill.make_chunks(date(2024, 2, 27), date(2024, 3, 2), 2))
    assert [chunk.days for chunk in chunks] == [
        ["2024-02-27", "2024-02-28"],
        ["2024-02-29", "2024-03-01"],
        ["2024-03-02"],
    ]
    assert backfill.name_chunk("fix", chunks[0]) == "fix: 2024-02-27..2024-02-28"


def test_a_chunk_changes_with_its_days_alone():
    chunk = backfill.Chunk(date(2024, 1, 1), date(2024, 1, 2))
    before = backfill.fingerprint(chunk, {"2024-01-01": "1:5"})
    assert before == backfill.fingerprint(chunk, {"2024-01-01": "1:5", "2024-01-03": "1:9"})
    assert before != backfill.fingerprint(chunk, {"2024-01-01": "1:6"})
    assert backfill.fingerprint(chunk, {}) == "no rows"


def test_a_preview_tells_what_would_be_done_and_writes_nothing(spark, days, capsys):
    before = snapshots(spark, *ALL[:3])
    assert run(spark, days, "--dry-run", "--chunk-days", "2") == 0
    lines = told(capsys, "would compute")
    assert [(line["days"], line["rows_to_read"], line["rows_to_replace"]) for line in lines] == [(2, 5, 0), (2, 4, 1)]
    assert all(line["correlation_id"] for line in lines)
    assert snapshots(spark, *ALL[:3]) == before
    assert not spark.catalog.tableExists(ALL[3])


def test_a_backfill_that_ended_early_goes_on_where_it_was(spark, days, capsys):
    outside = spark.table(TABLE).where(f"cast({job.DAY} as string) = '{days[3]}'").collect()
    assert run(spark, days[:3], "--chunk-days", "1", "--at-most", "1") == 1
    assert told(capsys, "done")[0]["chunks_left"] == 2
    assert sorted({str(line[job.DAY]) for line in spark.table(TABLE).collect()}) == [days[0], days[3]]
    assert run(spark, days[:3], "--chunk-days", "1") == 2
    assert sorted({str(line[job.DAY]) for line in spark.table(TABLE).collect()}) == days
    assert spark.table(TABLE).where(f"cast({job.DAY} as string) = '{days[3]}'").collect() == outside


def test_a_chunk_that_died_before_its_note_is_done_again_to_the_same_table(spark, days):
    before = contents(spark, TABLE)
    spark.sql(f"DELETE FROM {ALL[3]} WHERE load_id LIKE '%: {days[1]}..%'")
    assert run(spark, days[:3], "--chunk-days", "1") == 1
    assert contents(spark, TABLE) == before


def test_a_backfill_that_is_done_writes_nothing_and_the_daily_job_neither(spark, days):
    before = snapshots(spark, *ALL)
    assert run(spark, days[:3], "--chunk-days", "1") == 0
    assert job.run(spark, job.parse_arguments(["--source", SOURCE, "--table", TABLE])) == 0
    assert snapshots(spark, *ALL) == before


def test_another_name_or_again_begins_anew_and_gives_the_same_table(spark, days):
    before = contents(spark, TABLE)
    assert run(spark, days[:3], "--chunk-days", "2", "--name", "after the fix") == 2
    assert run(spark, days[:3], "--chunk-days", "2", "--name", "after the fix", "--again") == 2
    assert contents(spark, TABLE) == before


def test_a_damaged_day_is_right_again(spark, days):
    before = contents(spark, TABLE)
    spark.sql(f"DELETE FROM {TABLE} WHERE cast({job.DAY} as string) = '{days[0]}'")
    assert run(spark, days[:1], "--name", "mend") == 1
    assert contents(spark, TABLE) == before


def test_every_chunk_is_noted_with_its_counts(spark, days):
    noted = {line.load_id: tuple(line)[2:6] for line in spark.table(ALL[3]).collect()}
    assert noted[f"mend: {days[0]}..{days[0]}"] == (3, 3, 0, 0)


def test_main_says_by_its_exit_status_how_it_went_and_stops_spark(spark, days):
    words = ["--from", days[0], "--to", days[0], "--table", TABLE]
    assert backfill.main([*words, "--source", SOURCE]) == 0
    assert SparkSession.getActiveSession() is None
    assert backfill.main([*words, "--source", "trial.nowhere"]) == 1
    assert SparkSession.getActiveSession() is None
