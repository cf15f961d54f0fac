"""The quick way and the careful way of reading a CSV come to the same table and the same quarantine."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from data.quiet import Quiet

duckdb = pytest.importorskip("duckdb")

VALUES = (
    "", "0", "7", "-7", "007", "+7", "-0", " 7", "7 ", "1e3", "1_000", "1.5", "0.5", ".5", "-1.50", "00.5", "1234567890123456789", "99999999999999999999",
    "nan", "inf", "true", "FALSE", "yes", "2024-01-31", "2024-1-31", "0000-01-01", "2024/01/31", "2024-01-31 10:00:00",
    "2024-01-31T10:00:00.25", "2024-01-31T10:00:00Z", "2024-01-31 10:00:00+02", "0000-01-01 10:00", "infinity", "Zoé", '"a,b"', '"a\nb"', '"say ""x"""', '"',
)  # fmt: skip
FILES = some.integers(1, 3).flatmap(
    lambda width: some.lists(
        some.one_of(some.lists(some.sampled_from(VALUES), min_size=width, max_size=width), some.lists(some.sampled_from(VALUES), max_size=4)),
        max_size=8,
    ).map(lambda rows: (width, rows))
)  # fmt: skip


def loaded(probes: Any, path: Path, *, quickly: bool) -> Any:
    """Columns, rows and quarantine of one file; what it was refused for. The first says which way was gone."""
    con = duckdb.connect()
    con.execute("CREATE TABLE raw_a_quarantine (_file VARCHAR, line BIGINT, reason VARCHAR, raw VARCHAR)")
    order = {"path": str(path), "file": "a.csv", "table": "raw_a", "delimiter": ",", "quote": '"', "encoding": "utf-8", "null_values": [""], "header": True, "columns": [], "load": 1, "earlier": 0}  # fmt: skip
    csv, beside = probes["from_csv"].Csv(con, order, path.parent, Quiet()), probes["beside"].Beside(str(path))
    gone = []
    carefully = csv.carefully
    csv.carefully = lambda *words: gone.append("carefully") or carefully(*words)
    if not quickly:
        csv.quickly = lambda *words: None
    try:
        csv.put(beside)
    except probes["typed"].Refused as error:
        return gone, error.message
    finally:
        beside.stop()
    con.execute("COMMIT")
    answer = con.execute("DESCRIBE raw_a").fetchall(), sorted(map(repr, con.execute("FROM raw_a").fetchall()))
    return gone, (*answer, con.execute("FROM raw_a_quarantine ORDER BY line").fetchall())


@settings(max_examples=40, deadline=None, derandomize=True)
@given(FILES, some.sampled_from(("\n", "\r\n")), some.booleans())
def test_both_ways_come_to_the_same(probes: Any, file: tuple[int, list[list[str]]], end: str, ended: bool) -> None:
    width, rows = file
    lines = [",".join(f"c{place}" for place in range(width)), *(",".join(row) for row in rows)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_bytes((end.join(lines) + (end if ended else "")).encode())
        assert loaded(probes, path, quickly=True)[1] == loaded(probes, path, quickly=False)[1], path.read_bytes()


@pytest.mark.parametrize(
    "value", ["7", "1.5", "0.5", "true", "2024-01-31", "2024-01-31T10:00:00", "some text", '"a\nb"']
)
def test_a_clean_file_goes_the_quick_way(probes: Any, tmp_path: Path, value: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"id,n\n1,{value}\n2,{value}\n", encoding="utf-8")
    assert loaded(probes, path, quickly=True)[0] == [] and loaded(probes, path, quickly=False)[0] == ["carefully"]


def test_a_clean_file_whose_first_rows_deceive_goes_the_quick_way_with_the_types_of_all(
    probes: Any, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("n,late,never\n" + "1,,\n" * 30_000 + "1.5,7,\n", encoding="utf-8")
    gone, (columns, rows, bad) = loaded(probes, path, quickly=True)
    assert [column[:2] for column in columns[:3]] == [("n", "DOUBLE"), ("late", "BIGINT"), ("never", "VARCHAR")]
    assert (gone, len(rows), bad) == ([], 30_001, [])


@pytest.mark.parametrize("kind", ["BOOLEAN", "BIGINT", "DOUBLE", "DATE", "TIMESTAMP", "TIMESTAMPTZ"])
def test_a_value_that_stands_ready_is_judged_as_its_text_is(probes: Any, kind: str) -> None:
    fits, con = probes["typed"].fits, duckdb.connect()
    for value in VALUES:
        ready = f"(SELECT c, TRY_CAST(c AS {kind}) AS v FROM (SELECT ? AS c))"
        one, other = (f"SELECT count(*) FROM {ready} WHERE {test}" for test in (fits("c", kind, "v"), fits("c", kind)))
        assert con.execute(one, [value]).fetchone() == con.execute(other, [value]).fetchone(), value


def test_many_columns_get_the_types_that_each_alone_would_get(probes: Any) -> None:
    typed, con, width = probes["typed"], duckdb.connect(), 300
    cells = [
        [VALUES[(place * 7 + row * (place % 3)) % len(VALUES)] or None for row in range(3)] for place in range(width)
    ]
    con.execute(f"CREATE TABLE wide ({', '.join(f'c{place} VARCHAR' for place in range(width))})")
    assert typed.narrowest(con, "wide", [f"c{place}" for place in range(width)]) == ["VARCHAR"] * width
    con.executemany(
        f"INSERT INTO wide VALUES ({', '.join('?' * width)})", [list(row) for row in zip(*cells, strict=True)]
    )
    found = typed.narrowest(con, "wide", [f"c{place}" for place in range(width)])
    assert found == [typed.narrowest(con, "wide", [f"c{place}"])[0] for place in range(width)]
    assert set(found) >= {"VARCHAR", "BIGINT", "DOUBLE"}


def test_an_array_is_never_whole_in_memory(probes: Any, tmp_path: Path) -> None:
    source = probes["json_array"]
    asked: list[int] = []

    class Endless:
        """An array of a hundred million objects."""

        def read(self, size: int) -> str:
            asked.append(size)
            return ("[" if len(asked) == 1 else "") + '{"id": 1.0},\n' * (size // 13)

    found = source.members(Endless())
    assert [next(found) for _ in range(200_000)] == [b'{"id": 1.0}'] * 200_000
    assert sum(asked) < 4_000_000
