"""Reads the orders of a day, judges every row, and says which go into the table and which into quarantine."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from common.settings import Settings

NEEDED = ("order_id", "customer_id", "placed_at", "state", "amount")
STATES = ("placed", "shipped", "cancelled")

Row = dict[str, str]


class RowsLost(Exception):
    """Rows in the table plus rows in quarantine differ from rows in the source."""


@dataclass(frozen=True)
class Load:
    """One day of orders."""

    day: str
    rows: tuple[Row, ...]
    quarantine: tuple[tuple[Row, str], ...]
    """Rows that do not fit, with the reason."""


def read(settings: Settings, day: str) -> list[Row]:
    """Every row of a delivery, as text."""
    path: Path = settings.landing / day / "orders.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def reason(row: Row, seen: set[str]) -> str:
    """Why a row does not fit; empty where it does."""
    missing = [name for name in NEEDED if not row.get(name)]
    if missing:
        return f"{missing[0]}: missing"
    if row["state"] not in STATES:
        return "state: unknown"
    return "order_id: repeated" if row["order_id"] in seen else ""


def judged(rows: Iterable[Row]) -> Iterator[tuple[Row, str]]:
    """Every row with its reason."""
    seen: set[str] = set()
    for row in rows:
        yield row, reason(row, seen)
        seen.add(row.get("order_id") or "")


def validate(day: str, rows: list[Row]) -> Load:
    """Table and quarantine of a day; nothing is lost."""
    found = list(judged(rows))
    load = Load(day, tuple(row for row, why in found if not why), tuple((row, why) for row, why in found if why))
    if len(load.rows) + len(load.quarantine) != len(rows):
        raise RowsLost(f"{day}: {len(rows)} rows were delivered; look into the delivery")
    return load
