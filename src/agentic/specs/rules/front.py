"""Rules about the front matter of documents: title, purpose, audience, created, updated, version, related_files."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from agentic.specs.library import Library
from agentic.specs.page import Page
from agentic.specs.parse import KEYS as TASK_KEYS
from agentic.specs.rule import Defect, Mend, Rule, Said, swap, write
from agentic.specs.rules.planting import ARCHITECTURE, DATA_CONTEXT, LANDING, PATTERNS, put_before

REQUIRED = ("title", "purpose", "audience", "created", "updated", "version")
KEYS = (*REQUIRED, "related_files")
FOLDERS = ("context", "standards")
"""What prompts carry has to say what it is for."""
KEY = re.compile(r"^[A-Za-z_]+:(?:\s|$)")
BARE = re.compile(r"^(?P<key>\w+:\s*)(?P<value>[^\s\[{\"'#][^\[\]{}#,:]*?)\s*$")
"""A key with one word, or some, where a list should be."""


def documents(library: Library) -> Iterator[Page]:
    """Markdown outside of tasks; what a task needs, its reader says."""
    return (page for page in library.pages.values() if page.is_markdown and page.folder != "tasks")


def malformed(library: Library) -> Iterator[Said]:
    """What should be front matter and cannot be read as such."""
    for page in documents(library):
        if page.fault:
            cause = f" ({page.fault.cause})" if page.fault.cause else ""
            yield Said(page.path, page.fault.line, f"{page.fault.message}{cause}")
    for page in library.pages.values():
        if page.is_markdown and not page.text.startswith("---\n") and (said := misplaced(page)):
            yield said


def misplaced(page: Page) -> Said | None:
    """Front matter that begins below the first line, or without its dashes, is front matter for nobody."""
    lines = page.text[:2000].replace("\r", "").split("\n")
    first = next((number for number, line in enumerate(lines, 1) if line.strip()), 0)
    # The usual case, told apart quickly: a heading.
    if not first or lines[first - 1].startswith("#") or page.document.front.end or page.fault:
        return None
    if re.match(r"^[-–—]{1,8}\s*$", lines[first - 1]) and first < len(lines) and KEY.match(lines[first]):
        return Said(
            page.path, first, "the front matter does not begin with three dashes on the first line, so nobody reads it"
        )
    if lines[first - 1].partition(":")[0] in (*KEYS, *TASK_KEYS) and is_closed(lines[first:]):
        return Said(page.path, first, "the front matter does not begin with a line of three dashes, so nobody reads it")
    return None


def is_closed(lines: Sequence[str]) -> bool:
    """Keys, and what belongs to them, until three dashes."""
    end = next((line for line in lines if not KEY.match(line) and not line.startswith((" ", "- ", "#"))), "")
    return end.rstrip() == "---"


def incomplete(library: Library) -> Iterator[Said]:
    """Context and standards say what they are for, for whom, and since when it is so."""
    for page in documents(library):
        if page.folder in FOLDERS and page.document.front.end and not page.fault:
            values = page.document.front.values
            meant = set(typos(values).values())
            if lacking := [key for key in REQUIRED if values.get(key) in (None, "", []) and key not in meant]:
                yield Said(page.path, 1, f"the front matter lacks {', '.join(lacking)}")


def misspelt(library: Library) -> Iterator[Said]:
    """A key that nobody reads, since it is nearly another. One that is near none is the person's own."""
    for page in documents(library):
        front = page.document.front
        for key, meant in typos(front.values).items():
            number = front.lines.get(key, 1)
            line = page.document.lines[number - 1]
            mend = None if meant in front.values else Mend(number, line, line.replace(key, meant, 1))
            yield Said(page.path, number, f"unknown key: {key}", f"did you mean {meant}?", mend)


def typos(values: dict[str, Any]) -> dict[str, str]:
    """Key -> the key that was meant. Beside that very key, only what is as good as the same word is a typo."""
    strangers = [key for key in values if key not in KEYS]
    near = {key: difflib.get_close_matches(key.lower(), KEYS, n=1, cutoff=0.75) for key in strangers}
    sure = {key: difflib.get_close_matches(key.lower(), KEYS, n=1, cutoff=0.9) for key in strangers}
    return {key: found[0] for key, found in near.items() if found and (found[0] not in values or sure[key])}


def mistyped(library: Library) -> Iterator[Said]:
    """Dates are dates, lists are lists."""
    for page in documents(library):
        front = page.document.front
        for key, value in front.values.items():
            if key in KEYS and value is not None and (message := wrong_value(key, value)):
                number = front.lines.get(key, 1)
                yield Said(page.path, number, f"{key}: {message}", mend=as_list(key, number, page))


def wrong_value(key: str, value: Any) -> str:
    """What is wrong with it; empty where nothing is."""
    if key in ("created", "updated"):
        return "" if is_date(value) or "YYYY" in str(value) else f"{value} is no date"
    if key in ("audience", "related_files"):
        is_list = isinstance(value, list) and all(isinstance(item, str) and item.strip() for item in value)
        return "" if is_list else f"{value!r} is no list of words"
    if key == "version":
        return "" if isinstance(value, (str, int, float)) and not isinstance(value, bool) else f"{value} is no version"
    return "" if isinstance(value, str) else f"{value!r} is no text"


