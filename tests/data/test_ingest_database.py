"""What a PostgreSQL has becomes raw tables: whole or what is new, nothing lost, nothing twice, every type kept."""

from __future__ import annotations

import datetime
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from uuid import UUID

import jsonschema
import pytest
import yaml

from asked import Said, asked
from house import House
from sample import postgres

duckdb = pytest.importorskip("duckdb")
psycopg = pytest.importorskip("psycopg")
pytest.importorskip("dlt")

BINARIES = postgres.find_binaries()
pytestmark = pytest.mark.skipif(BINARIES is None, reason="no PostgreSQL on this machine")
DATABASE = "data/processed/warehouse.duckdb"
SECRET = "hunter2-of-the-crm"


@pytest.fixture(scope="session")
def server() -> Iterator[int]:
    """The port of a PostgreSQL."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    assert BINARIES
    with postgres.running(BINARIES, port):
        yield port


@pytest.fixture
def crm(server: int) -> Iterator[Any]:
    """A connection to an empty database."""
    with psycopg.connect(f"host=127.0.0.1 port={server} user=lake dbname=postgres", autocommit=True) as con:
        con.execute("DROP SCHEMA IF EXISTS sales CASCADE")
        con.execute("DROP SCHEMA public CASCADE")
        con.execute("CREATE SCHEMA public")
        yield con


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server trusts everybody; the secret goes its way all the same."""
    monkeypatch.setenv("CRM_PASSWORD", SECRET)


def register(house: House, port: int, *tables: Any, **more: Any) -> None:
    """configs/sources.yml with one database."""
    entry = {
        "host": "127.0.0.1", "port": port, "database": "postgres", "user": "lake", "password": {"env": "CRM_PASSWORD"},
        "tables": list(tables), **more,
    }  # fmt: skip
    house.write("configs/sources.yml", yaml.safe_dump({"sources": {"databases": {"crm": entry}}}))


def load(house: House, *words: str) -> Said:
    """`agentic ingest database ...`."""
    return asked(house.root, "ingest", "database", *(words or ("crm",)), "--json")


def query(house: House, sql: str) -> list[tuple[Any, ...]]:
    """What the raw tables say."""
    with duckdb.connect(str(house.root / DATABASE), read_only=True) as con:
        con.execute("SET TimeZone = 'UTC'")
        return con.execute(sql).fetchall()


def only(said: Said) -> dict[str, Any]:
    """The one extract."""
    return said.json["extracts"][0]


def test_each_type_is_kept_and_null_stays_null(house: House, server: int, crm: Any) -> None:
    crm.execute(
        "CREATE TABLE things (id int PRIMARY KEY, price numeric(12,4), free numeric, at timestamptz, t timestamp, d date, doc jsonb,"
        " list int[], words text[], grid int[], u uuid, raw bytea, text varchar(20), ok boolean, f float8, clock time)"
    )
    crm.execute(
        "INSERT INTO things VALUES (1, 12.3456, 0.123456789, '2024-01-01 12:00:00.123456+02', '2024-01-01 12:00', '2024-02-29',"
        """ '{"a": [1, 2.50]}', '{1,NULL,3}', ARRAY['x', 'y"z', NULL], '{7}', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',"""
        " '\\xdeadbeef', 'Ünï', true, 0.1, '12:34:56.7'), (2, " + ", ".join(["NULL"] * 15) + ")"
    )
    register(house, server, "things")
    said = load(house)
    jsonschema.validate(said.json, json.loads(asked(house.root, "schema", "extraction").out))
    assert (said.exit, only(said)["rows_loaded"]) == (0, 2), said
    kinds = dict(
        query(house, "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 'raw_crm_things'")
    )
    assert list(kinds.values()) == [
        "INTEGER", "DECIMAL(12,4)", "DECIMAL(38,9)", "TIMESTAMP WITH TIME ZONE", "TIMESTAMP", "DATE", "JSON", "INTEGER[]", "VARCHAR[]",
        "INTEGER[]", "UUID", "BLOB", "VARCHAR", "BOOLEAN", "DOUBLE", "TIME",
    ]  # fmt: skip
    first, second = query(house, 'SELECT * REPLACE (CAST("at" AS VARCHAR) AS "at") FROM raw_crm_things ORDER BY id')
    assert first == (
        1, Decimal("12.3456"), Decimal("0.123456789"), "2024-01-01 10:00:00.123456+00", datetime.datetime(2024, 1, 1, 12),
        datetime.date(2024, 2, 29), '{"a": [1, 2.50]}', [1, None, 3], ["x", 'y"z', None], [7],
        UUID("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"), b"\xde\xad\xbe\xef", "Ünï", True, 0.1, datetime.time(12, 34, 56, 700000),
    )  # fmt: skip
    assert second == (2, *[None] * 15)
    left = [path for path in house.root.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]
    assert left == [] and SECRET not in said.out + said.err


