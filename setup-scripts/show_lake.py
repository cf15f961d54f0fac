"""What the quick start made: the files of the task, every table of the lake read back by PyIceberg, not by Spark, and the marts."""

import os
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT / "src"))

from common.lake import SQLITE, LakeSettings, read_settings  # noqa: E402

MADE = (
    "src/ingestion/flights_to_iceberg.py",
    "tests/ingestion/test_flights_to_iceberg.py",
    "great-expectations/expectations/bronze_flights.json",
)
MARTS = (
    "flight_delays",
    "daily_punctuality",
    "carrier_punctuality",
    "route_delays",
    "orders_summary",
    "customer_orders",
)


def main() -> None:
    for name in MADE:
        if (path := PROJECT / name).exists():
            print(f"  {name}  ({len(path.read_text(encoding='utf-8').splitlines())} lines)")
    show_tables(read_settings(PROJECT))
    show_marts(Path(os.environ.get("WAREHOUSE") or PROJECT / "data/processed/warehouse.duckdb"))


def show_tables(settings: LakeSettings) -> None:
    catalog = open_catalog(settings)
    for namespace in catalog.list_namespaces():
        for identifier in sorted(catalog.list_tables(namespace)):
            table = catalog.load_table(identifier)
            snapshot = table.current_snapshot()
            summary = snapshot.summary.additional_properties if snapshot and snapshot.summary else {}
            rows = int(summary.get("total-records", 0))
            print(f"  {'.'.join(identifier):<28} {rows:>9,} rows   {shorter(table.location())}")


def show_marts(warehouse: Path) -> None:
    """What dbt made last; nothing where it never ran."""
    if not warehouse.exists():
        return
    import duckdb

    with duckdb.connect(str(warehouse), read_only=True) as conn:
        known = {name for (name,) in conn.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
        for mart in [name for name in MARTS if name in known]:
            (rows,) = conn.execute(f"SELECT count(*) FROM {mart}").fetchone() or (0,)
            print(f"  {mart:<28} {rows:>9,} rows   {shorter(str(warehouse))}")


def open_catalog(settings: LakeSettings):  # type: ignore[no-untyped-def]
    """The catalog Spark wrote to, under its Python name."""
    from pyiceberg.catalog.sql import SqlCatalog

    if settings.uri.startswith(SQLITE):
        uri = "sqlite:///" + settings.uri.removeprefix(SQLITE)
    else:
        uri = settings.uri.replace("jdbc:postgresql://", f"postgresql+psycopg://{login(settings)}")
    return SqlCatalog(settings.name, uri=uri, warehouse=settings.warehouse)


def login(settings: LakeSettings) -> str:
    from urllib.parse import quote

    return f"{quote(settings.user)}:{quote(settings.password, safe='')}@" if settings.user else ""


def shorter(location: str) -> str:
    path = location.removeprefix("file://").removeprefix("file:")
    return os.path.relpath(path, PROJECT) if path.startswith(str(PROJECT)) else location


if __name__ == "__main__":
    main()
