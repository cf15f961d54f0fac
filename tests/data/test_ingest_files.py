"""Files become raw tables: nothing lost, nothing twice, whatever the file is like and whenever somebody pulls the plug."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from asked import Said, asked
from house import House

duckdb = pytest.importorskip("duckdb")

ROOT = Path(__file__).parents[2]
DATABASE = "data/processed/warehouse.duckdb"
REGISTRY = """\
sources:
  files:
    csv: {path: data/raw, pattern: "*.csv"%s}
    parquet: {path: data/raw, pattern: "*.parquet"}
    json: {path: data/raw, pattern: "*.json"}
"""
CUSTOMERS = b"id,name,zip,since\n1,Ann,01234,2024-01-31\n2,Bob,98765,2024-02-01\n3,,00001,\n"


@pytest.fixture
def shop(house: House) -> House:
    """A project with the sources of the plan."""
    house.write("configs/sources.yml", REGISTRY % "")
    (house.root / "data/raw").mkdir(parents=True)
    return house


def load(house: House, *words: str) -> Said:
    """`agentic ingest files ...`."""
    return asked(house.root, "ingest", "files", *(words or ("--all",)), "--json")


def query(house: House, sql: str) -> list[tuple[Any, ...]]:
    """What the database says."""
    with duckdb.connect(str(house.root / DATABASE), read_only=True) as con:
        return con.execute(sql).fetchall()


def parquet(house: House, sql: str) -> bytes:
    """A real Parquet file."""
    target = house.root / "made.parquet"
    duckdb.sql(f"COPY ({sql}) TO '{target}' (FORMAT parquet)")
    made = target.read_bytes()
    target.unlink()
    return made


def types(house: House, table: str) -> dict[str, str]:
    """Column -> type."""
    return dict(query(house, f"SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = '{table}'"))


# --- what goes well ----------------------------------------------------------------------------------------


def test_a_csv_becomes_a_table_whose_values_read_back_as_they_were(shop: House) -> None:
    shop.write("data/raw/customers.csv", CUSTOMERS)
    said = load(shop)
    jsonschema.validate(said.json, json.loads(asked(shop.root, "schema", "ingestion").out))
    assert (said.exit, said.json["status"], said.json["rows_loaded"]) == (0, "done", 3)
    assert types(shop, "raw_customers") == {
        "id": "BIGINT",
        "name": "VARCHAR",
        "zip": "VARCHAR",
        "since": "DATE",
        "_load": "INTEGER",
    }
    assert [row[:3] for row in query(shop, "FROM raw_customers ORDER BY id")] == [
        (1, "Ann", "01234"),
        (2, "Bob", "98765"),
        (3, None, "00001"),
    ]


@pytest.mark.chaos(
    source="files",
    given="the same bytes with a new date of the file",
    data="not loaded again; the ledger is as it was",
)
def test_the_same_bytes_are_not_loaded_twice(shop: House) -> None:
    shop.write("data/raw/customers.csv", CUSTOMERS)
    load(shop)
    before = query(
        shop, "SELECT file, digest, rows_read, rows_loaded, rows_quarantined, run_id, loaded_at FROM raw__loads"
    )
    os.utime(shop.root / "data/raw/customers.csv")
    again = load(shop)
    assert again.json["files"][0]["status"] == "unchanged" and again.json["rows_loaded"] == 0
    assert (
        query(shop, "SELECT file, digest, rows_read, rows_loaded, rows_quarantined, run_id, loaded_at FROM raw__loads")
        == before
    )
    assert query(shop, "SELECT count(*) FROM raw_customers") == [(3,)] and before[0][2:5] == (3, 3, 0)


@pytest.mark.chaos(
    source="files",
    given="a file that changed, and one that did not, of the same table",
    data="the rows of the first are replaced, those of the other stay; of its quarantine, too",
)
def test_a_changed_file_replaces_its_own_rows_and_no_others(shop: House) -> None:
    shop.write("configs/sources.yml", "sources: {files: {shops: {path: data/raw, pattern: '*.csv'}}}\n")
    shop.write("data/raw/a.csv", "id,n\n1,10\n2,x\n")
    shop.write("data/raw/b.csv", "id,n\n7,70\n")
    load(shop)
    shop.write("data/raw/b.csv", "id,n\n8,80\n9,oops,x\n")
    said = load(shop)
    assert [one["status"] for one in said.json["files"]] == ["unchanged", "loaded"]
    assert query(shop, "SELECT id, n FROM raw_shops ORDER BY id") == [(1, "10"), (2, "x"), (8, "80")]
    shop.write("data/raw/b.csv", "id,n\n8,80\n")
    load(shop)
    assert query(shop, "SELECT count(*) FROM raw_shops_quarantine") == [(0,)]


def test_each_row_says_with_which_load_it_came(shop: House) -> None:
    shop.write("configs/sources.yml", "sources: {files: {shops: {path: data/raw, pattern: '*.csv'}}}\n")
    shop.write("data/raw/a.csv", "id\n1\n2\n")
    shop.write("data/raw/b.csv", "id\n3\n")
    told = {one["file"]: one["load"] for one in load(shop).json["files"]}
    asked_for = "SELECT id, file, load FROM raw_shops JOIN raw__loads ON _load = load ORDER BY id"
    a, b = "data/raw/a.csv", "data/raw/b.csv"
    assert query(shop, asked_for) == [(1, a, told[a]), (2, a, told[a]), (3, b, told[b])]
    shop.write("data/raw/a.csv", "id\n5\n")
    newer = load(shop).json["files"][0]["load"]
    assert newer > max(told.values()) and query(shop, asked_for) == [(3, b, told[b]), (5, a, newer)]


OLD_WAREHOUSE = """
CREATE TABLE raw_shops AS SELECT * FROM (VALUES (1, 'data/raw/a.csv'), (2, 'data/raw/a.csv'), (3, 'data/raw/b.csv')) t(id, _file);
ALTER TABLE raw_shops ALTER id TYPE BIGINT;
CREATE TABLE raw__loads (file VARCHAR, source VARCHAR, table_name VARCHAR, digest VARCHAR, reading VARCHAR, bytes BIGINT,
  rows_read BIGINT, rows_loaded BIGINT, rows_quarantined BIGINT, loaded_at TIMESTAMP, run_id VARCHAR);