@pytest.mark.chaos(
    source="database", given="infinity, a year before Christ, a number of 40 digits, a table in a list",
    data="loaded where DuckDB knows it, else in quarantine with column and text; the other rows loaded",
)  # fmt: skip
def test_values_that_duckdb_does_not_know_wait_in_quarantine(house: House, server: int, crm: Any) -> None:
    crm.execute("CREATE TABLE odd (id int, n numeric, d date, at timestamptz, list int[])")
    crm.execute(
        "INSERT INTO odd VALUES (1, 1, '0044-03-15 BC', 'infinity', '{}'), (2, 1e39, NULL, NULL, NULL), (3, 'NaN', NULL, NULL, NULL),"
        " (4, 0.0000000001, NULL, NULL, NULL), (5, 1, NULL, NULL, '{{1,2},{3,4}}')"
    )
    register(house, server, "odd")
    one = only(load(house))
    assert (one["rows_read"], one["rows_loaded"], one["rows_quarantined"]) == (5, 1, 4)
    assert query(house, 'SELECT id, d::VARCHAR, "at"::VARCHAR FROM raw_crm_odd') == [(1, "0044-03-15 (BC)", "infinity")]
    bad = query(
        house, "SELECT raw->>'id', reason FROM (SELECT raw::JSON AS raw, reason FROM raw_crm_odd_quarantine) ORDER BY 1"
    )
    assert bad == [*((number, "n cannot be a DECIMAL(38,9)") for number in "234"), ("5", "list cannot be a INTEGER[]")]


def test_a_whole_table_is_replaced_at_once_and_follows_its_source(house: House, server: int, crm: Any) -> None:
    crm.execute("CREATE TABLE people AS SELECT i AS id, i AS n FROM generate_series(1, 5) i")
    register(house, server, "people")
    assert only(load(house))["rows_loaded"] == 5
    crm.execute("ALTER TABLE people ALTER n TYPE text, ADD extra int; DELETE FROM people WHERE id > 2")
    assert only(load(house))["rows_loaded"] == 2
    assert query(house, "SELECT id, n, extra FROM raw_crm_people ORDER BY id") == [(1, "1", None), (2, "2", None)]
    crm.execute("DELETE FROM people")
    assert load(house).exit == 0 and query(house, "SELECT count(*) FROM raw_crm_people") == [(0,)]


def test_several_schemas_are_listed_and_loaded_into_tables_of_their_own(house: House, server: int, crm: Any) -> None:
    crm.execute(
        "CREATE SCHEMA sales; CREATE TABLE orders (id int PRIMARY KEY); CREATE TABLE sales.orders (id int); CREATE TABLE sales.other (id int)"
    )
    crm.execute("INSERT INTO orders VALUES (1); INSERT INTO sales.orders VALUES (2)")
    register(house, server, "orders", "sales.orders")
    listed = load(house, "crm", "--list")
    jsonschema.validate(listed.json, json.loads(asked(house.root, "schema", "database_tables").out))
    found = [(one["schema"], one["name"], one["key"], one["chosen"]) for one in listed.json["tables"]]
    assert found == [("public", "orders", ["id"], True), ("sales", "orders", [], True), ("sales", "other", [], False)]
    assert load(house).exit == 0
    assert query(house, "SELECT * FROM raw_crm_orders UNION ALL SELECT * FROM raw_crm_sales_orders") == [(1,), (2,)]
    register(house, server, schema="sales")
    assert [one["table"] for one in load(house).json["extracts"]] == ["raw_crm_orders", "raw_crm_other"]


