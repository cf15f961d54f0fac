"""Records of JSON in the stage -> typed columns. The first load decides the types; what does not fit them later is a bad record."""

from staged import quoted

FITS = {
    "BIGINT": {"int"}, "HUGEINT": {"int", "big"}, "DOUBLE": {"int", "float"}, "BOOLEAN": {"bool"},
    "VARCHAR": {"str", "int", "big", "float", "bool"},
}  # fmt: skip
"""Type of a column -> what it holds; JSON holds everything."""
WORDS = {
    "int": ("BIGINT", "UBIGINT"), "big": ("HUGEINT", "UHUGEINT", "UBIGINT"), "float": ("DOUBLE",), "bool": ("BOOLEAN",), "str": ("VARCHAR",),
}  # fmt: skip
"""What DuckDB's json_type says."""


def spread(stage, answer):
    """`rows` -> `incoming`, `repeated`, and more of `bad`."""
    con = stage.con
    con.execute("CREATE TABLE records AS SELECT c0::BIGINT AS line, c1::JSON AS raw FROM rows ORDER BY line")
    con.execute("CREATE TABLE losers (line BIGINT)")
    if answer.losers:
        con.executemany("INSERT INTO losers VALUES (?)", [[line] for line in answer.losers])
    con.execute("CREATE TABLE repeated AS SELECT * FROM records WHERE line IN (FROM losers)")
    con.execute("DELETE FROM records WHERE line IN (FROM losers)")
    types = types_of(stage, answer.kinds)
    for name, (_, kind) in types.items():
        if kind in FITS:
            refuse_unfit(con, name, kind, answer.kinds[name])
    merged = {}
    for name, (column, kind) in types.items():
        merged.setdefault(column, (kind, []))[1].append(value_of(name, kind))
    columns = [f"coalesce({', '.join(values)}) AS {quoted(column)}" for column, (_, values) in merged.items()]
    con.execute(
        f"CREATE TABLE incoming AS SELECT {', '.join(columns) or 'NULL::VARCHAR AS _nothing'} FROM records ORDER BY line"
    )


def types_of(stage, kinds):
    """Field -> its column and type. Names that differ in capitals are one column."""
    known = {name.casefold(): name for name in stage.existing}
    united = {}
    for name, found in kinds.items():
        united.setdefault(name.casefold(), [name, set()])[1].update(found)
    types = {}
    for name in kinds:
        column, found = united[name.casefold()]
        column = known.get(name.casefold(), column)
        fixed = column in stage.existing and column not in stage.untyped
        types[name] = (column, stage.existing[column] if fixed else widest(found - {"null"}))
    return types


def widest(found):
    """The narrowest type that holds all of these; JSON where there is nothing but null, until there is more."""
    if not found or "json" in found:
        return "JSON"
    return next(kind for kind in ("BIGINT", "HUGEINT", "DOUBLE", "BOOLEAN", "VARCHAR") if found <= FITS[kind])


def pointer(name):
    """The field as a literal of SQL."""
    return "'/" + name.replace("~", "~0").replace("/", "~1").replace("'", "''") + "'"


def value_of(name, kind):
    """The field as the column's type."""
    place = pointer(name)
    if kind == "JSON":
        return f"CASE json_type(raw, {place}) WHEN 'NULL' THEN NULL ELSE json_extract(raw, {place}) END"
    return f"CAST(json_extract_string(raw, {place}) AS {kind})"


def refuse_unfit(con, name, kind, found):
    """A column that was a number and is a word now."""
    if found - {"null"} <= FITS[kind]:
        return
    place = pointer(name)
    fits = ", ".join(f"'{word}'" for each in FITS[kind] for word in WORDS[each])
    unfit = (
        f"coalesce(json_type(raw, {place}), 'NULL') <> 'NULL' AND (json_type(raw, {place}) NOT IN ({fits})"
        f" OR TRY_CAST(json_extract_string(raw, {place}) AS {kind}) IS NULL)"
    )
    reason = "'" + f"{name} is no {kind}".replace("'", "''") + "'"
    con.execute(f"INSERT INTO bad SELECT line, {reason}, raw FROM records WHERE {unfit}")
    con.execute(f"DELETE FROM records WHERE {unfit}")
