"""Rules about any page: is it whole, does it say something, and does it say nothing that must not be there?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentic.specs.library import Library
from agentic.specs.page import Page
from agentic.specs.rule import Defect, Rule, Said, add, swap, write
from agentic.specs.rules import boxes, front, secrets, sections, words, yaml_pages
from agentic.specs.rules.planting import (
    ARCHITECTURE,
    DATA_CONTEXT,
    LANDING,
    ORDERS,
    PATTERNS,
    SYSTEM_CONTEXT,
    put_before,
)

MARKER = re.compile(r"^(?:<{7}|>{7}|\|{7})(?:\s|$)|^={7}\s*$")
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def empty(library: Library) -> Iterator[Said]:
    """A file that says nothing. Of tasks the reader says it."""
    for page in library.pages.values():
        if len(page.text) < 2000 and not (page.folder == "tasks" and page.is_markdown) and not says_something(page):
            yield Said(page.path, 1, f"{page.path} is empty")


def says_something(page: Page) -> bool:
    """Beyond blanks, front matter and comments."""
    if not page.is_markdown:
        return any(
            line.strip() not in ("", "---", "...") and line.lstrip()[0] != "#" for line in page.text.splitlines()
        )
    document = page.document
    return bool(COMMENT.sub("", "\n".join(document.lines[document.front.end :])).strip())


def conflicts(library: Library) -> Iterator[Said]:
    """A merge that nobody has finished. Seven equal signs alone underline a heading."""
    for page in library.pages.values():
        if "<<<<<<<" in page.text or ">>>>>>>" in page.text or "|||||||" in page.text:
            yield from conflicts_of(page)


def conflicts_of(page: Page) -> Iterator[Said]:
    """One finding for each conflict, on the line where it begins."""
    within = False
    for number, line in enumerate(page.text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        if not MARKER.match(line) or (line.startswith("=") and not within):
            continue
        if line.startswith("<") or not within:
            yield Said(page.path, number, f"a conflict that nobody has resolved: {line.strip()}")
        within = not line.startswith(">")


HALF_MERGED = "<<<<<<< HEAD\nA load is one day.\n=======\nA load is one week.\n>>>>>>> weekly\n"
THREE_WAYS = (
    "<<<<<<< ours\nA load is one day.\n||||||| base\nA load is a file.\n=======\nA load is one week.\n>>>>>>> theirs\n"
)
EMPTY = "agent-prompts/standards/naming.md"
FRONT = '---\ntitle: Naming\npurpose: How things are called\naudience: [claude-code]\ncreated: 2026-11-16\nupdated: 2026-11-19\nversion: "1.0"\n---\n'

RULES: tuple[Rule, ...] = (
    Rule(
        "AGT001", "EmptyFile", "A file is there and says nothing: it is blank, or all front matter and comments.",
        "write it, or delete it.", empty,
        (
            Defect("no byte", write(EMPTY, "")),
            Defect("blanks only", write(EMPTY, "\n \n\t\n")),
            Defect("front matter only", write(EMPTY, FRONT)),
            Defect("a comment only", write(EMPTY, f"{FRONT}\n<!-- how things are called -->\n")),
            Defect("YAML without a key", write(SYSTEM_CONTEXT, "# configuration\n")),
        ),
    ),
    Rule(
        "AGT002", "UnresolvedConflict", "A file is half-merged: markers of a conflict stand in it, so it says two things.",
        "choose what holds, and take the markers out.", conflicts,
        (
            Defect("two sides", add(PATTERNS, HALF_MERGED)),
            Defect("three sides", add(ORDERS, THREE_WAYS)),
            Defect("in the front matter", swap(LANDING, "requirements: [BR-1]\n", "<<<<<<< HEAD\nrequirements: [BR-1]\n=======\nrequirements: [BR-2]\n>>>>>>> other\n")),
            Defect("in YAML", swap(SYSTEM_CONTEXT, "  time_zone: UTC\n", "<<<<<<< HEAD\n  time_zone: UTC\n=======\n  time_zone: CET\n>>>>>>> other\n")),
            Defect("one marker that was overlooked", swap(ARCHITECTURE, "## Limits\n", ">>>>>>> design\n## Limits\n")),
            Defect("with the line ends of Windows", add(DATA_CONTEXT, HALF_MERGED.replace("\n", "\r\n"))),
            Defect("at the very beginning", put_before(ORDERS, "<<<<<<< HEAD\n")),
        ),
        firm=True,
    ),
    *words.RULES, *sections.RULES, *boxes.RULES, *front.RULES, *secrets.RULES, *yaml_pages.RULES,
)  # fmt: skip
"""Rules of this file and of those that it gathers, in the order of their codes."""
