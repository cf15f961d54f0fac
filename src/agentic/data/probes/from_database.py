"""A table of PostgreSQL -> the stage. dlt's sql_table reads it in one statement; every value comes as PostgreSQL's own text of it.

Python would turn some values into others, or refuse them and the whole table with them: infinity, years before Christ, more digits
than a float has. As text each of them arrives, and becomes the column's type here, or its row waits in quarantine.
"""

import sqlalchemy as sa
from dlt.extract.exceptions import ResourceExtractionError
from dlt.sources.sql_database import sql_table
from sqlalchemy.dialects import postgresql as pg
from staged import Wrong, quoted

CHUNK = 20_000
EVERY = 200_000
SIMPLE = (
    (sa.Boolean, "BOOLEAN"), (sa.SmallInteger, "SMALLINT"), (sa.BigInteger, "BIGINT"), (sa.Integer, "INTEGER"),
    (pg.DOUBLE_PRECISION, "DOUBLE"), (sa.REAL, "FLOAT"), (sa.Double, "DOUBLE"), (sa.Date, "DATE"), (sa.Uuid, "UUID"),
    (pg.JSON, "JSON"), (sa.JSON, "JSON"), (sa.LargeBinary, "BLOB"), (sa.String, "VARCHAR"),
)  # fmt: skip
IN_LISTS = ("BOOLEAN", "SMALLINT", "INTEGER", "BIGINT", "VARCHAR", "UUID", "DATE")
FREE = "DECIMAL(38,9)"
"""For numeric without precision."""


def read(one, stage, order, tell):
    """The whole table, or what came since the last cursor."""
    engine = engine_of(one)
    try:
        table = reflected(engine, one)
        types = {column.name: duck(column.type) for column in table.columns}
        one["key"] = one["key"] or [column.name for column in table.primary_key.columns]
        refuse_missing(one, table, stage)
        refuse_changed(one, types, stage)
        columns = ", ".join(f"c{i} VARCHAR" for i in range(len(types)))
        stage.con.execute(f"CREATE TABLE rows ({columns or 'c0 VARCHAR'})")
        fetch(one, table, engine, stage, tell)
    except ResourceExtractionError as error:
        raise refusal(error.__cause__ or error, stage.shown) from error
    except sa.exc.SQLAlchemyError as error:
        raise refusal(error, stage.shown) from error
    finally:
        engine.dispose()
    spread(one, stage, types)


def engine_of(one):
    """Read only, in UTC, in texts that do not depend on the server's settings."""
    if one["url"]:
        url = sa.make_url(one["url"].replace("postgres://", "postgresql://", 1)).set(drivername="postgresql+psycopg")
    else:
        url = sa.URL.create(
            "postgresql+psycopg",
            one["user"] or None,
            one["password"] or None,
            one["host"],
            one["port"],
            one["database"],
        )
    how = {
        "options": "-c timezone=UTC -c datestyle=ISO,YMD -c bytea_output=hex -c intervalstyle=postgres -c default_transaction_read_only=on"
    }
    if "sslmode" not in url.query:
        how["sslmode"] = one["sslmode"]
    alive = {
        "connect_timeout": 15,
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "application_name": "agentic",
    }
    return sa.create_engine(url, connect_args={**how, **alive}, hide_parameters=True)


def reflected(engine, one):
    """The table as the server describes it."""
    try:
        return sa.Table(
            one["where"].partition(".")[2], sa.MetaData(schema=one["schema"]), autoload_with=engine, resolve_fks=False
        )
    except sa.exc.NoSuchTableError as error:
        raise Wrong(
            "AGT614",
            f"{one['source']} has no table {one['where']}",
            f"agentic ingest database {one['source']} --list shows what it has.",
        ) from error


def fetch(one, table, engine, stage, tell):
    """One statement: what it sees is of one moment."""
    chosen = [as_text(column).label(column.name) for column in table.columns]

    def asked(_, table):
        query = sa.select(*chosen)
        if not stage.cursor:
            return query
        column = table.c[one["cursor"]]
        start = sa.cast(sa.literal(stage.cursor, sa.Text), column.type)
        if one["lag"]:
            seconds = isinstance(column.type, (sa.DateTime, sa.Date))
            start = start - (
                sa.text(f"make_interval(secs => {float(one['lag'])})")
                if seconds
                else sa.literal(one["lag"], sa.Numeric)
            )
        # Rows with the very last cursor come again: one of them may have been committed since.
        return query.where(sa.or_(column >= start, column.is_(None)))

    resource = sql_table(
        engine,
        table.name,
        metadata=table.metadata,
        chunk_size=CHUNK,
        query_adapter_callback=asked,
        reflection_level="minimal",
    )
    for row in resource:
        stage.read += 1
        stage.hold(tuple(row.values()))
        if stage.read % EVERY == 0:
            tell(f"{stage.shown}: {stage.read:,} rows")
    stage.flush()


