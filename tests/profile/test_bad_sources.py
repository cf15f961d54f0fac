"""Whatever a source is like, it is measured or refused with a reason; profiling never changes it."""

from __future__ import annotations

import hashlib
import os
from typing import Any

import pytest

from asked import asked
from house import House

duckdb = pytest.importorskip("duckdb")


def measured(house: House, *words: str) -> dict[str, Any]:
    """The one table of `agentic profile ... --json`."""
    said = asked(house.root, "profile", *words, "--json", "--quiet")
    assert said.exit == 0, said.out
    return said.json["tables"][0]


def columns(table: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in table["columns"]}


REFUSED = {
    "an empty file": ("x.csv", b"", "is empty"),
    "a binary file": ("x.csv", b"\x7fELF\x02\x01\x00\x00\x00\x00" * 100, "NUL bytes"),
    "a Parquet file cut in half": ("x.parquet", None, "cannot be read as parquet"),
    "a gzip cut in half": ("x.csv.gz", b"\x1f\x8b\x08\x00\x00", "cannot be read"),
    "JSON cut in half": ("x.json", b'[{"a": 1}, {"a": ', "cannot be read as json"),
}


@pytest.mark.chaos(
    source="profile",
    given="an empty file, a binary, a Parquet, gzip or JSON cut in half",
    data="refused with its reason, AGT610; the file is unchanged",
)
@pytest.mark.parametrize("given", REFUSED)
def test_what_cannot_be_read_is_refused_with_its_reason(house: House, given: str) -> None:
    name, content, why = REFUSED[given]
    if content is None:
        duckdb.sql(f"COPY (SELECT range AS a FROM range(1000)) TO '{house.root}/whole.parquet' (FORMAT parquet)")
        content = (house.root / "whole.parquet").read_bytes()[:-50]
    house.write(name, content)
    before = hashlib.sha256((house.root / name).read_bytes()).hexdigest()
    said = asked(house.root, "profile", name)
    assert said.errors == ["AGT610"] and why in said.message and said.line("fix"), said.err
    assert hashlib.sha256((house.root / name).read_bytes()).hexdigest() == before


@pytest.mark.chaos(
    source="profile",
    given="a header alone, one row, every value NULL",
    data="measured: 0 rows, 1 row, an empty column; no key is suggested",
)
def test_hardly_anything_is_measured_as_what_it_is(house: House) -> None:
    house.write("head.csv", "a,b\n")
    house.write("one.csv", "a,b\n1,x\n")
    duckdb.sql(
        f"COPY (SELECT NULL::INT AS a, NULL::VARCHAR AS b FROM range(50)) TO '{house.root}/null.parquet' (FORMAT parquet)"
    )
    head, one, null = (
        measured(house, name, "--write", "--suite", "s") for name in ("head.csv", "one.csv", "null.parquet")
    )
    assert [(table["rows"], table["keys"]) for table in (head, one, null)] == [(0, []), (1, []), (50, [])]
    assert [one["kind"] for one in null["issues"]].count("empty column") == 2
    assert head["rules"] == null["rules"] == []


@pytest.mark.chaos(
    source="profile", given="10,000 columns", data="each is measured, the first 300 closely, in less than 20 s of CPU"
)
def test_ten_thousand_columns_are_measured_in_reasonable_time(house: House) -> None:
    names = [f"c{number}" for number in range(10_000)]
    row = ",".join(str(number) for number in range(10_000))
    house.write("wide.csv", ",".join(names) + "\n" + f"{row}\n" * 20)
    before = os.times()
    table = measured(house, "wide.csv")
    after = os.times()
    spent = sum(after[clock] - before[clock] for clock in range(4))
    assert (len(table["columns"]), table["rows"]) == (10_000, 20) and spent < 20
    assert columns(table)["c299"]["detailed"] and columns(table)["c299"]["quartiles"] == [299.0] * 3
    assert columns(table)["c9999"]["least"] == "9999" and not columns(table)["c9999"]["detailed"]


