"""The folder of executed prompts: `YYYY-MM-DD_<feature>_vN.jsonl`, and beside each its Markdown."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from agentic.archive.blobs import Blobs
from agentic.archive.index import Index, Make
from agentic.archive.journal import Journal, lines_of, read_journal, split_tail
from agentic.archive.markdown import page
from agentic.archive.names import NAME, age, feature_of, journals, number
from agentic.archive.story import Story
from agentic.archive.told import sketch
from agentic.archive.verify import Sealed, Tell, Verification, Verifier
from agentic.errors import ArchiveError, BadJournal, DiskFailed
from agentic.outside import clock
from agentic.text.write import write_beside
from agentic.values import Decision, Execution, Owned

LONGEST = 200
"""Bytes of a feature in a name."""
T = TypeVar("T")
FOLDER = "agent-prompts/progress/executed_prompts"


@dataclass(frozen=True, slots=True)
class Archive:
    """The archive of one project."""

    root: Path
    branch: Callable[[], str] = str
    """What a branch adds to the names of its executions; empty on the main branch."""

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return self.root / FOLDER

    def ids(self) -> tuple[str, ...]:
        """Every execution, oldest first."""
        return tuple(sorted(journals(self.folder), key=age))

    def create(self, feature: str) -> tuple[str, Journal]:
        """A new journal with the next free version of this feature. Two runs at once never get the same; nor do two branches."""
        # A file's name holds 255 bytes, and the page is written beside before it is renamed.
        feature = (
            (feature + (f".{mark}" if (mark := self.branch()) else "")).encode()[:LONGEST].decode("utf-8", "ignore")
        )
        version = 1 + max((number(name) for name in self.ids() if feature_of(name) == feature), default=0)
        while True:
            name = f"{clock.today()}_{feature}_v{version}"
            try:
                return name, Journal.create(self.folder / f"{name}.jsonl")
            except FileExistsError:
                version += 1

    def path(self, name: str) -> Path:
        """The journal of an execution. Raises ArchiveError where there is none."""
        path = self.folder / f"{name}.jsonl"
        if not NAME.match(name) or not path.is_file():
            raise ArchiveError(f"no execution {name}")
        return path

    def story(self, name: str) -> Story:
        """The verified steps of an execution."""
        return Story(read_journal(self.path(name)))

    def without_page(self) -> tuple[str, ...]:
        """Executions whose Markdown is not written: under way, or cut off."""
        return tuple(name for name in self.ids() if not (self.folder / f"{name}.md").exists())

    def executions(self) -> tuple[Execution, ...]:
        """Every execution that began and whose journal verifies, oldest first; `audit verify` names the others.

        Long texts in the evidence of checks stay the names under which they lie: all of them together may not fit into memory.
        """
        blobs = Blobs(self.folder)
        found = [one for one in (self.sketched(name, blobs) for name in self.ids()) if one is not None]
        # Within a day, names say which version of a feature it is, not which execution was first.
        return tuple(sorted(found, key=lambda one: one.at))

    def sketched(self, name: str, blobs: Blobs) -> Execution | None:
        """One without the texts of which nothing is told; None where it never began, or its journal is broken."""
        try:
            story = sketch(self.path(name), blobs, lists=True)
            return story.execution() if story.first("opened") else None
        except (ArchiveError, LookupError, TypeError, ValueError, OSError):
            return None

    def index(self, kind: type[T], make: Make[T]) -> Index[T]:
        """For questions that would take reading everything: what `make` says of each execution."""
        return Index(self.root, self.folder, kind, make)

    def decisions(self, kind: str = "") -> tuple[Decision, ...]:
        """What persons decided, oldest first; or only of one kind, which stands in its name."""
        names = [name for name in journals(self.folder) if f"_{kind}-" in name] if kind else self.ids()
        opening = ((name, opened(self.folder / f"{name}.jsonl")) for name in names)
        named = [name for name, body in opening if body.get("purpose") == "decision"]
        return tuple(self.decision(name) for name in sorted(named, key=age) if self.readable(name).first("decided"))

    def decision(self, name: str) -> Decision:
        """One of them."""
        story = self.story(name)
        return msgspec.convert({**story.first("decided"), "at": story.steps[0].at, "id": name}, Decision)

    def readable(self, name: str) -> Story:
        """The story; without a step where the journal is broken."""
        try:
            return self.story(name)
        except BadJournal:
            return Story(())

    def began(self, name: str) -> str:
        """When an execution began: UTC, ISO 8601, seconds; empty for what is no execution (`init` wrote files, too)."""
        path = self.folder / f"{name}.jsonl"
        return str(first_record(path).get("at", "")) if path.is_file() else ""

    def newest(self) -> str:
        """The execution that was begun last. Raises ArchiveError where there is none."""
        begun = {name: self.began(name) for name in self.ids()}
        if not begun:
            raise ArchiveError("nothing was executed yet", hint="agentic run TASK executes a task.")
        return max(begun, key=lambda name: (begun[name], age(name)))

    def answered(self, task: str) -> str | None:
        """The newest execution of a task in which somebody answered: no replay, no undo, none that ended before."""
        for name in reversed(self.ids()):
            path = self.folder / f"{name}.jsonl"
            mine = opened(path).get("task") == task and opened(path).get("purpose") in ("run", "refinement")
            if mine and b'"kind":"reply"' in path.read_bytes():
                return name
        return None

    def owned(self) -> dict[str, Owned]:
        """For each file that was ever landed: what the archive last said of it."""
        found: dict[str, tuple[str, Owned]] = {}
        for name in self.ids():
            for at, body in landings(self.folder / f"{name}.jsonl"):
                for file in body["files"]:
                    if file["path"] not in found or at >= found[file["path"]][0]:
                        # What an undo gave back to a person is no execution's any more.
                        said = "" if file["released"] else file["after"]
                        found[file["path"]] = (at, Owned(said, name, file["kept"]))
        return {path: owned for path, (_, owned) in found.items()}

    def write_page(self, name: str) -> Path:
        """Render the Markdown from the journal."""
        path = self.folder / f"{name}.md"
        try:
            write_beside(path, page(self.story(name)))
        except OSError as error:
            raise DiskFailed(f"the archive cannot be written: {path.name}", cause=str(error)) from error
        return path

    def faults(self, name: str) -> tuple[str, ...]:
        """What of one execution does not verify: its lines, its name, its page."""
        verifier = Verifier(self.folder)
        verifier.journal(name, (self.folder / f"{name}.md").is_file())
        return tuple(verifier.faults)

    def heads(self) -> dict[str, tuple[int, str]]:
        """Execution -> (its lines, how a next line would name the last), oldest first. Raises BadJournal."""
        names = sorted(self.ids(), key=lambda name: (self.began(name), age(name)))
        told = ((name, self.heads_of(name)) for name in names)
        return {name: found for name, found in told if found[0]}

    def heads_of(self, name: str) -> tuple[int, str]:
        """Of one execution; (0, '') where a crash left no line."""
        lines = list(lines_of(split_tail(self.path(name).read_bytes())[0], f"{name}.jsonl"))
        return (len(lines), lines[-1].name) if lines else (0, "")

    def verify(self, sealed: Sealed | None = None, tell: Tell = lambda words: None) -> Verification:
        """What of all of it does not verify, held against what was sealed. `tell` hears how far it is."""
        return Verifier(self.folder, sealed, tell).run()


def first_record(path: Path) -> dict[str, Any]:
    """The first line of a journal; empty where a crash left none."""
    try:
        with path.open("rb") as file:
            line = file.readline()
        found = json.loads(line) if line.endswith(b"\n") else {}
        return found if isinstance(found, dict) else {}
    except (
        ValueError,
        RecursionError,
        OSError,
    ):  # Broken, which `audit verify` tells; whoever looks for something else goes on.
        return {}


def opened(path: Path) -> dict[str, Any]:
    """The body of the first step; empty where a crash left none."""
    body = first_record(path).get("body", {})
    return body if isinstance(body, dict) else {}


def landings(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """(time, body) of each landing that ended. Only lines that can be one are parsed: prompts are long."""
    pending: dict[str, Any] | None = None
    for line in path.read_bytes().splitlines():
        # Keys are in canonical order, so a step's kind stands in the same form in every line.
        if b'"kind":"landing"' in line:
            pending = json.loads(line)
        elif b'"kind":"landed"' in line and pending and pending["kind"] == "landing":
            yield pending["at"], pending["body"]
            pending = None
