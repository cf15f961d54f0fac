"""Tables of the lake as declared columns: made where they are missing, replaced part by part, merged by key."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pyspark.sql import Column as Expression
from pyspark.sql import DataFrame, SparkSession

GONE = "_is_gone"
"""A row to merge with this true takes the row of its key out of the table."""


class Column(NamedTuple):
    """One declared column."""

    name: str
    type: str
    required: bool
    meaning: str


def quote(name: str) -> str:
    """A column name as SQL writes it."""
    return "`" + name.replace("`", "``") + "`"


def describe(column: Column) -> str:
    """A column as CREATE TABLE writes it."""
    meaning = column.meaning.replace("\\", "\\\\").replace("'", "\\'")
    return f"{quote(column.name)} {column.type}{' NOT NULL' if column.required else ''} COMMENT '{meaning}'"


def create_table(spark: SparkSession, table: str, columns: Iterable[Column], partition: str = "") -> None:
    """Makes the table where it is missing."""
    lines = ", ".join(describe(column) for column in columns)
    by = f"PARTITIONED BY ({partition})" if partition else ""
    spark.sql(f"CREATE NAMESPACE IF NOT EXISTS {table.rpartition('.')[0]}")
    spark.sql(f"CREATE TABLE IF NOT EXISTS {table} ({lines}) USING iceberg {by}")


def replace(rows: DataFrame, table: str, columns: Iterable[Column], where: Expression) -> None:
    """Puts the rows in the place of those that `where` names, in one commit. `where` has to name whole partitions."""
    chosen = rows.select(*(quote(column.name) for column in columns))
    # Spark cannot always see that a column has no gap (after a join, for instance); a gap still fails when it is written.
    chosen.writeTo(table).option("check-nullability", "false").overwrite(where)


def merge(rows: DataFrame, table: str, columns: Sequence[Column], key: Sequence[str]) -> None:
    """Brings rows into the table by key, in one commit: new ones in, changed ones over, gone ones out, the rest untouched."""
    rows.createOrReplaceTempView("_rows_to_merge")
    names = [quote(column.name) for column in columns]
    same_key = " AND ".join(f"held.{quote(name)} = new.{quote(name)}" for name in key)
    same_row = " AND ".join(f"held.{name} <=> new.{name}" for name in names)
    rows.sparkSession.sql(
        f"MERGE INTO {table} AS held USING _rows_to_merge AS new ON {same_key} "  # noqa: S608 (names, not values)
        f"WHEN MATCHED AND new.{GONE} THEN DELETE "
        f"WHEN MATCHED AND NOT ({same_row}) THEN UPDATE SET {', '.join(f'held.{name} = new.{name}' for name in names)} "
        f"WHEN NOT MATCHED AND NOT new.{GONE} THEN INSERT ({', '.join(names)}) "
        f"VALUES ({', '.join(f'new.{name}' for name in names)})"
    )
    rows.sparkSession.catalog.dropTempView("_rows_to_merge")
