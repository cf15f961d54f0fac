"""A source -> a relation that can be read several times: in place where that is cheap, else copied once into a file of ours."""

import codecs
import gzip
import os
import re
import shutil
import sys
from pathlib import Path

import duckdb
from profile_faults import Fault, quoted, tell, text_of
from profile_postgresql import open_postgresql
from profile_sample import some_of

NATIVE = {"utf-8": "utf-8", "ascii": "utf-8", "iso8859-1": "latin-1", "utf-16": "utf-16"}
"""Encodings that DuckDB reads by itself; any other is written anew in UTF-8 first."""
PEEK = 65536
MANY = 300
"""Number columns from which a file is wide."""
BEGIN = 1 << 26
"""Bytes of a wide file that are looked through for leading zeros."""
LEADING = re.compile(rb"(?<![0-9A-Za-z.:\-])[+-]?0[0-9]")
BAD = "look at the file; how it is written is said in configs/sources.yml, see docs/how-to/profile-a-source.md."


def opened(con, one, number, order):
    """(relation, what is known of it): rows is how many there are, also where only some of them are looked at.

    scan and place: what a sample is taken from, and how its rows are told apart.
    """
    name = f"t{number}"
    relation, more = OPENERS[one["kind"]](con, one, name, order)
    rows = con.execute(f"SELECT count(*) FROM {relation}").fetchone()[0]
    more = {
        "files": 1,
        "bytes": 0,
        "unread": 0,
        "unread_why": "",
        "scan": relation,
        "place": "table",
        **more,
        "rows": rows,
    }
    if order["columns"]:
        relation = chosen(con, relation, name, order["columns"], one)
    if order["sample"] and order["sample"] < rows:
        tell(f"{one['name']}: taking {order['sample']:,} of {rows:,} rows")
        names = [row[0] for row in con.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()]
        taken = some_of(more["scan"], more["place"], con, names, rows, order["sample"])
        con.execute(f"CREATE TABLE {name}_sample AS {taken}")
        relation = f"{name}_sample"
        more.update(scan=relation, place="table")
    return relation, more


def chosen(con, relation, name, columns, one):
    """Only these columns. Raises Fault for one that is not there."""
    there = [row[0] for row in con.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()]
    missing = [column for column in columns if column not in there]
    if missing:
        raise Fault("refused", f"{one['name']} has no column {missing[0]}", f"it has {', '.join(there[:20])}.")
    con.execute(f"CREATE VIEW {name}_some AS SELECT {', '.join(map(quoted, columns))} FROM {relation}")
    return f"{name}_some"


# --- files ---------------------------------------------------------------------------------------------------


def open_files(con, one, name, order):
    """Parquet where it lies; CSV and JSON, which are slow to read, once into a table."""
    paths = one["paths"]
    size = sum(os.path.getsize(path) for path in paths)
    for path in paths:
        if not os.path.getsize(path):
            raise Fault("unreadable", f"{os.path.basename(path)} is empty: not even a header", BAD)
    more = {"files": len(paths), "bytes": size}
    try:
        return READERS[one["format"]](con, one, name, order, more)
    except (duckdb.Error, UnicodeError, EOFError, OSError) as error:
        if "No space left" in str(error):
            raise
        words = str(error).splitlines()[0].replace(paths[0], os.path.basename(paths[0]))[:300]
        raise Fault("unreadable", f"{one['shown']} cannot be read as {one['format']}: {words}", BAD) from error


def read_parquet(con, one, name, order, more):
    scan = f"read_parquet([{listed(one['paths'])}], union_by_name=true)"
    con.execute(f"CREATE VIEW {name} AS SELECT * FROM {scan}")
    return name, {**more, "scan": scan, "place": "parquet"}


