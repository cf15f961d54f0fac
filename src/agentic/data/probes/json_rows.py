"""Records of JSON in the stage -> typed columns. The first load decides the types; what does not fit them later is a bad record."""

from staged import quoted

WHOLE = {"int", "int64", "big", "int128"}
FITS = {
    "BIGINT": {"int", "int64"}, "HUGEINT": WHOLE, "DOUBLE": {"int", "big", "float"}, "BOOLEAN": {"bool"},
    "VARCHAR": {*WHOLE, "float", "digits", "str", "bool"},
}  # fmt: skip
"""Type of a column -> what it holds, every digit of it; JSON holds everything."""
INEXACT = {"int64", "int128", "digits"}
"""Numbers that no DOUBLE is."""


def spread(stage, answer):
    """`rows` -> `incoming`, `repeated`, and more of `bad`."""
    con = stage.con
    con.execute("CREATE TABLE records AS SELECT c0::BIGINT AS line, c1::JSON AS raw FROM rows ORDER BY line")
    con.execute("CREATE TABLE losers (line BIGINT)")
    if answer.losers:
        con.executemany("INSERT INTO losers VALUES (?)", [[line] for line in answer.losers])
    con.execute("CREATE TABLE repeated AS SELECT * FROM records WHERE line IN (FROM losers)")
    con.execute("DELETE FROM records WHERE line IN (FROM losers)")
    refuse_unfit(con, answer.unfit)
    types = types_of(stage, answer.kinds)
    merged = {}
    for name, (column, kind) in types.items():
        merged.setdefault(column, (kind, []))[1].append(value_of(name, kind))
    columns = [f"coalesce({', '.join(values)}) AS {quoted(column)}" for column, (_, values) in merged.items()]
    con.execute(
        f"CREATE TABLE incoming AS SELECT {', '.join(columns) or 'NULL::VARCHAR AS _nothing'} FROM records ORDER BY line"
    )


def types_of(stage, kinds):
    """Field -> its column and type. Names that differ in capitals are one column."""
    united = {}
    for name, found in kinds.items():
        united.setdefault(name.casefold(), [name, set()])[1].update(found)
    types = {}
    for name in kinds:
        column, found = united[name.casefold()]
        column = stage.columns.get(name.casefold(), column)
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


def misfit(stage, name, kind):
    """Why the column that is there cannot hold it; empty where it can, or where its type is still to be found."""
    column = stage.columns.get(name.casefold(), "")
    held = FITS.get(stage.existing.get(column, ""))
    if held is None or kind in held or kind == "null" or column in stage.untyped:
        return ""
    why = ": one would not keep all its digits" if stage.existing[column] == "DOUBLE" and kind in INEXACT else ""
    return f"{name} is no {stage.existing[column]}{why}"


def refuse_unfit(con, unfit):
    """Line -> reason, of records with a word where there was a number, or with a number that would lose its last digits."""
    if not unfit:
        return
    con.execute("CREATE TABLE unfit (line BIGINT, reason VARCHAR)")
    con.executemany("INSERT INTO unfit VALUES (?, ?)", [[line, reason] for line, reason in unfit.items()])
    con.execute("INSERT INTO bad SELECT line, reason, raw FROM records JOIN unfit USING (line)")
    con.execute("DELETE FROM records WHERE line IN (SELECT line FROM unfit)")
