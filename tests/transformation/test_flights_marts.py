"""Iceberg tables of the lake -> marts of punctuality, all of them counted, all of one moment."""

import pytest

from transformation.workshop import FEBRUARY, JANUARY, Workshop, fill_lake, landed

TOTAL = (38, 22)
"""Rows of the source: January, February."""


@pytest.mark.parametrize("mart", ["flight_delays", "daily_punctuality", "carrier_punctuality", "route_delays"])
def test_each_mart_counts_every_flight_once_with_those_in_quarantine(built: Workshop, mart: str) -> None:
    counts = "sum(flights), sum(flown), sum(diverted), sum(cancelled), sum(unusable)"
    assert built.ask(f"SELECT {counts} FROM {mart}") == [(sum(TOTAL), 50, 2, 7, 1)]


def test_on_time_is_less_than_fifteen_minutes_late(built: Workshop) -> None:
    query = "SELECT sum(on_time), sum(arrival_delay_minutes), max(worst_arrival_delay) FROM flight_delays"
    assert built.ask(query) == [(45, 5 * 15 + 45 * 14, 15)]


def test_a_row_that_is_not_even_a_row_is_counted_and_never_averaged(built: Workshop) -> None:
    query = (
        "SELECT flight_date, carrier, flights, unusable, share_on_time FROM daily_punctuality, carrier_punctuality c"
    )
    assert built.ask(query.replace(", carrier,", ", c.carrier,").replace(" flights, unusable, share_on_time", " c.flights, c.unusable, c.share_on_time")
                     + " WHERE flight_date IS NULL AND c.carrier = 'unknown'") == [(None, "unknown", 1, 1, None)]  # fmt: skip


def test_moments_are_in_utc(built: Workshop) -> None:
    query = "SELECT scheduled_departure_at::varchar, departed_at::varchar FROM stg_flights WHERE flight = 0 ORDER BY 1 LIMIT 1"
    assert built.ask(f"SET TimeZone = 'UTC'; {query}") == [("2013-01-01 10:15:00+00", "2013-01-01 10:17:00+00")]


def test_the_warehouse_says_which_snapshot_it_holds(built: Workshop) -> None:
    from transformation.workshop import open_catalog

    catalog = open_catalog(built.lake)
    for name, snapshot in built.ask("SELECT table_name, snapshot_id FROM lake_readings"):
        assert snapshot == catalog.load_table(name).current_snapshot().snapshot_id
    assert len(built.ask("FROM lake_readings")) == 3


@pytest.mark.chaos(source="lake", given="a bad load, rolled back: the newest snapshot is not the current one",
                   data="the marts have the rows of the current snapshot")  # fmt: skip
def test_a_month_that_came_later_is_in_the_marts_and_what_was_rolled_back_is_not(shop: Workshop) -> None:
    import pyarrow as pa

    catalog = fill_lake(shop.lake, (JANUARY, FEBRUARY, {**FEBRUARY, "load": "2013/03"}))
    table = catalog.load_table("bronze.flights")
    good = table.current_snapshot().snapshot_id
    table.append(
        pa.Table.from_pylist(landed({**JANUARY, "load": "2013/09"}), schema=table.scan(limit=1).to_arrow().schema)
    )
    table.refresh()
    table.manage_snapshots().rollback_to_snapshot(good).commit()
    done = shop.transform("--select", "+route_delays", "--quiet")
    assert done.returncode == 0, done.stderr
    assert shop.ask("SELECT sum(flights) FROM route_delays") == [(38 + 22 + 22,)]
    assert shop.ask("SELECT snapshot_id FROM lake_readings WHERE table_name = 'bronze.flights'") == [(good,)]


@pytest.mark.chaos(source="lake", given="the ledger says a row more than table and quarantine hold",
                   data="the build fails and names the test; exit 1")  # fmt: skip
def test_a_row_that_got_lost_fails_the_build(shop: Workshop) -> None:
    catalog = fill_lake(shop.lake)
    catalog.load_table("bronze.flights").delete("flight = 3 and month = 1")
    done = shop.transform("--select", "+flight_delays", "--quiet")
    assert done.returncode == 1
    assert "flights_agree_with_the_ledger" in done.stderr


@pytest.mark.chaos(source="lake", given="there is no catalog where LAKE_URI says",
                   data="nothing is built, no catalog is made, the marts of before stay; exit 4")  # fmt: skip
def test_a_lake_that_is_not_there_is_said_and_not_made(shop: Workshop) -> None:
    place = shop.root / "elsewhere/catalog.db"
    done = shop.transform("--select", "+route_delays", "--quiet", LAKE_URI=f"jdbc:sqlite:{place}")
    assert done.returncode == 4
    assert "cannot be read: unable to open database file" in done.stderr and not place.parent.exists()
    assert shop.ask("SELECT sum(flights) FROM route_delays") == [(60,)]
