"""The lake without Java: the same catalog and the same tables as Spark's, through PyIceberg, with DuckDB to compute."""

import re
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from urllib.parse import quote, urlsplit
from urllib.request import url2pathname
from uuid import uuid4

from common.lake import SQLITE, LakeError, LakeSettings, read_settings
from common.sources import REGISTRY, Load, Source, SourceError, SourceFile

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa
    from pyiceberg.catalog.sql import SqlCatalog
    from pyiceberg.expressions import BooleanExpression
    from pyiceberg.manifest import DataFile
    from pyiceberg.table import Table
    from pyiceberg.types import IcebergType

POSTGRESQL = "jdbc:postgresql:"
LOAD = "_load_id"
"""Tables are partitioned by it, so that a load is replaced file by file."""


class Declared(Protocol):
    """A column as a job declares it."""

    @property
    def name(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def required(self) -> bool: ...
    @property
    def meaning(self) -> str: ...


class Written(NamedTuple):
    """A Parquet file with rows of one load, where the table keeps its files; no table knows it yet."""

    load: str
    path: Path


@dataclass(frozen=True, slots=True)
class Light:
    """What a job without Spark works with."""

    catalog: "SqlCatalog"
    engine: "duckdb.DuckDBPyConnection"
    """In memory, with a folder for what is larger."""
    warehouse: str

    def table(self, name: str) -> "Table | None":
        """The table as it is now, or None."""
        return self.catalog.load_table(name) if self.catalog.table_exists(name) else None

    def rows(
        self, name: str, columns: Sequence[str] = ("*",), but: Collection[str] = ()
    ) -> "pa.RecordBatchReader | None":
        """Rows of a table, batch by batch, without those of some loads; None where there is no table."""
        from pyiceberg.expressions import Not

        if (table := self.table(name)) is None:
            return None
        return table.scan(row_filter=Not(of_loads(but)), selected_fields=tuple(columns)).to_arrow_batch_reader()

    def ask(self, question: str, rows: "pa.RecordBatchReader | None" = None) -> list[tuple[Any, ...]]:
        """The answer of DuckDB; in the question, the rows are called `rows`."""
        if rows is not None:
            self.engine.register("rows", rows)
        try:
            return self.engine.execute(question).fetchall()
        finally:
            self.engine.unregister("rows")


@contextmanager
def open_lake(settings: LakeSettings | None = None) -> Iterator[Light]:
    """The project's lake; what DuckDB keeps on the way goes when it is closed."""
    import duckdb
    from pyiceberg.catalog.sql import SqlCatalog

    settings = settings or read_settings()
    if urlsplit(settings.warehouse).scheme not in ("", "file"):
        raise LakeError(f"this job works on folders, and the warehouse is {settings.warehouse}. Use engine: spark.")
    if settings.uri.startswith(SQLITE):
        Path(settings.uri.removeprefix(SQLITE)).parent.mkdir(parents=True, exist_ok=True)
    catalog = SqlCatalog(settings.name, uri=address(settings), warehouse=settings.warehouse)
    with (
        tempfile.TemporaryDirectory(prefix="light-", ignore_cleanup_errors=True) as folder,
        duckdb.connect(config={"autoinstall_known_extensions": "false", "temp_directory": folder}) as engine,
    ):
        engine.execute("SET TimeZone = 'UTC'")
        yield Light(catalog, engine, settings.warehouse)
    catalog.close()


def address(settings: LakeSettings) -> str:
    """As Spark writes it -> as SQLAlchemy does."""
    from sqlalchemy import URL, make_url

    if settings.uri.startswith(SQLITE):
        place = URL.create("sqlite", database=settings.uri.removeprefix(SQLITE), query={"timeout": "60"})
    elif settings.uri.startswith(POSTGRESQL):
        url = make_url("postgresql+psycopg:" + settings.uri.removeprefix(POSTGRESQL))
        user, password = settings.user or url.username, settings.password or url.password
        place = url.set(username=user, password=password)
    else:
        raise LakeError(f"no catalog of this kind: {settings.uri.partition('//')[0]}. Use engine: spark.")
    return place.render_as_string(hide_password=False)


def list_loads(source: Source) -> list[Load]:
    """Every load there is, by name, with the fingerprints that Spark finds."""
    loads: dict[str, list[SourceFile]] = {}
    for file in list_files(source):
        folder, _, stem = file.name.rpartition("/")
        loads.setdefault(folder or stem.partition(".")[0], []).append(file)
    if not loads:
        raise SourceError(
            f"source {source.name} is empty: nothing matches {source.path}/{source.pattern}. "
            f"Look at {REGISTRY}, or set SOURCE_{source.name.upper()}_PATH."
        )
    return [Load(name, tuple(files)) for name, files in sorted(loads.items())]


def list_files(source: Source) -> list[SourceFile]:
    """The files of a folder."""
    parts = urlsplit(source.path)
    if parts.scheme != "file" or "{" in source.pattern:
        raise SourceError(
            f"{source.path}/{source.pattern}: this job reads plain patterns in folders. Use engine: spark."
        )
    root, found = Path(url2pathname(parts.path)), []
    for path in root.glob(source.pattern):
        # Hadoop keeps its checksums beside the files and shows them to nobody.
        if path.is_file() and path.suffix != ".crc":
            seen, name = path.stat(), path.relative_to(root).as_posix()
            found.append(SourceFile(str(path), path.as_uri(), name, seen.st_size, seen.st_mtime_ns // 1_000_000))
    return sorted(found, key=lambda file: file.name)


def create_table(light: Light, name: str, columns: Iterable[Declared], by_load: bool = True) -> "Table":
    """The table, made where it is missing: where Spark would make it, and as Spark would."""
    if there := light.table(name):
        return there
    from pyiceberg.partitioning import PartitionField, PartitionSpec
    from pyiceberg.schema import Schema
    from pyiceberg.transforms import IdentityTransform
    from pyiceberg.types import NestedField

    fields = [
        NestedField(number, column.name, iceberg_type(column.type), required=column.required, doc=column.meaning)
        for number, column in enumerate(columns, 1)
    ]
    schema, parts = Schema(*fields), []
    if by_load:
        parts = [PartitionField(schema.find_field(LOAD).field_id, 1000, IdentityTransform(), LOAD)]
    light.catalog.create_namespace_if_not_exists(name.rpartition(".")[0])
    place = f"{light.warehouse.rstrip('/')}/{name.replace('.', '/')}"
    properties = {"format-version": "2", "write.parquet.compression-codec": "zstd"}
    return light.catalog.create_table(name, schema, place, PartitionSpec(*parts), properties=properties)


def iceberg_type(declared: str) -> "IcebergType":
    """A type of Spark SQL as Iceberg has it."""
    from pyiceberg import types

    known: Mapping[str, IcebergType] = {
        "string": types.StringType(), "boolean": types.BooleanType(), "tinyint": types.IntegerType(),
        "smallint": types.IntegerType(), "int": types.IntegerType(), "bigint": types.LongType(),
        "float": types.FloatType(), "double": types.DoubleType(), "date": types.DateType(),
        "timestamp": types.TimestamptzType(), "timestamp_ntz": types.TimestampType(),
    }  # fmt: skip
    if declared.startswith("decimal("):
        precision, scale = declared.removeprefix("decimal(").removesuffix(")").split(",")
        return types.DecimalType(int(precision), int(scale))
    if declared not in known:
        raise LakeError(f"this job knows no type {declared}. Use engine: spark.")
    return known[declared]


def write_parquet(light: Light, table: "Table", load: str, query: str) -> Written | None:
    """The rows of a query as a file among those of the table; None where there is no row."""
    folder = local(table.location()) / "data" / f"{LOAD}={quote(load, safe='')}"
    path = folder / f"{uuid4()}.parquet"
    folder.mkdir(parents=True, exist_ok=True)
    ids = ", ".join(f'"{field.name}": {field.field_id}' for field in table.schema().fields)
    place = str(path).replace("'", "''")
    form = f"FORMAT parquet, COMPRESSION zstd, FIELD_IDS {{{ids}}}"
    rows = light.engine.execute(f"COPY ({query}) TO '{place}' ({form})").fetchone()
    if rows and rows[0]:
        return Written(load, path)
    path.unlink()
    return None


def of_loads(loads: Collection[str]) -> "BooleanExpression":
    """The condition that a row came with one of these loads."""
    from pyiceberg.expressions import AlwaysFalse, In, Reference
    from pyiceberg.expressions.literals import StringLiteral

    return In(Reference(LOAD), {StringLiteral(load) for load in loads}) if loads else AlwaysFalse()


def local(place: str) -> Path:
    """A place in the lake as a path. No percent sign means anything there, neither to Spark nor to PyIceberg."""
    return Path(re.sub("^file:(//)?", "", place))


def replace(table: "Table", loads: Collection[str], written: Sequence[Written]) -> None:
    """Puts files in the place of everything these loads have in the table, in one commit; of nothing for nothing, none."""
    if [field.name for field in table.spec().fields] != [LOAD]:
        raise LakeError(f"{'.'.join(table.name())} is not partitioned by {LOAD} alone. Use engine: spark.")
    # What is there is looked up in the same metadata that the commit starts from: another's commit in between refuses ours.
    held = [task.file for task in table.scan(row_filter=of_loads(loads)).plan_files()]
    if not held and not written:
        return
    with table.transaction() as change, change.update_snapshot().overwrite() as files:
        for old in held:
            files.delete_data_file(old)
        for new in written:
            files.append_data_file(data_file(table, new))


def data_file(table: "Table", written: Written) -> "DataFile":
    """A Parquet file as a table notes it: its partition, and the figures that its footer has."""
    from pyiceberg.manifest import DataFile, DataFileContent, FileFormat
    from pyiceberg.typedef import Record

    try:
        figures = figures_of(table, written)
    except (OverflowError, ValueError):
        # A date beyond the year 9999 is none to Python: then without the least and the greatest value of each column.
        figures = figures_of(table, written, with_bounds=False)
    return DataFile.from_args(
        content=DataFileContent.DATA, file_path=str(written.path), file_format=FileFormat.PARQUET,
        partition=Record(written.load), file_size_in_bytes=written.path.stat().st_size, sort_order_id=None,
        spec_id=table.metadata.default_spec_id, equality_ids=None, key_metadata=None, **figures,
    )  # fmt: skip


def figures_of(table: "Table", written: Written, with_bounds: bool = True) -> dict[str, Any]:
    """Counts, sizes and bounds of the columns of a file, from its footer."""
    import pyarrow.parquet as pq
    from pyiceberg.io import pyarrow as reader
    from pyiceberg.table import TableProperties

    mode = {} if with_bounds else {TableProperties.DEFAULT_WRITE_METRICS_MODE: "counts"}
    figures = reader.data_file_statistics_from_parquet_metadata(
        parquet_metadata=pq.read_metadata(written.path),
        stats_columns=reader.compute_statistics_plan(table.schema(), {**table.metadata.properties, **mode}),
        parquet_column_mapping=reader.parquet_path_to_id_mapping(table.schema()),
    )
    return figures.to_serialized_dict()


def count_by_load(light: Light, name: str, loads: Collection[str]) -> dict[str, int]:
    """Load -> rows in the table, counted in the files that its newest snapshot has."""
    import pyarrow.parquet as pq

    counts: dict[str, int] = {}
    if table := light.table(name):
        for task in table.scan(row_filter=of_loads(loads)).plan_files():
            load = str(task.file.partition[0])
            counts[load] = counts.get(load, 0) + pq.read_metadata(local(task.file.file_path)).num_rows
    return counts


def append(table: "Table", columns: Sequence[Declared], lines: Sequence[tuple[Any, ...]]) -> None:
    """A few rows more."""
    import pyarrow as pa

    names = [column.name for column in columns]
    rows = [dict(zip(names, line, strict=True)) for line in lines]
    table.append(pa.Table.from_pylist(rows, schema=table.schema().as_arrow()))
