"""bronze.planes -> silver.planes_history: what each thing was from when to when; a row that does not fit is in quarantine.

The history follows from all deliveries together, by the days that they are about, so the order in which they came does
not matter. Only versions that differ are written; the ledger silver.planes_history_loads notes each delivery last: a second run writes
nothing, and a run that died is simply run again.
"""

import argparse
import sys
from collections.abc import Sequence

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sf

from common.history import VALIDITY, find_held, line_up, make_history, mark_repeated
from common.ledger import count, find_pending, note, read_ledger, reconcile, totals
from common.logs import get_logger
from common.program import run_job
from common.rows import (
    QUARANTINE,
    UNIT,
    count_by_unit,
    fingerprints,
    fitting,
    judge,
    of_units,
    unfit,
)
from common.tables import GONE, Column, create_table, merge, replace

NAME = "transformation.planes_history"
SOURCE = "bronze.planes"
TABLE = "silver.planes_history"
DAY_OF = "to_date(_load_id)"
COMPLETE = True

ROWS = (
    Column("tailnum", "string", True, "Tail number of the aircraft"),
    Column("year", "int", False, "Year in which it was built; empty if unknown"),
    Column("type", "string", True, "Kind of aircraft"),
    Column("manufacturer", "string", True, "Who built it"),
    Column("model", "string", True, "What it is"),
    Column("engines", "int", True, "Number of engines"),
    Column("seats", "int", True, "Number of seats"),
    Column("speed", "int", False, "Cruising speed in miles per hour; empty for most"),
    Column("engine", "string", True, "Kind of engine"),
)
KEY: tuple[str, ...] = ("tailnum",)
TRACKED: tuple[str, ...] = (
    "year",
    "type",
    "manufacturer",
    "model",
    "engines",
    "seats",
    "speed",
    "engine",
)
COLUMNS = (
    *(column for column in ROWS if column.name in KEY),
    *(column for column in ROWS if column.name in TRACKED),
    *VALIDITY,
)
RULES: dict[str, str] = {
    "an aircraft has seats and engines": "seats > 0 AND engines > 0",
}

log = get_logger(NAME)


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Make of deliveries a history.")
    parser.add_argument("--source", default=SOURCE, help="the table to read (%(default)s)")
    parser.add_argument("--table", default=TABLE, help="the table to write (%(default)s)")
    parser.add_argument("--again", action="store_true", help="compare even if no delivery has changed")
    return parser.parse_args(arguments)


def read_source(spark: SparkSession, source: str) -> DataFrame:
    """The declared columns of every delivery."""
    return spark.table(source).select(*(column.name for column in ROWS), UNIT)


def find_seen(rows: DataFrame) -> dict[str, str]:
    """Delivery -> its fingerprint; another rule or tracked column makes every delivery new."""
    return fingerprints(rows, about=repr((KEY, TRACKED, DAY_OF, COMPLETE, RULES)))


def judge_rows(rows: DataFrame) -> DataFrame:
    """The rows with a reason where they do not fit, and a mark where they are there once more."""
    dated = {"its delivery has no day": f"({DAY_OF}) IS NOT NULL"}
    return mark_repeated(judge(rows, ROWS, dated | RULES), KEY)


def find_changes(history: DataFrame, held: DataFrame) -> DataFrame:
    """The history as it should be, and what the table has beyond it."""
    name = [*KEY, "valid_from"]
    beyond = held.select(*name).join(history, name, "left_anti").withColumn(GONE, sf.lit(True))
    return history.withColumn(GONE, sf.lit(False)).unionByName(beyond, allowMissingColumns=True)


def run(spark: SparkSession, arguments: argparse.Namespace) -> int:
    """Brings the history up to its deliveries; says how many were new, changed or gone."""
    table, quarantine, ledger = (arguments.table + end for end in ("", "_quarantine", "_loads"))
    rows = read_source(spark, arguments.source)
    seen = find_seen(rows)
    pending = find_pending(seen, read_ledger(spark, ledger), arguments.again)
    if not pending:
        log.info("nothing to do: every delivery is as noted", extra={"table": table})
        return 0
    log.info("making the history", extra={"table": table, "deliveries": pending})
    judged, ours = judge_rows(rows), of_units(pending)
    history = make_history(judged, line_up(rows, DAY_OF), KEY, TRACKED, COMPLETE)
    create_table(spark, table, COLUMNS)
    create_table(spark, quarantine, QUARANTINE, UNIT)
    merge(find_changes(history, spark.table(table)), table, COLUMNS, (*KEY, "valid_from"))
    replace(unfit(judged).where(ours), quarantine, QUARANTINE, sf.col(UNIT).isin(pending))
    kept = fitting(judged).where(ours & ~sf.col("_is_dropped"))
    # Counted from the source itself and from what is written, not from what was passed between.
    counts = count(
        pending,
        read=count_by_unit(rows.where(ours)),
        loaded=count_by_unit(find_held(kept, spark.table(table), DAY_OF, KEY, TRACKED)),
        quarantined=count_by_unit(spark.table(quarantine).where(ours)),
        dropped=count_by_unit(judged.where(ours & sf.col("_is_dropped"))),
    )
    reconcile(counts)
    note(spark, ledger, seen, counts)
    log.info("done", extra={"table": table, "deliveries": len(pending), **totals(counts)})
    return len(pending)


def main(arguments: Sequence[str] | None = None) -> int:
    """0: the history is that of the deliveries; 1: it is not, and the log says why."""
    parsed = parse_arguments(arguments)
    return run_job(NAME, lambda spark: run(spark, parsed))


if __name__ == "__main__":
    sys.exit(main())
