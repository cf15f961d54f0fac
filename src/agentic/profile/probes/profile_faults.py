"""What may go wrong, and words that are used everywhere."""

import sys


class Fault(Exception):
    """The end, with a kind that the door knows."""

    def __init__(self, kind, message, fix="", table=""):
        super().__init__(message)
        self.kind, self.message, self.fix, self.table = kind, message, fix, table


def tell(words):
    """What goes on: one line."""
    print(words, file=sys.stderr, flush=True)


def quoted(name):
    """An identifier of SQL, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def text_of(value):
    """A string of SQL."""
    return "'" + str(value).replace("'", "''") + "'"


def group_of(kind):
    """number, text, time, boolean, or other: what can be asked of a column."""
    kind = kind.upper()
    if kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "UNION", "LIST")):
        return "other"
    if kind.startswith(("VARCHAR", "UUID", "ENUM", "JSON")):
        return "text"
    if kind.startswith(("TIMESTAMP", "DATE")):
        return "time"
    if kind in WHOLE or kind.startswith(("DECIMAL", "DOUBLE", "FLOAT")):
        return "number"
    return "boolean" if kind == "BOOLEAN" else "other"


WHOLE = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
    "UHUGEINT",
)
