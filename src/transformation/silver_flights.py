"""bronze.flights -> silver.flights: one row of each key, the newest; what does not fit is in its quarantine.

The table is what the source says, whatever was run before: of each part of the source (`_load_id`) that is not as the
ledger silver.flights_loads has it, the keys are looked up in the whole source and merged. So a corrected, late or withdrawn
part comes out right, a second run writes nothing, and a run that died is simply run again.
"""

import argparse
import sys
from collections.abc import Sequence

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sf

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
    mark_newest,
    of_units,
    unfit,
)
from common.tables import GONE, Column, create_table, merge, replace

NAME = "transformation.silver_flights"
SOURCE = "bronze.flights"
TABLE = "silver.flights"
PARTITION = "months(time_hour)"

COLUMNS = (
    Column("year", "int", True, "Year of departure, local"),
    Column("month", "int", True, "Month of departure, local"),
    Column("day", "int", True, "Day of departure, local"),
    Column("dep_time", "int", False, "Actual departure, local HHMM; empty if the flight was cancelled"),
    Column("sched_dep_time", "int", True, "Scheduled departure, local HHMM"),
    Column("dep_delay", "int", False, "Minutes late at departure, negative if early; empty if cancelled"),
    Column(
        "arr_time",
        "int",
        False,
        "Actual arrival, local HHMM; empty if cancelled, diverted or not reported",
    ),
    Column("sched_arr_time", "int", True, "Scheduled arrival, local HHMM"),
    Column(
        "arr_delay",
        "int",
        False,
        "Minutes late at arrival, negative if early; empty if cancelled or diverted",
    ),
    Column("carrier", "string", True, "Two-character code of the airline"),
    Column("flight", "int", True, "Flight number"),
    Column(
        "tailnum",
        "string",
        True,
        "Tail number of the aircraft; without it the flight cannot be joined to an aircraft",
    ),
    Column("origin", "string", True, "Airport of departure: EWR, JFK or LGA"),
    Column("dest", "string", True, "Airport of destination"),
    Column("air_time", "int", False, "Minutes in the air; empty if cancelled or diverted"),
    Column("distance", "int", True, "Miles between the airports"),
    Column("hour", "int", True, "Hour of the scheduled departure, local"),
    Column("minute", "int", True, "Minute of the scheduled departure"),
    Column("time_hour", "timestamp", True, "Scheduled departure to the hour, in UTC"),
    Column("_load_id", "string", True, "The part of the source the row came with."),
    Column("_source_file", "string", True, "Where the row came from."),
)
KEY: tuple[str, ...] = (
    "time_hour",
    "carrier",
    "flight",
    "origin",
)
ORDER: tuple[str, ...] = (
    "_load_id",
    "_source_file",
)
RULES: dict[str, str] = {
    "a flight that landed has left": "arr_time IS NULL OR dep_time IS NOT NULL",
    "the clock says what hour and minute say": "sched_dep_time = hour * 100 + minute",
}

log = get_logger(NAME)


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Merge the newest row of each key into a table.")
    parser.add_argument("--source", default=SOURCE, help="the table to read (%(default)s)")
    parser.add_argument("--table", default=TABLE, help="the table to write (%(default)s)")
    parser.add_argument("--again", action="store_true", help="merge even what has not changed")
    return parser.parse_args(arguments)


def read_source(spark: SparkSession, source: str) -> DataFrame:
    """The declared columns of the source."""
    return spark.table(source).select(*(column.name for column in COLUMNS))


def find_seen(rows: DataFrame) -> dict[str, str]:
    """Part of the source -> its fingerprint; another rule, key or order makes every part new."""
    return fingerprints(rows, about=repr((KEY, ORDER, RULES)))


def mark_versions(good: DataFrame, held: DataFrame, pending: Sequence[str]) -> tuple[DataFrame, DataFrame]:
    """The keys that the pending parts have or had, and every row of the source with one of them, the newest marked."""
    ours = of_units(pending)
    touched = good.where(ours).select(*KEY).union(held.where(ours).select(*KEY)).distinct()
    return touched, mark_newest(good.join(touched, list(KEY), "left_semi"), KEY, ORDER)


def find_newest(touched: DataFrame, marked: DataFrame) -> DataFrame:
    """One row for each touched key: the newest, or the word that the source has none any more."""
    newest = touched.join(marked.where("_is_newest"), list(KEY), "left")
    return newest.withColumn(GONE, sf.col(UNIT).isNull())


def run(spark: SparkSession, arguments: argparse.Namespace) -> int:
    """Merges every part that has changed; says how many there were."""
    table, quarantine, ledger = (arguments.table + end for end in ("", "_quarantine", "_loads"))
    rows = read_source(spark, arguments.source)
    seen = find_seen(rows)
    pending = find_pending(seen, read_ledger(spark, ledger), arguments.again)
    if not pending:
        log.info("nothing to do: every part is as noted", extra={"table": table})
        return 0
    log.info("merging", extra={"table": table, "parts": pending})
    create_table(spark, table, COLUMNS, PARTITION)
    create_table(spark, quarantine, QUARANTINE, UNIT)
    judged, ours = judge(rows, COLUMNS, RULES), of_units(pending)
    touched, marked = mark_versions(fitting(judged), spark.table(table), pending)
    merge(find_newest(touched, marked), table, COLUMNS, KEY)
    replace(unfit(judged).where(ours), quarantine, QUARANTINE, sf.col(UNIT).isin(pending))
    # Counted from the source itself and from what is written, not from what was passed between.
    counts = count(
        pending,
        read=count_by_unit(rows.where(ours)),
        loaded=count_by_unit(spark.table(table).where(ours)),
        quarantined=count_by_unit(spark.table(quarantine).where(ours)),
        dropped=count_by_unit(marked.where(ours & ~sf.col("_is_newest"))),
    )
    reconcile(counts)
    note(spark, ledger, seen, counts)
    log.info("done", extra={"table": table, "parts": len(pending), **totals(counts)})
    return len(pending)


def main(arguments: Sequence[str] | None = None) -> int:
    """0: the table is as the source is; 1: it is not, and the log says why."""
    parsed = parse_arguments(arguments)
    return run_job(NAME, lambda spark: run(spark, parsed))


if __name__ == "__main__":
    sys.exit(main())
