"""Deliveries of a thing's state -> its history: versions that follow each other, none overlapping, none in between."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as sf

from common.rows import UNIT
from common.sources import SourceError
from common.tables import Column

VALIDITY = (
    Column("valid_from", "date", True, "First day on which the version holds."),
    Column("valid_to", "date", False, "First day on which it does not hold any more; empty while it does."),
    Column("is_current", "boolean", True, "Whether it holds still."),
)


class Delivery(NamedTuple):
    """One delivery among all, in the order of the days that they are about."""

    unit: str
    number: int
    day: date
    next_day: date | None


def line_up(rows: DataFrame, day_of: str) -> list[Delivery]:
    """Every delivery by its day, whatever order they came in. Raises SourceError where two are about one day."""
    day = sf.expr(day_of).cast("date").alias("day")
    found = rows.select(UNIT, day).where("day IS NOT NULL").distinct().collect()
    ordered = sorted((line["day"], line[UNIT]) for line in found)
    for (one, unit), (other, second) in pairwise(ordered):
        if one == other:
            raise SourceError(
                f"the deliveries {unit} and {second} are both about {one}: which one holds? Withdraw one."
            )
    days = [day for day, _ in ordered]
    follow = [*days[1:], None]
    return [Delivery(unit, n, days[n], follow[n]) for n, (_, unit) in enumerate(ordered)]


def mark_repeated(judged: DataFrame, key: Sequence[str]) -> DataFrame:
    """`_is_dropped`: the same row once more in its delivery. Another row with its key gets a reason: nobody knows which holds."""
    group = Window.partitionBy(*key, UNIT, sf.col("_reason") == "").orderBy(sf.col("_raw").desc())
    is_later = (sf.col("_reason") == "") & (sf.row_number().over(group) > 1)
    is_other = sf.first("_raw").over(group) != sf.col("_raw")
    words = f"another row of its delivery has its key ({', '.join(key)})"
    marked = judged.select("*", (is_later & ~is_other).alias("_is_dropped"), (is_later & is_other).alias("_is_other"))
    reason = sf.when(sf.col("_is_other"), words).otherwise(sf.col("_reason"))
    return marked.withColumn("_reason", reason).drop("_is_other")


def make_history(
    marked: DataFrame, deliveries: Sequence[Delivery], key: Sequence[str], tracked: Sequence[str], complete: bool = True
) -> DataFrame:
    """Key, tracked columns and validity: one row for each version.

    complete: a delivery holds everything there is, so what is not in it has ended; else it holds what has changed. A row
    that does not fit tells that the thing is there, and nothing of it: the version before goes on.
    """
    states = find_states(marked, deliveries, key, tracked)
    along = Window.partitionBy(*key).orderBy("number")
    so_far = along.rowsBetween(Window.unboundedPreceding, Window.currentRow)
    known = states.withColumn("_state", sf.last("_state", ignorenulls=True).over(so_far)).where("_state IS NOT NULL")
    before = sf.lag("number").over(along)
    begins = before.isNull() | ~sf.lag("_state").over(along).eqNullSafe(sf.col("_state"))
    if complete:
        begins = begins | (before != sf.col("number") - 1)
    versions = known.withColumn("_begins", begins).withColumn(
        "_version", sf.sum(sf.col("_begins").cast("int")).over(so_far)
    )
    spans = versions.groupBy(*key, "_version").agg(
        sf.min_by("_state", "number").alias("_state"),
        sf.min("day").alias("valid_from"),
        sf.max_by("next_day", "number").alias("_ends"),
    )
    follows = sf.lead("valid_from").over(Window.partitionBy(*key).orderBy("valid_from"))
    ends = sf.col("_ends") if complete else follows
    values = (sf.col(f"_state.{name}").alias(name) for name in tracked)
    held = spans.select(*key, *values, "valid_from", ends.alias("valid_to"))
    return held.withColumn("is_current", sf.col("valid_to").isNull())


def find_states(
    marked: DataFrame, deliveries: Sequence[Delivery], key: Sequence[str], tracked: Sequence[str]
) -> DataFrame:
    """One row for each key and delivery that names it, with `_state`: its tracked columns, NULL where its row does not fit."""
    schema = f"{UNIT} string, number int, day date, next_day date"
    named = sf.broadcast(marked.sparkSession.createDataFrame(list(deliveries), schema))
    state = sf.when(sf.col("_reason") == "", sf.struct(*tracked))
    there = marked.where(sf.expr(" AND ".join(f"`{name}` IS NOT NULL" for name in key)) & ~sf.col("_is_dropped"))
    return (
        there.withColumn("_state", state)
        .join(named, UNIT)
        .groupBy(*key, "number", "day", "next_day")
        .agg(sf.max("_state").alias("_state"))
    )


def find_held(
    kept: DataFrame, history: DataFrame, day_of: str, key: Sequence[str], tracked: Sequence[str]
) -> DataFrame:
    """Rows of deliveries that the history has: on their day, with their values."""
    rows = kept.withColumn("_day", sf.expr(day_of).cast("date")).alias("row")
    versions = history.alias("version")
    same = [sf.col(f"row.{name}").eqNullSafe(sf.col(f"version.{name}")) for name in (*key, *tracked)]
    day, end = sf.col("row._day"), sf.col("version.valid_to")
    holds = (sf.col("version.valid_from") <= day) & (end.isNull() | (day < end))
    for one in same:
        holds = holds & one
    return rows.join(versions, holds, "left_semi")
