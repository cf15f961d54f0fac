"""Is the archive what was written? Every line, every long text, every page, read from the disk; no index is asked."""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from agentic.archive.blobs import FOLDER as BLOBS
from agentic.archive.blobs import Blobs
from agentic.archive.journal import lines_of, split_tail
from agentic.archive.line import Line
from agentic.archive.markdown import page
from agentic.archive.names import NAME
from agentic.archive.redaction import facts_of, is_taken_out
from agentic.archive.story import Story
from agentic.archive.told import content_of, told
from agentic.errors import BadJournal
from agentic.values import Step
from agentic.values.noun import Noun

NAMED = re.compile(rb'"\$(blob|json)":"(sha256:[0-9a-f]{64})"')
"""A long text in a line. Inside of a text the quotes would be escaped."""
NAMES = re.compile("[0-9a-f]{64}")
LETTERS = 2
"""Of a name, that make the folder."""
OFTEN = 5_000
"""Executions between two words of progress: some seconds."""
Tell = Callable[[str], None]
SEAL = "seal"
"""The folder that holds what is signed: it is verified elsewhere."""
Sealed = Mapping[str, Sequence[tuple[int, str]]]
"""Execution -> (lines, name of the last of them), as often as it was sealed."""


class Verification(Noun, frozen=True):
    """What verified, and what did not."""

    faults: tuple[str, ...]
    """`file: line n ...`"""
    notes: tuple[str, ...]
    """What is no fault and has to be known: what was taken out, what nobody names."""
    interrupted: tuple[str, ...]
    """Executions without an end: under way, or cut off."""
    executions: int
    records: int
    texts: int
    """Long texts."""
    bytes: int
    """Of journals, pages and long texts that were read."""
    sealed: int = 0
    """Executions of which every line is sealed."""
    signed_at: str = ""
    """When the newest checkpoint was signed, as it says: UTC, ISO 8601, seconds; empty where nothing is sealed."""
    signed_by: tuple[str, ...] = ()
    """The keys whose signatures it bears."""

    @property
    def verified(self) -> bool:
        """Is there nothing to complain about?"""
        return not self.faults


