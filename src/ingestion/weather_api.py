"""weather of the API weather -> bronze.weather: what is new since last time, merged by key.

What the API gave is kept as JSON lines first, each batch in its folder, whole or not at all. The ledger bronze.weather_loads
notes a batch last, with the cursor that the next one begins at: a batch that died is read again under its name. A run that
finds nothing new writes to no table.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sf

from common.increments import Target, load_batch, read_mark
from common.logs import get_logger
from common.pages import Api, find_base_url, land, step_back
from common.program import run_job
from common.tables import Column, quote

NAME = "ingestion.weather_api"
API = "weather"
TABLE = "bronze.weather"
CURSOR = "time_hour"
OVERLAP_MINUTES = 180

COLUMNS = (
    Column("origin", "string", True, "Airport: EWR, JFK or LGA"),
    Column("time_hour", "timestamp", True, "The hour, in UTC"),
    Column("temp", "double", False, "Temperature in degrees Fahrenheit; empty if it was not measured"),
    Column("dewp", "double", False, "Dew point in degrees Fahrenheit; empty if it was not measured"),
    Column("humid", "double", False, "Relative humidity in per cent; empty if it was not measured"),
    Column(
        "wind_dir",
        "int",
        False,
        "Direction of the wind in degrees; empty in calm or if it was not measured",
    ),
    Column("wind_speed", "double", False, "Miles per hour; empty if it was not measured"),
    Column("precip", "double", False, "Inches of precipitation; empty if it was not measured"),
    Column("pressure", "double", False, "Millibars at sea level; empty if it was not measured"),
    Column("visib", "double", False, "Visibility in miles; empty if it was not measured"),
)
KEY: tuple[str, ...] = (
    "origin",
    "time_hour",
)

log = get_logger(NAME)


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Bring what is new of an API into its Iceberg table.")
    parser.add_argument("--table", default=TABLE, help="the table to write (%(default)s)")
    parser.add_argument("--landing", type=Path, default=Path("data/landing", API), help="batches (%(default)s)")
    parser.add_argument("--wait", type=float, default=1.0, help="seconds until a busy API is asked again (%(default)s)")
    parser.add_argument("--whole", action="store_true", help="read all records, not only what is new")
    return parser.parse_args(arguments)


def describe_api() -> Api:
    """Where it is, and how it turns pages."""
    return Api(
        name=API,
        base_url=find_base_url(API),
        path="weather",
        records="data.hours",
        page_param="page",
        size_param="size",
        size=500,
        since_param="since",
        token=os.environ.get("", ""),
    )


def read_landing(spark: SparkSession, folder: Path) -> DataFrame:
    """Each record as text, field by field; one that is no object has none of them."""
    schema = ", ".join(f"{quote(column.name)} string" for column in COLUMNS)
    reader = spark.read.schema(f"{schema}, _malformed string").option("columnNameOfCorruptRecord", "_malformed")
    rows = reader.json(str(folder.resolve()))
    fields = [sf.col(quote(column.name)) for column in COLUMNS]
    return rows.select(*fields, sf.coalesce("_malformed", sf.to_json(sf.struct(*fields))).alias("_raw"))


def run(spark: SparkSession, arguments: argparse.Namespace) -> int:
    """Writes what is new; says how many rows came into the table or into quarantine."""
    mark = read_mark(spark, arguments.table)
    since = "" if arguments.whole else step_back(mark.cursor, OVERLAP_MINUTES)
    folder = arguments.landing / mark.batch
    log.info("reading", extra={"table": arguments.table, "batch": mark.batch, "since": since})
    records = land(describe_api(), since, folder, arguments.wait)
    counts = None
    if records:
        counts = load_batch(spark, read_landing(spark, folder), Target(arguments.table, COLUMNS, KEY, CURSOR), mark)
    if counts is None:
        log.info("nothing new", extra={"table": arguments.table, "read": records})
        return 0
    log.info("done", extra={"table": arguments.table, "batch": mark.batch, **counts._asdict()})
    return counts.loaded + counts.quarantined


def main(arguments: Sequence[str] | None = None) -> int:
    """0: the table has what the API has; 1: it has not, and the log says why."""
    parsed = parse_arguments(arguments)
    return run_job(NAME, lambda spark: run(spark, parsed))


if __name__ == "__main__":
    sys.exit(main())
