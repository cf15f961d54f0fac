"""Texts in Spark's types, in the SQL of DuckDB: what Spark's try_cast takes is taken, with the same value, and nothing else is."""

# ruff: noqa: S608 (SQL of names and declared texts, all of them quoted; the rows stay in DuckDB)

from common.delimited import literal

BLANKS = "".join(map(chr, range(1, 33))) + "\x7f"
"""What Spark takes off both ends of a text before it casts."""
WHOLE = r"[+-]?\d+"
NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
SPECIAL = r"(?i)nan|[+-]?inf(inity)?"
PLAIN_DATE = r"[12]\d{3}-\d{2}-\d{2}"
PLAIN_MOMENT = r"[12]\d{3}-\d{2}-\d{2}[ T]([01]\d|2[0-3]):[0-5]\d:[0-5]\d"
DATE = r"([+-]?\d{4,7})(?:-(\d{1,2})(?:-(\d{1,2})(?:[ T].*)?)?)?"
ZONE = r"(?:Z|(?:UTC|GMT|UT)?([+-]\d{1,2})(?::?(\d{2}))?(?::?(\d{2}))?|UTC|GMT|UT)"
CLOCK = rf"(\d{{1,2}})(?::(\d{{1,2}})(?::(\d{{1,2}})(?:\.(\d*))?\s*{ZONE}?)?)?"
MOMENT = rf"([+-]?\d{{4,6}})(?:-(\d{{1,2}})(?:-(\d{{1,2}})(?:[ T]{CLOCK})?)?)?"
PARTS = ["y", "mo", "d", "h", "mi", "s", "f", "zh", "zm", "zs"]
SIZES = {"tinyint": "TINYINT", "smallint": "SMALLINT", "int": "INTEGER", "bigint": "BIGINT"}
STORED = {
    "tinyint": "INTEGER",
    "smallint": "INTEGER",
    "timestamp": "TIMESTAMPTZ",
    "timestamp_ntz": "TIMESTAMP",
    "string": "VARCHAR",
}
"""Types of Spark -> of DuckDB, where they have another name."""


def stored(kind: str) -> str:
    """The type of DuckDB in which a value of a type of Spark is kept."""
    return STORED.get(kind, kind.upper())


def cast(text: str, kind: str) -> str:
    """An expression: the text in its type, NULL where it is none."""
    if kind == "string":
        return text
    bare = f"trim({text}, {literal(BLANKS)})"
    if kind in SIZES:
        # Digits that come out as they went in need no second look.
        quick = f"TRY_CAST({text} AS {SIZES[kind]})"
        slow = when(bare, WHOLE, f"TRY_CAST({bare} AS {SIZES[kind]})")
        return f"CAST(CASE WHEN CAST({quick} AS VARCHAR) = {text} THEN {quick} ELSE {slow} END AS {stored(kind)})"
    if kind.startswith("decimal("):
        return when(bare, NUMBER, f"TRY_CAST({bare} AS {kind})")
    return OTHERS[kind](bare, kind)


def when(text: str, pattern: str, value: str) -> str:
    """The value where the text is of that form, else NULL."""
    return f"CASE WHEN regexp_full_match({text}, {literal(pattern)}) THEN {value} END"


def real(bare: str, kind: str) -> str:
    """Java also takes 1.5d and 1.5f."""
    number = f"rtrim({bare}, 'dDfF')"
    # More than there is room for is infinite to Java.
    large = f"CASE WHEN starts_with({number}, '-') THEN '-inf' ELSE 'inf' END::{kind}"
    value = f"coalesce(TRY_CAST({number} AS {kind}), {large})"
    special = when(bare, SPECIAL, f"TRY_CAST({bare} AS {kind})")
    return f"CASE WHEN regexp_full_match({bare}, {literal(NUMBER + '[dDfF]?')}) THEN {value} ELSE {special} END"


def truth(bare: str, _kind: str) -> str:
    """true, t, yes, y, 1, and their contrary."""
    said = f"lower({bare})"
    return f"CASE WHEN {said} IN ('t', 'true', 'y', 'yes', '1') THEN true WHEN {said} IN ('f', 'false', 'n', 'no', '0') THEN false END"


def day(bare: str, _kind: str) -> str:
    """2024-01-05; month and day may be missing, and a time may follow."""
    parts = f"regexp_extract({bare}, {literal(DATE)}, ['y', 'mo', 'd'])"
    slow = (
        f"(SELECT TRY(make_date({number('p.y')}, {number('p.mo', 1)}, {number('p.d', 1)})) FROM (SELECT {parts} AS p))"
    )
    plain = f"WHEN regexp_full_match({bare}, {literal(PLAIN_DATE)}) THEN TRY_CAST({bare} AS DATE)"
    return f"CASE {plain} ELSE {when(bare, '(?s)' + DATE, slow)} END"


def moment(bare: str, kind: str) -> str:
    """A date and, if wanted, a time and an offset; without one it is UTC.

    Two things that Spark takes are none here: a time alone (it adds the day of the run) and a zone by name, such as Europe/Paris.
    """
    utc = kind == "timestamp"
    plain = f"TRY_CAST({bare} AS TIMESTAMP)"
    plain_z = f"TRY_CAST(rtrim({bare}, 'Z') AS TIMESTAMP)"
    if utc:
        plain, plain_z = (f"timezone('UTC', {one})" for one in (plain, plain_z))
    slow = when(bare, MOMENT, odd_moment(bare, utc))
    return (
        f"CASE WHEN regexp_full_match({bare}, {literal(PLAIN_MOMENT)}) THEN {plain} "
        f"WHEN regexp_full_match({bare}, {literal(PLAIN_MOMENT + 'Z')}) THEN {plain_z} ELSE {slow} END"
    )


def odd_moment(bare: str, utc: bool) -> str:
    """From its parts."""
    parts = f"regexp_extract({bare}, {literal(MOMENT)}, {PARTS})"
    clock = f"{number('p.h')} <= 23 AND {number('p.mi')} <= 59 AND {number('p.s')} <= 59"
    micros = number("rpad(left(p.f, 6), 6, '0')")
    naive = (
        f"make_timestamp({number('p.y')}, {number('p.mo', 1)}, {number('p.d', 1)}, {number('p.h')}, {number('p.mi')}, {number('p.s')}::DOUBLE)"
        f" + to_microseconds({micros})"
    )
    away = f"(abs({number('p.zh')}) * 3600 + {number('p.zm')} * 60 + {number('p.zs')})"
    legal = f"({away} <= 64800 AND {number('p.zm')} <= 59 AND {number('p.zs')} <= 59)"
    shift = f"to_seconds(CASE WHEN starts_with(p.zh, '-') THEN -{away} ELSE {away} END)"
    value = f"timezone('UTC', {naive} - {shift})" if utc else naive
    return f"(SELECT TRY(CASE WHEN {clock} AND {legal} THEN {value} END) FROM (SELECT {parts} AS p))"


def number(text: str, default: int = 0) -> str:
    """Digits as a number; nothing is the default."""
    return f"coalesce(TRY_CAST(nullif({text}, '') AS BIGINT), {default})"


OTHERS = {
    "float": real, "double": real, "boolean": truth, "date": day, "timestamp": moment, "timestamp_ntz": moment
}  # fmt: skip