def test_only_rows_that_came_or_changed_are_read_late_and_equal_ones_too(house: House, server: int, crm: Any) -> None:
    crm.execute("CREATE TABLE visits (id int PRIMARY KEY, v text, at timestamptz NOT NULL)")
    crm.execute(
        "INSERT INTO visits SELECT i, 'a', '2024-01-01'::timestamptz + i * interval '1 hour' FROM generate_series(1, 100) i"
    )
    register(house, server, {"name": "visits", "cursor": "at", "lag": 7200})
    assert only(load(house))["cursor_to"] == "2024-01-05 04:00:00+00"
    # One with the very last cursor, one that was committed late, a change, and one that is new.
    crm.execute(
        "INSERT INTO visits VALUES (101, 'b', '2024-01-05 04:00+00'), (102, 'b', '2024-01-05 02:30+00'), (103, 'b', '2024-01-06+00');"
        " UPDATE visits SET v = 'b', at = '2024-01-07+00' WHERE id = 1"
    )
    one = only(load(house))
    assert (one["rows_read"], one["cursor_from"], one["cursor_to"]) == (
        7,
        "2024-01-05 04:00:00+00",
        "2024-01-07 00:00:00+00",
    )
    assert query(house, "SELECT count(*), count(DISTINCT id) FROM raw_crm_visits") == [(103, 103)]
    assert query(house, "SELECT id FROM raw_crm_visits WHERE v = 'b' ORDER BY id") == [(1,), (101,), (102,), (103,)]
    before = query(house, "FROM raw_crm_visits ORDER BY id")
    assert load(house).exit == 0 and query(house, "FROM raw_crm_visits ORDER BY id") == before


@pytest.mark.chaos(
    source="database",
    given="rows without cursor or key, and a key that is none",
    data="quarantine; of equal keys the newest row is kept, and counted",
)
def test_rows_without_key_or_cursor_wait_in_quarantine(house: House, server: int, crm: Any) -> None:
    crm.execute("CREATE TABLE visits (id int, v text, at int)")
    crm.execute("INSERT INTO visits VALUES (1, 'new', 9), (1, 'old', 3), (NULL, 'keyless', 4), (4, 'timeless', NULL)")
    register(house, server, {"name": "visits", "cursor": "at", "key": ["id"]})
    one = only(load(house))
    assert (one["rows_read"], one["rows_loaded"], one["rows_quarantined"], one["rows_repeated"]) == (4, 1, 2, 1)
    assert query(house, 'SELECT id, v, "at" FROM raw_crm_visits') == [(1, "new", 9)]
    load(house)
    assert query(house, "SELECT reason FROM raw_crm_visits_quarantine ORDER BY 1") == [("has no at",), ("has no id",)]


@pytest.mark.chaos(
    source="database",
    given="a column of a merged table becomes a string",
    data="refused (AGT611), exit code 1; the table as it was",
)
def test_a_merged_table_does_not_change_its_types_in_silence(house: House, server: int, crm: Any) -> None:
    crm.execute("CREATE TABLE visits (id int PRIMARY KEY, n int, at int); INSERT INTO visits VALUES (1, 1, 1)")
    register(house, server, {"name": "visits", "cursor": "at"})
    load(house)
    crm.execute("ALTER TABLE visits ALTER n TYPE text, ADD more text; INSERT INTO visits VALUES (2, 'two', 2, 'x')")
    said = load(house)
    assert (said.exit, only(said)["finding"]["code"]) == (1, "AGT611") and "n was INTEGER and is VARCHAR" in only(said)[
        "finding"
    ]["message"]
    crm.execute("ALTER TABLE visits ALTER n TYPE int USING 2")
    assert load(house).exit == 0
    assert query(house, "FROM raw_crm_visits ORDER BY id") == [(1, 2, 1, None), (2, 2, 2, "x")]


