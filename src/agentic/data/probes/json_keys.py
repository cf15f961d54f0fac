"""What is known of the keys of JSON lines, and what is asked of their values.

DuckDB parses a line anew for each question. Here it is parsed once, into a map of keys and texts, and all that has to be known
of a value is asked of its text.
Stand-alone: runs in the project's interpreter beside the other files of this folder.
"""

from typing import NamedTuple

from typed import literal

MAP = "json_transform_strict({raw}, '\"MAP(VARCHAR, JSON)\"')"
FIT = {
    "BIGINT": "CAST({v} AS VARCHAR) = {t}",
    # A whole number beyond 2^53 may be none that a double can be.
    "DOUBLE": "isfinite({v}) AND strlen({t}) <= 24 AND (strlen({t}) <= 15 OR contains({t}, '.') OR contains(lower({t}), 'e')"
    " OR TRY_CAST(TRY_CAST({v} AS HUGEINT) AS VARCHAR) = {t})",
    "BOOLEAN": "({t} = 'true' OR {t} = 'false')",
    "VARCHAR": "NOT (starts_with({t}, '{{') OR starts_with({t}, '['))",
    "JSON": "true",
    "only strings": "starts_with({t}, '\"')",
    "nothing": "false",
}
"""{t} is the text of a value as JSON writes it, a string in its quotes; {v} what it becomes."""
VALUE = {
    "BIGINT": "TRY_CAST({t} AS BIGINT)",
    "DOUBLE": "TRY_CAST({t} AS DOUBLE)",
    "BOOLEAN": "{t} = 'true'",
    "VARCHAR": "{t} ->> '$'",
    "JSON": "{t}",
}
BY_KINDS = (
    ("BIGINT", {"BIGINT", "UBIGINT"}),
    ("DOUBLE", {"BIGINT", "UBIGINT", "DOUBLE"}),
    ("BOOLEAN", {"BOOLEAN"}),
    ("VARCHAR", {"VARCHAR"}),
)


class Key(NamedTuple):
    """What is known of a key by the values that were seen."""

    name: str
    kind: str
    """The type of its column."""
    test: str
    """What any further value has to fit, so that the type stays; a row of FIT."""
    is_sure: bool
    """Otherwise further values may call for another type, though they fit."""
    is_steady: bool
    """It has the place of its number in each line. Where all have, each line has all of them, or none."""


def known_of(con, relation):
    """The keys of a relation of lines, in the order in which they appear, by all of their values."""
    rows = con.execute(
        "SELECT name, list(kind) FILTER (kind IS NOT NULL), bool_and(all_bigint), bool_and(all_double), min(low), max(high),"
        f" sum(lines) FROM {by_kind(relation)} GROUP BY name ORDER BY min(line), arg_min(place, line)"
    ).fetchall()
    most = max((row[-1] for row in rows), default=0)
    return [
        judged(name, kinds, whole, real, low == high == place and lines == most)
        for place, (name, kinds, whole, real, low, high, lines) in enumerate(rows)
    ]


def by_kind(relation):
    """A row for each kind of values of each key: where the first of them stands, and whether all are such numbers."""
    parsed = f"(SELECT line, {MAP.format(raw='raw')} AS m FROM {relation})"
    values = (
        "(SELECT line, unnest(map_keys(m)) AS name, unnest(CAST(map_values(m) AS VARCHAR[])) AS t,"
        f" unnest(range(len(map_keys(m)))) AS place FROM {parsed})"
    )
    tests = ", ".join(f"bool_and({of_kind(kind, allowed)}) AS all_{kind.lower()}" for kind, allowed in BY_KINDS[:2])
    return (
        "(SELECT name, kind, count(*) AS lines, min(line) AS line, arg_min(place, line) AS place, min(place) AS low,"
        f" max(place) AS high, {tests} FROM (SELECT *, json_type(t) AS kind FROM {values}) GROUP BY name, kind)"
    )


def of_kind(kind, allowed):
    """A condition: the text t is none of these kinds, or fits. Casts that fail take longer than all else: no string is tried."""
    test = FIT[kind].format(t="t", v=VALUE[kind].format(t="t"))
    return f"CASE WHEN kind IN ({', '.join(map(literal, sorted(allowed)))}) THEN coalesce({test}, false) ELSE true END"


def judged(name, kinds, whole, real, is_steady):
    """A key by the kinds of its values, and whether all fit BIGINT or DOUBLE. Several kinds stay JSON: 5 and "5" are not the same."""
    if not kinds:
        return Key(name, "VARCHAR", "nothing", True, is_steady)
    kind = next((kind for kind, allowed in BY_KINDS if set(kinds) <= allowed), "JSON")
    if (kind == "BIGINT" and not whole) or (kind == "DOUBLE" and not real):
        # With a fraction among them, whole numbers that are too large become DOUBLE.
        return Key(name, "JSON", "JSON", kind == "DOUBLE", is_steady)
    return Key(name, kind, "only strings" if kind == "VARCHAR" else kind, True, is_steady)


def lines_of(path, more=""):
    """DuckDB's reader of CSV, with a delimiter that no JSON text can hold: one column of each line."""
    return (
        f"read_csv({literal(path)}, auto_detect=false, header=false, columns={{'raw': 'VARCHAR'}}, delim='\x01', quote='',"
        f" escape='', nullstr='\x02'{more})"
    )


def spread(relation, keys, kinds):
    """Of each sound line its keys as k, the texts of its values as w and t0, t1, ..., and what they become as v0, v1, ..."""
    steady = all(key.is_steady for key in keys)
    found = "map_values(m)" if steady else f"json_extract(sound, [{', '.join(pointer(key.name) for key in keys)}])"
    # The one finds nothing where null stands, the other the word.
    text = "CAST(w[{}] AS VARCHAR)" if steady else "nullif(CAST(w[{}] AS VARCHAR), 'null')"
    texts = [f"{text.format(place + 1)} AS t{place}" for place in range(len(keys))]
    values = [f"{value(f't{place}', kinds[key.name])} AS v{place}" for place, key in enumerate(keys)]
    parsed = f"(SELECT *, {MAP.format(raw='sound')} AS m FROM {relation})"
    listed = f"(SELECT * EXCLUDE (m), map_keys(m) AS k, {found} AS w FROM {parsed})"
    return f"(SELECT {', '.join(['*', *values])} FROM (SELECT {', '.join(['*', *texts])} FROM {listed}))"


def same_keys(keys):
    """A condition: a line has these keys and no others."""
    if all(key.is_steady for key in keys):
        return f"k = [{', '.join(literal(key.name) for key in keys)}]"
    return "len(k) = list_count(w)"


def value(text, kind):
    """What a text becomes."""
    return VALUE.get(kind, f"TRY_CAST({{t}} ->> '$' AS {kind})").format(t=text)


def fits(place, test):
    """A condition: the value of that place is none, or can be of that type. NULL decides as false does."""
    text, ready = f"t{place}", f"v{place}"
    return f"({text} IS NULL OR {FIT.get(test, '{v} IS NOT NULL').format(t=text, v=ready)})"


def pointer(key):
    """The way to a key; DuckDB takes a word without the slash for a path of its own."""
    return literal("/" + key.replace("~", "~0").replace("/", "~1"))
