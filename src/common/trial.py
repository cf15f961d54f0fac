"""For tests of jobs: a lake that nobody else uses, made-up rows, and what a table holds."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from common.tables import Column, create_table, quote

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

Row = dict[str, str | None]
"""Column -> its value as text, which is cast when it is written."""


def lake_environment(folder: Path) -> dict[str, str]:
    """Variables that put the lake into a folder."""
    return {
        "LAKE_NAME": "lake",
        "LAKE_URI": f"jdbc:sqlite:{folder}/catalog.db",
        "LAKE_WAREHOUSE": str(folder / "warehouse"),
        "SPARK_MASTER": "local[2]",
        # Tests are short: what the second compiler would gain, it costs twice over.
        "JDK_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    }


def sample(type_: str, number: int) -> str:
    """A value of a type, as text; each number gives another one."""
    moment = f"2024-01-01 {number // 60 % 24:02d}:{number % 60:02d}:00"
    kinds = {"string": f"text-{number}", "boolean": "true", "date": f"2024-01-{1 + number % 28:02d}"}
    return (kinds | {"timestamp": moment, "timestamp_ntz": moment}).get(type_, str(number))


def make_row(columns: Iterable[Column], number: int, changed: Mapping[str, object]) -> Row:
    """A row in which every column has a value; `changed` says which have another."""
    row: Row = {column.name: sample(column.type, number) for column in columns}
    return row | {name: None if value is None else str(value) for name, value in changed.items()}


def fill(spark: "SparkSession", table: str, columns: Sequence[Column], rows: Sequence[Row], unit: str = "") -> None:
    """Writes rows into a table: in the place of those of one unit, or at the end."""
    # Nothing is required here: what a source may not hold is for the job to find.
    create_table(spark, table, [column._replace(required=False) for column in columns])
    if unit:
        spark.sql(f"DELETE FROM {table} WHERE _load_id = '{unit}'")  # noqa: S608 (a test's own name)
    schema = ", ".join(f"{quote(column.name)} string" for column in columns)
    texts = spark.createDataFrame([tuple(row.get(column.name) for column in columns) for row in rows], schema)
    typed = texts.selectExpr(*(f"cast({quote(one.name)} as {one.type}) as {quote(one.name)}" for one in columns))
    typed.coalesce(1).writeTo(table).append()


def contents(spark: "SparkSession", table: str) -> list[str]:
    """All rows as text, in an order of their own."""
    return sorted(str(row) for row in spark.table(table).collect())


def snapshots(spark: "SparkSession", *tables: str) -> list[int]:
    """How often each table was written."""
    return [spark.table(f"{table}.snapshots").count() for table in tables]
