"""How much an inclusion says: all of a column's values are keys elsewhere, but whole numbers fit any counter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agentic.profile.nouns import ForeignKey, TableProfile

COVERED = 0.5
"""Share of the keys that are pointed to, from which whole numbers are no accident."""
SEVERAL = 3
"""Texts that agree, from which that is no accident."""


def pointing(said: Mapping[str, Any], tables: Sequence[TableProfile]) -> ForeignKey:
    """A foreign key with how strong its evidence is."""
    child = next(one for one in tables if one.name == said["table"])
    counts = any(key.columns == (said["column"],) for key in child.keys)
    reasons = reason(said, is_key=counts)
    return ForeignKey(
        said["table"], said["column"], said["to_table"], said["to_column"], said["rows"], said["orphans"], said["used"], said["of"],
        "strong" if reasons[0] else "weak", reasons[1],
    )  # fmt: skip


def reason(said: Mapping[str, Any], *, is_key: bool) -> tuple[bool, str]:
    """(strong, why)."""
    covered = f"{said['used']:,} of {said['of']:,} keys are pointed to"
    if names_agree(said["column"], said["to_table"], said["to_column"]):
        return True, f"{covered}, and the names agree"
    if not said["whole"]:
        strong = said["used"] >= SEVERAL
        return strong, covered if strong else f"only {covered}"
    if is_key:
        return False, f"{covered}; both are keys, and counters fit each other by accident"
    strong = said["used"] >= COVERED * said["of"]
    return strong, covered if strong else f"only {covered}: whole numbers fit any counter by accident"


def names_agree(column: str, table: str, key: str) -> bool:
    """`customer_id` -> `raw_customers.id` or `raw_customers.customer_id`."""
    plain = table.rpartition(".")[2].lower().removeprefix("raw_").removeprefix("stg_")
    stems = {plain, plain.removesuffix("s"), plain.removesuffix("es"), f"{plain.removesuffix('ies')}y"}
    wanted, own = column.lower(), key.lower()
    if own in ("id", "key", "code", "no", "number"):
        return wanted in {f"{stem}_{own}" for stem in stems} | {f"{stem}{own}" for stem in stems}
    return wanted == own or wanted.endswith(f"_{own}")
