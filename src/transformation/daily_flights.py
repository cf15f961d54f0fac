"""silver.flights -> gold.daily_flights: figures by day; of each day whose rows have changed, all anew.

The ledger gold.daily_flights_loads notes each day after it is written, with a fingerprint of its rows: a day that is as noted is
left alone, a late row makes its day come again, a day that has lost all its rows is emptied. A second run writes nothing.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from datetime import date

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sf

from common.ledger import Counts, count, find_pending, note, read_ledger, reconcile, totals
from common.logs import get_logger
from common.program import run_job
from common.rows import (
    NOWHERE,
    QUARANTINE,
    UNIT,
    count_by_unit,
    fingerprints,
    fitting,
    judge,
    of_units,
    unfit,
)
from common.tables import Column, create_table, replace

NAME = "transformation.daily_flights"
SOURCE = "silver.flights"
TABLE = "gold.daily_flights"
DAY = "flight_date"
DAY_OF = "make_date(year, month, day)"
COUNTED = "flights"

ROWS = (
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
)
COLUMNS = (
    Column("flight_date", "date", True, "Day of the scheduled departure, local"),
    Column("origin", "string", True, "Airport of departure: EWR, JFK or LGA"),
    Column("flights", "bigint", True, "Flights that were scheduled and name their aircraft"),
    Column("departed", "bigint", True, "Of these, flights that left"),
    Column("late_departures", "bigint", True, "Of these, flights that left more than 15 minutes late"),
    Column(
        "dep_delay_minutes",
        "bigint",
        True,
        "Minutes late at departure, all flights that left together; early ones count against late ones",
    ),
    Column(
        "dep_delay_mean",
        "double",
        False,
        "The same, as a mean of the flights that left; empty if none did",
    ),
    Column("miles", "bigint", True, "Miles of all scheduled flights together"),
)
GROUP: tuple[str, ...] = ("origin",)
MEASURES: dict[str, str] = {
    "flights": "count(*)",
    "departed": "count(dep_time)",
    "late_departures": "count_if(dep_delay > 15)",
    "dep_delay_minutes": "coalesce(sum(dep_delay), 0)",
    "dep_delay_mean": "avg(dep_delay)",
    "miles": "sum(distance)",
}
RULES: dict[str, str] = {}

log = get_logger(NAME)


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Keep the figures of each day.")
    parser.add_argument("--source", default=SOURCE, help="the table to read (%(default)s)")
    parser.add_argument("--table", default=TABLE, help="the table to write (%(default)s)")
    parser.add_argument("--again", action="store_true", help="compute even days that have not changed")
    return parser.parse_args(arguments)


def read_source(spark: SparkSession, source: str) -> DataFrame:
    """The declared columns of the source, each row with its day."""
    rows = spark.table(source).select(*(column.name for column in ROWS))
    return rows.withColumn(UNIT, sf.expr(DAY_OF).cast("date").cast("string"))


def find_seen(rows: DataFrame) -> dict[str, str]:
    """Day -> its fingerprint; another figure or rule makes every day new."""
    return fingerprints(rows, about=repr((DAY_OF, GROUP, MEASURES, RULES)))


def judge_rows(rows: DataFrame) -> DataFrame:
    """The rows with a reason where they have no day, miss a value or break a rule."""
    return judge(rows, ROWS, {"it has no day": f"{UNIT} IS NOT NULL", **RULES})


def summarise(rows: DataFrame) -> DataFrame:
    """One row of figures for each day and group."""
    figures = (sf.expr(figure).alias(name) for name, figure in MEASURES.items())
    return rows.groupBy(sf.col(UNIT).cast("date").alias(DAY), *GROUP).agg(*figures)


def name_days(days: Sequence[str]) -> list[date]:
    """Days as dates, without the place of rows that have none."""
    return [date.fromisoformat(day) for day in days if day != NOWHERE]


def recompute(spark: SparkSession, source: str, table: str, days: Sequence[str]) -> dict[str, Counts]:
    """Replaces these days in the table and in its quarantine; gives their counts, reconciled."""
    quarantine, ours = f"{table}_quarantine", of_units(days)
    create_table(spark, table, COLUMNS, DAY)
    create_table(spark, quarantine, QUARANTINE, UNIT)
    rows = read_source(spark, source).where(ours)
    judged, whole_days = judge_rows(rows), sf.col(DAY).isin(name_days(days))
    # Each figure in its declared type: an average of whole numbers may be declared as a decimal.
    typed = [sf.col(column.name).cast(column.type).alias(column.name) for column in COLUMNS]
    replace(summarise(fitting(judged)).select(*typed), table, COLUMNS, whole_days)
    replace(unfit(judged), quarantine, QUARANTINE, sf.col(UNIT).isin(list(days)))
    written = spark.table(table).where(whole_days).groupBy(DAY).agg(sf.sum(COUNTED).alias("rows"))
    # Counted from the source itself and from what is written, not from what was passed between.
    counts = count(
        days,
        read=count_by_unit(rows),
        loaded={str(line[DAY]): line["rows"] for line in written.collect()},
        quarantined=count_by_unit(spark.table(quarantine).where(ours)),
    )
    reconcile(counts)
    return counts


def note_days(spark: SparkSession, table: str, seen: Mapping[str, str], counts: Mapping[str, Counts]) -> None:
    """Writes the ledger, last."""
    note(spark, f"{table}_loads", seen, counts)


def run(spark: SparkSession, arguments: argparse.Namespace) -> int:
    """Computes every day that has changed; says how many there were."""
    table = arguments.table
    seen = find_seen(read_source(spark, arguments.source))
    pending = find_pending(seen, read_ledger(spark, f"{table}_loads"), arguments.again)
    if not pending:
        log.info("nothing to do: every day is as noted", extra={"table": table})
        return 0
    log.info("computing", extra={"table": table, "days": len(pending), "first": pending[0], "last": pending[-1]})
    counts = recompute(spark, arguments.source, table, pending)
    note_days(spark, table, seen, counts)
    log.info("done", extra={"table": table, "days": len(pending), **totals(counts)})
    return len(pending)


def main(arguments: Sequence[str] | None = None) -> int:
    """0: the table is as the source is; 1: it is not, and the log says why."""
    parsed = parse_arguments(arguments)
    return run_job(NAME, lambda spark: run(spark, parsed))


if __name__ == "__main__":
    sys.exit(main())
