"""An index of the archive in SQLite: what is asked often, without reading every journal. Never asked whether anything is true.

It lies in .agentic/index and is made anew from the journals wherever it is missing, old or broken. A journal is read again when the
folder has changed since and its own size or time are others; every write of ours renames a file or touches the folder. Somebody
who edits a journal in place, in silence, is found by `audit verify`, which reads everything.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from agentic.archive.blobs import Blobs
from agentic.archive.names import NAME
from agentic.archive.story import Story
from agentic.archive.told import MARK, sketch
from agentic.errors import ArchiveError

FOLDER = ".agentic/index"
VERSION = 2
"""Of the tables and of what stands in them: another one is no index of ours."""
TABLES = """
CREATE TABLE IF NOT EXISTS executions (id TEXT PRIMARY KEY, at TEXT, size INTEGER, changed INTEGER, ended INTEGER, told BLOB) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_time ON executions (at, id);
CREATE TABLE IF NOT EXISTS landings (path TEXT, at TEXT, id TEXT);
CREATE INDEX IF NOT EXISTS by_path ON landings (path, at);
CREATE INDEX IF NOT EXISTS by_id ON landings (id);
CREATE TABLE IF NOT EXISTS seen (folder INTEGER);
"""
Seen = tuple[int, int]
T = TypeVar("T")
Make = Callable[[str, Story], T]
"""Name and story, as far as it is told -> what is asked of it."""


class Index(Generic[T]):
    """Of one archive, with what `make` says of each execution. Brought up to date when it is opened."""

    def __init__(self, root: Path, folder: Path, kind: type[T], make: Make[T]) -> None:
        self.folder, self.blobs = folder, Blobs(folder)
        self.kind, self.make = kind, make
        self.decode = msgspec.json.Decoder(kind).decode
        self.con = opened(root / FOLDER / f"{kind.__name__.lower()}.sqlite")
        self.refresh()

    # --- what is asked ---

    def told(self, newest: int = 0) -> tuple[T, ...]:
        """Of every execution that began and whose journal verified, oldest first; or only of as many of the newest."""
        rows = self.con.execute(
            "SELECT told FROM executions WHERE told IS NOT NULL ORDER BY at DESC, id DESC LIMIT ?", (newest or -1,)
        ).fetchall()
        return tuple(self.whole(told) for (told,) in reversed(rows))

    def whole(self, told: bytes) -> T:
        """With the long texts of its evidence, which lie where they lay."""
        if MARK not in told:
            return self.decode(told)
        return msgspec.convert(self.blobs.unstow(msgspec.json.decode(told)), self.kind)

    def broken(self) -> tuple[str, ...]:
        """Journals in which there is something that does not verify."""
        rows = self.con.execute("SELECT id FROM executions WHERE told IS NULL AND ended ORDER BY id")
        return tuple(name for (name,) in rows)

    def count(self) -> int:
        """How many there are."""
        return int(self.con.execute("SELECT count(*) FROM executions WHERE told IS NOT NULL").fetchone()[0])

    def newest(self) -> str:
        """The execution that began last; empty where there is none."""
        row = self.con.execute("SELECT id FROM executions ORDER BY at DESC, id DESC LIMIT 1").fetchone()
        return str(row[0]) if row else ""

    def landed(self, path: str) -> tuple[str, ...]:
        """Executions that landed a file, or took it back, in their order."""
        rows = self.con.execute("SELECT DISTINCT id, at FROM landings WHERE path = ? ORDER BY at, id", (path,))
        return tuple(name for name, _ in rows)

    # --- how it is kept ---

    def refresh(self) -> None:
        """What changed since is read again."""
        if not self.folder.is_dir():
            self.con.execute("DELETE FROM executions")
            return
        now = self.folder.stat().st_mtime_ns
        row = self.con.execute("SELECT folder FROM seen").fetchone()
        with self.con:
            if row and row[0] == now:
                self.take(self.grown())
                return
            known = {
                name: (size, changed)
                for name, size, changed in self.con.execute("SELECT id, size, changed FROM executions")
            }
            there = dict(self.there())
            self.drop(known.keys() - there.keys())
            self.take((name, seen) for name, seen in there.items() if known.get(name) != seen)
            self.con.execute("DELETE FROM seen")
            self.con.execute("INSERT INTO seen VALUES (?)", (now,))

    def there(self) -> Iterator[tuple[str, Seen]]:
        """Journals, with size and time."""
        with os.scandir(self.folder) as entries:
            for entry in entries:
                if (
                    entry.name.endswith(".jsonl")
                    and NAME.match(entry.name[:-6])
                    and entry.is_file(follow_symlinks=False)
                ):
                    found = entry.stat()
                    yield entry.name[:-6], (found.st_size, found.st_mtime_ns)

    def grown(self) -> list[tuple[str, Seen]]:
        """Runs without an end may go on in place."""
        found = []
        for name, size, changed in self.con.execute(
            "SELECT id, size, changed FROM executions WHERE NOT ended"
        ).fetchall():
            with suppress(FileNotFoundError):
                now = (self.folder / f"{name}.jsonl").stat()
                if (now.st_size, now.st_mtime_ns) != (size, changed):
                    found.append((name, (now.st_size, now.st_mtime_ns)))
        return found

    def drop(self, names: Sequence[str] | set[str]) -> None:
        """They are gone, or come anew."""
        self.con.executemany("DELETE FROM executions WHERE id = ?", [(name,) for name in names])
        self.con.executemany("DELETE FROM landings WHERE id = ?", [(name,) for name in names])

    def take(self, found: Iterator[tuple[str, Seen]] | list[tuple[str, Seen]]) -> None:
        """Read them, some at a time."""
        for name, seen in found:
            self.drop([name])
            at, ended, told, landings = self.read(name)
            self.con.execute("INSERT INTO executions VALUES (?, ?, ?, ?, ?, ?)", (name, at, *seen, ended, told))
            self.con.executemany(
                "INSERT INTO landings VALUES (?, ?, ?)", [(path, when, name) for path, when in landings]
            )

    def read(self, name: str) -> tuple[str, bool, bytes | None, list[tuple[str, str]]]:
        """(When it began, has it ended, the execution, what it landed when). Of a broken journal nothing is told."""
        try:
            story = sketch(self.folder / f"{name}.jsonl", self.blobs)
            if not story.first("opened"):
                return "", False, None, []
            landings = [step for step in story.steps if step.kind == "landing"]
            landed = [(file["path"], step.at) for step in landings for file in step.body["files"]]
            return story.steps[0].at, story.ended, msgspec.json.encode(self.make(name, story)), landed
        except (ArchiveError, OSError, LookupError, TypeError, ValueError):
            # Whatever is wrong with it, `audit verify` tells; here it is left out, and named.
            return "", True, None, []


def forget(root: Path) -> None:
    """Everything that was read: a text that is taken out of the archive must not stay here. It is made anew when it is asked."""
    shutil.rmtree(root / FOLDER, ignore_errors=True)


def opened(path: Path) -> sqlite3.Connection:
    """The database; a new one where it is not ours, one in memory where the disk takes none."""
    for _ in range(2):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            con = sqlite3.connect(path, timeout=30)
            # It can be made anew: nothing is lost when a crash takes it.
            con.execute("PRAGMA synchronous = OFF")
            if con.execute("PRAGMA user_version").fetchone()[0] not in (0, VERSION):
                raise sqlite3.DatabaseError("another version")
            con.executescript(TABLES)
            con.execute(f"PRAGMA user_version = {VERSION}")
        except (sqlite3.Error, OSError):
            with suppress(OSError):
                path.unlink(missing_ok=True)
        else:
            return con
    con = sqlite3.connect(":memory:")
    con.executescript(TABLES)
    return con