@pytest.mark.chaos(
    source="profile",
    given="more than 300 columns, one of them with leading zeros",
    data="the zeros stay: that column is text, the others are numbers",
)
def test_leading_zeros_of_a_wide_file_stay(house: House) -> None:
    names = [f"c{number}" for number in range(400)]
    row = ",".join("007" if number == 350 else "10" for number in range(400))
    house.write("zeros.csv", ",".join(names) + "\n" + f"{row}\n" * 5)
    found = columns(measured(house, "zeros.csv"))
    assert (found["c350"]["longest"], found["c350"]["type"], found["c349"]["type"]) == (3, "VARCHAR", "BIGINT")


@pytest.mark.chaos(
    source="profile",
    given="more than 300 columns, the last of them with addresses, names and card numbers",
    data="of columns that nobody looked at closely no text and no long number is shown or written",
)
def test_columns_that_are_not_looked_at_closely_show_nothing_of_people(house: House) -> None:
    secrets = ("anna@example.org", "Annabel", "4111111111111111")
    many = ", ".join(f"i AS c{number}" for number in range(300))
    sql = f"SELECT {many}, '{secrets[0]}' AS contact, '{secrets[1]}' AS first_name, {secrets[2]}::BIGINT AS paid FROM range(30) t(i)"
    duckdb.sql(f"COPY ({sql}) TO '{house.root}/people.parquet' (FORMAT parquet)")
    said = asked(house.root, "profile", "people.parquet", "--json", "--write", "--suite", "people")
    everything = said.out + said.err + house.read("agent-prompts/requirements/data_discovery.md")
    everything += house.read("great-expectations/expectations/people.json")
    assert columns(said.json["tables"][0])["contact"]["least"] == "xxxx@xxxxxxx.xxx"
    assert not [secret for secret in secrets if secret in everything]


@pytest.mark.chaos(
    source="profile", given="dates of year 0, of year 9999, infinite ones", data="measured; shown as text"
)
def test_dates_beyond_python_are_measured(house: House) -> None:
    sql = "SELECT unnest([DATE '0000-01-01', DATE '9999-12-31', 'infinity'::DATE, DATE '2026-01-01']) AS d, TIMESTAMP '0000-01-01' AS t"
    duckdb.sql(f"COPY ({sql}) TO '{house.root}/d.parquet' (FORMAT parquet)")
    found = columns(measured(house, "d.parquet"))
    assert found["d"]["least"] == "0001-01-01 (BC)" and found["d"]["greatest"] == "infinity"
    house.write("d.csv", "d\n0000-00-00\n2026-01-01\n2026-01-02\n")
    assert measured(house, "d.csv")["rows"] == 3


@pytest.mark.chaos(source="profile", given="NaN and infinite numbers", data="counted, and left out of range and mean")
def test_nan_and_the_infinite_are_counted_and_left_out(house: House) -> None:
    sql = "SELECT unnest(['nan'::DOUBLE, 'inf'::DOUBLE, '-inf'::DOUBLE, 1, 3]) AS x"
    duckdb.sql(f"COPY ({sql}) TO '{house.root}/n.parquet' (FORMAT parquet)")
    found = columns(measured(house, "n.parquet"))["x"]
    assert (found["unreal"], found["least"], found["greatest"], found["mean"]) == (3, "1.0", "3.0", 2.0)


@pytest.mark.chaos(
    source="profile",
    given="nested structs, lists, maps and blobs",
    data="present and missing are counted; nothing else is claimed",
)
def test_nested_values_are_counted(house: House) -> None:
    sql = "SELECT {'a': i, 'b': [1, 2]} AS s, [i] AS l, MAP {'k': i} AS m, 'x'::BLOB AS b, CASE WHEN i > 1 THEN [i] END AS n FROM range(5) t(i)"
    duckdb.sql(f"COPY ({sql}) TO '{house.root}/n.parquet' (FORMAT parquet)")
    found = columns(measured(house, "n.parquet"))
    assert [found[name]["missing"] for name in "slmbn"] == [0, 0, 0, 0, 2] and found["s"]["distinct"] is None


