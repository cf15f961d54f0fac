"""Where a checkpoint's data is -> its columns, and the wanted ones of them: lake, DuckDB warehouse or files."""

import importlib
import os
import sys
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from gx_run import pandas_of
from gx_suite import mentioned
from lake_faults import Fault, near

SEED = 42
WIDTHS = {"VARCHAR": 40, "BLOB": 40}
READERS = {".parquet": "read_parquet", ".csv": "read_csv", ".tsv": "read_csv", ".json": "read_json", ".jsonl": "read_json", ".ndjson": "read_json"}  # fmt: skip


def identifier(name: str, mark: str = '"') -> str:
    return mark + name.replace(mark, mark * 2) + mark


def literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return str(value) if isinstance(value, (int, float)) else "'" + str(value).replace("'", "''") + "'"


def duck() -> Any:
    """A DuckDB that asks nobody for an extension."""
    import duckdb

    connection = duckdb.connect()
    connection.execute(
        "SET autoinstall_known_extensions = false; SET TimeZone = 'UTC'; SET enable_progress_bar = false"
    )
    return connection


def refuse_more(connection: Any, asked: str, where: str) -> None:
    """`where` is a condition: it ends no question and begins another, and it reaches no file. Raises Fault."""
    import duckdb

    try:
        count = len(connection.extract_statements(asked))
    except duckdb.Error:
        count = 1  # it says itself what is wrong with it
    if count != 1:
        raise Fault("data", f"`where` is more than one condition: {where[:200]}", "say one condition of SQL.")
    connection.execute("SET enable_external_access = false; SET lock_configuration = true")


