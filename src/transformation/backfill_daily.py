"""Days from ... to ... of gold.daily_flights are computed anew, chunk by chunk; no other day is touched.

The ledger gold.daily_flights_backfills notes each chunk after it is written, under the name of the backfill. So a killed backfill
goes on where it was, one that is done does nothing, and another name (or --again) begins anew.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sf

import transformation.daily_flights as job
from common.ledger import Counts, find_pending, note, read_ledger, totals
from common.logs import get_logger
from common.program import run_job
from common.rows import UNIT

NAME = "transformation.backfill_daily"
CHUNK_DAYS = 7

log = get_logger(NAME)


class Chunk(NamedTuple):
    """Days that are computed together."""

    first: date
    last: date

    @property
    def days(self) -> list[str]:
        """Each day of it."""
        return [str(self.first + timedelta(days=n)) for n in range((self.last - self.first).days + 1)]


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Compute a range of days anew.")
    parser.add_argument("--from", dest="first", type=date.fromisoformat, required=True, help="first day: 2013-01-01")
    parser.add_argument("--to", dest="last", type=date.fromisoformat, required=True, help="last day, included")
    parser.add_argument("--name", default="", help="of the backfill; another name begins anew (by default its range)")
    parser.add_argument("--chunk-days", type=int, default=CHUNK_DAYS, help="days computed together (%(default)s)")
    parser.add_argument("--at-most", type=int, default=0, help="end after so many chunks; the next run goes on")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done; write nothing")
    parser.add_argument("--again", action="store_true", help="compute even chunks that are noted")
    parser.add_argument("--source", default=job.SOURCE, help="the table to read (%(default)s)")
    parser.add_argument("--table", default=job.TABLE, help="the table to write (%(default)s)")
    parsed = parser.parse_args(arguments)
    if parsed.last < parsed.first or parsed.chunk_days < 1 or parsed.at_most < 0:
        parser.error("--to is not before --from, --chunk-days is 1 or more, --at-most is 0 or more")
    parsed.name = parsed.name or f"{parsed.first}..{parsed.last}"
    return parsed


def make_chunks(first: date, last: date, days: int) -> Iterator[Chunk]:
    """The range in pieces, the oldest first."""
    while first <= last:
        end = min(first + timedelta(days=days - 1), last)
        yield Chunk(first, end)
        first = end + timedelta(days=1)


def name_chunk(name: str, chunk: Chunk) -> str:
    """How the ledger calls a chunk."""
    return f"{name}: {chunk.first}..{chunk.last}"


def of_range(rows: DataFrame, arguments: argparse.Namespace) -> DataFrame:
    """Rows of the days that are asked for."""
    return rows.where(sf.col(UNIT).between(str(arguments.first), str(arguments.last)))


def find_todo(spark: SparkSession, arguments: argparse.Namespace, seen: dict[str, str]) -> dict[str, Chunk]:
    """Chunks that are not noted, or whose days have changed since: name in the ledger -> chunk."""
    chunks = {
        name_chunk(arguments.name, chunk): chunk
        for chunk in make_chunks(arguments.first, arguments.last, arguments.chunk_days)
    }
    noted = read_ledger(spark, f"{arguments.table}_backfills")
    now = {name: fingerprint(chunk, seen) for name, chunk in chunks.items()}
    pending = find_pending(now, {name: noted[name] for name in chunks if name in noted}, arguments.again)
    return {name: chunks[name] for name in pending}


def fingerprint(chunk: Chunk, seen: dict[str, str]) -> str:
    """Changes when one of its days does."""
    return " ".join(f"{day}={seen[day]}" for day in chunk.days if day in seen) or "no rows"


def preview(spark: SparkSession, arguments: argparse.Namespace, todo: dict[str, Chunk]) -> None:
    """Tells of each chunk what would be read and what would be replaced."""
    rows = of_range(job.read_source(spark, arguments.source), arguments)
    read = {line[UNIT]: line["count"] for line in rows.groupBy(UNIT).count().collect()}
    there = spark.table(arguments.table) if spark.catalog.tableExists(arguments.table) else None
    lines = there.groupBy(sf.col(job.DAY).cast("string").alias(UNIT)).count().collect() if there is not None else []
    held = {line[UNIT]: line["count"] for line in lines}
    for name, chunk in todo.items():
        rows_read, rows_held = (sum(counts.get(day, 0) for day in chunk.days) for counts in (read, held))
        about = {"days": len(chunk.days), "rows_to_read": rows_read, "rows_to_replace": rows_held}
        log.info("would compute", extra={"chunk": name, **about})


def fill_chunk(
    spark: SparkSession, arguments: argparse.Namespace, name: str, chunk: Chunk, seen: dict[str, str]
) -> None:
    """One chunk: its days, then the note of the daily job, then ours."""
    counts = job.recompute(spark, arguments.source, arguments.table, chunk.days)
    job.note_days(spark, arguments.table, seen, {day: counts[day] for day in chunk.days})
    sums = Counts(**totals(counts))
    note(spark, f"{arguments.table}_backfills", {name: fingerprint(chunk, seen)}, {name: sums})
    log.info("chunk done", extra={"chunk": name, **sums._asdict()})


def run(spark: SparkSession, arguments: argparse.Namespace) -> int:
    """Computes every chunk that is not noted; says how many there were."""
    seen = job.find_seen(of_range(job.read_source(spark, arguments.source), arguments))
    todo = find_todo(spark, arguments, seen)
    if arguments.dry_run:
        preview(spark, arguments, todo)
        log.info("nothing was written", extra={"table": arguments.table, "chunks": len(todo)})
        return 0
    now = list(todo.items())[: arguments.at_most or None]
    for name, chunk in now:
        fill_chunk(spark, arguments, name, chunk, seen)
    log.info("done", extra={"table": arguments.table, "chunks": len(now), "chunks_left": len(todo) - len(now)})
    return len(now)


def main(arguments: Sequence[str] | None = None) -> int:
    """0: every chunk asked for is done; 1: it is not, and the log says why."""
    parsed = parse_arguments(arguments)
    return run_job(NAME, lambda spark: run(spark, parsed))


if __name__ == "__main__":
    sys.exit(main())
