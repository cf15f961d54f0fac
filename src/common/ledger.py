"""What was written, part by part: counted against the source first, noted last."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from pyspark.sql import SparkSession
from pyspark.sql import functions as sf

from common.logs import correlation_id, get_logger
from common.tables import Column, create_table

LEDGER = (
    Column("load_id", "string", True, "The part of the source: a folder, a day, a range."),
    Column("fingerprint", "string", True, "Changes when the part does."),
    Column("rows_read", "bigint", True, "Rows in the source."),
    Column("rows_loaded", "bigint", True, "Of these, rows that the table has or counts."),
    Column("rows_quarantined", "bigint", True, "Of these, rows in quarantine."),
    Column("rows_dropped", "bigint", True, "Of these, rows left out since a newer one has their key."),
    Column("correlation_id", "string", True, "The run that wrote it."),
    Column("loaded_at", "timestamp", True, "When."),
)
EMPTY = "0:None"
"""The fingerprint of a part that has no rows (any more)."""

log = get_logger("common.ledger")


class RowsLost(RuntimeError):
    """Rows in the table and beside it are not the rows of the source."""


class Counts(NamedTuple):
    """The rows of one part, each counted where it is."""

    read: int
    loaded: int
    quarantined: int
    dropped: int = 0


def read_ledger(spark: SparkSession, ledger: str) -> dict[str, str]:
    """Part -> the fingerprint noted last."""
    if not spark.catalog.tableExists(ledger):
        return {}
    newest = sf.max_by("fingerprint", "loaded_at").alias("fingerprint")
    return {line.load_id: line.fingerprint for line in spark.table(ledger).groupBy("load_id").agg(newest).collect()}


def find_pending(seen: Mapping[str, str], noted: Mapping[str, str], again: bool = False) -> list[str]:
    """Parts that are not as noted: new ones, changed ones, and those that have gone from the source."""
    return sorted(part for part in {*seen, *noted} if again or seen.get(part, EMPTY) != noted.get(part, EMPTY))


def count(
    parts: Iterable[str],
    read: Mapping[str, int],
    loaded: Mapping[str, int],
    quarantined: Mapping[str, int],
    dropped: Mapping[str, int] | None = None,
) -> dict[str, Counts]:
    """Part -> its four counts; what was not counted is 0."""
    columns = (read, loaded, quarantined, dropped or {})
    return {part: Counts(*(rows.get(part, 0) for rows in columns)) for part in parts}


def reconcile(counts: Mapping[str, Counts]) -> None:
    """Rows read == rows in the table + in quarantine + dropped, part by part, or an error."""
    for part, rows in sorted(counts.items()):
        if rows.read != rows.loaded + rows.quarantined + rows.dropped:
            raise RowsLost(
                f"load {part}: {rows.read} rows in the source, {rows.loaded} in the table, "
                f"{rows.quarantined} apart, {rows.dropped} dropped."
            )
        log.info("reconciled", extra={"load": part, **rows._asdict()})


def note(spark: SparkSession, ledger: str, seen: Mapping[str, str], counts: Mapping[str, Counts]) -> None:
    """Writes the ledger, last: a part without a line here counts as not loaded."""
    create_table(spark, ledger, LEDGER)
    now, run = datetime.now(UTC), correlation_id()
    lines = [(part, seen.get(part, EMPTY), *rows, run, now) for part, rows in sorted(counts.items())]
    schema = ", ".join(f"{column.name} {column.type}" for column in LEDGER)
    spark.createDataFrame(lines, schema).coalesce(1).writeTo(ledger).append()


def totals(counts: Mapping[str, Counts]) -> dict[str, int]:
    """All parts together, for the log."""
    sums: Sequence[int] = [sum(column) for column in zip(*counts.values(), strict=True)] or [0] * len(Counts._fields)
    return dict(zip(Counts._fields, sums, strict=True))
