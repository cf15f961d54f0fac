"""The lake without Java: what a light job stands on, for itself."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from common import delimited, light
from common.casts import cast
from common.delimited import Form, NotPlain
from common.lake import LakeError, LakeSettings
from common.light import Light, open_lake
from common.sources import Source, SourceError
from common.tables import Column

COLUMNS = (
    Column("id", "bigint", True, "The key; it's made up"),
    Column("word", "string", False, "Any text"),
    Column("_load_id", "string", True, "The load"),
)
ROWS = "SELECT range AS id, repeat('ü', 40) || range AS word, '{}' AS _load_id FROM range({})"


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Light]:
    with open_lake(
        LakeSettings(uri=f"jdbc:sqlite:{tmp_path}/new/catalog.db", warehouse=f"{tmp_path}/warehouse")
    ) as opened:
        yield opened


def put(lake: Light, load: str, rows: int, *loads: str) -> None:
    """Rows of one load in the place of what these loads have."""
    table = light.create_table(lake, "bronze.words", COLUMNS)
    written = light.write_parquet(lake, table, load, ROWS.format(load, rows))
    light.replace(table, loads or [load], [written] if written else [])


def test_a_load_is_replaced_in_one_commit_and_no_other_is_touched(lake: Light) -> None:
    put(lake, "2013/01", 5)
    put(lake, "2013/02", 3)
    put(lake, "2013/01", 2)
    assert light.count_by_load(lake, "bronze.words", ["2013/01", "2013/02"]) == {"2013/01": 2, "2013/02": 3}
    assert len(lake.table("bronze.words").metadata.snapshots) == 3  # type: ignore[union-attr]
    assert lake.ask("SELECT count(*) FROM rows", lake.rows("bronze.words", but=["2013/01"])) == [(3,)]


def test_nothing_in_the_place_of_nothing_is_no_commit(lake: Light) -> None:
    put(lake, "a", 0)
    assert lake.table("bronze.words").metadata.snapshots == []  # type: ignore[union-attr]
    put(lake, "a", 1)
    put(lake, "a", 0)
    assert light.count_by_load(lake, "bronze.words", ["a"]) == {}


def test_a_commit_of_somebody_else_in_between_is_not_overwritten(lake: Light) -> None:
    from pyiceberg.exceptions import CommitFailedException, ValidationException

    put(lake, "a", 4)
    table = lake.table("bronze.words")
    assert table is not None
    put(lake, "b", 2)
    written = light.write_parquet(lake, table, "a", ROWS.format("a", 9))
    assert written
    with pytest.raises((CommitFailedException, ValidationException)):
        light.replace(table, ["a"], [written])
    assert light.count_by_load(lake, "bronze.words", ["a", "b"]) == {"a": 4, "b": 2}


def test_a_filter_finds_long_texts_by_the_bounds_of_their_files(lake: Light) -> None:
    put(lake, "a", 50)
    table = lake.table("bronze.words")
    assert table is not None
    assert table.scan(row_filter=f"word = '{'ü' * 40}49'").to_arrow().num_rows == 1
    assert table.scan(row_filter="id = 49").to_arrow().num_rows == 1
    assert list(table.scan(row_filter="id = 50").plan_files()) == []


def test_a_table_says_what_its_columns_mean_and_lies_where_spark_would_put_it(lake: Light) -> None:
    table = light.create_table(lake, "bronze.words", COLUMNS)
    assert [(field.field_id, field.required, field.doc) for field in table.schema().fields][0] == (
        1,
        True,
        "The key; it's made up",
    )
    assert table.location() == f"{lake.warehouse}/bronze/words"
    assert [field.name for field in table.spec().fields] == ["_load_id"]
    with pytest.raises(LakeError, match=r"knows no type array<int>.*engine: spark"):
        light.iceberg_type("array<int>")


def test_a_table_that_is_not_partitioned_by_load_is_left_alone(lake: Light) -> None:
    table = light.create_table(lake, "bronze.other", COLUMNS, by_load=False)
    with pytest.raises(LakeError, match="not partitioned by _load_id alone"):
        light.replace(table, ["a"], [])


@pytest.mark.parametrize(
    ("uri", "warehouse"), [("jdbc:mysql://a/b", "/tmp"), ("jdbc:sqlite:/tmp/a.db", "s3://bucket/lake")]
)  # noqa: S108
def test_a_lake_that_only_spark_can_open_says_so(uri: str, warehouse: str) -> None:
    with pytest.raises(LakeError, match=r"Use engine: spark"), open_lake(LakeSettings(uri=uri, warehouse=warehouse)):
        pass


def test_a_postgresql_catalog_gets_its_user_and_no_password_is_lost() -> None:
    settings = LakeSettings(uri="jdbc:postgresql://host:5432/lake", user="ann", password="p@ss")  # noqa: S106
    assert light.address(settings) == "postgresql+psycopg://ann:p%40ss@host:5432/lake"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (Source("a", "s3://bucket/a", "*.csv"), "reads plain patterns in folders"),
        (Source("a", "file:///nowhere", "{a,b}.csv"), "reads plain patterns in folders"),
        (Source("a", "file:///nowhere", "*.csv"), "source a is empty"),
    ],
)
def test_a_source_that_cannot_be_listed_says_why(source: Source, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        light.list_loads(source)


@pytest.mark.parametrize(
    ("options", "words"), [({"comment": "#"}, r"option\(s\) comment"), ({"sep": "||"}, "more than one character")]
)
def test_an_option_that_only_spark_knows_is_refused(options: dict[str, str], words: str) -> None:
    with pytest.raises(SourceError, match=words + r".*engine: spark"):
        delimited.form_of(Source("a", "file:///nowhere", "*.csv", options=options))


def staged(lake: Light, form: Form, path: Path) -> list[tuple[Any, ...]]:
    """The rows of a file as they are staged, then the texts that do not fit."""
    delimited.stage(lake.engine, form, str(path), delimited.read_header(form, str(path)))
    return lake.ask("FROM staged") + lake.ask("FROM malformed ORDER BY text")


def test_plain_files_go_the_quick_way_and_others_give_the_same_rows(lake: Light, tmp_path: Path) -> None:
    plain, packed, old = tmp_path / "a.csv", tmp_path / "a.csv.gz", tmp_path / "old.csv"
    text = "a,b\r\n1,x\r\n2\r\n3,y,z\r\n4,é\r\n"
    plain.write_text(text, newline="", encoding="utf-8")
    packed.write_bytes(gzip.compress(text.encode()))
    old.write_text(text, newline="", encoding="latin-1")
    assert delimited.stage_plain(lake.engine, Form(), str(plain), ("a", "b")) == 4
    for path, form in ((plain, Form()), (packed, Form()), (old, Form(encoding="latin-1"))):
        assert staged(lake, form, path) == [("1", "x"), ("4", "é"), ("2",), ("3,y,z",)]


@pytest.mark.parametrize(
    "text", ['a,b\n1,"x ""y"""\n', "a,b\n1,x\n\n2,y\n", "a,b\n1,x\r2,y\n", 'a,b\n1, "x"\n', 'a,b\n1,"x\n2,y\n']
)
def test_what_can_be_read_in_two_ways_is_not_plain(lake: Light, tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, newline="", encoding="utf-8")
    with pytest.raises(NotPlain):
        delimited.stage_plain(lake.engine, Form(), str(path), ("a", "b"))
    assert staged(lake, Form(), path)


def test_one_open_quote_costs_one_row(lake: Light, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('a,b\n1,x\n"2,y\n3,z\n', encoding="utf-8")
    assert staged(lake, Form(), path) == [("1", "x"), ("3", "z"), ('"2,y',)]


def test_columns_without_a_name_or_with_one_name_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("\ufeffa,,A,b\n", encoding="utf-8")
    assert delimited.read_header(Form(), str(tmp_path / "a.csv")) == ("a0", "_c1", "A2", "b")
    (tmp_path / "b.csv").write_text("", encoding="utf-8")
    assert delimited.read_header(Form(), str(tmp_path / "b.csv")) == ()


@pytest.mark.parametrize("text", ["12:30:00", "2024-01-05 10:11:12 Europe/Paris", "0x1p3"])
def test_what_spark_alone_takes_is_refused_and_not_guessed(lake: Light, text: str) -> None:
    kind = "double" if text.startswith("0x") else "timestamp"
    assert lake.ask(f"SELECT {cast('x', kind)} FROM (SELECT '{text}' AS x)") == [(None,)]  # noqa: S608 (a test's own words)