@dataclass
class ArrowData:
    """In memory, for Great Expectations as a pandas frame, for questions as a table `data` of DuckDB."""

    table: Any
    whole: bool
    engine: str = "pandas"
    mark: str = '"'
    regex: str = "regexp_matches(CAST({0} AS VARCHAR), {1})"

    @property
    def rows(self) -> int:
        return int(self.table.num_rows)

    @property
    def columns(self) -> list[str]:
        return list(self.table.column_names)

    def frame(self, placeholders: list[str], written: list[dict[str, Any]]) -> Any:
        return pandas_of(self.table, placeholders, written)

    @cached_property
    def connection(self) -> Any:
        made = duck()
        made.register("data", self.table)
        return made

    def ask(self, sql: str) -> list[dict[str, Any]]:
        cursor = self.connection.execute(sql)
        names = [one[0] for one in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def nulls(self) -> dict[str, int]:
        return {name: int(self.table[name].null_count) for name in self.table.column_names}

    def close(self) -> None:
        """Nothing outlives the program."""


@dataclass
class SparkData:
    """What does not fit: stays in Spark, for Great Expectations as for questions."""

    data: Any
    session: Any
    whole: bool
    engine: str = "spark"
    mark: str = "`"
    regex: str = "CAST({0} AS STRING) RLIKE {1}"

    @cached_property
    def rows(self) -> int:
        return int(self.data.count())

    @property
    def columns(self) -> list[str]:
        return list(self.data.columns)

    def frame(self, placeholders: list[str], written: list[dict[str, Any]]) -> Any:
        from pyspark.sql import functions

        return self.data.select("*", *(functions.lit(None).alias(name) for name in placeholders))

    def ask(self, sql: str) -> list[dict[str, Any]]:
        self.data.createOrReplaceTempView("data")
        return [row.asDict(recursive=True) for row in self.session.sql(sql.replace("APPROX_QUANTILE", "percentile_approx")).collect()]  # fmt: skip

    def nulls(self) -> dict[str, int]:
        counted = ", ".join(
            f"count(*) - count({identifier(name, '`')}) AS n{number}" for number, name in enumerate(self.columns)
        )
        row = self.ask(f"SELECT {counted} FROM data")[0]
        return {name: row[f"n{number}"] for number, name in enumerate(self.columns)}

    def close(self) -> None:
        self.session.stop()


@dataclass
class Place(ABC):
    """One source of data, not read yet."""

    order: dict[str, Any]
    shown: str
    names: list[str] = field(default_factory=list)
    types: dict[str, str] = field(default_factory=dict)
    snapshot: str = ""

    def pull(self, wanted: list[str]) -> Any:
        """The wanted columns; in Spark where it is told so, or where they do not fit."""
        engine = self.order["engine"]
        megabytes = self.megabytes(wanted) if engine == "auto" else 0
        if engine == "auto" and megabytes > self.order["frame_megabytes"] and not self.order["sample"]:
            engine = self.instead(megabytes)
        return self.in_spark(wanted) if engine == "spark" else self.in_memory(wanted)

    def again(self, data: Any, wanted: list[str]) -> Any:
        """The same rows with more columns, where the first ones were."""
        return self.in_spark(wanted) if data.engine == "spark" else self.in_memory(wanted)

    def megabytes(self, wanted: list[str]) -> float:
        return self.count() * sum(WIDTHS.get(self.types.get(name, ""), 9) for name in wanted) / 2**20

    def instead(self, megabytes: float) -> str:
        """Spark, where there is one. Raises Fault."""
        if self.order["session"] and "warehouse" not in self.order["data"]:
            return "spark"
        raise Fault("large", f"{self.shown} needs about {megabytes:,.0f} MB in memory, more than quality.frame_megabytes",
                    "give the checkpoint a `sample`, raise the setting, or set lake.session for Spark.")  # fmt: skip

    def in_memory(self, wanted: list[str]) -> ArrowData:
        where, sample = self.order["where"], self.order["sample"]
        if not (where or sample):
            return ArrowData(self.arrow(wanted), True)
        needed = [name for name in self.names if name in {*wanted, *mentioned(where, self.names)}]
        connection = duck()
        connection.register("data", self.arrow(needed))
        columns = ", ".join(identifier(name) for name in wanted)
        asked = f"SELECT {columns} FROM data" + (f" WHERE {where}" if where else "")
        if sample:
            asked = f"SELECT * FROM ({asked}) USING SAMPLE reservoir({int(sample)} ROWS) REPEATABLE ({SEED})"
        refuse_more(connection, asked, where)
        return ArrowData(connection.execute(asked).to_arrow_table(), not sample)

    def in_spark(self, wanted: list[str]) -> SparkData:
        session = spark_session(self.order)
        read = self.spark_frame(session)
        where, sample = self.order["where"], self.order["sample"]
        if where:
            read = read.where(where)
        if sample:
            read = read.limit(int(sample))
        return SparkData(read.select(*(identifier(name, "`") for name in wanted)).cache(), session, not sample)

    @abstractmethod
    def arrow(self, columns: list[str]) -> Any:
        """These columns as an Arrow table."""

    @abstractmethod
    def count(self) -> int:
        """Its rows."""

    def spark_frame(self, session: Any) -> Any:
        raise Fault("data", f"Spark cannot read {self.shown}", "a checkpoint of the warehouse has engine: pandas.")


def spark_session(order: dict[str, Any]) -> Any:
    """The project's own session: `module:function`, called with a name."""
    if not order["session"]:
        raise Fault("data", "engine: spark, and no session is named", "set lake.session: module:function in configs/agentic.yaml.")  # fmt: skip
    module, _, function = order["session"].partition(":")
    sys.path.insert(0, str(Path(order["root"]) / "src"))
    try:
        make = getattr(importlib.import_module(module), function or "create_session")
    except (ImportError, AttributeError) as error:
        raise Fault("data", f"lake.session {order['session']} cannot be imported", "", str(error)) from error
    return make("agentic-quality")


class LakeTable(Place):
    """An Iceberg table, at a branch, a tag or a snapshot."""

    table: Any

    def arrow(self, columns: list[str]) -> Any:
        options = {"snapshot_id": int(self.snapshot)} if self.snapshot else {}
        # A table without any row still has its columns.
        return self.table.scan(selected_fields=tuple(columns), **options).to_arrow()

    def count(self) -> int:
        from lake_catalog import rows_of

        return rows_of(self.table, self.table.metadata.snapshot_by_id(int(self.snapshot)) if self.snapshot else None)

    def spark_frame(self, session: Any) -> Any:
        reader = session.read.option("snapshot-id", self.snapshot) if self.snapshot else session.read
        return reader.table(f"{os.environ['LAKE_NAME']}.{'.'.join(self.table.name())}")


def lake_place(order: dict[str, Any]) -> Place:
    import lake_catalog

    name, ref = order["data"]["lake"], order["ref"]
    table = lake_catalog.load(name)
    snapshot = lake_catalog.find_snapshot(table, ref) if ref else table.current_snapshot()
    number = str(snapshot.snapshot_id) if snapshot else ""
    schema = table.schemas()[snapshot.schema_id] if snapshot and snapshot.schema_id is not None else table.schema()
    types = {one.name: "VARCHAR" if str(one.field_type) in ("string", "binary") else "" for one in schema.fields}
    place = LakeTable(order, f"{name}@{ref}" if ref else name, list(types), types, number)
    place.table = table
    return place


class Relation(Place):
    """A table of DuckDB, or files that it reads."""

    connection: Any
    relation: str

    def describe(self) -> None:
        rows = self.connection.execute(f"DESCRIBE SELECT * FROM {self.relation}").fetchall()
        self.types = {row[0]: row[1] for row in rows}
        self.names = list(self.types)

    def arrow(self, columns: list[str]) -> Any:
        named = ", ".join(identifier(name) for name in columns)
        return self.connection.execute(f"SELECT {named} FROM {self.relation}").to_arrow_table()

    def count(self) -> int:
        return int(self.connection.execute(f"SELECT count(*) FROM {self.relation}").fetchone()[0])

    def spark_frame(self, session: Any) -> Any:
        if "read_parquet" in self.relation:
            return session.read.parquet(str(Path(self.order["root"]) / self.order["data"]["file"]))
        return super().spark_frame(session)


def warehouse_place(order: dict[str, Any]) -> Place:
    """Read only: many may read at once, unless one writes."""
    import duckdb

    name, path = order["data"]["warehouse"], Path(order["database"])
    if not path.is_file():
        raise Fault("no table", f"there is no warehouse {order['database_shown']}", "agentic ingest files or dbt build makes one.")  # fmt: skip
    connection = duckdb.connect(str(path), read_only=True)
    connection.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
    known = connection.execute("SELECT table_schema, table_name FROM information_schema.tables").fetchall()
    schema, _, table = name.rpartition(".")
    found = [row for row in known if row[1] == table and schema in ("", row[0])]
    if len({row[0] for row in found}) != 1:
        several = f"; it is in {', '.join(sorted(row[0] for row in found))}" if found else ""
        raise Fault("no table", f"no table {name} in the warehouse{several}", "name it with its schema." if found else near(name, [row[1] for row in known]))  # fmt: skip
    place = Relation(order, f"warehouse {name}")
    place.connection, place.relation = connection, f"{identifier(found[0][0])}.{identifier(found[0][1])}"
    place.describe()
    return place


def file_place(order: dict[str, Any]) -> Place:
    name = order["data"]["file"]
    path = Path(order["root"]) / name
    reader = READERS.get(Path(name.removesuffix(".gz")).suffix)
    if reader is None:
        raise Fault(
            "data", f"{name} is no CSV, Parquet or JSON", f"it has to end in {', '.join(READERS)}, or that with .gz."
        )
    if not (any(Path(order["root"]).glob(name)) if not Path(name).is_absolute() else path.is_file()):
        raise Fault("no table", f"there is no file {name}", "mend `file` of the checkpoint.")
    place = Relation(order, name)
    place.connection, place.relation = duck(), f"{reader}({literal(str(path))})"
    place.describe()
    return place


def open_place(order: dict[str, Any]) -> Place:
    """What kind of place it is stands in the checkpoint."""
    kind = next(iter(order["data"]))
    return {"lake": lake_place, "warehouse": warehouse_place, "file": file_place}[kind](order)
