"""Rules about sections: those a task needs are there, and none is empty."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator
from itertools import pairwise

from agentic.specs.library import Library
from agentic.specs.page import Page
from agentic.specs.parse import SAME
from agentic.specs.rule import Defect, Mend, Rule, Said, add, swap
from agentic.specs.rules.planting import ARCHITECTURE, LANDING, ORDERS, PATTERNS, REQUIREMENTS
from agentic.specs.rules.spoken import comments_of, told
from agentic.text import PROMPTS, Document, Heading

LONG = ("SUCCESS CRITERIA", "CONTEXT FILES", "TECHNICAL SPECIFICATIONS", "CONSTRAINTS & STANDARDS")
SHORT = ("OBJECTIVE", "SPECIFICATIONS", "DEPENDENCIES")
"""The two vocabularies, without TASK and what is to be made: the reader wants those."""
OTHER = {"CONSTRAINTS & STANDARDS": "CONSTRAINTS", **{long: short for short, long in SAME.items()}, **SAME}
"""What a section may be called as well."""
READERS = ("TASK", "DELIVERABLES", "FILES TO CREATE")
"""Of these the reader says what is wrong."""
QUESTION = re.compile(r"^Q-\d+\b")
NOTHING = re.compile(r"^(?:[-*+|.…:]+|[-*+]\s*(?:\[[ xX]?\]|\.{3}|…)|\.{3}|_{3,}|(?:\*\s*){3,})$")
"""Marks without words: `...`, `-`, `- [ ]`, a line."""
USUAL = re.compile(r"\s*(?:[-*+] (?:\[[ xX]\] )?)?\w\w")
"""Words, or an item with words: most sections begin so, and nothing more need be looked at."""
GENERATED = "<!-- agentic: generated"
"""Between these marks a program writes; that it has nothing to say yet is no person's fault."""


def missing_sections(library: Library) -> Iterator[Said]:
    """Every section of the vocabulary that the task uses is there."""
    for path in library.tasks:
        page = library.pages[f"{PROMPTS}/{path}"]
        names = {section.name for section in page.document.sections}
        for name in vocabulary(names):
            if name not in names and OTHER.get(name, name) not in names:
                yield absent(page, name, names)


def vocabulary(names: Collection[str]) -> tuple[str, ...]:
    """The one of which more is there."""
    short = sum(name in names for name in (*SHORT, "FILES TO CREATE"))
    return SHORT if short > sum(name in names for name in (*LONG, "DELIVERABLES")) else LONG


def absent(page: Page, name: str, names: Collection[str]) -> Said:
    """It is missing: perhaps misspelt, perhaps a heading of another level."""
    message = f"the section {name} is missing"
    if heading := nearly(page.document, name, names):
        line = page.document.lines[heading.line - 1]
        _, colon, rest = line.partition(":")
        mend = Mend(heading.line, line, f"## {name}{colon}{rest}")
        return Said(page.path, heading.line, message, f"did you mean it where it says {line.strip()}?", mend)
    return Said(page.path, 1, message)


def nearly(document: Document, name: str, names: Collection[str]) -> Heading | None:
    """The heading that was probably meant for it."""
    titles = {" ".join(one.title.partition(":")[0].upper().split()): one for one in document.headings}
    if found := titles.get(name):
        return found
    strangers = [title for title in titles if title not in (*LONG, *SHORT, *READERS) and title in names]
    near = difflib.get_close_matches(name, strangers, n=1, cutoff=0.75)
    return titles[near[0]] if near else None


def empty_sections(library: Library) -> Iterator[Said]:
    """A heading, and then the next one."""
    for page in told(library):
        if page.is_markdown:
            document = page.document
            doubtful = [
                (one, after)
                for one, after in pairwise((*document.headings, None))
                if one and not begins_with_words(document, one) and needs_words(page, one, after)
            ]
            silent = silent_lines(document) if doubtful else frozenset()
            for heading, after in doubtful:
                end = after.line if after else len(document.lines) + 1
                if all(number in silent for number in range(heading.line + 1, end)):
                    yield Said(page.path, heading.line, f"the section {heading.title.rstrip(':')} is empty")


