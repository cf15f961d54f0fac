"""The lake as it is now -> JSON: every table with its snapshots, its rows and a digest of its content.

Run by the project's own Python, in the sandbox; it knows the lake by LAKE_NAME, LAKE_URI, LAKE_WAREHOUSE alone.
The digest is that of a multiset: it does not depend on the order of rows, of files or of columns.
"""

import hashlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SQLITE, POSTGRESQL = "jdbc:sqlite:", "jdbc:postgresql:"
NOTHING = 0x9E3779B97F4A7C15
"""What an empty value counts as."""


def main() -> int:
    try:
        state: dict[str, Any] = {"tables": dict(read_tables())}
    except Exception as error:  # the roof: the caller reads JSON, not tracebacks
        print(json.dumps({"error": {"type": type(error).__name__, "message": str(error)}}))
        return 1
    print(json.dumps(state))
    return 0


def read_tables() -> Iterator[tuple[str, dict[str, Any]]]:
    catalog = open_catalog()
    if catalog is None:
        return
    for namespace in sorted(all_namespaces(catalog, ())):
        for identifier in sorted(catalog.list_tables(namespace)):
            name = ".".join(identifier)
            try:
                yield name, describe(catalog.load_table(identifier))
            except Exception as error:
                raise RuntimeError(f"table {name} cannot be read: {error}") from error


def open_catalog() -> Any:
    """The catalog, or None where there is none yet: looking must not make one."""
    uri = os.environ.get("LAKE_URI") or "jdbc:sqlite:data/lake/catalog.db"
    if uri.startswith(SQLITE):
        path = Path(uri.removeprefix(SQLITE)).resolve()
        if not path.exists():
            return None
        uri = f"sqlite:///{path}"
    elif uri.startswith(POSTGRESQL):
        uri = with_login("postgresql+psycopg:" + uri.removeprefix(POSTGRESQL))
    warehouse = os.environ.get("LAKE_WAREHOUSE") or "data/lake/warehouse"
    name = os.environ.get("LAKE_NAME") or "lake"
    from pyiceberg.catalog.sql import SqlCatalog
    from sqlalchemy import inspect

    catalog = SqlCatalog(name, uri=uri, warehouse=warehouse, init_catalog_tables="false", **storage())
    return catalog if inspect(catalog.engine).has_table("iceberg_tables") else None


def with_login(uri: str) -> str:
    from sqlalchemy import make_url

    url = make_url(uri)
    user, password = os.environ.get("LAKE_USER"), os.environ.get("LAKE_PASSWORD")
    return url.set(username=user or url.username, password=password or url.password).render_as_string(False)


def storage() -> dict[str, str]:
    """An S3 endpoint of one's own; keys come from AWS_* by themselves."""
    endpoint = os.environ.get("S3_ENDPOINT") or os.environ.get("AWS_ENDPOINT_URL")
    return {"s3.endpoint": endpoint} if endpoint else {}


def all_namespaces(catalog: Any, parent: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for namespace in catalog.list_namespaces(parent):
        if namespace != parent:
            yield namespace
            yield from all_namespaces(catalog, namespace)


def describe(table: Any) -> dict[str, Any]:
    snapshot = table.current_snapshot()
    columns = [[field.name, str(field.field_type)] for field in table.schema().fields]
    rows, digest = digest_rows(table.scan().to_arrow_batch_reader()) if snapshot else (0, digest_of(0, 0, 0, []))
    return {
        "snapshot": str(snapshot.snapshot_id) if snapshot else "",
        "snapshots": len(table.metadata.snapshots),
        "rows": rows,
        "digest": digest,
        "columns": columns,
    }


def digest_rows(batches: Any) -> tuple[int, str]:
    """Rows, and a digest that adds up a number per row: batch by batch, in any order."""
    rows = first = second = 0
    for batch in batches:
        hashes = hash_rows(batch)
        rows += batch.num_rows
        first += int(hashes.sum(dtype="uint64"))
        second += int(mix(hashes).sum(dtype="uint64"))
    return rows, digest_of(rows, first, second, batches.schema.names)


def digest_of(rows: int, first: int, second: int, names: list[str]) -> str:
    text = json.dumps([rows, first % 2**64, second % 2**64, sorted(names)])
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def hash_rows(batch: Any) -> Any:
    import numpy

    total = numpy.zeros(batch.num_rows, dtype="uint64")
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        salt = numpy.uint64(int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big"))
        total += mix(hash_values(column) ^ salt)
    return mix(total)


def hash_values(column: Any) -> Any:
    """One number per value, the same for the same value in whatever batch it comes."""
    import numpy
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    missing = column.is_null().to_numpy(zero_copy_only=False)
    if pa.types.is_floating(kind):
        # -0.0 is 0.0, and one NaN is as good as another.
        numbers = pc.fill_null(column.cast(pa.float64()), 0.0).to_numpy(zero_copy_only=False) + 0.0
        numbers = numpy.where(numpy.isnan(numbers), numpy.nan, numbers)
        hashes = numbers.view("uint64")
    elif pa.types.is_integer(kind) or pa.types.is_temporal(kind) or pa.types.is_boolean(kind):
        width = pa.int32() if pa.types.is_date32(kind) or pa.types.is_time32(kind) else pa.int64()
        whole = column.cast(pa.uint8()) if pa.types.is_boolean(kind) else column
        hashes = pc.fill_null(whole.cast(width), 0).to_numpy(zero_copy_only=False).astype("int64").view("uint64")
    else:
        hashes = hash_texts(column)
    return numpy.where(missing, numpy.uint64(NOTHING), mix(hashes))


def hash_texts(column: Any) -> Any:
    """Text, bytes, decimals, nested values: each distinct one is hashed once."""
    import numpy
    import pyarrow as pa

    if pa.types.is_nested(column.type):
        column = pa.array([repr(value) for value in column.to_pylist()], pa.large_string())
    elif pa.types.is_decimal(column.type):
        column = column.cast(pa.large_string())
    encoded = column.dictionary_encode()
    distinct = numpy.array([hash_text(value) for value in encoded.dictionary.to_pylist()] or [0], dtype="uint64")
    return distinct[encoded.indices.fill_null(0).to_numpy(zero_copy_only=False)]


def hash_text(value: str | bytes) -> int:
    raw = value.encode() if isinstance(value, str) else value
    return int.from_bytes(hashlib.blake2b(raw, digest_size=8).digest(), "big")


def mix(numbers: Any) -> Any:
    """Spreads each number over all 64 bits (the finaliser of splitmix64), so that sums do not cancel out."""
    import numpy

    mixed = numbers + numpy.uint64(NOTHING)
    mixed = (mixed ^ (mixed >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> numpy.uint64(31))


if __name__ == "__main__":
    sys.exit(main())
