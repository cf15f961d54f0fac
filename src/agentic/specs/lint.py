"""Library -> findings: what the reader would refuse, what every rule has to say, and what a person allows."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from agentic.errors import AgenticError, SpecError
from agentic.specs.graph import circles
from agentic.specs.library import Library
from agentic.specs.page import Page
from agentic.specs.read import faults_of
from agentic.specs.rule import Mend, Rule, Said
from agentic.specs.rules import RULES
from agentic.specs.rules.suppressions import USELESS, firm, of_no_use
from agentic.specs.suppress import Hit, Suppressed, Suppression, allow, suppressions
from agentic.text import PROMPTS, read_text
from agentic.values import Finding
from agentic.values.noun import Noun


class Judged(Noun, frozen=True):
    """What lint has to say of a whole library, in the order of files and lines."""

    hits: tuple[Hit, ...]
    suppressed: tuple[Suppressed, ...] = ()


class Mended(Noun, frozen=True):
    """One file, repaired by a machine."""

    path: str
    diff: str
    count: int
    """How many repairs."""


def lint(library: Library, only: Sequence[str] = ()) -> tuple[Finding, ...]:
    """Findings that nobody allows. `only`: files or folders (from the root) that are meant; none: all."""
    return tuple(hit.finding for hit in judge(library).hits if is_meant(hit.finding.path, only))


def is_meant(path: str, only: Sequence[str]) -> bool:
    """Is it one of these files, or in one of these folders?"""
    return not only or any(path == one or path.startswith(f"{one}/") for one in only)


def judge(library: Library) -> Judged:
    """The reader, every rule, and then the comments that allow something."""
    spoken = ((rule, said) for rule in RULES if rule is not USELESS for said in rule.look(library))
    hits = [*refused(library), *(hit_of(rule, said) for rule, said in spoken)]
    left, suppressed, unused = allow(hits, allowances(library, hits), firm())
    left += [hit_of(USELESS, said) for one in unused for said in of_no_use(one)]
    return Judged(
        tuple(sorted(left, key=lambda one: place(one.finding))),
        tuple(sorted(suppressed, key=lambda one: place(one.finding))),
    )


def place(one: Finding) -> tuple[str, int, str]:
    """What findings are sorted by."""
    return one.path, one.line, one.code


def allowances(library: Library, hits: Iterable[Hit]) -> Iterator[Suppression]:
    """Of every page, and of other files of which something is said (a module that is too long)."""
    for path, page in library.pages.items():
        yield from suppressions(path, page.text)
    for path in sorted({hit.finding.path for hit in hits} - library.pages.keys()):
        try:
            yield from suppressions(path, read_text(library.root / path, path))
        except AgenticError:  # No text: it allows nothing.
            continue


def hit_of(rule: Rule, said: Said) -> Hit:
    """What a rule says, in the noun that everybody reads."""
    finding = Finding(
        "lint", shown(said.message), shown(said.path), said.line, rule.severity, rule.code, fix=said.fix or rule.fix
    )
    return Hit(finding, said.mend)


def shown(text: str) -> str:
    """With what is no UTF-8 spelt out: a name of a file may be any bytes."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


# --- what the reader would refuse -----------------------------------------------------------------------------


def refused(library: Library) -> Iterator[Hit]:
    """What cannot be read, and what of tasks would be refused, in the same words."""
    for error in (*library.unreadable, *library.misread, *held_against_the_disk(library)):
        message = f"{error.message}{f' ({error.cause})' if error.cause else ''}"
        finding = Finding("lint", shown(message), shown(error.path), error.line, code=error.code, fix=error.fix)
        yield Hit(finding, mend_of(error, library.pages.get(error.path)))


def held_against_the_disk(library: Library) -> Iterator[SpecError]:
    """Files and tasks that are named and not there; tasks that wait for each other."""
    known = paths_of_tasks(library)
    for task in library.tasks.values():
        yield from faults_of(library.root, task, library.roots, known, library.has_file)
    yield from circles(library.tasks.values())


def paths_of_tasks(library: Library) -> Collection[str]:
    """Also of files that cannot be read: a task that depends on one has no second fault."""
    shown = (*library.pages, *(error.path for error in library.unreadable))
    paths = (path.removeprefix(f"{PROMPTS}/") for path in shown)
    return dict.fromkeys(path for path in paths if path.startswith("tasks/") and path.endswith(".md"))


def mend_of(error: SpecError, page: Page | None) -> Mend | None:
    """What the line was probably meant to say, where that is clear and stands there once."""
    if not error.instead or page is None or not 0 < error.line <= len(page.document.lines):
        return None
    written, meant = error.instead
    line = page.document.lines[error.line - 1]
    found = list(re.finditer(rf"(?<![\w./-]){re.escape(written)}(?![\w/-])", line))
    if len(found) != 1:
        return None
    return Mend(error.line, line, line[: found[0].start()] + meant + line[found[0].end() :])