def as_text(column):
    """PostgreSQL's own words; of a list those of JSON."""
    if isinstance(column.type, sa.ARRAY):
        return sa.cast(sa.func.to_json(column), sa.Text)
    return sa.cast(column, sa.Text)


def duck(kind):
    """PostgreSQL's type -> DuckDB's. What DuckDB does not know stays text."""
    if isinstance(kind, sa.ARRAY):
        inner = duck(kind.item_type)
        return f"{inner}[]" if inner in IN_LISTS and kind.dimensions in (None, 1) else "JSON"
    if isinstance(kind, sa.DateTime):
        return "TIMESTAMP WITH TIME ZONE" if kind.timezone else "TIMESTAMP"
    if isinstance(kind, sa.Time):
        return "VARCHAR" if kind.timezone else "TIME"
    if isinstance(kind, (sa.Float, sa.Numeric)) and not isinstance(kind, (sa.Float, sa.Double, sa.REAL)):
        return decimal(kind)
    return next((name for base, name in SIMPLE if isinstance(kind, base)), "VARCHAR")


def decimal(kind):
    """DuckDB holds 38 digits; more are kept as text."""
    if kind.precision is None:
        return FREE
    scale = kind.scale or 0
    return f"DECIMAL({kind.precision},{scale})" if kind.precision <= 38 and 0 <= scale <= kind.precision else "VARCHAR"


def refuse_missing(one, table, stage):
    """A column that the registry names and the table has not."""
    wanted = [*one["key"], *([one["cursor"]] if one["cursor"] else [])]
    if missing := [name for name in wanted if name not in table.columns]:
        raise Wrong(
            "AGT616",
            f"{stage.shown}: the table has no column {', '.join(missing)}",
            "mend `key` or `cursor` in configs/sources.yml.",
        )
    if len({column.name.casefold() for column in table.columns}) < len(table.columns):
        raise Wrong(
            "AGT611",
            f"{stage.shown}: the table has two columns whose names differ in capitals only",
            "make a view in the database with other names, and read that.",
        )
    if one["write"] == "merge" and not one["key"]:
        raise Wrong(
            "AGT616",
            f"{stage.shown}: the table has no primary key, and is to be merged",
            "name its `key` in configs/sources.yml.",
        )


def refuse_changed(one, types, stage):
    """Of a table that is merged a column does not become another in silence. One that is replaced follows its source."""
    if one["write"] == "replace":
        return
    known = {name.casefold(): kind for name, kind in stage.existing.items()}
    changed = [
        f"{name} was {known[name.casefold()]} and is {kind}"
        for name, kind in types.items()
        if known.get(name.casefold(), kind) != kind
    ]
    if changed:
        raise Wrong(
            "AGT611",
            f"{stage.shown}: {'; '.join(changed)}",
            f"drop {stage.table}, and it is loaded anew with the new types.",
        )


def spread(one, stage, types):
    """`rows` -> `incoming`, `repeated`, `bad`."""
    con = stage.con
    names = list(types)
    con.execute("CREATE TABLE records AS SELECT row_number() OVER () AS line, * FROM rows")
    casts = [value_of(f"c{i}", types[name]) for i, name in enumerate(names)]
    checks = " ".join(
        f"WHEN c{i} IS NOT NULL AND {unfit(f'c{i}', cast, types[name])} THEN {literal(f'{name} cannot be a {types[name]}')}"
        for i, (name, cast) in enumerate(zip(names, casts, strict=True))
    )
    needed = dict.fromkeys([*one["key"], *([one["cursor"]] if one["cursor"] else [])])
    checks += "".join(f" WHEN c{names.index(name)} IS NULL THEN {literal(f'has no {name}')}" for name in needed)
    whole = "{" + ", ".join(f"{literal(name)}: c{i}" for i, name in enumerate(names)) + "}"
    con.execute(
        "CREATE TABLE judged AS SELECT *, "
        + (f"CASE {checks} END" if checks else "NULL::VARCHAR")
        + " AS reason FROM records"
    )
    con.execute(f"INSERT INTO bad SELECT line, reason, to_json({whole})::VARCHAR FROM judged WHERE reason IS NOT NULL")
    values = ", ".join(f"{cast} AS {quoted(name)}" for name, cast in zip(names, casts, strict=True))
    con.execute(
        f"CREATE TABLE incoming AS SELECT line AS {quoted('line of stage')}, {values} FROM judged WHERE reason IS NULL"
    )
    con.execute("CREATE TABLE repeated (line BIGINT)")
    if one["key"]:
        drop_repeated(one, con)
    con.execute(f"ALTER TABLE incoming DROP COLUMN {quoted('line of stage')}")
    if one["cursor"]:
        remember(one, stage, types)


