"""planes -> bronze.planes: every row of the source is in the table or, with the reason, in its quarantine.

A load is one folder of the source. The ledger bronze.planes_loads notes it after it is written, with a
fingerprint of its files: a load whose files are as noted is left alone, and one that died half-way is written
again. Rows carry nothing that differs from run to run (who and when is in the ledger), so loading twice gives
the same table.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from pyspark.sql import Column as Expression
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sf

from common.jars import MissingJar
from common.java import NoJava
from common.lake import LakeError, create_session
from common.logs import correlation_id, get_logger
from common.sources import Load, Source, SourceError, read_source

SOURCE = "planes"
TABLE = "bronze.planes"

log = get_logger("ingestion." + SOURCE)

Counts = dict[str, int]
"""Load id -> rows."""


class Column(NamedTuple):
    """One declared column."""

    name: str
    type: str
    required: bool
    meaning: str


COLUMNS = (
    Column("tailnum", "string", True, "Tail number of the aircraft"),
    Column("year", "int", False, "Year in which it was built; empty if unknown"),
    Column("type", "string", True, "Kind of aircraft"),
    Column("manufacturer", "string", True, "Who built it"),
    Column("model", "string", True, "What it is"),
    Column("engines", "int", True, "Number of engines"),
    Column("seats", "int", True, "Number of seats"),
    Column("speed", "int", False, "Cruising speed in miles per hour; empty for most"),
    Column("engine", "string", True, "Kind of engine"),
)
LINEAGE = (
    Column("_load_id", "string", True, "The load the row came with: a folder of the source."),
    Column("_source_file", "string", True, "The file the row came from, seen from the source's root."),
)
QUARANTINE = (
    Column("_reason", "string", True, "Why the row is not in the table."),
    Column("_raw", "string", True, "The row as read: its fields as JSON, or its text."),
)
LEDGER = (
    Column("load_id", "string", True, "A folder of the source."),
    Column("fingerprint", "string", True, "Digest of the names, sizes and modification times of its files."),
    Column("rows_read", "bigint", True, "Rows in the source."),
    Column("rows_loaded", "bigint", True, "Of these, rows in the table."),
    Column("rows_quarantined", "bigint", True, "Of these, rows in quarantine."),
    Column("correlation_id", "string", True, "The run that wrote it."),
    Column("loaded_at", "timestamp", True, "When."),
)


class RowsLost(RuntimeError):
    """Rows in the table and in quarantine are not the rows of the source."""


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Load a source into its Iceberg table.")
    parser.add_argument("--source", default=SOURCE, help="a source of configs/sources.yml (%(default)s)")
    parser.add_argument("--table", default=TABLE, help="the table to write (%(default)s)")
    parser.add_argument("--load", action="append", default=[], help="only this load (repeatable): 2013-01")
    parser.add_argument("--again", action="store_true", help="load even what has not changed")
    return parser.parse_args(arguments)


def create_spark_session() -> SparkSession:
    """Spark on the project's lake."""
    return create_session(SOURCE + "_to_iceberg")


def find_pending(spark: SparkSession, source: Source, arguments: argparse.Namespace) -> list[Load]:
    """The loads to write now: those asked for whose files are not the ones already noted."""
    loads, asked = source.list_loads(spark), set(arguments.load)
    names = {load.id: {load.id, load.id.replace("/", "-")} for load in loads}
    if unknown := asked.difference(*names.values()):
        raise SourceError(f"source {source.name} has no load {', '.join(sorted(unknown))}.")
    noted = {} if arguments.again else read_ledger(spark, arguments.table)
    wanted = [load for load in loads if not asked or names[load.id] & asked]
    return [load for load in wanted if noted.get(load.id) != load.fingerprint]


def read_ledger(spark: SparkSession, table: str) -> dict[str, str]:
    """Load id -> the fingerprint noted last."""
    if not spark.catalog.tableExists(f"{table}_loads"):
        return {}
    newest = sf.max_by("fingerprint", "loaded_at").alias("fingerprint")
    lines = spark.table(f"{table}_loads").groupBy("load_id").agg(newest).collect()
    return {line.load_id: line.fingerprint for line in lines}