@pytest.mark.chaos(
    source="profile", given="texts of a million letters", data="measured; at most 200 letters of one are kept"
)
def test_very_long_texts_are_measured_and_cut(house: House) -> None:
    sql = "SELECT repeat('ab', 500000 + i::INT) AS word FROM range(5) t(i)"
    duckdb.sql(f"COPY ({sql}) TO '{house.root}/long.parquet' (FORMAT parquet)")
    found = columns(measured(house, "long.parquet", "--write"))["word"]
    assert found["longest"] == 1_000_008 and len(found["least"]) == 200


@pytest.mark.chaos(
    source="profile",
    given="two lines in another encoding",
    data="the other rows are measured, the two are counted as unreadable",
)
def test_lines_in_another_encoding_are_counted(house: House) -> None:
    good = b"".join(b"%d,Stra\xc3\x9fe\n" % number for number in range(100))
    house.write("e.csv", b"id,town\n" + good + b"100,Stra\xdfe\n101,M\xfcnchen\n")
    table = measured(house, "e.csv")
    assert (table["rows"], table["unread"]) == (100, 2)
    assert [one["rows"] for one in table["issues"] if one["kind"] == "unreadable lines"] == [2]


@pytest.mark.chaos(
    source="profile",
    given="latin-1 and cp1252 as the registry says",
    data="every row is measured, letters as they were",
)
@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-16"])
def test_an_encoding_of_the_registry_is_read(house: House, encoding: str) -> None:
    house.write(
        "configs/sources.yml", f'sources: {{files: {{towns: {{path: raw, pattern: "*.csv", encoding: {encoding}}}}}}}\n'
    )
    house.write("raw/t.csv", "id,town\n1,Zürich\n2,Ä\n".encode(encoding))
    table = measured(house, "towns")
    assert (table["rows"], columns(table)["town"]["greatest"]) == (2, "Ä")


@pytest.mark.chaos(
    source="profile",
    given="a number column that holds a word after 60,000 rows",
    data="every row is measured; the column is text, and said to look like a number",
)
def test_a_column_that_becomes_text_late_loses_no_row(house: House) -> None:
    house.write("late.csv", "n\n" + "".join(f"{number}\n" for number in range(60_000)) + "many\n")
    table = measured(house, "late.csv")
    assert (table["rows"], table["unread"], columns(table)["n"]["type"]) == (60_001, 0, "VARCHAR")
    assert columns(table)["n"]["looks_like_rows"] == 60_000


@pytest.mark.chaos(
    source="profile",
    given="column names with quotes, unicode, reserved words, blanks, twice the same",
    data="each is measured under its name; rules are suggested for names that the grammar can say",
)
def test_odd_names_of_columns_are_no_hindrance(house: House) -> None:
    house.write("odd.csv", '"a""b",select,größe,"with blank",same,same,"x|`y`"\n1,2,3,4,5,6,7\n2,3,4,5,6,7,8\n')
    found = measured(house, "odd.csv", "--write", "--suite", "odd")
    assert list(columns(found))[:5] == ['a"b', "select", "größe", "with blank", "same"] and len(found["columns"]) == 7
    named = {one["text"].split()[0] for one in found["rules"]}
    assert "raw_odd.select" in named and not any("blank" in one or '"' in one for one in named)


@pytest.mark.chaos(
    source="profile", given="a warehouse that another process writes", data="AGT309, exit code 4; nothing is changed"
)
def test_a_locked_warehouse_says_who_holds_it(house: House) -> None:
    import subprocess
    import sys

    path = house.root / "data/processed/warehouse.duckdb"
    path.parent.mkdir(parents=True)
    script = f"import duckdb, sys; c = duckdb.connect({str(path)!r}); c.execute('CREATE TABLE raw_x (a INT)'); print(1, flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout and holder.stdout.readline()
        said = asked(house.root, "profile", "raw_x")
        assert holder.stdin
        holder.stdin.close()
    assert (said.exit, said.errors) == (4, ["AGT309"])


def test_a_run_leaves_nothing_behind(house: House) -> None:
    house.write("a.csv", "a\n1\n")
    measured(house, "a.csv")
    assert not list((house.root / ".agentic").glob("profile-*"))
