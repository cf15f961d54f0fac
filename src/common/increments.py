"""A batch of rows by cursor -> a table by key: what is new comes in, what is known is counted, what does not fit is set apart."""

from collections.abc import Sequence
from typing import NamedTuple

from pyspark.sql import Column as Expression
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sf

from common.ledger import EMPTY, Counts, note, reconcile
from common.rows import QUARANTINE, UNIT, fitting, judge_texts, mark_newest, unfit
from common.tables import GONE, Column, create_table, merge, replace


class Target(NamedTuple):
    """The table that batches go to."""

    table: str
    columns: Sequence[Column]
    """Those declared; the batch of a row comes with them."""
    key: Sequence[str]
    cursor: str

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """With the batch that a row came with."""
        return (*self.columns, Column(UNIT, "string", True, "The batch that the row came with."))


class Mark(NamedTuple):
    """How far the table is."""

    batch: str
    """The name of the next batch. It follows from the ledger, so a batch that died has its name again."""
    cursor: str
    """The greatest cursor that was noted; empty before the first batch."""


def read_mark(spark: SparkSession, table: str) -> Mark:
    """From the ledger."""
    if not spark.catalog.tableExists(f"{table}_loads"):
        return Mark("000001", "")
    lines = spark.table(f"{table}_loads").agg(sf.count("*"), sf.max_by("fingerprint", "load_id")).first()
    rows, cursor = (lines[0], lines[1]) if lines else (0, "")
    return Mark(f"{rows + 1:06d}", "" if cursor in (None, EMPTY) else cursor)


def load_batch(spark: SparkSession, texts: DataFrame, target: Target, mark: Mark) -> Counts | None:
    """Writes a batch and notes it; None, and nothing written, where it has nothing new. `texts` has to stay as it is."""
    quarantine = f"{target.table}_quarantine"
    create_table(spark, target.table, target.all_columns)
    create_table(spark, quarantine, QUARANTINE, UNIT)
    judged = judge_texts(texts, target.columns).withColumn(UNIT, sf.lit(mark.batch))
    # Rows of this batch are there already if it died before its note: they are no news, and not known either.
    others = sf.col(UNIT) != mark.batch
    held, apart = spark.table(target.table).where(others), spark.table(quarantine).where(others)
    marked = mark_newest(fitting(judged), target.key, [target.cursor])
    newest = marked.where("_is_newest").drop("_is_newest")
    is_known, was_bad = same_or_newer(target), sf.col("new._raw") == sf.col("held._raw")
    fresh = newest.alias("new").join(held.alias("held"), is_known, "left_anti")
    bad = unfit(judged).dropDuplicates(["_raw"]).alias("new").join(apart.alias("held"), was_bad, "left_anti")
    if fresh.isEmpty() and bad.isEmpty():
        return None
    merge(fresh.withColumn(GONE, sf.lit(False)), target.table, target.all_columns, target.key)
    replace(bad, quarantine, QUARANTINE, sf.col(UNIT) == mark.batch)
    known = newest.alias("new").join(held.alias("held"), is_known, "left_semi").count()
    older = marked.where(~sf.col("_is_newest")).count()
    bad_read, bad_held = unfit(judged).count(), spark.table(quarantine).where(UNIT + f" = '{mark.batch}'").count()
    written = fresh.alias("new").join(
        spark.table(target.table).alias("held"), is_same(target, with_batch=True), "left_semi"
    )
    counts = Counts(texts.count(), written.count(), bad_held, known + older + (bad_read - bad.count()))
    reconcile({mark.batch: counts})
    note(spark, f"{target.table}_loads", {mark.batch: find_cursor(judged, target, mark)}, {mark.batch: counts})
    return counts


def find_cursor(judged: DataFrame, target: Target, mark: Mark) -> str:
    """How far this batch brings the table: the greatest cursor of a row that fits, never less than before."""
    kind = next(column.type for column in target.columns if column.name == target.cursor)
    greatest = sf.max(sf.greatest(sf.col(target.cursor), sf.lit(mark.cursor or None).cast(kind))).cast("string")
    line = fitting(judged).agg(greatest.alias("cursor")).first()
    return (line["cursor"] if line else None) or mark.cursor or EMPTY


def is_same(target: Target, with_batch: bool = False) -> Expression:
    """Both rows have the same values."""
    columns = target.all_columns if with_batch else target.columns
    return all_of([sf.col(f"new.{one.name}").eqNullSafe(sf.col(f"held.{one.name}")) for one in columns])


def same_or_newer(target: Target) -> Expression:
    """The table has the row already, or a newer one with its key."""
    same_key = all_of([sf.col(f"new.{name}") == sf.col(f"held.{name}") for name in target.key])
    is_newer = sf.col(f"held.{target.cursor}") > sf.col(f"new.{target.cursor}")
    return same_key & (is_newer | is_same(target))


def all_of(conditions: Sequence[Expression]) -> Expression:
    """Every one of them holds."""
    together = conditions[0]
    for one in conditions[1:]:
        together = together & one
    return together
