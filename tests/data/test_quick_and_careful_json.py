"""The quick way and the careful way of reading JSON lines come to the same table and the same quarantine."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from data.quiet import Quiet

duckdb = pytest.importorskip("duckdb")

NAMES = ("a", "b", "c", "A", "a/b", "a~b", "$", "it's", '"q"', "m", "")
VALUES = (
    "1", "-7", "0", "-0", "1.5", "-0.0", "1e2", "1e400", "18446744073709551615", "123456789012345678901234567890", "NaN", "-inf",
    "true", "false", "null", '"x"', '"5"', '"null"', '""', '"a\\"b"', '"\\u00e9"', '"é"', '"\\ud800"', '"\\u0000"', '"[1]"',
    "{}", '{"b": 1, "b": [2.50]}', '[1, "x", null]', "01", ".5", "TRUE", "'x'", "\"x\ty\"", '"\x02"', "",
)  # fmt: skip
LINES = ("[1]", "1", "null", '"x"', "", "  ", "{", "{}", '{"a":1}{"a":2}', '{"a":1} x', '{"a":1,}', '{"a":1,"a":2}', '\x0c{"a":1}', "\x02", "\x01", "\x00", '{"a":\r1}', "\xff")  # fmt: skip
KINDS = (
    ("1", "-7", "null"),
    ("1", "1.5", "null"),
    ("true", "false"),
    ('"x"', '"5"', "null"),
    ("{}", "[1]"),
    ("null",),
    VALUES,
)
TABLES = ("", "a BIGINT", "a DOUBLE, b VARCHAR", "A VARCHAR, b JSON", "a BOOLEAN, c DATE")
OBJECTS = some.lists(
    some.tuples(some.sampled_from(NAMES[:3]) | some.sampled_from(NAMES), some.sampled_from(KINDS)), min_size=1, max_size=4
).flatmap(
    lambda keys: some.lists(
        some.tuples(*(some.tuples(some.just(name), some.sampled_from(values), some.integers(0, 9)) for name, values in keys)),
        min_size=1,
        max_size=6,
    )
)  # fmt: skip


def line(pairs: tuple[tuple[str, str, int], ...]) -> str:
    """An object; now and then a key is lacking."""
    return "{" + ", ".join(f"{json.dumps(name)}: {text}" for name, text, here in pairs if here) + "}"


FILES = some.builds(
    lambda objects, others, end, ended: end.join([*map(line, objects), *others]) + end * ended,
    OBJECTS,
    some.just([]) | some.lists(some.sampled_from(LINES), max_size=2),
    some.sampled_from(("\n", "\r\n")),
    some.booleans(),
)


def loaded(probes: Any, path: Path, *, quickly: bool, table: str = "", sample: int = 2) -> Any:
    """Columns, rows and quarantine of one file, or what it was refused for. The first says which way was gone."""
    con, gone = duckdb.connect(), []
    con.execute("CREATE TABLE raw_a_quarantine (_file VARCHAR, line BIGINT, reason VARCHAR, raw VARCHAR)")
    if table:
        con.execute(f"CREATE TABLE raw_a ({table}, _load INTEGER)")
        con.execute("INSERT INTO raw_a (_load) VALUES (7), (3)")
    order = {"path": str(path), "file": "a.jsonl", "table": "raw_a", "load": 9, "earlier": 3}
    source, beside = probes["from_json"].Json(con, order, path.parent, Quiet()), probes["beside"].Beside(str(path))
    carefully = source.carefully
    source.carefully = lambda *words: gone.append("carefully") or carefully(*words)
    source.sample = lambda *words: sample
    if not quickly:
        source.quickly = lambda *words: None
    try:
        read, rows = source.put(beside)
    except (probes["typed"].Refused, duckdb.Error) as error:
        return gone, str(error)
    finally:
        beside.stop()
    con.execute("COMMIT")
    bad = con.execute("FROM raw_a_quarantine ORDER BY line").fetchall()
    assert (read, rows + bool(table)) == (rows + len(bad), con.execute("SELECT count(*) FROM raw_a").fetchone()[0])
    return gone, (con.execute("DESCRIBE raw_a").fetchall(), sorted(map(repr, con.execute("FROM raw_a").fetchall())), bad)  # fmt: skip


@settings(max_examples=60, deadline=None, derandomize=True)
@given(FILES, some.sampled_from(TABLES))
def test_both_ways_come_to_the_same(probes: Any, text: str, table: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.jsonl"
        path.write_bytes(text.encode("utf-8").replace("\xff".encode(), b"\xff"))
        quick, careful = (loaded(probes, path, quickly=way, table=table)[1] for way in (True, False))
        assert quick == careful, path.read_bytes()


@pytest.mark.parametrize(
    ("last", "kinds"),
    [
        ('{"a": 2, "b": "y"}', ["BIGINT", "VARCHAR"]),
        ('{"b": "y", "a": 2}', ["BIGINT", "VARCHAR"]),
        ('{"b": null}', ["BIGINT", "VARCHAR"]),
        ('{"a": 2.5, "b": "y", "late": [1]}', ["DOUBLE", "VARCHAR", "JSON"]),
        ('{"a": "2", "b": "y"}', ["JSON", "VARCHAR"]),
        ('{"a": 18446744073709551615, "b": 5}', ["JSON", "JSON"]),
    ],
    ids=["as the first", "another order", "a key lacks", "a key comes late", "another kind", "too large"],
)  # fmt: skip
def test_a_clean_file_goes_the_quick_way(probes: Any, tmp_path: Path, last: str, kinds: list[str]) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"a": 1, "b": "x"}\n' * 3 + last + "\n", encoding="utf-8")
    gone, (columns, *_) = loaded(probes, path, quickly=True)
    assert gone == [] and [kind for _, kind, *_ in columns] == [*kinds, "INTEGER"]
    assert loaded(probes, path, quickly=False) == (["carefully"], loaded(probes, path, quickly=True)[1])


@pytest.mark.parametrize(
    "last",
    ['{"a": 1, "a": 2}', '{"a": 1', "[1]", "null", "", '{"a": 1}{"a": 2}', '{"a": "\\ud800"}', "\x02", "\x01"],
)
def test_a_line_that_is_no_row_sends_the_file_the_careful_way(probes: Any, tmp_path: Path, last: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"a": 1}\n' + last + '\n{"a": 3}\n', encoding="utf-8")
    gone, (_, rows, bad) = loaded(probes, path, quickly=True, sample=1)
    assert gone == ["carefully"] and len(rows) == 2 and [where for _, where, *_ in bad] == [2] * bool(last)


def test_keys_that_take_turns_are_not_mistaken_for_each_other(probes: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    for more, way in (("", []), ("[1]\n", ["carefully"])):
        path.write_text('{"b": 1}\n{"a": 2}\n' + more, encoding="utf-8")
        gone, (columns, rows, _) = loaded(probes, path, quickly=True)
        assert (gone, [name for name, *_ in columns], rows) == (
            way,
            ["b", "a", "_load"],
            ["(1, None, 9)", "(None, 2, 9)"],
        )


def test_a_name_that_no_table_can_have_is_not_refused_where_its_line_is_no_row(probes: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"a": 1, "A": 2, "a": 3}\n{"a": 1}\n', encoding="utf-8")
    assert loaded(probes, path, quickly=True)[1][2] == [
        ("a.jsonl", 1, "a key stands twice", '{"a": 1, "A": 2, "a": 3}')
    ]


@pytest.mark.parametrize("steady", [True, False])
def test_hundreds_of_keys_go_either_way_to_the_same(probes: Any, tmp_path: Path, *, steady: bool) -> None:
    path, values = tmp_path / "a.jsonl", (7, "x", 1.5, None, True, [1])
    rows = [{f"k{n}": values[n % 6] for n in range(600) if steady or (n + row) % 3} for row in range(3)]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    quick, careful = (loaded(probes, path, quickly=way, sample=3) for way in (True, False))
    assert quick[0] == [] and quick[1] == careful[1] and len(quick[1][0]) == 601
    rows[2]["k0"], rows[2]["k1"] = "x", 5
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    columns = "k0 BIGINT, k1 VARCHAR"
    gone, (_, _, bad) = loaded(probes, path, quickly=True, table=columns)
    assert gone == ["carefully"] and [reason for _, _, reason, _ in bad] == ["column k0: no BIGINT"]