def is_date(value: Any) -> bool:
    """As YAML reads it, or in quotes."""
    if isinstance(value, date):
        return True
    try:
        return bool(date.fromisoformat(value)) if isinstance(value, str) else False
    except ValueError:
        return False


def as_list(key: str, number: int, page: Page) -> Mend | None:
    """`audience: claude-code` as a list of one."""
    line = page.document.lines[number - 1]
    found = BARE.match(line) if key in ("audience", "related_files") else None
    return Mend(number, line, f"{found['key']}[{found['value']}]") if found else None


def without(library: Library) -> Iterator[Said]:
    """Context and standards that say nothing of themselves, where their neighbours do. Seed 003 shows both kinds."""
    pages = [page for page in documents(library) if page.folder in FOLDERS and not page.path.endswith("README.md")]
    usual = {page.folder for page in pages if page.document.front.end}
    for page in pages:
        if page.folder in usual and says_nothing_of_itself(page):
            yield Said(page.path, 1, f"the document has no front matter, unlike others in {page.folder}/")


def says_nothing_of_itself(page: Page) -> bool:
    """There is none, nor anything that was to be one."""
    return not (page.document.front.end or page.fault or not page.text.strip() or misplaced(page))


FIX = "the keys are title, purpose, audience, created, updated, version, related_files; see meta/context_file_standards.md."
AUDIENCE = "audience: [data-engineers, claude-code]"

RULES: tuple[Rule, ...] = (
    Rule(
        "AGT009", "MalformedFrontMatter", "The front matter of a page cannot be read, so nothing in it counts.",
        "write it as YAML between two lines of three dashes, the first of which is the first line of the file.", malformed,
        (
            Defect("no YAML", swap(PATTERNS, AUDIENCE, "audience: [data-engineers")),
            Defect("no end", swap(PATTERNS, "  - context/data_context.md\n---\n", "  - context/data_context.md\n")),
            Defect("a key twice", swap(DATA_CONTEXT, 'version: "1.0"\n', 'version: "1.0"\nversion: "1.1"\n')),
            Defect("a date that is not in the calendar", swap(ARCHITECTURE, "updated: 2026-11-19", "updated: 2026-13-19")),
            Defect("below the first line", put_before(PATTERNS, "\n")),
            Defect("without its first line", swap(LANDING, "---\nid:", "id:")),
            Defect("a list for a map", swap(PATTERNS, "title: Development Patterns\n", "- Development Patterns\n")),
        ),
    ),
    Rule(
        "AGT010", "IncompleteFrontMatter", "A file that prompts carry does not say what it is for, for whom, or since when it is so.",
        FIX, incomplete,
        (
            Defect("no purpose", swap(PATTERNS, "purpose: Patterns and conventions for every job of this project\n", "")),
            Defect("no date", swap(DATA_CONTEXT, "updated: 2026-11-19\n", "")),
            Defect("a title without words", swap(PATTERNS, "title: Development Patterns\n", "title:\n")),
            Defect("no audience", swap(PATTERNS, f"{AUDIENCE}\n", "")),
        ),
    ),
    Rule(
        "AGT011", "MisspeltKey", "A key of the front matter is nearly one that is known, and so is read by nobody.",
        FIX, misspelt,
        (
            Defect("a letter too few", swap(PATTERNS, "updated:", "update:")),
            Defect("two letters changed places", swap(DATA_CONTEXT, "related_files:", "realted_files:")),
            Defect("a capital letter", swap(ARCHITECTURE, "title:", "Title:")),
        ),
    ),
    Rule(
        "AGT012", "WrongValue", "A value of the front matter is of another kind than it should be.",
        "dates are written 2026-11-20, audience and related_files are lists, title and purpose are text.", mistyped,
        (
            Defect("a date of another kind", swap(PATTERNS, "updated: 2026-11-19", "updated: 19.11.2026")),
            Defect("words for a date", swap(ARCHITECTURE, "created: 2026-11-16", "created: last week")),
            Defect("a word for a list", swap(PATTERNS, AUDIENCE, "audience: claude-code")),
            Defect("a list for a word", swap(DATA_CONTEXT, "title: Data Context", "title: [Data, Context]")),
        ),
    ),
    Rule(
        "AGT013", "NoFrontMatter", "A file of context or standards does not say what it is for and since when it is so, though its neighbours do.",
        FIX, without,
        (
            Defect("a new standard", write("agent-prompts/standards/naming.md", "# Naming\n\nTables have small letters.\n")),
            Defect("technology", write("agent-prompts/context/technology/spark.md", "# Spark\n\nVersion 3.5, in local mode.\n")),
        ),
        severity="warning",
    ),
)  # fmt: skip
"""Rules of this file, in the order of their codes."""
