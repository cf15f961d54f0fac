"""A question on a container -> the answer of a program that has obstore, as one of our nouns or one of our errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec

from agentic.errors import (
    AgenticError,
    Busy,
    DiskFailed,
    MissingProgram,
    NoCredentials,
    NoSuchContainer,
    StoreFailed,
    StoreRefused,
    UsageError,
)
from agentic.outside.program import Faults, Program
from agentic.stores.nouns import Compared, Container, Contents, Moved, Object
from agentic.values import Finding

PROGRAM = Path(__file__).parent / "probes"
LONGEST = 24 * 3600
"""Seconds. A transfer is ended by a person, by its machine, or after a day."""
FAULTS: Faults = {
    "not installed": (MissingProgram, "bash setup-scripts/quickstart.sh, or install agentic with the extra [stores]."),
    "refused": (StoreRefused, ""),
    "no credentials": (
        NoCredentials,
        "name them in configs/sources.yml by reference, or set what the cloud's own tools read.",
    ),
    "clock": (StoreRefused, "set the clock of this machine: a store accepts some minutes of difference."),
    "region": (StoreFailed, "name the region of the bucket: `region` in configs/sources.yml, or AWS_REGION."),
    "no container": (NoSuchContainer, ""),
    "unreachable": (StoreFailed, ""),
    "settings": (
        UsageError,
        "look at the store in configs/sources.yml; docs/how-to/object-storage.md shows what it needs.",
    ),
    "name": (
        StoreFailed,
        "rename or delete that object: a name with `..`, or with an empty part, can be no file's, and hides the list behind it.",
    ),
    "busy": (Busy, "wait for the other run to end."),
    "disk": (DiskFailed, "free some space or mend the rights, then run it again: what was moved stays moved."),
    "broken": (StoreFailed, ""),
}


@dataclass(frozen=True)
class Door:
    """The one way to the object stores."""

    python: str
    """The project's interpreter: it has obstore."""
    root: Path
    memory: Path
    """A folder in which is kept what was learned of a store; it may be deleted."""
    environment: Mapping[str, str]
    """Of the person who asks: credentials that the registry leaves out are found as the cloud's own tools find them."""
    parallel: int
    redact: Callable[[str], str]
    watch: Callable[[str], None] = lambda words: None

    def objects(self, one: Container) -> Contents:
        """All that lies there."""
        said = self.ask("objects", one)
        return Contents(one.name, one.place.where, msgspec.convert(said["objects"], tuple[Object, ...]))

    def status(self, one: Container, *, read: bool) -> Compared:
        """What differs. `read`: objects whose digest nobody told are read."""
        said = self.ask("status", one, read=read)
        return msgspec.convert({"container": one.name, "where": one.place.where, "folder": one.shown, **said}, Compared)

    def move(
        self, direction: Literal["upload", "download"], one: Container, *, preview: bool, force: bool, quick: bool
    ) -> tuple[tuple[Moved, ...], int, tuple[str, ...], bool]:
        """Every file that is not the same; how many are; notes; whether the container was listed."""
        said = self.ask(direction, one, dry_run=preview, force=force, quick=quick)
        files = tuple(moved_of(one, row, self.redact) for row in said["files"])
        return files, said["counts"].get("same", 0), tuple(map(self.redact, said["notes"])), said["listed"]

    def fetch(self, one: Container, names: Sequence[str]) -> tuple[Moved, ...]:
        """These objects, into a folder of our own; what is there already is left."""
        said = self.ask("download", one, dry_run=False, force=True, names=list(names))
        return tuple(moved_of(one, row, self.redact) for row in said["files"])

    def ask(self, do: str, one: Container, **wish: Any) -> dict[str, Any]:
        """Raises one of FAULTS."""
        order = {
            "do": do, "place": msgspec.to_builtins(one.place), "folder": one.folder, "only": one.only,
            "memory": str(self.memory / f"{one.name}.json"), "parallel": self.parallel, **wish,
        }  # fmt: skip
        program = Program(PROGRAM, self.python, self.root, self.environment, self.redact, FAULTS, LONGEST, broken)
        return program.ask(order, lambda line: self.watch(f"{one.name}: {line}"))


def broken(exit_code: int, cause: str) -> AgenticError:
    """It never came to an answer."""
    return StoreFailed(f"moving files broke off (exit {exit_code})", cause=cause)


def moved_of(one: Container, row: Mapping[str, Any], redact: Callable[[str], str]) -> Moved:
    """The program's words as our noun."""
    finding = None
    if code := row.get("code"):
        shown = row["path"] if one.only else f"{one.shown}/{row['path']}"
        finding = Finding("store", redact(row["message"]), shown, code=code, fix=redact(row["fix"]))
    return Moved(one.name, row["path"], row["state"], row["did"], row["bytes"], finding)