def read_header(spark: SparkSession, source: Source, path: str) -> tuple[str, ...]:
    """The columns a file says it has; a declared one missing is an error, an undeclared one a warning."""
    reader = spark.read.options(**{**source.options, "header": "true"})
    header = tuple(reader.csv(path).columns)
    declared = {column.name for column in COLUMNS}
    if missing := sorted(declared - set(header)):
        found = ", ".join(header) or "no header"
        raise SourceError(f"{path} lacks the declared column(s) {', '.join(missing)}; it has: {found}.")
    if extra := sorted(set(header) - declared):
        log.warning("undeclared columns are not loaded", extra={"file": path, "columns": extra})
    return header


def read_source_data(spark: SparkSession, source: Source, loads: Iterable[Load]) -> DataFrame:
    """All rows of these loads as text, with the place each came from."""
    if source.format != "csv":
        raise SourceError(f"source {source.name} is {source.format}; this job reads csv.")
    paths: dict[tuple[str, ...], list[str]] = {}
    for file in (file for load in loads for file in load.files):
        paths.setdefault(read_header(spark, source, file.path), []).append(file.path)
    frames = [read_files(spark, source, header, files) for header, files in paths.items()]
    rows = frames[0]
    for frame in frames[1:]:
        rows = rows.unionByName(frame)
    return rows


def read_files(spark: SparkSession, source: Source, header: Sequence[str], paths: list[str]) -> DataFrame:
    """Rows of files with the same header. All is text here: a bad value must survive to be quarantined."""
    schema = ", ".join(f"{quote(name)} string" for name in (*header, "_malformed"))
    # With pruning, Spark does not notice a row that has too many or too few fields.
    fixed = {"header": "true", "mode": "PERMISSIVE", "columnPruning": "false"}
    reader = spark.read.options(**{**source.options, **fixed}, columnNameOfCorruptRecord="_malformed")
    rows = reader.schema(schema).csv(paths)
    fields = sf.to_json(sf.struct(*(sf.col(quote(name)) for name in header)))
    return rows.select(
        *(sf.col(quote(column.name)) for column in COLUMNS),
        sf.col("_malformed").isNotNull().alias("_is_malformed"),
        sf.coalesce("_malformed", fields).alias("_raw"),
        sf.col("_metadata.file_path").alias("_file"),
    )


def validate_schema(raw: DataFrame) -> DataFrame:
    """Typed columns and, for a row that does not fit, `_reason`."""
    malformed = sf.when(sf.col("_is_malformed"), "the row does not have the fields of its header")
    explained = (sf.when(~sf.col("_is_malformed"), explain(column)) for column in COLUMNS)
    typed = [cast(column).alias(column.name) for column in COLUMNS]
    reason = sf.concat_ws("; ", malformed, *explained).alias("_reason")
    return raw.select(*typed, reason, "_raw", "_file")


def quote(name: str) -> str:
    """A column name as SQL writes it."""
    return "`" + name.replace("`", "``") + "`"


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


def add_metadata(rows: DataFrame, loads: Iterable[Load]) -> DataFrame:
    """Puts on each row the load and the file it came with."""
    files = [(file.uri, load.id, file.name) for load in loads for file in load.files]
    names = rows.sparkSession.createDataFrame(files, "_file string, _load_id string, _source_file string")
    # A left join: a row of a file nobody listed has no load and is refused later; an inner one loses it.
    return rows.join(sf.broadcast(names), "_file", "left").drop("_file")


def create_table(spark: SparkSession, table: str, columns: Iterable[Column], partition: str = "") -> None:
    """Makes the table where it is missing."""
    lines = ", ".join(describe(column) for column in columns)
    by = f"PARTITIONED BY ({partition})" if partition else ""
    spark.sql(f"CREATE NAMESPACE IF NOT EXISTS {table.rpartition('.')[0]}")
    spark.sql(f"CREATE TABLE IF NOT EXISTS {table} ({lines}) USING iceberg {by}")


def describe(column: Column) -> str:
    """A column as CREATE TABLE writes it."""
    meaning = column.meaning.replace("\\", "\\\\").replace("'", "\\'")
    return f"{quote(column.name)} {column.type}{' NOT NULL' if column.required else ''} COMMENT '{meaning}'"


