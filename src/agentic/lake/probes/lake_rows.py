"""Rows of a table as they were: at a snapshot, a branch, a tag or a time."""

import math
from typing import Any

from lake_catalog import current, find_snapshot, load, stamp, tell
from lake_difference import schema_at
from lake_faults import Fault, near

EXACT = 1 << 53
"""Whole numbers from here on are told as text: JSON's numbers cannot hold them."""


def rows(table: str, at: str, columns: list[str], where: str, limit: int) -> dict[str, Any]:
    """The first rows that `where` keeps, at most `limit`, in no promised order."""
    loaded = load(table)
    snapshot = find_snapshot(loaded, at) if at else current(loaded)
    names = [field.name for field in schema_at(loaded, snapshot).fields]
    refuse_unknown(columns, names)
    tell(f"reading snapshot {snapshot.snapshot_id}")
    found = scanned(loaded, snapshot, tuple(columns) or ("*",), where, limit + 1)
    return {
        "table": ".".join(loaded.name()),
        "at": {"id": str(snapshot.snapshot_id), "at": stamp(snapshot.timestamp_ms)},
        "columns": found.column_names,
        "rows": [[told(value) for value in row.values()] for row in found.slice(0, limit).to_pylist()],
        "more": found.num_rows > limit,
    }


def scanned(loaded: Any, snapshot: Any, columns: tuple[str, ...], where: str, limit: int) -> Any:
    """As Arrow. Raises Fault for a condition that is none."""
    from pyparsing import ParseException

    try:
        scan = loaded.scan(
            row_filter=where or "true", selected_fields=columns, snapshot_id=snapshot.snapshot_id, limit=limit
        )
        return scan.to_arrow()
    except (ParseException, ValueError, TypeError) as error:
        if not where:
            raise
        words = "a comparison of columns with values, such as: carrier = 'UA' and dep_delay > 60"
        raise Fault("refused", f"--where cannot be understood: {where}", words, cause=str(error)[:300]) from error


def refuse_unknown(columns: list[str], names: list[str]) -> None:
    for one in columns:
        if one not in names:
            raise Fault("refused", f"no column {one} at that snapshot", near(one, names))


def told(value: Any) -> Any:
    """A value that JSON can hold, or its text."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return value if abs(value) < EXACT else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, list):
        return [told(one) for one in value]
    if isinstance(value, dict):
        return {str(name): told(one) for name, one in value.items()}
    return value.hex() if isinstance(value, bytes) else str(value)