def read_json(con, one, name, order, more):
    refuse_binary(one["paths"])
    kind = "newline_delimited" if one["format"] == "jsonl" else "auto"
    lines = ", ignore_errors=true" if one["format"] == "jsonl" else ""
    con.execute(
        f"CREATE TABLE {name} AS SELECT * FROM read_json([{listed(one['paths'])}], format={text_of(kind)}, union_by_name=true,"
        f" maximum_object_size=134217728{lines})"
    )
    if one["format"] != "jsonl":
        return name, more
    # A line that is no JSON becomes a row without any value: no object does, so it is taken away and told.
    there = [quoted(row[0]) for row in con.execute(f"DESCRIBE {name}").fetchall()]
    empty = " AND ".join(f"{column} IS NULL" for column in there)
    unread = con.execute(f"SELECT count(*) FROM {name} WHERE {empty}").fetchone()[0]
    if unread:
        con.execute(f"DELETE FROM {name} WHERE {empty}")
    return name, {**more, "unread": unread, "unread_why": "no JSON, or an object without a value" if unread else ""}


def read_csv(con, one, name, order, more):
    """Types as DuckDB sniffs them; a column in which one value does not fit stays text, so that no value is lost."""
    refuse_binary(one["paths"])
    paths = [in_utf8(path, one["reading"], order["folder"], name) for path in one["paths"]]
    how = options_of(one["reading"], paths)
    kinds = sniffed(con, paths, how)
    texts = with_leading_zeros(con, paths, how, kinds)
    for _ in range(3):
        con.execute("DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans")
        forced = f", types={{{', '.join(map(as_text, texts))}}}" if texts else ""
        con.execute(
            f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM read_csv([{listed(paths)}]{how}{forced},"
            " ignore_errors=true, store_rejects=true, rejects_limit=0)"
        )
        wrong = con.execute("SELECT DISTINCT column_name FROM reject_errors WHERE error_type = 'CAST'").fetchall()
        fresh = [row[0] for row in wrong if row[0] not in texts]
        if not fresh:
            break
        tell(f"{one['name']}: {', '.join(fresh[:3])} stay text")
        texts += fresh
    unread, why = con.execute(
        "SELECT count(DISTINCT (file_id, line)), min(error_type)::VARCHAR FROM reject_errors"
    ).fetchone()
    return name, {**more, "unread": unread, "unread_why": (why or "").replace("_", " ").lower()}


def as_text(column):
    """One entry of read_csv's types."""
    return f"{text_of(column)}: 'VARCHAR'"


def sniffed(con, paths, how):
    """Column -> type."""
    rows = con.execute(f"DESCRIBE SELECT * FROM read_csv([{listed(paths)}]{how}, ignore_errors=true)").fetchall()
    return {row[0]: row[1] for row in rows}


def with_leading_zeros(con, paths, how, kinds):
    """`007` is no number, although it reads as one."""
    numbers = [column for column, kind in kinds.items() if kind in ("BIGINT", "DOUBLE")]
    # DuckDB takes long over thousands of columns, so of a wide file it is asked only where its letters give a reason.
    if not numbers or (len(numbers) > MANY and not any(map(may_have_zeros, paths))):
        return []
    asked = ", ".join(f"bool_or(regexp_matches({quoted(column)}, '^[+-]?0[0-9]'))" for column in numbers)
    row = con.execute(
        f"SELECT {asked} FROM (SELECT * FROM read_csv([{listed(paths)}]{how}, all_varchar=true,"
        " ignore_errors=true) LIMIT 50000)"
    ).fetchone()
    return [column for column, zero in zip(numbers, row) if zero]


def may_have_zeros(path):
    """Does a value of its beginning start with 0 and a digit? Letters of two bytes may hide it: then it may."""
    with unpacked(path) as file:
        begin = file.read(BEGIN)
    return b"\0" in begin or LEADING.search(begin) is not None


def options_of(reading, paths):
    """As the registry says; a file that stands in none is sniffed."""
    said = ", header=" + str(bool(reading.get("header", True))).lower()
    encoding = NATIVE.get(codecs.lookup(reading.get("encoding") or "utf-8").name, "utf-8")
    said += f", encoding={text_of(encoding)}" if encoding != "utf-8" else ""
    if reading.get("delimiter"):
        said += f", delim={text_of(reading['delimiter'])}"
    if reading.get("quote"):
        said += f", quote={text_of(reading['quote'])}, escape={text_of(reading['quote'])}"
    if reading.get("columns"):
        said += f", names=[{', '.join(map(text_of, reading['columns']))}]"
    nulls = reading.get("null_values") or [""]
    said += f", nullstr=[{', '.join(map(text_of, nulls))}]"
    return said + ", max_line_size=33554432, buffer_size=134217728" if longest(paths) > 1_000_000 else said


def longest(paths):
    """The first line's length: ten thousand columns need a larger buffer."""
    with unpacked(paths[0]) as file:
        return len(file.readline(33554432))


def in_utf8(path, reading, folder, name):
    """The same file, or a copy in UTF-8 where DuckDB does not know the encoding."""
    encoding = codecs.lookup(reading.get("encoding") or "utf-8").name
    if encoding in NATIVE:
        return path
    copy = Path(folder) / f"{name}-{os.path.basename(path).removesuffix('.gz')}"
    with unpacked(path) as file, copy.open("w", encoding="utf-8", newline="") as out:
        shutil.copyfileobj(codecs.getreader(encoding)(file, "replace"), out)
    return str(copy)


def unpacked(path):
    return gzip.open(path, "rb") if path.endswith(".gz") else open(path, "rb")


def refuse_binary(paths):
    """Text has no NUL, unless it is UTF-16."""
    for path in paths:
        with unpacked(path) as file:
            begin = file.read(PEEK)
        if b"\0" in begin and not begin.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise Fault("unreadable", f"{os.path.basename(path)} is no text: there are NUL bytes in it", BAD)


def listed(paths):
    return ", ".join(map(text_of, paths))


READERS = {"parquet": read_parquet, "csv": read_csv, "json": read_json, "jsonl": read_json}


# --- tables --------------------------------------------------------------------------------------------------


def open_warehouse(con, one, name, order):
    """A table of a DuckDB file, read only."""
    con.execute(f"ATTACH IF NOT EXISTS {text_of(one['database'])} AS warehouse (READ_ONLY)")
    rows = con.execute(
        "SELECT schema_name, table_name, 'table' FROM duckdb_tables() WHERE database_name = 'warehouse' UNION ALL"
        " SELECT schema_name, view_name, 'view' FROM duckdb_views() WHERE database_name = 'warehouse' AND NOT internal"
    ).fetchall()
    found = next((row for row in rows if one["table"] in (row[1], f"{row[0]}.{row[1]}")), None)
    if found is None:
        names = ", ".join(sorted(row[1] for row in rows)[:20]) or "no table"
        raise Fault("no table", f"no table {one['table']} in {one['shown']}", f"there is {names}.")
    scan = f"warehouse.{quoted(found[0])}.{quoted(found[1])}"
    return scan, {"bytes": os.path.getsize(one["database"]), "scan": scan, "place": found[2]}


def open_lake(con, one, name, order):
    """An Iceberg table as it stands, deletes applied, batch by batch."""
    sys.path.insert(0, order["lake_probes"])
    from lake_catalog import load
    from lake_faults import Fault as LakeFault

    try:
        table = load(one["table"])
    except LakeFault as error:
        raise Fault(error.told["kind"], error.told["message"], error.told["hint"]) from error
    batches = table.scan().to_arrow_batch_reader()  # noqa: F841 (DuckDB finds it by its name)
    con.execute(f"CREATE TABLE {name} AS SELECT * FROM batches")
    tasks = list(table.scan().plan_files())
    return name, {"files": len(tasks), "bytes": sum(task.file.file_size_in_bytes for task in tasks)}


OPENERS = {"files": open_files, "warehouse": open_warehouse, "lake": open_lake, "postgresql": open_postgresql}
