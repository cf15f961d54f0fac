"""public.airlines of the database airlines -> bronze.airlines: what is new since last time, merged by key.

What was read is kept in bronze.airlines_incoming first, in one commit: from there on the database may change or go away. The
ledger bronze.airlines_loads notes a batch last, with the cursor that the next one begins at: a batch that died is read again
under its name. A run that finds nothing new writes to no other table. A row deleted in the database stays.
"""

import argparse
import sys
from collections.abc import Sequence

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sf

from common.databases import read_database, write_query
from common.increments import Target, load_batch, read_mark
from common.logs import get_logger
from common.program import run_job
from common.rows import as_text
from common.tables import Column, create_table, replace

NAME = "ingestion.airlines_database"
DATABASE = "airlines"
SOURCE = "public.airlines"
TABLE = "bronze.airlines"
CURSOR = "updated_at"
CURSOR_TYPE = "timestamptz"
OVERLAP = "INTERVAL '1 hour'"

COLUMNS = (
    Column("carrier", "string", True, "Two-character code of the airline"),
    Column("name", "string", False, "What it is called; empty until somebody fills it in"),
    Column("updated_at", "timestamp", True, "When the row was changed last, in UTC"),
)
KEY: tuple[str, ...] = ("carrier",)
INCOMING = (
    *(column._replace(type="string", required=False) for column in COLUMNS),
    Column("_raw", "string", True, "The row as read, its fields as JSON."),
)

log = get_logger(NAME)


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Bring what is new in a database into its Iceberg table.")
    parser.add_argument("--source", default=SOURCE, help="the table in the database (%(default)s)")
    parser.add_argument("--table", default=TABLE, help="the table to write (%(default)s)")
    parser.add_argument("--whole", action="store_true", help="read all rows, not only what is new")
    return parser.parse_args(arguments)


def find_since(cursor: str, whole: bool) -> str:
    """Where reading begins, in PostgreSQL's SQL; empty for the beginning."""
    return "" if whole or not cursor else f"CAST('{cursor}' AS {CURSOR_TYPE}) - {OVERLAP}"


def fetch(spark: SparkSession, arguments: argparse.Namespace, cursor: str) -> DataFrame:
    """What is new, as text, in a table of its own: read once, whole or not at all."""
    incoming = f"{arguments.table}_incoming"
    names = [column.name for column in COLUMNS]
    query = write_query(arguments.source, names, CURSOR, find_since(cursor, arguments.whole))
    rows = read_database(DATABASE).read(spark, query)
    create_table(spark, incoming, INCOMING)
    replace(rows.withColumn("_raw", as_text(rows)), incoming, INCOMING, sf.lit(True))
    return spark.table(incoming)


def run(spark: SparkSession, arguments: argparse.Namespace) -> int:
    """Writes what is new; says how many rows came into the table or into quarantine."""
    mark = read_mark(spark, arguments.table)
    log.info("reading", extra={"table": arguments.table, "batch": mark.batch, "since": mark.cursor})
    texts = fetch(spark, arguments, mark.cursor)
    counts = load_batch(spark, texts, Target(arguments.table, COLUMNS, KEY, CURSOR), mark)
    if counts is None:
        log.info("nothing new", extra={"table": arguments.table, "read": texts.count()})
        return 0
    log.info("done", extra={"table": arguments.table, "batch": mark.batch, **counts._asdict()})
    return counts.loaded + counts.quarantined


def main(arguments: Sequence[str] | None = None) -> int:
    """0: the table has what the database has; 1: it has not, and the log says why."""
    parsed = parse_arguments(arguments)
    return run_job(NAME, lambda spark: run(spark, parsed))


if __name__ == "__main__":
    sys.exit(main())
