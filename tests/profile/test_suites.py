"""Every expectation of a suite that profiling writes holds on the data that were profiled: Great Expectations says so itself."""

from __future__ import annotations

import json
from typing import Any

import pytest

from asked import asked
from house import House

duckdb = pytest.importorskip("duckdb")
SUITE = "great-expectations/expectations/made.json"
TABLES = {
    "shop": (
        "SELECT i AS id, 'AB-' || lpad(i::VARCHAR, 4, '0') AS code, (i % 5)::VARCHAR AS tier, i * 0.37 - 20 AS price,"
        " 'p' || i || '@example.org' AS mail, i % 2 = 0 AS paid, DATE '2026-01-01' + (i % 9)::INT AS day FROM range(300) t(i)"
    ),
    "gaps": (
        "SELECT CASE WHEN i % 3 = 0 THEN NULL ELSE i END AS a, CASE WHEN i % 7 = 0 THEN '' ELSE 'x' END AS b, NULL::INT AS c,"
        " CASE WHEN i % 5 = 0 THEN 'nan'::DOUBLE WHEN i % 11 = 0 THEN 'inf'::DOUBLE ELSE i END AS d FROM range(200) t(i)"
    ),
    "composite": "SELECT i // 10 AS a, i % 10 AS b, 'äöü'[1 + i % 3] AS c, (i % 7)::DECIMAL(10, 3) / 8 AS d FROM range(250) t(i)",
    "extremes": (
        "SELECT i AS id, 9007199254740993 + i AS big, -1e-9 * i AS tiny, 1e300 * (i % 2) AS huge, -5 - i AS below,"
        " uuid() AS u, 'a.b*c(' || (i % 10) AS signs, 'x' || chr(10) || 'y' AS lines FROM range(100) t(i)"
    ),
    "one": "SELECT 1 AS a, 'x' AS b",
    "none": "SELECT 1 AS a, 'x' AS b WHERE false",
    "names": 'SELECT i AS "select", i % 3 AS "with blank", chr((65 + i % 4)::INT) AS "gr""öße" FROM range(100) t(i)',
}  # fmt: skip


def validated(frame: Any, suite: dict[str, Any]) -> tuple[list[tuple[str, Any]], int]:
    """(what does not hold, how many were judged), by Great Expectations."""
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    batch = context.data_sources.add_pandas("p").add_dataframe_asset("a").add_batch_definition_whole_dataframe("b")
    made = gx.ExpectationSuite(name="made", expectations=suite["expectations"])
    result = batch.get_batch({"dataframe": frame}).validate(made)
    bad = [(one.expectation_config.type, one.expectation_config.kwargs) for one in result.results if not one.success]
    return bad, len(result.results)


def suite_for(house: House, *words: str) -> dict[str, Any]:
    said = asked(house.root, "profile", "t.parquet", *words, "--suite", "made", "--quiet", "--json")
    assert said.exit == 0, said.out
    return json.loads(house.read(SUITE))


@pytest.mark.parametrize("name", TABLES)
def test_every_expectation_holds_on_the_data_profiled(house: House, name: str) -> None:
    pytest.importorskip("great_expectations")
    path = house.root / "t.parquet"
    duckdb.sql(f"COPY ({TABLES[name]}) TO '{path}' (FORMAT parquet)")
    suite = suite_for(house)
    assert all(one["meta"]["why"] and one["meta"]["checked"] for one in suite["expectations"])
    frame = duckdb.sql(f"SELECT * FROM '{path}'").df()
    bad, judged = validated(frame, suite)
    assert bad == [] and judged == len(suite["expectations"]) >= 1


def test_a_suite_judges_other_data_too(house: House) -> None:
    pytest.importorskip("great_expectations")
    path = house.root / "t.parquet"
    duckdb.sql(f"COPY ({TABLES['shop']}) TO '{path}' (FORMAT parquet)")
    frame = duckdb.sql(f"SELECT * FROM '{path}'").df()
    frame.loc[0, "code"], frame.loc[1, "tier"], frame.loc[2, "price"], frame.loc[3, "id"] = "nonsense", "9", 1e6, 4
    broken = {kind for kind, _ in validated(frame, suite_for(house))[0]}
    assert broken == {
        "expect_column_values_to_match_regex", "expect_column_values_to_be_in_set", "expect_column_values_to_be_between",
        "expect_column_values_to_be_unique",
    }  # fmt: skip


def test_expectations_of_some_columns_say_nothing_of_the_others(house: House) -> None:
    duckdb.sql(f"COPY ({TABLES['shop']}) TO '{house.root}/t.parquet' (FORMAT parquet)")
    suite = suite_for(house, "--columns", "id,price")
    named = {one["kwargs"].get("column") for one in suite["expectations"]}
    assert named == {None, "id", "price"}
    assert "expect_table_columns_to_match_set" not in {one["type"] for one in suite["expectations"]}


def test_a_suite_that_a_person_wrote_is_not_overwritten_and_ours_is(house: House) -> None:
    duckdb.sql(f"COPY ({TABLES['one']}) TO '{house.root}/t.parquet' (FORMAT parquet)")
    house.write(SUITE, '{"name": "made", "expectations": [], "meta": {}}')
    said = asked(house.root, "profile", "t.parquet", "--suite", "made")
    assert (said.exit, said.errors) == (2, ["AGT200"]) and json.loads(house.read(SUITE))["expectations"] == []
    (house.root / SUITE).unlink()
    assert suite_for(house)["expectations"] == suite_for(house)["expectations"] != []
