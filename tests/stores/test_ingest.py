"""Files in an object store are a source like files in a folder: fetched by digest, then loaded."""

from __future__ import annotations

import pytest

from asked import asked
from stores.shop import Shop

duckdb = pytest.importorskip("duckdb")

SOURCE = """\
  files:
    sales: {path: "%s", pattern: "*/*.csv"}
    near: {path: data/raw, pattern: "*.csv"}
"""


def described(shop: Shop, where: str) -> None:
    shop.house.write("configs/sources.yml", shop.house.read("configs/sources.yml") + SOURCE % where)


def rows(shop: Shop, table: str) -> list[tuple]:
    with duckdb.connect(str(shop.root / "data/processed/warehouse.duckdb"), read_only=True) as con:
        return con.execute(f"SELECT id, file FROM {table} JOIN raw__loads ON _load = load ORDER BY id").fetchall()


def load(shop: Shop, *words: str):
    return asked(shop.root, "ingest", "files", *words, "--json")


def test_objects_of_s3_are_listed_fetched_and_loaded_once(shop: Shop) -> None:
    described(shop, f"s3://{shop.bucket}/sales/")
    shop.raw("a.csv", "id\n9\n")
    shop.put("sales/2013/a.csv", b"id\n1\n")
    shop.put("sales/2014/b.csv", b"id\n2\n")
    shop.put("sales/readme.txt", b"not meant")
    listed = {one["name"]: one for one in load(shop, "--list").json["sources"]}
    names = [f"s3://{shop.bucket}/sales/2013/a.csv", f"s3://{shop.bucket}/sales/2014/b.csv"]
    assert [one["file"] for one in listed["sales"]["files"]] == names and not (shop.root / ".agentic/sources").exists()
    assert load(shop).exit == 0
    assert rows(shop, "raw_sales") == [(1, names[0]), (2, names[1])] and len(rows(shop, "raw_near")) == 1
    assert {one["status"] for one in load(shop).json["files"]} == {"unchanged"}
    shop.put("sales/2014/b.csv", b"id\n3\n")
    assert load(shop, "--file", "2014/b.csv").json["rows_loaded"] == 1
    assert rows(shop, "raw_sales") == [(1, names[0]), (3, names[1])]
    assert load(shop, "--schema", "2013/a.csv").json["columns"] == [{"name": "id", "type": "BIGINT"}]


def test_objects_of_azure_are_loaded_as_well(blobs: Shop) -> None:
    blobs.raw("2013/x.csv", "id\n7\n")
    blobs.store("upload", "--container", "raw")
    prefix = blobs.house.read("configs/sources.yml").split('prefix: "')[1].split('"')[0]
    described(blobs, f"az://raw/{prefix}")
    assert load(blobs, "--file", "2013/x.csv").exit == 0
    assert [one[0] for one in rows(blobs, "raw_sales")] == [7]


@pytest.mark.chaos(
    source="store",
    given="a source of files in a bucket that is not there, and one object with a wrong digest",
    data="the other sources are loaded, exit code 1, each is named",
)
def test_a_store_that_fails_keeps_no_other_source_from_being_loaded(shop: Shop) -> None:
    described(shop, "s3://not-there/sales")
    shop.raw("a.csv", "id\n9\n")
    said = load(shop)
    assert (
        said.exit == 1
        and "not-there" in said.json["findings"][0]["message"]
        and rows(shop, "raw_near") == [(9, "data/raw/a.csv")]
    )
    shop.house.write("configs/sources.yml", shop.house.read("configs/sources.yml").replace("not-there", shop.bucket))
    shop.put("sales/2013/bad.csv", b"id\n1\n", sha256="0" * 64)
    shop.put("sales/2013/good.csv", b"id\n2\n")
    said = load(shop)
    assert (said.exit, [one["code"] for one in said.json["findings"]]) == (1, ["AGT641"])
    assert [one[0] for one in rows(shop, "raw_sales")] == [2]
