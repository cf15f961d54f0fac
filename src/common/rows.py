"""Rows -> those that fit and, with the reason, those that do not; and which rows are another version of the same thing."""

from collections.abc import Mapping, Sequence

from pyspark.sql import Column as Expression
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as sf

from common.tables import Column, quote

UNIT = "_load_id"
"""The part of the source a row came with: what is counted, noted and replaced together."""
QUARANTINE = (
    Column("_reason", "string", True, "Why the row is not in the table."),
    Column("_raw", "string", True, "The row as read: its fields as JSON, or its text."),
    Column(UNIT, "string", True, "The part of the source the row came with."),
)
NOWHERE = "none"
"""The unit of a row that names none."""


def judge(rows: DataFrame, columns: Sequence[Column], rules: Mapping[str, str]) -> DataFrame:
    """The rows with `_raw` and `_reason`: '' where all needed values are there and no rule is broken.

    A rule is a condition in SQL under the words that tell of its breach; as in a CHECK, only false breaks it, NULL does not.
    """
    missing = (sf.when(sf.col(quote(one.name)).isNull(), f"{one.name}: missing") for one in columns if one.required)
    broken = (sf.when(~sf.expr(condition), words) for words, condition in rules.items())
    return rows.select("*", as_text(rows).alias("_raw"), sf.concat_ws("; ", *missing, *broken).alias("_reason"))


def judge_texts(rows: DataFrame, columns: Sequence[Column], others: Sequence[str] = ()) -> DataFrame:
    """Rows of texts -> typed columns, `_raw` and `_reason`; `others` are carried along as they are."""
    typed = (cast(column).alias(column.name) for column in columns)
    reason = sf.concat_ws("; ", *(explain(column) for column in columns)).alias("_reason")
    raw = rows["_raw"] if "_raw" in rows.columns else as_text(rows)
    return rows.select(*typed, *(sf.col(quote(name)) for name in others), raw.alias("_raw"), reason)


def as_text(rows: DataFrame) -> Expression:
    """The whole row as one JSON text."""
    return sf.to_json(sf.struct(*(sf.col(quote(name)) for name in rows.columns)))


def cast(column: Column) -> Expression:
    """The value in its declared type; NULL where it cannot be (a plain cast would make 1 of '1.7')."""
    return sf.expr(f"try_cast({quote(column.name)} AS {column.type})")


def explain(column: Column) -> Expression:
    """What is wrong with a value, or NULL."""
    text = sf.col(quote(column.name))
    wrong = sf.when(
        text.isNotNull() & cast(column).isNull(),
        sf.concat(sf.lit(f"{column.name}: '"), text, sf.lit(f"' is no {column.type}")),
    )
    return wrong.when(text.isNull(), f"{column.name}: missing") if column.required else wrong


def fitting(judged: DataFrame) -> DataFrame:
    """Rows without a reason against them."""
    return judged.where("_reason = ''")


def unfit(judged: DataFrame) -> DataFrame:
    """Rows for the quarantine."""
    unit = sf.coalesce(sf.col(UNIT), sf.lit(NOWHERE)).alias(UNIT)
    return judged.where("_reason != ''").select("_reason", "_raw", unit)


def mark_newest(rows: DataFrame, key: Sequence[str], order: Sequence[str]) -> DataFrame:
    """The rows with `_is_newest`: true for one row of each key, the last by `order`."""
    # The whole row decides between equals: without it, two runs might keep different ones.
    falling = [sf.col(quote(name)).desc_nulls_last() for name in order]
    group = Window.partitionBy(*(quote(name) for name in key)).orderBy(*falling, as_text(rows).desc())
    return rows.withColumn("_is_newest", sf.row_number().over(group) == 1)


def fingerprints(rows: DataFrame, about: str = "") -> dict[str, str]:
    """Unit -> a number that changes when any value of its rows does. `about`: what else makes the rows count as new."""
    # xxhash64 skips NULL: without the second half, (1, NULL) and (NULL, 1) would be the same row.
    values = [sf.col(quote(name)) for name in rows.columns]
    digest = sf.xxhash64(sf.lit(about), *values, *(value.isNull() for value in values)).cast("decimal(20,0)")
    unit = sf.coalesce(sf.col(UNIT), sf.lit(NOWHERE)).alias(UNIT)
    lines = rows.groupBy(unit).agg(sf.count("*").alias("rows"), sf.sum(digest).alias("digest")).collect()
    return {line[UNIT]: f"{line['rows']}:{line['digest']}" for line in lines}


def of_units(units: Sequence[str]) -> Expression:
    """The condition that a row came with one of these units."""
    return sf.coalesce(sf.col(UNIT), sf.lit(NOWHERE)).isin(list(units))


def count_by_unit(rows: DataFrame) -> dict[str, int]:
    """Unit -> rows."""
    unit = sf.coalesce(sf.col(UNIT), sf.lit(NOWHERE)).alias(UNIT)
    return {line[UNIT]: line["count"] for line in rows.groupBy(unit).count().collect()}
