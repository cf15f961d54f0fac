"""A table of PostgreSQL, copied once: by COPY, in a transaction that may not write, typed as the database says."""

from pathlib import Path

from profile_faults import Fault, quoted, tell, text_of

KINDS = {
    16: "BOOLEAN", 20: "BIGINT", 21: "SMALLINT", 23: "INTEGER", 700: "FLOAT", 701: "DOUBLE", 2950: "UUID",
    1082: "DATE", 1114: "TIMESTAMP", 1184: "TIMESTAMPTZ",
}  # fmt: skip
"""Its number for a type -> DuckDB's name; any other is looked at as text."""
NUMERIC = 1700
WIDEST = 38
"""Digits that a DECIMAL of DuckDB has at most."""


def open_postgresql(con, one, name, order):
    """(relation, what is known of it)."""
    path = Path(order["folder"]) / f"{name}.csv"
    columns = copied(one, path)
    if path.stat().st_size == 0:
        con.execute(f"CREATE TABLE {name} ({', '.join(f'{quoted(column[0])} {column[1]}' for column in columns)})")
    else:
        said = ", ".join(f"{text_of(column[0])}: {text_of(column[1])}" for column in columns)
        con.execute(
            f"CREATE TABLE {name} AS SELECT * FROM read_csv({text_of(path)}, header=false, delim=',', quote='\"', escape='\"',"
            f" nullstr='\\N', allow_quoted_nulls=false, columns={{{said}}}, auto_detect=false, max_line_size=33554432)"
        )
    for column, kind, wanted in columns:
        if wanted != kind:
            as_decimal(con, name, column, wanted)
    size = path.stat().st_size
    path.unlink()
    return name, {"bytes": size}


def copied(one, path):
    """Into the file; (column, type as it is read, type that is wanted)."""
    import psycopg
    from psycopg import sql

    table = sql.Identifier(*one["table"].split("."))
    told = sql.SQL("COPY (SELECT * FROM {}) TO STDOUT (FORMAT csv, NULL '\\N', FORCE_QUOTE *)").format(table)
    try:
        with psycopg.connect(**one["connection"], connect_timeout=10) as base:
            base.read_only = True
            with base.cursor() as cursor:
                cursor.execute(sql.SQL("SELECT * FROM {} LIMIT 0").format(table))
                columns = [typed(about) for about in cursor.description]
                with path.open("wb") as out, cursor.copy(told) as copy:
                    for some in copy:
                        out.write(some)
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName) as error:
        words = f"no table {one['table']} in {one['shown']}"
        raise Fault("no table", words, "look at the schema of the source.") from error
    except psycopg.Error as error:
        words = f"{one['shown']} does not answer"
        raise Fault("unreachable", words, "is it running, and are user and password right?") from error
    return columns


def typed(about):
    """A numeric is exact: it comes as text, and becomes a DECIMAL."""
    if about.type_code != NUMERIC:
        kind = KINDS.get(about.type_code, "VARCHAR")
        return about.name, kind, kind
    known = about.precision is not None and about.precision <= WIDEST and 0 <= about.scale <= about.precision
    return about.name, "VARCHAR", f"DECIMAL({about.precision},{about.scale})" if known else "DECIMAL"


def as_decimal(con, name, column, wanted):
    """As exact as the values are; NaN, the infinite and more than 38 digits are none of a DECIMAL's: then it is a DOUBLE."""
    text = quoted(column)
    if wanted == "DECIMAL":
        before, after = con.execute(
            f"SELECT coalesce(max(length(split_part(ltrim({text}, '-'), '.', 1))), 1), coalesce(max(length(split_part({text}, '.', 2))), 0)"
            f" FROM {name}"
        ).fetchone()
        wanted = f"DECIMAL({before + after},{after})" if before + after <= WIDEST else "DOUBLE"
    if wanted != "DOUBLE":
        lost = con.execute(
            f"SELECT count(*) FROM {name} WHERE {text} IS NOT NULL AND TRY_CAST({text} AS {wanted}) IS NULL"
        ).fetchone()[0]
        if lost:
            tell(f"  {column}: {lost:,} values are no {wanted.lower()}, so it is looked at as double")
            wanted = "DOUBLE"
    con.execute(f"ALTER TABLE {name} ALTER COLUMN {text} TYPE {wanted}")
