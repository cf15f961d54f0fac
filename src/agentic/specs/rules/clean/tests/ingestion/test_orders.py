"""Every row of a delivery is in the table or in quarantine."""

from ingestion.orders import validate

GOOD = {"order_id": "1", "customer_id": "7", "placed_at": "2026-11-19T08:00:00", "state": "placed", "amount": "12.50"}


def test_a_row_that_fits_is_loaded() -> None:
    assert validate("2026-11-19", [GOOD]).rows == (GOOD,)


def test_a_repeated_order_goes_to_quarantine() -> None:
    load = validate("2026-11-19", [GOOD, GOOD])
    assert load.rows == (GOOD,) and load.quarantine == ((GOOD, "order_id: repeated"),)


def test_a_row_without_a_number_goes_to_quarantine() -> None:
    bad = {**GOOD, "order_id": ""}
    assert validate("2026-11-19", [bad]).quarantine == ((bad, "order_id: missing"),)
