"""Text -> types, and only where nothing is lost: a value that would not read back the same stays text.

Stand-alone: runs in the project's interpreter beside the other files of this folder.
"""

TYPES = ("BOOLEAN", "BIGINT", "DOUBLE", "DATE", "TIMESTAMP", "TIMESTAMPTZ")
"""What text may become, the narrowest first; otherwise it stays VARCHAR."""
SAME = "CAST({v} AS VARCHAR) = {c}"
"""It reads back as it was."""
MOMENT = r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d{1,6})?)?"
FITS = {
    "BOOLEAN": "lower({c}) IN ('true', 'false')",
    # 007, +7, 1.5 and 1_000 can all be cast, and none of them comes back.
    "BIGINT": SAME,
    # Sixteen digits and more do not fit a double; `nan` may be a name.
    "DOUBLE": "isfinite({v}) AND length({c}) <= 17 AND NOT regexp_matches({c}, '^[+-]?0[0-9]|_|^[+-]?[0-9]{{16}}')",
    # The year 0 casts to 1 BC.
    "DATE": SAME,
    "TIMESTAMP": "{v} IS NOT NULL AND regexp_full_match({c}, '" + MOMENT + "') AND {c} NOT LIKE '0000%'",
    "TIMESTAMPTZ": "{v} IS NOT NULL AND regexp_full_match({c}, '"
    + MOMENT
    + r"(Z|[+-]\d\d(:?\d\d)?)?') AND {c} NOT LIKE '0000%'",
}
"""{c} is the text, {v} the value that it casts to."""
FITS = {name: text.replace("{4}", "{{4}}").replace("{1,6}", "{{1,6}}") for name, text in FITS.items()}
YEARS = "{v} >= TIMESTAMP '0001-01-01' AND {v} < TIMESTAMP '10000-01-01'"
SHORT = {
    "BOOLEAN": ("{c} = 'true'", "{c} = 'false'"),
    "DOUBLE": (
        "{c} >= '1' AND {c} < ':' AND strlen({c}) <= 15 AND NOT contains({c}, '_') AND isfinite({v})",
        "isfinite({v}) AND strlen({c}) <= 15 AND NOT contains({c}, '_')"
        " AND ({c} = '0' OR starts_with({c}, '0.') OR ({c} >= '-1' AND {c} < '-:'))",
    ),
    "TIMESTAMP": (
        f"CAST({{v}} AS VARCHAR) = {{c}} AND {YEARS}",
        f"CAST({{v}} AS VARCHAR) = replace({{c}}, 'T', ' ') AND {YEARS}",
    ),
}
"""What most values look like, the commonest first, said without a regular expression, which takes longer than all else together.
Each is true only where its row in FITS is true as well: tests/data holds them against each other."""
AT_ONCE = 200
"""Columns in one question: ten thousand in one take the planner minutes."""
OURS = "_load"
"""The column that says which load of the ledger brought a row. A number: the name of the file took a quarter of the time."""


class Refused(Exception):
    """A file that is not loaded, and why."""

    def __init__(self, code, message, fix=""):
        super().__init__(message)
        self.code, self.message, self.fix = code, message, fix


