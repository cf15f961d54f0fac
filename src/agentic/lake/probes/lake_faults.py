"""What can go wrong -> one word for its kind, and a sentence. Foreign errors become ours here."""

import difflib
from collections.abc import Iterable
from typing import Any


class Fault(Exception):
    """Something a person can mend."""

    def __init__(self, kind: str, message: str, hint: str = "", cause: str = "") -> None:
        super().__init__(message)
        self.told = {"kind": kind, "message": message, "hint": hint, "cause": cause}


def fault_of(error: Exception) -> dict[str, Any]:
    """Kinds: not installed, locked, unreachable, moved, gone, broken, no table, no snapshot, refused."""
    if isinstance(error, Fault):
        return error.told
    if isinstance(error, ModuleNotFoundError):
        return told("not installed", f"{error.name} is not installed for the project's Python")
    words, kind = first_line(error), type(error).__name__
    if kind in ("OperationalError", "DatabaseError", "InterfaceError"):
        if "locked" in words:
            return told("locked", "another process holds the catalog", words)
        return told("unreachable", "the catalog does not answer", words)
    if kind == "CommitFailedException":
        return told("moved", "the table has changed in the meantime", words)
    if isinstance(error, FileNotFoundError):
        return told("gone", "a file of the lake is gone", words)
    return told("broken", "the lake cannot be read", f"{kind}: {words}")


def told(kind: str, message: str, cause: str = "") -> dict[str, Any]:
    return {"kind": kind, "message": message, "hint": "", "cause": cause}


def first_line(error: Exception) -> str:
    """Without the statement and the page of help that SQLAlchemy adds."""
    return next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)[:500]


def near(wish: str, known: Iterable[str]) -> str:
    """`did you mean X?`, or what there is."""
    names = sorted(known)
    # The name alone is compared, too: people leave the namespace out.
    by_end = {name.rpartition(".")[2]: name for name in names}
    found = difflib.get_close_matches(wish, names, n=1) or [
        by_end[end] for end in difflib.get_close_matches(wish.rpartition(".")[2], by_end, n=1)
    ]
    if found:
        return f"did you mean {found[0]}?"
    return f"there are: {', '.join(names[:20])}" if names else ""