INSERT INTO raw__loads VALUES ('data/raw/a.csv', 'shops', 'raw_shops', '{a}', '{reading}', 7, 2, 2, 0, now(), 'r1'),
  ('data/raw/b.csv', 'shops', 'raw_shops', '{b}', '{reading}', 5, 1, 1, 0, now(), 'r1')
"""


def test_a_warehouse_whose_rows_name_files_gets_numbers_and_loads_nothing_again(shop: House) -> None:
    shop.write("configs/sources.yml", "sources: {files: {shops: {path: data/raw, pattern: '*.csv'}}}\n")
    shop.write("data/raw/a.csv", "id\n1\n2\n")
    shop.write("data/raw/b.csv", "id\n3\n")
    load(shop)
    digests = {f"{file[9]}": digest for file, digest in query(shop, "SELECT file, digest FROM raw__loads")}
    reading = query(shop, "SELECT DISTINCT reading FROM raw__loads")[0][0]
    (shop.root / DATABASE).unlink()
    with duckdb.connect(str(shop.root / DATABASE)) as con:
        con.execute(OLD_WAREHOUSE.format(**digests, reading=reading))
    assert [one["status"] for one in load(shop).json["files"]] == ["unchanged", "unchanged"]
    assert query(shop, "SELECT id, file FROM raw_shops JOIN raw__loads ON _load = load ORDER BY id") == [
        (1, "data/raw/a.csv"), (2, "data/raw/a.csv"), (3, "data/raw/b.csv")]  # fmt: skip
    assert list(types(shop, "raw_shops")) == ["id", "_load"]


@pytest.mark.chaos(
    source="files",
    given="JSON with a fraction, and with a whole number that no double is, in one key",
    data="every digit stays: the column is JSON; where it is a DOUBLE already, the line is in quarantine",
)
def test_whole_numbers_of_json_keep_every_digit(shop: House) -> None:
    large = 2**53 + 1
    shop.write("configs/sources.yml", "sources: {files: {shops: {path: data/raw, pattern: '*.jsonl'}}}\n")
    shop.write("data/raw/a.jsonl", f'{{"n": 1.5}}\n{{"n": {large}}}\n{{"n": 0.30000000000000004}}\n')
    load(shop)
    assert types(shop, "raw_shops")["n"] == "JSON"
    assert (str(large),) in query(shop, "SELECT CAST(n AS VARCHAR) FROM raw_shops")
    shop.write("configs/sources.yml", "sources: {files: {others: {path: data/raw, pattern: '*.jsonl'}}}\n")
    shop.write("data/raw/a.jsonl", f'{{"n": 1.5}}\n{{"n": {2**60}}}\n{{"n": 1e300}}\n')
    shop.write("data/raw/b.jsonl", f'{{"n": 2}}\n{{"n": {large}}}\n')
    said = load(shop).json["files"]
    assert types(shop, "raw_others")["n"] == "DOUBLE" and [one["rows_quarantined"] for one in said] == [0, 1]
    assert query(shop, "SELECT reason FROM raw_others_quarantine") == [("column n: no DOUBLE",)]


@pytest.mark.chaos(
    source="files",
    given="a ledger from which somebody took a line, while its rows are still in the table",
    data="refused (AGT610): the rows could be loaded twice; the table is as it was",
)
def test_rows_that_the_ledger_does_not_know_are_not_loaded_beside(shop: House) -> None:
    shop.write("data/raw/a.csv", "id\n1\n2\n")
    load(shop)
    with duckdb.connect(str(shop.root / DATABASE)) as con:
        con.execute("DELETE FROM raw__loads")
    said = load(shop)
    assert said.exit == 1 and "raw__loads does not know" in said.json["files"][0]["finding"]["message"]
    assert query(shop, "SELECT count(*) FROM raw_a") == [(2,)]
    with duckdb.connect(str(shop.root / DATABASE)) as con:
        con.execute("DROP TABLE raw_a")
    assert (load(shop).exit, query(shop, "SELECT count(*) FROM raw_a")) == (0, [(2,)])


def test_another_way_of_reading_loads_the_same_bytes_anew(shop: House) -> None:
    shop.write("data/raw/a.csv", "id,n\n1,NA\n2,5\n")
    load(shop)
    assert types(shop, "raw_a")["n"] == "VARCHAR"
    shop.write("configs/sources.yml", REGISTRY % ', null_values: ["", NA]')
    assert load(shop).json["files"][0]["status"] == "loaded"
    assert query(shop, "SELECT n FROM raw_a ORDER BY id") == [(None,), ("5",)]


@pytest.mark.parametrize(
    "ending", ["customers.csv.gz", "orders.json.gz", "items.parquet", "items.parquet.gz", "many.json"]
)
def test_each_format_is_read_also_gzipped(shop: House, ending: str) -> None:
    lines = b'{"id": 1, "items": [{"sku": "a"}]}\n{"id": 2, "items": []}\n{"id": 3, "note": null}\n'
    made = {
        "customers": CUSTOMERS, "orders": lines, "many": b"[" + b",".join(lines.splitlines()) + b"]",
        "items": parquet(shop, "SELECT i AS id, 'x' || i AS name FROM range(3) t(i)"),
    }[ending.split(".")[0]]  # fmt: skip
    shop.write(f"data/raw/{ending}", gzip.compress(made) if ending.endswith(".gz") else made)
    said = load(shop)
    table = f"raw_{ending.split('.')[0]}"
    assert said.exit == 0 and query(shop, f"SELECT count(*), count(DISTINCT id) FROM {table}") == [(3, 3)]


def test_the_schema_of_a_file_is_shown_and_nothing_is_loaded(shop: House) -> None:
    shop.write("data/raw/customers.csv", CUSTOMERS)
    said = load(shop, "--schema", "customers.csv")
    jsonschema.validate(said.json, json.loads(asked(shop.root, "schema", "columns").out))
    assert [one["type"] for one in said.json["columns"]] == ["BIGINT", "VARCHAR", "VARCHAR", "DATE"]
    assert not shop.exists(DATABASE)


def test_one_file_is_loaded_by_its_name_and_a_wrong_name_says_what_was_meant(shop: House) -> None:
    shop.write("data/raw/customers.csv", CUSTOMERS)
    shop.write("data/raw/other.csv", CUSTOMERS)
    assert [one["file"] for one in load(shop, "--file", "customers.csv").json["files"]] == ["data/raw/customers.csv"]
    said = asked(shop.root, "ingest", "files", "--file", "custmers.csv")
    assert (said.exit, said.errors) == (2, ["AGT200"]) and said.line("fix") == "did you mean customers.csv?"
    both = asked(shop.root, "ingest", "files", "--all", "--list")
    assert (both.exit, both.errors) == (2, ["AGT200"])


def test_sources_are_listed_with_the_files_that_wait(shop: House) -> None:
    shop.write("data/raw/customers.csv", CUSTOMERS)
    said = load(shop, "--list")
    jsonschema.validate(said.json, json.loads(asked(shop.root, "schema", "sources").out))
    assert [one["table"] for one in said.json["sources"][0]["files"]] == ["raw_customers"]
    assert "raw_customers" in asked(shop.root, "ingest", "files", "--list").out


def test_every_run_leaves_one_line_in_the_log(shop: House) -> None:
    shop.write("data/raw/customers.csv", CUSTOMERS)
    first, second = load(shop), load(shop)
    lines = [json.loads(line) for line in shop.read("logs/pipeline_runs.log").splitlines()]
    assert [one["run_id"] for one in lines] == [first.json["run_id"], second.json["run_id"]]
    assert lines[0]["event"] == "ingestion" and lines[0]["files"][0]["rows_loaded"] == 3


def test_the_script_is_a_front_of_the_command(shop: House) -> None:
    shop.write("data/raw/customers.csv", CUSTOMERS)
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    for words, shows in ((["--list"], "raw_customers"), (["--schema", "customers.csv"], "BIGINT"), ([], "loaded"), (["--all"], "unchanged"), (["--file", "customers.csv"], "unchanged")):  # fmt: skip
        done = subprocess.run([sys.executable, str(ROOT / "scripts/ingest_files.py"), *words], cwd=shop.root, env=environment, capture_output=True, text=True, check=False)  # fmt: skip
        assert done.returncode == 0 and shows in done.stdout, (words, done.stderr)


# --- what goes wrong ---------------------------------------------------------------------------------------

GOOD = b"id,n\n1,10\n2,20\n3,30\n"
LINES = b'{"id": 1, "n": 10}\n{"id": 2, "n": 20}\n'
CHAOS: dict[str, tuple[str, bytes | str, int, int, int, str]] = {
    # file, bytes, exit code, rows in the table, rows in quarantine, what is said
    "a quoted newline": ("a.csv", b'id,n\n1,"a\nb"\n2,c\n', 0, 2, 0, ""),
    "a quote that never closes": ("a.csv", b'id,n\n1,"x\n2,20\n3,30\n', 0, 2, 1, "never closes"),
    "text behind a quote": ("a.csv", b'id,n\n1,"six" 6\n2,20\n', 0, 1, 1, "quotes are wrong"),
    "a row that is too long": ("a.csv", b"id,n\n1,10,5\n2,20\n", 0, 1, 1, "3 fields, 2 expected"),
    "a row that is too short": ("a.csv", b"id,n\n1\n2,20\n", 0, 1, 1, "1 fields, 2 expected"),
    "a file cut in its last row": ("a.csv", b"id,n\n1,10\n2", 0, 1, 1, "1 fields, 2 expected"),
    "a delimiter at the end of a line": ("a.csv", b"id,n\n1,10,\n2,20,\n3\n", 0, 2, 1, "1 fields"),
    "blank lines": ("a.csv", b"id,n\n\n1,10\n\n\n2,20\n\n", 0, 2, 0, ""),
    "lines that end as on Windows": ("a.csv", b"id,n\r\n1,10\r\n2,20\r\n", 0, 2, 0, ""),
    "a byte order mark": ("a.csv", b"\xef\xbb\xbfid,n\n1,10\n", 0, 1, 0, ""),
    "wrong encoding: some bytes that are no UTF-8": ("a.csv", "id,n\n1,Jos\xe9\n2,Ann\n".encode("latin-1"), 0, 1, 1, "no utf-8"),
    "wrong encoding: UTF-16 that nobody spoke of": ("a.csv", "id,n\n1,10\n".encode("utf-16"), 1, 0, 0, "cannot be read"),
    "a NUL": ("a.csv", b"id,n\n1,a\x00b\n2,c\n", 0, 2, 0, ""),
    "duplicate keys: rows with the same id, two of them the same row": ("a.csv", GOOD + b"3,30\n3,31\n", 0, 5, 0, ""),
    "a duplicate in the header": ("a.csv", b"id,n,ID\n1,2,3\n", 1, 0, 0, "stands twice"),
    "a column without a name": ("a.csv", b"id,\n1,2\n", 1, 0, 0, "has no name"),
    "another delimiter": ("a.csv", b"id;n\n1;2\n", 1, 0, 0, "divided by ;"),
    "an empty file": ("a.csv", b"", 1, 0, 0, "is empty"),
    "only a header": ("a.csv", b"id,n\n", 0, 0, 0, ""),
    "no end of the last line": ("a.csv", GOOD.rstrip(), 0, 3, 0, ""),
    "a cut gzip": ("a.csv.gz", gzip.compress(GOOD * 1000)[:-20], 1, 0, 0, "cannot be read"),
    "no gzip": ("a.csv.gz", GOOD, 1, 0, 0, "cannot be read"),
    "10,000 columns": ("a.csv", ",".join(f"c{n}" for n in range(10_000)) + "\n" + 2 * (",".join("7" * 10_000) + "\n"), 0, 2, 0, ""),
    "a string far down in a column of numbers": ("a.csv", "n\n" + "1\n" * 30_000 + "x\n", 0, 30_001, 0, ""),
    "dates of the year 0": ("a.csv", b"day\n0000-01-01\n2024-01-01\n", 0, 2, 0, ""),
    "a JSON line cut in half": ("a.json", LINES + b'{"id": 3, "n"', 0, 2, 1, "no JSON"),
    "a JSON line that is no object": ("a.json", LINES + b"[1, 2]\n", 0, 2, 1, "no object"),
    "duplicate keys: one stands twice in a JSON object": ("a.json", LINES + b'{"id": 3, "id": 4}\n', 0, 2, 1, "a key stands twice"),
    "JSON that is no UTF-8": ("a.json", LINES + b'{"id": 3, "n": "\xff"}\n', 0, 2, 1, "no JSON"),
    "a JSON array cut in half": ("a.json", b'[{"id": 1}, {"id":', 1, 0, 0, "is no JSON"),
    "JSON keys that no table tells apart": ("a.json", b'{"id": 1, "ID": 2}\n', 1, 0, 0, "stands twice"),
    "one JSON object over several lines": ("a.json", b'{\n  "id": 1,\n  "n": "x"\n}\n', 0, 1, 0, ""),
    "an empty JSON file": ("a.json", b"", 1, 0, 0, "is empty"),
    "a number that no number can hold": ("a.json", LINES + b'{"id": 123456789012345678901234567890}\n', 0, 3, 0, ""),
    "a truncated Parquet": ("a.parquet", "cut", 1, 0, 0, "no whole Parquet file"),
    "a Parquet damaged in the middle": ("a.parquet", "damaged", 1, 0, 0, "a.parquet"),
    "an empty Parquet": ("a.parquet", b"", 1, 0, 0, "no whole Parquet file"),
}  # fmt: skip


KEPT = {
    "a quoted newline": ("n", "VARCHAR", "a\nb"),
    "10,000 columns": ("c9999", "BIGINT", "7"),
    "a string far down in a column of numbers": ("n", "VARCHAR", "x"),
    "dates of the year 0": ("day", "VARCHAR", "0000-01-01"),
    "a number that no number can hold": ("id", "JSON", "123456789012345678901234567890"),
}
"""Case -> column, type, and a value that stands in it as it was written."""


def made(house: House, content: bytes | str) -> bytes:
    """The bytes of a case."""
    if content in ("cut", "damaged"):
        whole = parquet(house, "SELECT i AS id, md5(i::VARCHAR) AS name FROM range(50000) t(i)")
        middle = len(whole) // 2
        return (
            whole[:middle] if content == "cut" else whole[: middle - 5000] + os.urandom(10_000) + whole[middle + 5000 :]
        )
    return content if isinstance(content, bytes) else content.encode()


def became(name: str) -> str:
    """What the test asserts of a case, in words."""
    _, _, code, rows, bad, says = CHAOS[name]
    if code:
        return (
            f"nothing of it is loaded, other files are; exit code {code}: “{says}”; each run says so until it is mended"
        )
    held = f"; {bad:,} in quarantine: “{says}”" if bad else ", none in quarantine"
    column, kind, value = KEPT.get(name, ("", "", ""))
    kept = f"; the column {column} is {kind}, {value!r} stands in it" if column else ""
    return f"{rows:,} row{'s'[: rows != 1]} loaded{held}{kept}; exit code 0; the next run loads nothing anew"


def cases() -> list[Any]:
    """The table above, each row with its mark."""
    return [
        pytest.param(name, marks=pytest.mark.chaos(source="files", given=given(name, case[0]), data=became(name)))
        for name, case in CHAOS.items()
    ]


def given(name: str, file: str) -> str:
    """With the format, where the name does not tell it."""
    kind = {"csv": "CSV", "json": "JSON", "parquet": "Parquet"}[file.split(".")[1]]
    return name if kind in name else f"{name} ({kind})"


@pytest.mark.parametrize("name", cases())
def test_whatever_the_file_is_like_nothing_is_lost_and_the_next_run_is_clean(shop: House, name: str) -> None:
    file, content, code, rows, bad, says = CHAOS[name]
    shop.write("data/raw/fine.csv", GOOD)
    shop.write(f"data/raw/{file}", made(shop, content))
    said = load(shop)
    load_of = {one["file"]: one for one in said.json["files"]}
    one, fine = load_of[f"data/raw/{file}"], load_of["data/raw/fine.csv"]
    assert (said.exit, fine["status"]) == (code, "loaded"), one
    assert (one["rows_loaded"], one["rows_quarantined"], one["rows_read"]) == (rows, bad, rows + bad), one
    if code == 0:
        assert query(shop, "SELECT count(*) FROM raw_a") == [(rows,)]
        if name in KEPT:
            column, kind, value = KEPT[name]
            assert types(shop, "raw_a")[column] == kind
            assert (value,) in query(shop, f"SELECT {column}::VARCHAR FROM raw_a")
        assert all(says in reason for (reason,) in query(shop, "SELECT reason FROM raw_a_quarantine"))
    else:
        assert one["status"] == "failed" and says in one["finding"]["message"] and one["finding"]["fix"]
        assert query(shop, "SELECT count(*) FROM raw__loads WHERE table_name = 'raw_a'") == [(0,)]
    again = load(shop)
    assert [(found["file"], found["status"]) for found in again.json["files"]] == [(found["file"], "unchanged" if found["status"] == "loaded" else "failed") for found in said.json["files"]]  # fmt: skip
    ending = file.split(".", 1)[1]
    (shop.root / f"data/raw/{file}").unlink()
    shop.write("data/raw/mended.csv", GOOD)
    assert load(shop).exit == 0 and query(shop, "SELECT count(*) FROM raw_mended") == [(3,)] and ending


@pytest.mark.chaos(
    source="files",
    given="a quote that never closes, and a byte of another encoding (CSV)",
    data="both rows in quarantine, with their lines and their text as it was; the byte written as \\xff",
)
def test_bad_rows_keep_their_text_and_their_line(shop: House) -> None:
    shop.write("data/raw/a.csv", b'id,n\n1,"x\n2,20,\xff\n3,30\n')
    load(shop)
    assert query(shop, "SELECT line, raw FROM raw_a_quarantine") == [(2, '1,"x'), (3, "2,20,\\xff")]


@pytest.mark.chaos(
    source="files",
    given="a column that becomes a string, once its table has a type (CSV)",
    data="the rows that fit are loaded, 3 that do not are in quarantine with column and type; 007 and 1.5 are no BIGINT; exit code 0",
)
def test_a_column_that_becomes_a_string_goes_into_quarantine(shop: House) -> None:
    shop.write("data/raw/a.csv", GOOD)
    load(shop)
    shop.write("data/raw/a.csv", GOOD + b"4,many\n5,007\n6,1.5\n7,70\n")
    said = load(shop)
    assert (said.exit, said.json["rows_loaded"], said.json["rows_quarantined"]) == (0, 4, 3)
    assert query(shop, "SELECT DISTINCT reason FROM raw_a_quarantine") == [("column n: no BIGINT",)]
    assert types(shop, "raw_a")["n"] == "BIGINT"


@pytest.mark.chaos(
    source="files",
    given="a column that becomes a string, and a key that is new (JSON, Parquet)",
    data="the rows that fit are loaded, the others are in quarantine; the new key becomes a column",
)
def test_the_same_in_json_and_parquet(shop: House) -> None:
    shop.write("data/raw/a.json", LINES)
    shop.write("data/raw/b.parquet", parquet(shop, "SELECT i AS n FROM range(3) t(i)"))
    load(shop)
    shop.write("data/raw/a.json", LINES + b'{"id": 3, "n": "many", "new": true}\n')
    shop.write(
        "data/raw/b.parquet",
        parquet(shop, "SELECT CASE i WHEN 2 THEN 'many' ELSE i::VARCHAR END AS n FROM range(3) t(i)"),
    )
    said = load(shop)
    assert [(one["rows_loaded"], one["rows_quarantined"]) for one in said.json["files"]] == [(2, 1), (2, 1)], said.out
    assert types(shop, "raw_a")["new"] == "BOOLEAN" and types(shop, "raw_b")["n"] == "BIGINT"


@pytest.mark.chaos(
    source="files",
    given="a CSV whose header changed",
    data="nothing of it is loaded, the rows of before stay; exit code 1, new and gone columns named; another order of columns is loaded",
)
def test_a_header_that_changed_is_an_error_and_the_old_rows_stay(shop: House) -> None:
    shop.write("data/raw/a.csv", GOOD)
    load(shop)
    shop.write("data/raw/a.csv", GOOD.replace(b"id,n", b"id,amount"))
    said = load(shop)
    finding = said.json["files"][0]["finding"]
    assert (said.exit, finding["code"]) == (1, "AGT611") and "new: amount; gone: n" in finding["message"]
    assert query(shop, "SELECT count(*) FROM raw_a") == [(3,)]
    shop.write("data/raw/a.csv", b"n,id\n10,1\n")
    assert load(shop).exit == 0 and query(shop, "SELECT id, n FROM raw_a") == [(1, 10)]


@pytest.mark.chaos(
    source="files",
    given="bad rows in a source of bad_lines: fail",
    data="nothing of the file is loaded, there is no table; exit code 1, the line named",
)
def test_a_source_may_refuse_bad_rows_altogether(shop: House) -> None:
    shop.write("configs/sources.yml", REGISTRY % ", bad_lines: fail")
    shop.write("data/raw/a.csv", GOOD + b"4\n")
    said = load(shop)
    finding = said.json["files"][0]["finding"]
    assert (said.exit, finding["code"]) == (1, "AGT612") and "line 5: 1 fields" in finding["message"]
    assert query(shop, "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'raw_a'") == [(0,)]


def test_an_encoding_that_is_named_is_read(shop: House) -> None:
    shop.write("configs/sources.yml", REGISTRY % ", encoding: latin-1")
    shop.write("data/raw/a.csv", "id,n\n1,José\n".encode("latin-1"))
    assert load(shop).exit == 0 and query(shop, "SELECT n FROM raw_a") == [("José",)]


@pytest.mark.chaos(
    source="files",
    given="the database locked by another process",
    data="nothing loaded; exit code 4, the process named; the next run loads all 3 rows",
)
def test_a_database_that_another_process_holds_is_said_with_its_number(shop: House) -> None:
    shop.write("data/raw/a.csv", GOOD)
    code = f"import duckdb, sys; c = duckdb.connect({str(shop.root / DATABASE)!r}); print('held', flush=True); sys.stdin.read()"
    (shop.root / "data/processed").mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout and holder.stdout.readline() == "held\n"
        said = asked(shop.root, "ingest", "files")
        assert (said.exit, said.errors) == (4, ["AGT309"]) and f"process {holder.pid}" in said.message
        assert holder.stdin
        holder.stdin.close()
    assert load(shop).exit == 0 and query(shop, "SELECT count(*) FROM raw_a") == [(3,)]


@pytest.mark.chaos(
    source="files",
    given="a database that is none",
    data="left as it is; exit code 4, the file named",
)
def test_a_file_that_is_no_database_is_said(shop: House) -> None:
    shop.write("data/raw/a.csv", GOOD)
    shop.write(DATABASE, b"no database at all" * 1000)
    said = asked(shop.root, "ingest", "files")
    assert (said.exit, said.errors) == (4, ["AGT300"]) and DATABASE in said.message
    assert shop.read(DATABASE).startswith("no database")


@pytest.mark.chaos(
    source="files",
    given="a table of that name that somebody else made",
    data="it is left as it is, nothing loaded; exit code 1",
)
def test_a_table_that_somebody_else_made_is_left_alone(shop: House) -> None:
    shop.write("data/raw/a.csv", GOOD)
    (shop.root / "data/processed").mkdir()
    with duckdb.connect(str(shop.root / DATABASE)) as con:
        con.execute("CREATE TABLE raw_a AS SELECT 1 AS mine")
    said = load(shop)
    assert said.exit == 1 and "not made by agentic" in said.json["files"][0]["finding"]["message"]
    assert query(shop, "FROM raw_a") == [(1,)]


@pytest.mark.chaos(
    source="files",
    given="killed at any moment (seven are tried)",
    data="the next run gives the same tables, each row once, the one bad row in quarantine; nothing left lying about",
)
@pytest.mark.parametrize("after", [0.0, 0.15, 0.3, 0.5, 0.8, 1.2, 2.0])
def test_killed_at_any_moment_the_next_run_gives_the_same_table(shop: House, after: float) -> None:
    rows = 120_000
    # A row in the middle that is bad sends the file the careful way, which takes long enough to be killed in.
    shop.write("data/raw/a.csv", "id,n\n" + "".join(f"{n},{n * 2}\n" if n != 500 else "oops\n" for n in range(rows)))
    shop.write("data/raw/b.json", "".join(f'{{"id": {n}}}\n' for n in range(rows)))
    command = [sys.executable, "-m", "agentic", "ingest", "files", "--all"]
    with subprocess.Popen(command, cwd=shop.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        deadline = time.monotonic() + 30
        while not (shop.root / ".agentic").exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(after)
        run.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 20
    while (said := load(shop)).exit == 4 and time.monotonic() < deadline:
        time.sleep(0.2)
    assert said.exit == 0, said
    assert query(shop, "SELECT count(*), count(DISTINCT id), sum(n) FROM raw_a") == [
        (rows - 1, rows - 1, rows * (rows - 1) - 1000)
    ]
    assert query(shop, "SELECT count(*), count(DISTINCT id) FROM raw_b") == [(rows, rows)]
    assert query(shop, "SELECT line, raw FROM raw_a_quarantine") == [(502, "oops")]
    assert query(shop, "SELECT count(*) FROM raw__loads") == [(2,)]
    assert not list((shop.root / ".agentic").glob("ingest-*"))


@pytest.mark.chaos(
    source="files",
    given="two loads at once into one table",
    data="one loads all rows, the other comes after it or ends with exit code 4; each row once, the next run loads nothing",
)
def test_two_loads_at_once_load_each_row_once(shop: House) -> None:
    shop.write("data/raw/a.csv", "id,n\n" + "".join(f"{n},{n}\n" if n != 500 else "oops\n" for n in range(50_000)))
    command = [sys.executable, "-m", "agentic", "ingest", "files", "--all", "--json"]
    runs = [
        subprocess.Popen(command, cwd=shop.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    ended = [(*run.communicate(timeout=120), run.returncode) for run in runs]
    assert {code for *_, code in ended} in ({0}, {0, 4}), ended
    assert sum(json.loads(out)["rows_loaded"] for out, _, code in ended if code == 0) == 49_999
    assert all("AGT309" in out + err and "Traceback" not in err for out, err, code in ended if code), ended
    assert load(shop).json["files"][0]["status"] == "unchanged"
    assert query(shop, "SELECT count(*), count(DISTINCT id) FROM raw_a") == [(49_999, 49_999)]
    assert query(shop, "SELECT line FROM raw_a_quarantine") == [(502,)]


FULL = """
import json, subprocess, sys, pathlib, duckdb
def load():
    done = subprocess.run([sys.executable, "-m", "agentic", "ingest", "files", "--all"], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr
def rows():
    with duckdb.connect("data/processed/warehouse.duckdb", read_only=True) as con:
        tables = [name for (name,) in con.execute("SELECT table_name FROM duckdb_tables() ORDER BY ALL").fetchall()]
        return {name: con.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}
steps, large, ballast = [load()], pathlib.Path("large.csv"), pathlib.Path("data/processed/ballast")
steps.append(rows())
ballast.write_bytes(bytes(40 << 20))
large.rename("data/raw/large.csv")
steps += [load(), rows()]
ballast.unlink()
steps += [load(), rows(), load()]
print(json.dumps(steps))
"""


@pytest.mark.skipif(not shutil.which("bwrap"), reason="needs bubblewrap for a small disk")
@pytest.mark.parametrize(
    "bad", [pytest.param(False, id="a clean file"), pytest.param(True, id="a file that is taken apart")]
)
@pytest.mark.chaos(
    source="files",
    given="a full disk",
    data="what was loaded before stays, nothing of the file that had no room is loaded; exit code 4; with room the next run loads it",
)
def test_a_full_disk_loses_nothing(shop: House, *, bad: bool) -> None:
    shop.write("data/raw/a.csv", GOOD)
    rows = 300_000
    (shop.root / "data/processed").mkdir()
    shop.write("large.csv", "id,note\n" + "".join(f"{n},{hashlib.sha256(b'%d' % n).hexdigest()}\n" for n in range(rows)) + "oops\n" * bad)  # fmt: skip
    walls = ["--dev-bind", "/", "/", "--size", str(48 << 20), "--tmpfs", str(shop.root / "data/processed")]
    done = subprocess.run(
        ["bwrap", *walls, "--", sys.executable, "-c", FULL], cwd=shop.root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    first, small, full, after, again, whole, last = json.loads(done.stdout)
    assert (first[0], small["raw_a"], small["raw__loads"]) == (0, 3, 1), first
    assert full[0] == 4 and "AGT308" in full[1] and "Traceback" not in full[1], full
    assert {name: count for name, count in after.items() if count} == {
        name: count for name, count in small.items() if count
    }
    assert again[0] == 0 and (whole["raw_a"], whole["raw_large"]) == (3, rows), (again, whole)
    assert whole["raw_large_quarantine"] == bad and whole["raw__loads"] == 2
    assert last[0] == 0 and "unchanged" in last[1], last


@pytest.fixture
def one_core() -> Iterator[None]:
    """So that what is long here is long on any machine."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    yield
    os.sched_setaffinity(0, before)


@pytest.mark.parametrize(
    ("rows", "bad", "words"),
    [(2_500_000, "", r"a\.csv: (\d+ % of this step|at work)"), (400_000, "oops\n", r"a\.csv: [\d,]+ of [\d,]+ bytes read \(\d+ %\), [\d,]+ rows")],
    ids=["by DuckDB", "record by record"],
)  # fmt: skip
def test_a_long_load_tells_how_far_it_is(shop: House, one_core: None, rows: int, bad: str, words: str) -> None:
    path = shop.root / "data/raw/a.csv"
    duckdb.sql(
        f"COPY (SELECT i AS id, i * 1.5 AS n, md5(i::VARCHAR) AS note FROM range({rows}) t(i)) TO '{path}' (HEADER)"
    )
    with path.open("a", encoding="utf-8") as file:
        file.write(bad)
    done = asked(shop.root, "ingest", "files", "--all")
    assert done.exit == 0 and re.search(words, done.err), done
    assert not asked(shop.root, "ingest", "files", "--all", "--quiet").err
