"""weather of weather -> bronze.weather keeps its promises, with a real server on loopback and in a lake of its own."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest
from pyspark.sql import SparkSession

import ingestion.weather_api as job
from common.lake import create_session
from common.sources import SourceError
from common.trial import contents, lake_environment, make_row, snapshots

TABLE = "trial.fetched"
ALL = (TABLE, f"{TABLE}_quarantine", f"{TABLE}_loads")
RECORDS = "data.hours"


class Server(ThreadingHTTPServer):
    """An API with records, which can be told to misbehave."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.records: list[dict[str, str | None]] = []
        self.faults: list[str] = []
        self.asked: list[dict[str, str]] = []
        Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def put(self, number: int, moment: int, **changed: object) -> None:
        """A record; `moment` is its cursor. Each number has another key."""
        row = make_row(job.COLUMNS, number, {})
        row[job.CURSOR] = make_row(job.COLUMNS, moment * 60, {})[job.CURSOR]
        row |= {name: None if value is None else str(value) for name, value in changed.items()}
        self.records = [one for one in self.records if one["_number"] != str(number)] + [row | {"_number": str(number)}]


class Answer(BaseHTTPRequestHandler):
    """One answer."""

    def do_GET(self) -> None:
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        self.server.asked.append(query)
        fault = self.server.faults.pop(0) if self.server.faults else ""
        if fault in ("429", "500"):
            return self.reply(int(fault), "{}")
        if fault == "html":
            return self.reply(200, "<html>we are busy</html>")
        if fault == "no list":
            return self.reply(200, '{"error": "none of your business"}')
        since = query.get("since", "").replace("T", " ").rstrip("Z")
        found = [one for one in self.server.records if (one[job.CURSOR] or "") >= since]
        size, page = 2, int(query["page"])
        listed: object = [
            {name: value for name, value in one.items() if name != "_number"}
            for one in found[size * (page - 1) : size * page]
        ]
        for name in reversed([name for name in RECORDS.split(".") if name]):
            listed = {name: listed}
        return self.reply(200, json.dumps(listed), half=fault == "half")

    def reply(self, status: int, text: str, half: bool = False) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if half else body)
        self.close_connection = True

    def log_message(self, *words: object) -> None:
        """Says nothing."""


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
    made = Server()
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture(autouse=True)
def at_the_api(server, monkeypatch):
    monkeypatch.setenv(f"SOURCE_{job.API.upper()}_URL", server.address)


@pytest.fixture
def fetch(spark, lake):
    """The job, with little patience."""
    words = ["--table", TABLE, "--landing", str(lake / "landing"), "--wait", "0.01"]
    return lambda *more: job.run(spark, job.parse_arguments([*words, *more]))


@pytest.fixture(scope="session")
def loaded(spark, lake, server):
    """Three records and one whose value is not what was declared, in two pages, loaded once."""
    for number in (1, 2, 3):
        server.put(number, number)
    server.put(4, 2, temp="abc")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(f"SOURCE_{job.API.upper()}_URL", server.address)
        words = ["--table", TABLE, "--landing", str(lake / "landing"), "--wait", "0.01"]
        return job.run(spark, job.parse_arguments(words))


def test_arguments_have_defaults_and_the_api_is_described(server):
    arguments = job.parse_arguments([])
    assert (arguments.table, arguments.whole) == ("bronze.weather", False)
    described = job.describe_api()
    assert (described.base_url, described.path) == (server.address, "weather")
    assert (described.size, described.since_param) == (500, "since")


def test_every_record_is_in_the_table_or_in_quarantine_and_counted(spark, loaded):
    assert loaded == 4
    assert spark.table(TABLE).count() == 3
    assert counts(spark) == (4, 3, 1, 0)
    bad = spark.table(ALL[1]).first()
    assert bad["_reason"] == "temp: 'abc' is no double"
    assert '"abc"' in bad["_raw"]


def test_the_columns_are_the_declared_ones(spark, loaded):
    fields = {field.name: field.dataType.simpleString() for field in spark.table(TABLE).schema}
    assert fields == {column.name: column.type for column in job.COLUMNS} | {"_load_id": "string"}


def test_a_second_run_writes_nothing(spark, loaded, fetch):
    before = snapshots(spark, *ALL)
    assert fetch() == 0
    assert fetch("--whole") == 0
    assert snapshots(spark, *ALL) == before


@pytest.mark.parametrize("faults", [["429", "429"], ["500"], ["half"]])
def test_an_api_that_is_busy_or_breaks_off_is_asked_again_and_nothing_is_lost(spark, loaded, fetch, server, faults):
    rows = spark.table(TABLE).count()
    server.put(10 + rows, 5)
    server.faults = list(faults)
    assert fetch() == 1
    assert server.faults == []
    assert spark.table(TABLE).count() == rows + 1


@pytest.mark.parametrize("faults", [["html"], ["no list"], ["500"] * 5, ["", "html"]])
def test_an_api_that_does_not_come_to_its_end_changes_nothing(spark, loaded, fetch, server, faults):
    before = [contents(spark, name) for name in ALL]
    server.faults = list(faults)
    with pytest.raises(SourceError, match=job.API):
        fetch()
    server.faults = []
    assert [contents(spark, name) for name in ALL] == before


def test_only_what_is_new_is_asked_for(spark, loaded, fetch, server):
    server.put(30, 6)
    server.asked = []
    assert fetch() == 1
    assert all(query["since"] for query in server.asked)


def test_a_batch_that_died_before_its_note_is_read_again_to_the_same_table(spark, loaded, fetch):
    before = [contents(spark, name) for name in ALL[:2]]
    spark.sql(f"DELETE FROM {ALL[2]} WHERE load_id = (SELECT max(load_id) FROM {ALL[2]})")
    assert fetch() == 1
    assert [contents(spark, name) for name in ALL[:2]] == before


def test_main_says_by_its_exit_status_how_it_went_and_stops_spark(spark, loaded, lake, server):
    words = ["--table", TABLE, "--landing", str(lake / "landing"), "--wait", "0.01"]
    assert job.main(words) == 0
    assert SparkSession.getActiveSession() is None
    server.faults = ["html"]
    assert job.main(words) == 1
    assert SparkSession.getActiveSession() is None
