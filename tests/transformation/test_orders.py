"""Raw files and a seed -> what each customer ordered."""

from decimal import Decimal

from transformation.workshop import Workshop


def test_every_customer_is_there_once_with_orders_or_without(built: Workshop) -> None:
    rows = built.ask("SELECT customer_id, orders, amount FROM customer_orders ORDER BY 1")
    assert len(rows) == 8
    assert rows[0] == ("C001", 2, Decimal("373.10"))
    assert rows[5] == ("C006", 0, Decimal("0.00"))


def test_a_cancelled_order_counts_as_an_order_and_not_as_money(built: Workshop) -> None:
    query = "SELECT orders, orders_cancelled, items, amount FROM orders_summary WHERE customer_id = 'C005'"
    assert built.ask(query) == [(1, 1, 0, Decimal("0.00"))]


def test_amounts_are_those_of_the_order_lines(built: Workshop) -> None:
    lines = built.ask("SELECT sum(line_total) FROM stg_orders WHERE status <> 'cancelled'")
    assert lines == built.ask("SELECT sum(amount) FROM customer_orders")
    assert lines == [(Decimal("3979.40"),)]


def test_staging_models_are_views_and_marts_are_tables(built: Workshop) -> None:
    views = {name for (name,) in built.ask("SELECT view_name FROM duckdb_views() WHERE NOT internal")}
    tables = {name for (name,) in built.ask("SELECT table_name FROM duckdb_tables()")}
    assert views == {"stg_customers", "stg_flights", "stg_flights_set_apart", "stg_orders", "stg_products"}
    assert {"orders_summary", "customer_orders", "raw_customers", "raw_products", "sample_orders"} <= tables


def test_a_column_says_what_it_means_to_whoever_opens_the_warehouse(built: Workshop) -> None:
    query = "SELECT comment FROM duckdb_columns() WHERE table_name = 'customer_orders' AND column_name = 'amount'"
    assert built.ask(query) == [("Money of the orders that stand.",)]


def test_an_order_of_a_customer_who_is_not_there_fails_the_build_and_the_marts_stay(shop: Workshop) -> None:
    seed = shop.root / "src/transformation/seeds/sample_orders.csv"
    seed.write_text(seed.read_text(encoding="utf-8") + "1011,1,C999,P01,2025-09-01,1,49.90,placed\n", encoding="utf-8")
    before = shop.ask("SELECT * FROM customer_orders ORDER BY 1")
    done = shop.transform("--select", "sample_orders+", "--quiet")
    assert done.returncode == 1
    assert "relationships_stg_orders_customer_id" in done.stderr and "1 nodes failed" in done.stderr
    assert shop.ask("SELECT * FROM customer_orders ORDER BY 1") == before