def write_to_iceberg(rows: DataFrame, table: str, loads: Iterable[Load]) -> None:
    """Replaces these loads in the table and in its quarantine, each in one commit."""
    ours = sf.col("_load_id").isin([load.id for load in loads])
    parts = (
        (table, rows.where("_reason = ''"), (*COLUMNS, *LINEAGE)),
        (f"{table}_quarantine", rows.where("_reason != ''"), (*QUARANTINE, *LINEAGE)),
    )
    for name, part, columns in parts:
        # Partitioned by load, so that replacing a load drops whole files and rewrites nothing else.
        create_table(rows.sparkSession, name, columns, "_load_id")
        part.select(*(quote(column.name) for column in columns)).writeTo(name).overwrite(ours)


def count_by_load(rows: DataFrame) -> Counts:
    """Load id -> rows."""
    return {str(row["_load_id"]): row["count"] for row in rows.groupBy("_load_id").count().collect()}


def reconcile(read: Counts, loaded: Counts, quarantined: Counts) -> None:
    """Source rows == table rows + quarantined rows, load by load, or an error."""
    for load in sorted({*read, *loaded, *quarantined}):
        there, good, bad = (counts.get(load, 0) for counts in (read, loaded, quarantined))
        if there != good + bad:
            raise RowsLost(f"load {load}: {there} rows in the source, {good} in the table, {bad} apart.")
        log.info("reconciled", extra={"load": load, "read": there, "loaded": good, "quarantined": bad})


def note_loads(spark: SparkSession, table: str, loads: Iterable[Load], read: Counts, loaded: Counts) -> None:
    """Writes the ledger, last: a load without a line here counts as not loaded."""
    now, run = datetime.now(UTC), correlation_id()
    lines = [
        (load.id, load.fingerprint, there, good, there - good, run, now)
        for load in loads
        for there, good in [(read.get(load.id, 0), loaded.get(load.id, 0))]
    ]
    create_table(spark, f"{table}_loads", LEDGER)
    schema = ", ".join(f"{column.name} {column.type}" for column in LEDGER)
    spark.createDataFrame(lines, schema).coalesce(1).writeTo(f"{table}_loads").append()


def run(spark: SparkSession, arguments: argparse.Namespace) -> int:
    """Writes every pending load; says how many there were."""
    table, source = arguments.table, read_source(arguments.source)
    loads = find_pending(spark, source, arguments)
    if not loads:
        log.info("nothing to do: every load is as noted", extra={"table": table})
        return 0
    log.info("loading", extra={"table": table, "loads": [load.id for load in loads]})
    raw = read_source_data(spark, source, loads)
    validated = validate_schema(raw)
    enriched = add_metadata(validated, loads)
    write_to_iceberg(enriched, table, loads)
    ours = sf.col("_load_id").isin([load.id for load in loads])
    # Counted from the source itself and from what is written, not from what was passed between.
    read = count_by_load(add_metadata(raw, loads))
    loaded = count_by_load(spark.table(table).where(ours))
    quarantined = count_by_load(spark.table(f"{table}_quarantine").where(ours))
    reconcile(read, loaded, quarantined)
    note_loads(spark, table, loads, read, loaded)
    counts = {"read": read, "loaded": loaded, "quarantined": quarantined}
    totals = {name: sum(rows.values()) for name, rows in counts.items()}
    log.info("done", extra={"table": table, "loads": len(loads), **totals})
    return len(loads)


def main(arguments: Sequence[str] | None = None) -> int:
    """0: the table is as the source is; 1: it is not, and the log says why."""
    parsed = parse_arguments(arguments)
    spark = None
    try:
        spark = create_spark_session()
        run(spark, parsed)
    except (SourceError, RowsLost, LakeError, MissingJar, NoJava) as error:
        log.critical("%s", error, extra={"error_type": type(error).__name__})
        return 1
    except Exception as error:
        # The roof: whatever Spark or Java says becomes one log line and an exit status.
        log.exception("failed", extra={"error_type": type(error).__name__})
        return 1
    finally:
        if spark is not None:
            spark.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