class Verifier:
    """One pass over the folder."""

    def __init__(self, folder: Path, sealed: Sealed | None = None, tell: Tell = lambda words: None) -> None:
        self.folder, self.blobs, self.sealed = folder, Blobs(folder), sealed or {}
        self.tell = tell
        self.place = str(folder)
        """As text: paths are made by the hundred thousand."""
        self.faults: list[str] = []
        self.notes: list[str] = []
        self.interrupted: list[str] = []
        self.wanted: dict[str, str] = {}
        """Long text -> the first line that names it."""
        self.lists: set[str] = set()
        """Of those, the ones that are JSON: they may name further ones."""
        self.replaced: dict[str, set[str]] = {}
        """`id:line` -> what redactions say stands there; which of several came last is not told apart."""
        self.gone: dict[str, str] = {}
        """What redactions say they took out -> the redaction."""
        self.executions = self.records = self.texts = self.bytes = self.sealed_whole = 0

    def run(self) -> Verification:
        """All of it."""
        with no_collection():
            return self.all()

    def all(self) -> Verification:
        """Executions first: they say which long texts there must be."""
        journals, pages = self.sorted_out()
        for number, name in enumerate(journals, 1):
            self.journal(name, name in pages)
            if number % OFTEN == 0:
                self.tell(f"{number:,} of {len(journals):,} executions")
        for name in sorted(set(pages) - set(journals)):
            self.faults.append(f"{name}.md: its journal is gone")
        for name in sorted(set(self.sealed) - set(journals)):
            self.faults.append(f"{name}.jsonl: it was sealed, and is gone")
        self.long_texts()
        self.faults += self.undone()
        return Verification(
            tuple(self.faults), tuple(self.notes), tuple(self.interrupted), self.executions, self.records, self.texts, self.bytes,
            self.sealed_whole,
        )  # fmt: skip

    def sorted_out(self) -> tuple[list[str], set[str]]:
        """Names of journals, in order, and of pages. What else lies there is a fault."""
        journals, pages = [], set()
        for entry in sorted(os.scandir(self.folder), key=lambda one: one.name) if self.folder.is_dir() else ():
            stem, _, ending = entry.name.rpartition(".")
            if ending in ("jsonl", "md") and NAME.match(stem) and entry.is_file(follow_symlinks=False):
                journals.append(stem) if ending == "jsonl" else pages.add(stem)
            elif entry.name not in (BLOBS, SEAL) and not entry.name.startswith("."):
                self.faults.append(f"{entry.name}: no journal, and no page of one")
        return journals, pages

    # --- one execution ---

    def journal(self, name: str, has_page: bool) -> None:
        """Its lines, its name, its page, and what was sealed of it."""
        file = f"{name}.jsonl"
        self.executions += 1
        try:
            content, rest = split_tail(content_of(f"{self.place}/{file}"))
        except OSError as error:
            self.faults.append(f"{file}: it cannot be read: {error.strerror}")
            return
        self.bytes += len(content)
        if rest:
            self.faults.append(f"{file}: its last line is half-written; a crash cut it off, or somebody did")
        try:
            lines = list(lines_of(content, file))
            self.records += len(lines)
            if not all(line.whole for line in lines) and (changed := list(self.bodies(lines, file))):
                self.faults += changed
                return
            steps = [Step(line.number, line.kind, line.at, told(line, file, self.blobs)) for line in lines]
        except BadJournal as error:
            self.faults.append(error.message)
            return
        self.faults += [f"{file}: {fault}" for fault in misplaced(name, steps)]
        self.faults += self.against_seal(name, lines)
        self.note_names(content, file)
        self.faults += self.of_page(name, Story(tuple(steps)), has_page)

    def bodies(self, lines: Sequence[Line], file: str) -> Iterator[str]:
        """Lines that say something else than was written."""
        for line in lines:
            if line.whole:
                continue
            path = self.folder / file
            if is_taken_out(line, path):
                self.notes.append(f"{path.name}: of line {line.number} something was taken out")
            else:
                yield f"{path.name}: line {line.number} says something else than was written"

    def note_names(self, content: bytes, file: str) -> None:
        """Which long texts are asked for; and what a redaction says of itself."""
        for kind, found in NAMED.findall(content):
            name = found.decode()
            self.wanted.setdefault(name, file)
            if kind == b"json":
                self.lists.add(name)
        if b'"kind":"redaction"' in content:
            facts = facts_of(self.folder / file)
            self.gone.update(dict.fromkeys(facts, file.removesuffix(".jsonl")))
            for place, after in facts.items():
                if after:
                    self.replaced.setdefault(place, set()).add(after)

    def against_seal(self, name: str, lines: Sequence[Line]) -> Iterator[str]:
        """Is every line there that was sealed, and the same?"""
        self.sealed_whole += any(count == len(lines) for count, _ in self.sealed.get(name, ()))
        for count, head in self.sealed.get(name, ()):
            if count > len(lines):
                yield f"{name}.jsonl: {count} lines were sealed, {len(lines)} are there"
            elif lines[count - 1].name != head:
                yield f"{name}.jsonl: line {count} is not the one that was sealed"

    def of_page(self, name: str, story: Story, has_page: bool) -> Iterator[str]:
        """Does the page say what the journal says?"""
        if not story.ended:
            self.interrupted.append(name)
        told = story.until_closed()
        if not has_page:
            if told.steps:
                yield f"{name}.md is missing"
            return
        try:
            content = content_of(f"{self.place}/{name}.md")
        except OSError as error:
            yield f"{name}.md: it cannot be read: {error.strerror}"
            return
        self.bytes += len(content)
        if not told.steps or content != rendered(told):
            yield f"{name}.md says something else than its journal"

    # --- long texts ---

    def long_texts(self) -> None:
        """Every one that is named is there, is itself, and none is there that nobody names."""
        there = dict(self.found())
        for number, (name, path) in enumerate(there.items(), 1):
            if number % (4 * OFTEN) == 0:
                self.tell(f"{number:,} of {len(there):,} long texts")
            self.long_text(name, path)
        for name in sorted(there.keys() - self.wanted.keys() - self.gone.keys()):
            self.notes.append(f"{shown(there[name])}: no journal names it")
        for name in sorted(self.wanted.keys() - there.keys()):
            path = shown(str(self.blobs.path(name)))
            if name in self.gone:
                self.notes.append(f"{path}: taken out by {self.gone[name]}")
            else:
                self.faults.append(f"{path}: {self.wanted[name]} names it, and it is gone")

    def long_text(self, name: str, path: str) -> None:
        """Is it itself? A list may name further ones."""
        try:
            content = content_of(path)
        except OSError as error:
            self.faults.append(f"{shown(path)}: it cannot be read: {error.strerror}")
            return
        self.texts += 1
        self.bytes += len(content)
        if sha256(content).hexdigest() != name[7:]:
            self.faults.append(f"{shown(path)}: it is not the text of that name")
        elif name in self.gone:
            self.faults.append(f"{shown(path)}: {self.gone[name]} took it out, and it is there")
        elif name in self.lists:
            for _, inner in NAMED.findall(content):
                self.wanted.setdefault(inner.decode(), self.wanted[name])

    def undone(self) -> Iterator[str]:
        """Lines that a redaction changed, and that came back, or that a crash left as they were."""
        for place, after in self.replaced.items():
            name, _, number = place.rpartition(":")
            rows = (
                content_of(f"{self.place}/{name}.jsonl").split(b"\n")
                if (self.folder / f"{name}.jsonl").is_file()
                else []
            )
            row = rows[int(number) - 1] if 0 < int(number) <= len(rows) else b""
            if f"sha256:{sha256(row).hexdigest()}" not in after:
                yield f"{name}.jsonl: line {number} is not as {self.gone[place]} left it"

    def found(self) -> Iterator[tuple[str, str]]:
        """(Name, path) of what lies there; what is no text of ours is a fault."""
        if not self.blobs.folder.is_dir():
            return
        for group in sorted(os.scandir(self.blobs.folder), key=lambda one: one.name):
            for entry in os.scandir(group) if group.is_dir(follow_symlinks=False) else [group]:
                name = group.name + entry.name
                mine = len(group.name) == LETTERS and entry.is_file(follow_symlinks=False)
                if mine and NAMES.fullmatch(name):
                    yield f"sha256:{name}", entry.path
                elif not entry.name.startswith("."):
                    self.faults.append(f"{shown(entry.path)}: no long text of a journal")


@contextmanager
def no_collection() -> Iterator[None]:
    """Nothing here refers to itself in a circle, and looking for that among millions of lines takes 2 % of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def rendered(story: Story) -> bytes | None:
    """The page; None where the steps tell no execution, which only somebody else than us can have written."""
    try:
        return page(story).encode()
    except (LookupError, TypeError, ValueError, AttributeError):
        return None


def misplaced(name: str, steps: Sequence[Step]) -> Iterator[str]:
    """A journal begins by saying its own name: two that were exchanged, or one that was doubled, do not."""
    if steps and (steps[0].kind != "opened" or steps[0].body.get("id") != name):
        said = steps[0].body.get("id", "nothing") if steps[0].kind == "opened" else "nothing"
        yield f"line 1 opens {said}, not {name}"


def shown(path: str) -> str:
    """The last of its folders and its name."""
    return "/".join(Path(path).parts[-3:])