def drop_repeated(one, con):
    """Of rows with the same key the newest by cursor stays: a key that is none in the database."""
    line = quoted("line of stage")
    order = f"{quoted(one['cursor'])} DESC, {line} DESC" if one["cursor"] else f"{line} DESC"
    keys = ", ".join(quoted(name) for name in one["key"])
    con.execute(
        f"INSERT INTO repeated SELECT {line} FROM incoming QUALIFY row_number() OVER (PARTITION BY {keys} ORDER BY {order}) > 1"
    )
    con.execute(f"DELETE FROM incoming WHERE {line} IN (FROM repeated)")


def remember(one, stage, types):
    """The greatest cursor, never a smaller one than before. Infinity is none to go on from."""
    column, kind = quoted(one["cursor"]), types[one["cursor"]]
    finite = (
        f"isfinite({column})"
        if kind in ("DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "DOUBLE", "FLOAT")
        else "true"
    )
    greatest = stage.one_row(f"SELECT max({column}) FILTER ({finite})::VARCHAR FROM incoming")[0]
    if greatest is not None:
        stage.newest = stage.one_row(
            f"SELECT greatest(CAST(? AS {kind}), CAST(? AS {kind}))::VARCHAR", [greatest, stage.cursor or greatest]
        )[0]


def value_of(place, kind):
    """The text as the column's type; NULL where it cannot be one."""
    if kind == "BLOB":
        return f"unhex(substr({place}, 3))"
    if kind == "JSON":
        return f"TRY_CAST({place} AS JSON)"
    if kind == "VARCHAR":
        return place
    if kind.endswith("[]"):
        return f"TRY_CAST(CAST({place} AS JSON) AS {kind})"
    if kind in ("DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE"):
        return f"TRY_CAST(replace({place}, ' BC', ' (BC)') AS {kind})"
    return f"TRY_CAST({place} AS {kind})"


def unfit(place, cast, kind):
    """Is it another value there, or none?"""
    # PostgreSQL's json may hold half a character, which DuckDB's does not.
    if kind in ("VARCHAR", "BLOB"):
        return "false"
    if kind == FREE:
        return f"NOT regexp_full_match({place}, '-?[0-9]{{1,29}}([.][0-9]{{0,9}}0*)?')"
    if kind.endswith("[]"):
        # PostgreSQL's int[] may hold a table; DuckDB would make [NULL, NULL] of it.
        return f"({cast} IS NULL OR starts_with({place}, '[['))"
    return f"{cast} IS NULL"


def literal(text):
    """As a word of SQL."""
    return "'" + text.replace("'", "''") + "'"


def refusal(error, shown):
    """What the database or its driver said, as ours."""
    cause = getattr(error, "orig", None) or error
    said = " ".join(str(cause).split())[:300]
    state = getattr(cause, "sqlstate", None) or ""
    if state.startswith("28") or "authentication failed" in said or "no password supplied" in said:
        return Wrong(
            "AGT302",
            f"{shown}: the database refuses us",
            "look at user and password in configs/sources.yml, and at the secret behind it.",
        )
    if state == "42501":
        return Wrong("AGT302", f"{shown}: the user may not read it", "ask for the right to SELECT.")
    hint = "see that the server runs and is reached from here; nothing of it was loaded, so load it again."
    return Wrong("AGT300", f"{shown}: the database cannot be read to its end: {said}", hint)


def tables(one):
    """What the server has in each schema that is a person's."""
    engine = engine_of(one)
    try:
        inspector = sa.inspect(engine)
        for schema in inspector.get_schema_names():
            if schema == "information_schema" or schema.startswith("pg_"):
                continue
            for name in sorted([*inspector.get_table_names(schema), *inspector.get_view_names(schema)]):
                key = inspector.get_pk_constraint(name, schema)["constrained_columns"]
                yield {"schema": schema, "name": name, "columns": len(inspector.get_columns(name, schema)), "key": key}
    except sa.exc.SQLAlchemyError as error:
        raise refusal(error, one["source"]) from error
    finally:
        engine.dispose()


def all_tables(one):
    """An order for each table of the schema."""
    for found in tables(one):
        if found["schema"] == one["schema"]:
            raw = "".join(letter if letter.isalnum() else "_" for letter in found["name"].lower())
            yield {
                **one,
                "name": found["name"],
                "where": f"{found['schema']}.{found['name']}",
                "table": f"{one['prefix']}_{raw}",
                "key": [],
            }
