"""The figures of one run that its history is made of: rows, nulls, newest value, distributions."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

import masks
from places import identifier

STEPS = [number / 10 for number in range(11)]
CATEGORIES = 20
TEXTS = ("VARCHAR", "STRING", "BOOLEAN", "ENUM", "UUID")


def figures_of(data: Any, watched: Iterable[str], freshness: str, distribution: Iterable[str], hidden: frozenset[str]) -> dict[str, Any]:  # fmt: skip
    """Nulls of what was read are told by Arrow without a question."""
    rows = data.rows
    nulls = data.nulls() if watched or data.engine == "pandas" else {}
    found: dict[str, Any] = {"row_count": rows, "nulls": {name: share(count, rows) for name, count in nulls.items()}}
    if freshness:
        found["newest"] = newest(data, freshness)
    found["distribution"] = {name: shape(data, name, hidden) for name in distribution}
    return found


def share(count: int, rows: int) -> float:
    return round(count / rows, 6) if rows else 0.0


def newest(data: Any, column: str) -> str:
    """The greatest value, as UTC; empty where there is none."""
    name = identifier(column, data.mark)
    value = data.ask(f"SELECT max({name}) AS newest FROM data")[0]["newest"]
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return ""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat(timespec="seconds")
    return f"{value.isoformat()}T00:00:00+00:00" if isinstance(value, date) else ""


def shape(data: Any, column: str, hidden: frozenset[str]) -> dict[str, Any]:
    """Mean, deviation and deciles of numbers; shares of the commonest values of everything else."""
    name = identifier(column, data.mark)
    kind = str(data.ask(f"SELECT typeof({name}) AS t FROM data LIMIT 1")[0]["t"]).upper() if data.rows else ""
    if kind.startswith(("DECIMAL", "DOUBLE", "FLOAT")) or "INT" in kind:
        return numbers(data, name)
    return categories(data, column, name, hidden) if kind.startswith((*TEXTS, "DATE")) else {}


def numbers(data: Any, name: str) -> dict[str, Any]:
    # NaN and the infinite have no place among deciles, and the square of a number above that is infinite.
    asked = ", ".join(f"APPROX_QUANTILE(v, {step}) AS q{number}" for number, step in enumerate(STEPS))
    row = data.ask(
        f"SELECT avg(v) AS mean, stddev_samp(v) AS deviation, {asked} FROM (SELECT CAST({name} AS DOUBLE) AS v FROM data "
        f"WHERE {name} IS NOT NULL) t WHERE abs(v) < 1e150"
    )[0]
    if row["mean"] is None:
        return {}
    deciles = [rounded(row[f"q{number}"]) for number in range(len(STEPS))]
    return {"mean": rounded(row["mean"]), "deviation": rounded(row["deviation"] or 0.0), "deciles": deciles}


def categories(data: Any, column: str, name: str, hidden: frozenset[str]) -> dict[str, Any]:
    """The commonest, and what is left. Of a hidden column only the shares, by rank: its values are nobody's business."""
    rows = data.ask(f"SELECT CAST({name} AS STRING) AS v, count(*) AS n FROM data WHERE {name} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {CATEGORIES}")  # fmt: skip
    total = data.ask(f"SELECT count({name}) AS n FROM data")[0]["n"]
    if not total:
        return {}
    labels = (
        f"#{number}" if column in hidden else masks.shown(column, row["v"], hidden)
        for number, row in enumerate(rows, 1)
    )
    shares = {str(label): round(row["n"] / total, 6) for label, row in zip(labels, rows, strict=True)}
    return {"shares": shares, "others": round(1 - sum(shares.values()), 6)}


def rounded(value: Any) -> float:
    return float(f"{float(value):.6g}")
