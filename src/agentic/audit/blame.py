"""Landings of one file, in order -> for each line as it stands: the execution that brought it, or a person."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from agentic.audit.lines import lines_of
from agentic.audit.steps import drafted, landings
from agentic.values import Execution, Step
from agentic.values.digest import digest
from agentic.values.noun import Noun


class Origin(Noun, frozen=True):
    """Where a line is from."""

    kind: Literal["execution", "person", "framework"]
    """person: nobody landed it, or a person adopted it. framework: `init` brought it."""
    id: str = ""
    """The execution that brought it; of a person's line, the one that adopted it, or that found it when it landed; empty: the line
    came after the last landing.
    """
    at: str = ""
    """When that execution landed: UTC, ISO 8601, seconds."""
    who: str = ""
    """Who began that execution; of a person's line, who adopted it; empty: not known."""
    provider: str = ""
    model: str = ""
    task: str = ""


class Line(Noun, frozen=True):
    """One line of the file."""

    number: int
    text: str
    origin: Origin


class Blame(Noun, frozen=True):
    """The file as it stands, line by line."""

    path: str
    as_landed: bool
    """Is the file, byte for byte, as it was last landed?"""
    landings: tuple[str, ...]
    """The executions that landed it, in order."""
    lines: tuple[Line, ...]
    unreadable: tuple[str, ...] = ()
    """Journals that do not verify: a line that one of them brought is told as a person's."""


class Landing(Noun, frozen=True):
    """One landing of the file."""

    origin: Origin
    purpose: str
    of: str
    """The execution that it takes back, replays or refines."""
    before: str
    """What was there, as the journal holds it; empty: nothing."""
    before_digest: str
    """Of the very bytes; empty: nothing was there."""
    after: str | None
    """What was landed, as the journal holds it; None: the journal does not hold it (an undo)."""
    after_digest: str
    """Of the very bytes; empty: the file was taken away."""
    kept: bool
    """A person's version, adopted."""


Attributed = list[tuple[str, Origin]]
"""Lines, each with where it is from."""
PERSON = Origin("person")


def landed(execution: Execution, steps: Sequence[Step], path: str) -> Iterator[Landing]:
    """Every time that one execution landed the file."""
    made = drafted(steps)
    for step in landings(steps):
        for file in step.body["files"]:
            if file["path"] == path:
                yield landing(execution, step, file, made.get(path, ("", None)))


def landing(execution: Execution, step: Step, file: Mapping[str, Any], made: tuple[str, str | None]) -> Landing:
    """One of them. `made`: (digest, text) as it was drafted."""
    kept, before = bool(file["kept"]), file["before"] or ""
    origin = Origin(
        "person" if kept else "execution", execution.id, step.at, execution.developer,
        "" if kept else execution.provider, "" if kept else execution.model, execution.task,
    )  # fmt: skip
    after = before if kept else made[1] if made[0] == file["after"] else None
    return Landing(origin, execution.purpose, execution.of, before, file["before_digest"], after, file["after"], kept)


def blame(path: str, found: Iterable[Landing], now: str, brought: str = "", unreadable: tuple[str, ...] = ()) -> Blame:
    """Each line of the file as it is `now`. `brought`: the digest of what `init` wrote; empty: it wrote nothing there."""
    in_order = sorted(found, key=lambda one: one.origin.at)
    lines: Attributed = []
    stands, last = "", PERSON
    # What was there before each landing, so that an undo gives every line back to whoever it was from.
    before: dict[str, Attributed] = {}
    for one in in_order:
        if one.before_digest != stands and not one.kept:
            lines = carried(lines, one.before, found_there(one, brought))
        before[one.origin.id] = lines
        lines, stands, last = after(one, lines, before), one.after_digest, one.origin
    as_landed = digest(now) == stands
    # Where bytes are as they were landed, what differs is a secret that the journal leaves out.
    lines = carried(lines, now, last if as_landed else PERSON)
    told = tuple(Line(number, text, origin) for number, (text, origin) in enumerate(lines, 1))
    return Blame(path, as_landed, tuple(dict.fromkeys(one.origin.id for one in in_order)), told, unreadable)


def found_there(one: Landing, brought: str) -> Origin:
    """Whose is what a landing found, and nobody had landed? The framework's, as long as it was untouched; else a person's."""
    if brought and one.before_digest == brought:
        return Origin("framework")
    return Origin("person", one.origin.id, one.origin.at)


def after(one: Landing, lines: Attributed, before: Mapping[str, Attributed]) -> Attributed:
    """The lines once it has landed."""
    if not one.after_digest:
        return []
    if one.after is None and one.of in before:
        return list(before[one.of])
    # A journal that does not hold what was landed leaves the lines as they were; what differs shows at the next look.
    return carried(lines, one.after, one.origin) if one.after is not None else lines


def carried(lines: Attributed, text: str, origin: Origin) -> Attributed:
    """The lines of `text`: those that were there keep where they are from, the others are from `origin`."""
    old, new = [text for text, _ in lines], lines_of(text)
    if old == new:
        return lines
    made: Attributed = []
    for kind, start, end, first, last in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        made += lines[start:end] if kind == "equal" else [(words, origin) for words in new[first:last]]
    return made