def begins_with_words(document: Document, heading: Heading) -> bool:
    """The usual case, told apart quickly."""
    below = document.lines[heading.line : heading.line + 2]
    return bool(USUAL.match(next((line for line in below if line), "")))


def silent_lines(document: Document) -> frozenset[int]:
    """Lines that say nothing: blank ones, comments, marks without words. Code has words."""
    comments = comments_of(document)
    return frozenset(
        number
        for number, line in enumerate(document.lines, 1)
        if not line.strip() or ((number in comments or is_mark(line)) and not line.lstrip().startswith(GENERATED))
    )


def is_mark(line: str) -> bool:
    """`...`, or a comment that is one line."""
    text = line.strip()
    return bool(NOTHING.match(text)) or (text.startswith("<!--") and text.endswith("-->"))


def needs_words(page: Page, heading: Heading, after: Heading | None) -> bool:
    """Not where headings of a lower level follow, nor where the heading says it all."""
    return not (after and after.level > heading.level) and not says_it_itself(page, heading)


def says_it_itself(page: Page, heading: Heading) -> bool:
    """`## Status: IN_PROGRESS` in a record, `## OBJECTIVE: land the files` in a task, `### Q-1: why?` anywhere."""
    name, _, rest = heading.title.partition(":")
    in_record = page.folder in ("tasks", "progress") and rest.strip() and not rest.strip().startswith("[")
    return bool(in_record or QUESTION.match(name) or (page.folder == "tasks" and name.upper().strip() in READERS))


RULES: tuple[Rule, ...] = (
    Rule(
        "AGT006", "IncompleteTask", "A task lacks a section of its vocabulary, so Claude is told less than it was to be told.",
        "add the section; where nothing is to be said, write `None.` and why. agentic task new MODULE/FEATURE shows all sections.",
        missing_sections,
        (
            Defect("no criteria", swap(ORDERS, "## SUCCESS CRITERIA:\n", "")),
            Defect("no constraints", swap(ORDERS, "## CONSTRAINTS & STANDARDS:\n", "")),
            Defect("no context", swap(ORDERS, "## CONTEXT FILES:\n", "")),
            Defect("a misspelt heading", swap(ORDERS, "## TECHNICAL SPECIFICATIONS:\n", "## TECHNICAL SPECIFICATION:\n")),
            Defect("a heading of another level", swap(ORDERS, "## CONTEXT FILES:\n", "### CONTEXT FILES:\n")),
            Defect("no objective", swap(LANDING, "## OBJECTIVE\n", "")),
            Defect("no dependencies", swap(LANDING, "## DEPENDENCIES\n", "")),
        ),
    ),
    Rule(
        "AGT007", "EmptySection", "A heading promises something, and nothing stands below it.",
        "say it, or take the heading out; where it does not apply, write `Not applicable:` and why.", empty_sections,
        (
            Defect("in a task", swap(ORDERS, "- No credential and no absolute path in the code.\n- Logs are JSON, one object a line (standards/development_patterns.md).\n", "")),
            Defect("in a document", swap(ARCHITECTURE, "Not applicable: one shop writes one file a day, and a laptop reads it.\n", "")),
            Defect("before the next heading", swap(REQUIREMENTS, "## Stakeholders\n", "## Scope\n\n## Stakeholders\n")),
            Defect("with dots only", add(PATTERNS, "\n## Naming\n\n...\n")),
            Defect("with a comment only", add(ARCHITECTURE, "\n## Environments\n\n<!-- where it runs -->\n")),
            Defect("one level down", add(PATTERNS, "\n## Naming\n\n### Tables\n\n### Columns\n\nIn small letters.\n")),
        ),
    ),
)  # fmt: skip
"""Rules of this file, in the order of their codes."""
