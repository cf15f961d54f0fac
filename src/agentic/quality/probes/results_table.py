"""The lines of logs/quality_results.jsonl -> tables of the warehouse: an index, which can be made anew from the file."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TABLES = """
CREATE TABLE IF NOT EXISTS quality_results (
  result_id VARCHAR, run_id VARCHAR, checked_at TIMESTAMPTZ, checkpoint VARCHAR, suite VARCHAR, data VARCHAR, snapshot VARCHAR,
  status VARCHAR, expectation VARCHAR, column_name VARCHAR, severity VARCHAR, outcome VARCHAR, observed VARCHAR,
  threshold VARCHAR, unexpected_count BIGINT, unexpected_percent DOUBLE, row_count BIGINT);
CREATE TABLE IF NOT EXISTS quality_metrics (
  result_id VARCHAR, run_id VARCHAR, checked_at TIMESTAMPTZ, checkpoint VARCHAR, data VARCHAR, metric VARCHAR, column_name VARCHAR,
  value DOUBLE, detail VARCHAR);
"""


def fill(database: str, log: str, anew: bool = False, **_: Any) -> dict[str, Any]:
    """What the tables do not have yet, in one transaction."""
    import duckdb

    Path(database).parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(database) as connection:
        connection.begin()
        if anew:
            connection.execute("DROP TABLE IF EXISTS quality_results; DROP TABLE IF EXISTS quality_metrics")
        connection.execute(TABLES)
        known = {row[0] for row in connection.execute("SELECT DISTINCT result_id FROM quality_results").fetchall()}
        fresh = [line for line in lines_of(Path(log)) if line["result_id"] not in known]
        insert(connection, "quality_results", [row for line in fresh for row in results(line)])
        insert(connection, "quality_metrics", [row for line in fresh for row in metrics(line)])
        connection.commit()
    return {"added": len(fresh)}


def insert(connection: Any, table: str, rows: list[tuple[Any, ...]]) -> None:
    if rows:
        connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)


def lines_of(log: Path) -> Iterator[dict[str, Any]]:
    """Whole lines; one that a killed process left half is none."""
    # Not splitlines(): JSON may hold U+2028 as it is, and a line that was cut may end in half a letter.
    for text in log.read_text(encoding="utf-8", errors="replace").split("\n"):
        try:
            line = json.loads(text)
        except ValueError:
            continue
        if isinstance(line, dict) and line.get("event") == "quality":
            yield line


def results(line: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """A row an expectation; a checkpoint that could not be asked has one row, too."""
    head = (
        line["result_id"],
        line["run_id"],
        line["at"],
        line["name"],
        line["suite"],
        line["data"],
        line["snapshot"],
        line["status"],
    )
    for one in line["expectations"] or [{"expectation": "", "column": "", "severity": "", "status": line["status"]}]:
        yield (*head, one["expectation"], one["column"], one["severity"], one["status"], text_of(one.get("observed")),
               one.get("threshold"), one.get("unexpected_count"), one.get("unexpected_percent"), line["rows"])  # fmt: skip


def metrics(line: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """A row a figure."""
    head = (line["result_id"], line["run_id"], line["at"], line["name"], line["data"])
    figures = line["figures"]
    if "row_count" in figures:
        yield (*head, "row_count", "", float(figures["row_count"]), None)
    for name, share in (figures.get("nulls") or {}).items():
        yield (*head, "null_share", name, float(share), None)
    if figures.get("newest"):
        yield (*head, "newest", "", None, figures["newest"])
    for name, shape in (figures.get("distribution") or {}).items():
        yield (*head, "distribution", name, shape.get("mean"), json.dumps(shape, ensure_ascii=False))


def text_of(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