@contextmanager
def cut_after(port: int, size: int) -> Iterator[int]:
    """A way to the server that breaks when so many bytes came back."""
    gate = socket.create_server(("127.0.0.1", 0))

    def carry(client: socket.socket) -> None:
        passed = 0
        with client, socket.create_connection(("127.0.0.1", port)) as server:
            while passed < size:
                for end in select.select([client, server], [], [])[0]:
                    data = end.recv(65536)
                    if not data:
                        return
                    (server if end is client else client).sendall(data)
                    passed += len(data) if end is server else 0

    def accept() -> None:
        while True:
            try:
                client, _ = gate.accept()
            except OSError:
                return
            threading.Thread(target=carry, args=(client,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield gate.getsockname()[1]
    finally:
        gate.close()


@pytest.mark.chaos(
    source="database",
    given="goes away in the middle of a table",
    data="exit code 4; the table as it was, and the next run has 60,000 rows, each once",
)
def test_a_database_that_goes_away_leaves_the_table_as_it_was(house: House, server: int, crm: Any) -> None:
    crm.execute("CREATE TABLE people (id int PRIMARY KEY, name text); INSERT INTO people VALUES (1, 'first')")
    register(house, server, "people")
    load(house)
    crm.execute("INSERT INTO people SELECT i, repeat('x', 50) FROM generate_series(2, 60000) i")
    with cut_after(server, 1_500_000) as port:
        register(house, port, "people")
        said = load(house)
    assert (said.exit, only(said)["finding"]["code"]) == (4, "AGT300"), said
    assert query(house, "FROM raw_crm_people") == [(1, "first")]
    register(house, server, "people")
    assert load(house).exit == 0
    assert query(house, "SELECT count(*), count(DISTINCT id) FROM raw_crm_people") == [(60_000, 60_000)]


@pytest.mark.chaos(
    source="database",
    given="the load is killed, at 3 moments",
    data="the next run gives the same table: 40,000 rows, each once",
)
@pytest.mark.parametrize("after", [0.5, 1.5, 2.5])
def test_killed_at_any_moment_the_next_run_gives_the_same_table(
    house: House, server: int, crm: Any, after: float
) -> None:
    crm.execute("CREATE TABLE visits AS SELECT i AS id, i % 7 AS at FROM generate_series(1, 40000) i")
    register(house, server, {"name": "visits", "cursor": "at", "key": ["id"]})
    command = [sys.executable, "-m", "agentic", "ingest", "database", "crm"]
    with subprocess.Popen(
        command, cwd=house.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ}
    ) as run:
        deadline = time.monotonic() + 30
        while not (house.root / ".agentic").exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(after)
        run.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 20
    while (said := load(house)).exit == 4 and time.monotonic() < deadline:
        time.sleep(0.2)
    assert said.exit == 0, said
    assert query(house, "SELECT count(*), count(DISTINCT id) FROM raw_crm_visits") == [(40_000, 40_000)]
    assert not list((house.root / ".agentic").glob("ingest-*"))


def test_what_cannot_be_is_told(house: House, server: int, crm: Any) -> None:
    crm.execute("CREATE TABLE keyless (id int, at int); CREATE ROLE guest LOGIN; CREATE TABLE secret (id int)")
    try:
        register(
            house,
            server,
            {"name": "keyless", "cursor": "at"},
            "nowhere",
            {"name": "keyless", "cursor": "gone", "key": ["id"], "table": "x"},
        )
        said = load(house)
        assert [one["finding"]["code"] for one in said.json["extracts"]] == [
            "AGT616",
            "AGT614",
            "AGT616",
        ] and said.exit == 1
        register(house, server, "secret", user="guest")
        said = load(house)
        assert (said.exit, only(said)["finding"]["code"]) == (4, "AGT302")
    finally:
        crm.execute("DROP ROLE guest")
    said = load(house, "cmr")
    assert said.exit == 2 and said.json["error"]["fix"] == "did you mean crm?"
    nameless = asked(house.root, "ingest", "database")
    assert nameless.exit == 2 and "known: crm" in nameless.line("fix")
    assert [one["name"] for one in load(house, "--list").json["extracts"]] == ["secret"]


@pytest.mark.chaos(
    source="database",
    given="JSON with half a character, and a table whose columns differ in capitals only",
    data="the row waits in quarantine; that table is refused; the others are loaded",
)
def test_a_table_that_cannot_be_one_stops_no_other(house: House, server: int, crm: Any) -> None:
    crm.execute('CREATE TABLE a_twins ("Id" int, id int)')
    crm.execute("INSERT INTO a_twins VALUES (1, 2)")
    crm.execute("CREATE TABLE docs (id int PRIMARY KEY, doc json)")
    crm.execute("""INSERT INTO docs VALUES (1, '{"a": "\\ud800"}'), (2, '{"a": 1}')""")
    register(house, server, "a_twins", "docs")
    said = load(house)
    twins, docs = said.json["extracts"]
    assert (said.exit, twins["status"], twins["finding"]["code"]) == (1, "failed", "AGT611"), said
    assert (docs["status"], docs["rows_loaded"], docs["rows_quarantined"]) == ("loaded", 1, 1)
    assert query(house, "SELECT id, doc FROM raw_crm_docs") == [(2, '{"a": 1}')]