def quoted(name):
    """An identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text):
    """A string. Written into each statement: for the first value that is handed in beside one, DuckDB imports pandas, 0.3 s."""
    return "'" + text.replace("'", "''") + "'"


def fits(column, kind, value=""):
    """A condition: this text can be of that type. Where its value stands ready it decides over rows, and takes short cuts."""
    if kind in ("VARCHAR", "JSON"):
        return "true"
    if value and FITS.get(kind) == SAME:
        return f"(CAST({value} AS VARCHAR) IS NOT DISTINCT FROM {column})"
    words = {"c": column, "v": value or f"TRY_CAST({column} AS {kind})"}
    test = FITS.get(kind, "{v} IS NOT NULL").format(**words)
    if not value:
        return f"({column} IS NULL OR coalesce({test}, false))"
    # NULL decides as false does. Within coalesce or OR, DuckDB would ask all of it of every row, the regular expression, too;
    # of a CASE it asks the next part only where the one before did not decide.
    short = "".join(f"WHEN {one.format(**words)} THEN true " for one in SHORT.get(kind, ()))
    return f"(CASE {short}ELSE {column} IS NULL OR ({test}) END)" if short else f"({column} IS NULL OR ({test}))"


def narrowest(con, relation, columns):
    """The types of text columns in a relation: for each the first that every value fits; text where there is no value."""
    if len(columns) > AT_ONCE:
        tests = [f"bool_and({fits('c', kind)})" for kind in TYPES]
        # Thousands of columns make thousands of questions, each to be planned; as rows they are one.
        turned = f"SELECT unnest(range({len(columns)})) AS place, unnest([{', '.join(columns)}]) AS c FROM {relation}"
        answer = con.execute(
            f"SELECT count(c), {', '.join(tests)} FROM ({turned}) GROUP BY place ORDER BY place"
        ).fetchall()
        return [narrowest_of(*said) for said in answer or [(0,)] * len(columns)]
    asked = [f"bool_and({fits(c, kind)})" for c in columns for kind in TYPES]
    filled = [f"count({c})" for c in columns]
    answer = con.execute(f"SELECT {', '.join(filled + asked)} FROM {relation}").fetchone()
    counts, said = answer[: len(columns)], answer[len(columns) :]
    return [narrowest_of(count, *said[at * len(TYPES) :][: len(TYPES)]) for at, count in enumerate(counts)]


def narrowest_of(count, *said):
    """The first type of which all values are; what was said of each, and how many values there are."""
    return next((kind for kind, good in zip(TYPES, said) if good), "VARCHAR") if count else "VARCHAR"


def table_of(con, table):
    """Name -> type of the columns of a raw table without ours; None where it is not there, or was never filled."""
    rows = con.execute(
        f"SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = {literal(table)}"
        " AND database_name = current_database() AND schema_name = 'main' ORDER BY column_index"
    ).fetchall()
    if not rows:
        return None
    if OURS not in dict(rows):
        raise Refused(
            "AGT610",
            f"the table {table} was not made by agentic ingest",
            "rename it, or give the source another table.",
        )
    if not con.execute(f"SELECT 1 FROM {quoted(table)} LIMIT 1").fetchone():
        return None
    return {name: kind for name, kind in rows if name != OURS}


def make(con, table, columns):
    """A new raw table; one that never had a row has promised nothing."""
    con.execute(f"DROP TABLE IF EXISTS {quoted(table)}")
    listed = ", ".join(f"{quoted(name)} {kind}" for name, kind in columns.items())
    con.execute(f"CREATE TABLE {quoted(table)} ({listed}, {OURS} INTEGER)")


def clear(con, order):
    """The rows of the file's earlier load go; the new ones come in the same transaction."""
    if order["earlier"]:
        con.execute(f"DELETE FROM {quoted(order['table'])} WHERE {OURS} = {order['earlier']}")


def refuse_names(names, where):
    """Columns that no table can have."""
    seen = {}
    for place, name in enumerate(names, 1):
        if not name.strip():
            raise Refused(
                "AGT611", f"column {place} of {where} has no name", "name it in the file, or say header: false."
            )
        if name.lower() in seen:
            first = seen[name.lower()]
            also = "" if first == name else f" (as {first}, too; a database does not tell them apart)"
            raise Refused(
                "AGT611",
                f"the column {name} stands twice in the header of {where}{also}",
                "rename one of them at the source.",
            )
        if name.lower() == OURS:
            raise Refused(
                "AGT611",
                f"a column of {where} is named {OURS}, which holds the load that a row came with",
                "rename it at the source.",
            )
        seen[name.lower()] = name


def refuse_other_header(names, known, table):
    """The columns of the file are those of the table, in whatever order."""
    small, there = {name.lower() for name in names}, {name.lower() for name in known}
    new = [name for name in names if name.lower() not in there]
    gone = [name for name in known if name.lower() not in small]
    if new or gone:
        said = [f"new: {some(new)}" if new else "", f"gone: {some(gone)}" if gone else ""]
        raise Refused(
            "AGT611", f"the header changed against {table}: {'; '.join(one for one in said if one)}",
            "if it is meant, give the source another table in configs/sources.yml, or drop this one.",
        )  # fmt: skip


def some(names):
    """A few of many."""
    return ", ".join(names[:5]) + (f" and {len(names) - 5:,} more" if len(names) > 5 else "")
