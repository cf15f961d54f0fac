"""Numbers of an API's JSON: no digit is lost silently, whatever column they come to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from data.test_ingest_api import PAGED, load, only, query, register
from data.web import Reply, Web, serving
from house import House

ODD = 2**53 + 1
"""The first whole number that no DOUBLE holds."""
LONG = "12345678901234567.89"


@pytest.fixture
def web() -> Iterator[Web]:
    """A server."""
    with serving() as one:
        yield one


def gives(web: Web, *numbers: Any) -> None:
    """One record for each; a word is written into the JSON as it is."""
    said = [number if isinstance(number, str) else json.dumps(number) for number in numbers]
    body = "[" + ",".join(f'{{"id": {at}, "n": {one}}}' for at, one in enumerate(said, 1)) + "]"
    web.paths["/orders"] = lambda ask: Reply(body.encode())


def loaded(house: House) -> tuple[str, list[Any]]:
    """The type of the column, and what stands in it."""
    kind = query(
        house, "SELECT data_type FROM duckdb_columns() WHERE table_name = 'raw_shop_orders' AND column_name = 'n'"
    )
    return kind[0][0], [row[0] for row in query(house, "SELECT n FROM raw_shop_orders ORDER BY id")]


@pytest.mark.chaos(
    source="api",
    given="numbers with more digits than a DOUBLE holds, beside fractions, in the first load",
    data="every digit is kept: the column is text",
)
@pytest.mark.parametrize(
    ("numbers", "kind", "held"),
    [
        ((1.5, ODD), "VARCHAR", ["1.5", str(ODD)]),
        ((1.5, ODD + 1), "DOUBLE", [1.5, float(ODD + 1)]),
        ((1, ODD, 2**63 - 1, -(2**63)), "BIGINT", [1, ODD, 2**63 - 1, -(2**63)]),
        ((1, 2**63), "HUGEINT", [1, 2**63]),
        # As JavaScript writes 1.2345678901234568e20.
        ((1.5, 123456789012345680000, 10**20), "DOUBLE", [1.5, 1.2345678901234568e20, 1e20]),
        ((1.5, 2**64 + 1), "VARCHAR", ["1.5", str(2**64 + 1)]),
        ((1.5, LONG), "VARCHAR", ["1.5", LONG]),
        ((1.5, "1e400", "-1e-400"), "VARCHAR", ["1.5", "1e400", "-1e-400"]),
        # As C and old PHP write a double: its own digits, and no more.
        ((0.5, "0.10000000000000001", "1.10", "5e-324"), "DOUBLE", [0.5, 0.1, 1.1, 5e-324]),
    ],
    ids=str,
)  # fmt: skip
def test_the_first_load_takes_a_type_that_holds_every_digit(
    house: House, web: Web, numbers: tuple[Any, ...], kind: str, held: list[Any]
) -> None:
    gives(web, *numbers)
    register(house, web, {"name": "orders", "path": "/orders"})
    said = load(house)
    assert said.exit == 0, said
    assert loaded(house) == (kind, held)


@pytest.mark.chaos(
    source="api",
    given="numbers with more digits than the column holds, in a later load",
    data="they wait in quarantine, digit for digit; the others are loaded",
)
@pytest.mark.parametrize(
    ("before", "number", "reason"),
    [
        (1.5, ODD, "n is no DOUBLE: one would not keep all its digits"),
        (1.5, 2**64 + 1, "n is no DOUBLE: one would not keep all its digits"),
        (1.5, 10**40 + 1, "n is no DOUBLE: one would not keep all its digits"),
        (1.5, LONG, "n is no DOUBLE: one would not keep all its digits"),
        (1.5, "1e400", "n is no DOUBLE: one would not keep all its digits"),
        (1, 2**63, "n is no BIGINT"),
        (1, 1.5, "n is no BIGINT"),
        (2**70, 10**40, "n is no HUGEINT"),
        (True, 1, "n is no BOOLEAN"),
    ],
    ids=str,
)
def test_a_later_number_that_its_column_does_not_hold_waits_in_quarantine(
    house: House, web: Web, before: Any, number: Any, reason: str
) -> None:
    register(house, web, {"name": "orders", "path": "/orders"})
    gives(web, before)
    assert load(house).exit == 0
    gives(web, before, number, before)
    one = only(load(house))
    assert (one["rows_read"], one["rows_loaded"], one["rows_quarantined"]) == (3, 2, 1)
    assert loaded(house)[1] == [before, before]
    ((why, raw),) = query(house, "SELECT reason, raw FROM raw_shop_orders_quarantine")
    assert why == reason and str(number) in raw


def test_a_great_number_of_a_column_that_holds_it_is_no_bad_record_beside_one(house: House, web: Web) -> None:
    register(house, web, {"name": "orders", "path": "/orders"})
    gives(web, 2**70)
    assert load(house).exit == 0
    gives(web, 2**70, '"many"')
    assert only(load(house))["rows_quarantined"] == 1 and loaded(house) == ("HUGEINT", [2**70])


@pytest.mark.chaos(
    source="api", given="NaN and Infinity, which are no JSON",
    data="those records wait in quarantine with their reason; the others are loaded",
)  # fmt: skip
def test_what_is_no_number_of_json_waits_in_quarantine(house: House, web: Web) -> None:
    gives(web, 1.5, "NaN", "-Infinity", '{"deep": [Infinity]}')
    register(house, web, {"name": "orders", "path": "/orders"})
    one = only(load(house))
    assert (one["rows_loaded"], one["rows_quarantined"]) == (1, 3) and loaded(house) == ("DOUBLE", [1.5])
    rows = query(house, "SELECT reason, raw FROM raw_shop_orders_quarantine ORDER BY line")
    assert {why for why, _ in rows} == {"holds what JSON does not know: NaN, or half a character"}
    assert "NaN" in rows[0][1] and "-Infinity" in rows[1][1]


def test_a_whole_number_that_a_double_holds_is_one(house: House, web: Web) -> None:
    register(house, web, {"name": "orders", "path": "/orders"})
    gives(web, 1.5)
    assert load(house).exit == 0
    gives(web, 2**53, ODD + 1, 2**64, 10**20, 2**100)
    assert only(load(house))["rows_quarantined"] == 0
    assert loaded(house) == ("DOUBLE", [float(2**53), float(ODD + 1), float(2**64), 1e20, float(2**100)])


def test_what_nests_keeps_its_digits_too(house: House, web: Web) -> None:
    gives(web, f'{{"price": {LONG}, "whole": {10**40}, "short": 1.5}}')
    register(house, web, {"name": "orders", "path": "/orders"})
    assert load(house).exit == 0
    kind, (held,) = loaded(house)
    assert (kind, json.loads(held)) == ("JSON", {"price": LONG, "whole": 10**40, "short": 1.5})


def test_a_cursor_keeps_its_digits_and_is_compared_as_a_number(house: House, web: Web) -> None:
    register(house, web, {**PAGED, "cursor": "n"})
    gives(web, "999.5", "1700000000.123456789", "1700000000.123456788")
    assert only(load(house))["cursor_to"] == "1700000000.123456789"
    gives(web, "1700000000.123456789")
    assert only(load(house))["cursor_to"] == "1700000000.123456789"
    assert web.asked[1].query == {"n": "1700000000.123456789"}
    gives(web, "1700000000.5")
    assert only(load(house))["cursor_to"] == "1700000000.5"
