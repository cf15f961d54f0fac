"""A generated part between two markers of a file; every byte outside of them is a person's and stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from agentic.errors import DiskFailed, NotText
from agentic.text.write import write_beside

ANY = "<!-- agentic:"
"""How every marker begins."""
END = f"{ANY} end -->"
"""Ends every generated part; what begins one says what it is."""
FROM_ARCHIVE = f"{ANY} generated from the archive; write above or below, not between -->"
"""Begins what is told from the archive."""


def put_between(path: Path, begin: str, text: str, *, shown: str = "") -> bool:
    """Write `text` between `begin` and END; written beside and renamed. True where anything changed.

    A file without markers keeps its words and gets ours at its end. `shown` is how errors name it.
    """
    name = shown or path.name
    try:
        old = path.read_bytes() if path.is_file() else b""
        # In bytes and back: Python would otherwise give every line the end that it likes best.
        new = placed(old.decode("utf-8"), begin, text).encode("utf-8")
        if new == old:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        write_beside(path, new)
    except UnicodeDecodeError as error:
        hint = "save it as UTF-8; nothing in it was changed."
        raise NotText(f"{name} is not UTF-8, so nothing can be put into it", path=name, hint=hint) from error
    except OSError as error:
        raise DiskFailed(f"{name} cannot be written", path=name, cause=str(error)) from error
    return True


def placed(old: str, begin: str, text: str) -> str:
    """The file with our part in it: in each whole pair of markers, else at the end."""
    newline = "\r\n" if "\r\n" in old else "\n"
    # Somebody's words in our part may speak of markers; they shall not become one.
    lines = text.replace(ANY, ANY.replace("<", "&lt;")).strip("\n").split("\n")
    ours = newline.join((begin, *lines, END))
    parts, done = [], 0
    for start, stop in pairs(old, begin):
        parts += [old[done:start], ours]
        done = stop
    return "".join((*parts, old[done:])) if parts else f"{old}{gap(old, newline)}{ours}{newline}"


def gap(old: str, newline: str) -> str:
    """One empty line between the last word and what follows."""
    ends = len(old) - len(old.rstrip("\r\n"))
    return newline * max(0, 2 - ends // len(newline)) if old.strip("\ufeff \t\r\n") else ""


def pairs(text: str, begin: str) -> Iterator[tuple[int, int]]:
    """Where a generated part begins and ends. Where somebody took an end away, what follows that beginning is theirs."""
    place = 0
    while (stop := text.find(END, place)) >= 0:
        start = text.rfind(ANY, place, stop)
        if start >= 0 and text.startswith(begin, start):
            yield start, stop + len(END)
        place = stop + len(END)
