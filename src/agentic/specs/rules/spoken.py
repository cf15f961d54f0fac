"""The lines of a page in which somebody says something: prose, front matter and YAML, without code and comments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from agentic.redact import Redactor
from agentic.specs.library import Library
from agentic.specs.page import Page
from agentic.text import Document, Line

SPAN = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")
COMMENT = re.compile(r"<!--.*?(?:-->|$)")
YAML_COMMENT = re.compile(r"(?:^|\s)#.*$")
KEYS = Redactor({})
"""Takes keys of vendors out of what a message quotes."""
BOX = r"(?:\[[ xX]\]\s+)?"
VALUE = re.compile(
    rf"^\s*(?:>\s*)*(?:(?:[-*+]|\d+[.)])\s+)?{BOX}(?:#+\s+)?(?:[*_]*(?P<label>[\w &/-]{{1,40}}?)[*_]*:[*_]*\s+)?(?P<value>.*)$"
)
"""`- **Owner:** [Name]` -> its label and its value."""


def told(library: Library) -> Iterator[Page]:
    """Pages that hold somebody's words; an untouched template holds nobody's."""
    return (page for page in library.pages.values() if not page.is_blank)


def spots(page: Page, marks: Sequence[str], *, comments: bool = False) -> Iterator[Line]:
    """The lines in which somebody says one of these marks; small letters stand for both. Most pages hold none."""
    found = list(places(page, marks))
    if found and page.is_markdown:
        document = page.document
        hidden = {line.number for line in found if line.number > document.front.end} & document.code
        if hidden and comments:
            hidden -= comments_of(document)
        found = [line for line in found if line.number not in hidden]
    return iter(found)


def comments_of(document: Document) -> frozenset[int]:
    """The lines of blocks that are comments: of what is no prose, the rest is code."""
    found, within = [], False
    for number in sorted(document.code):
        if number - 1 not in document.code or not within:
            within = document.lines[number - 1].lstrip().startswith("<!--")
        if within:
            found.append(number)
    return frozenset(found)


def places(page: Page, marks: Sequence[str]) -> Iterator[Line]:
    """The same, also in code and in comments. The text is searched, not its lines: that is what makes it quick."""
    small = page.text.lower()
    if found := [mark for mark in marks if mark in small]:
        if "\r" in small:
            small = small.replace("\r\n", "\n").replace("\r", "\n")
        lines = (
            page.document.lines if page.is_markdown else page.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        )
        for number in sorted({number for mark in found for number in numbers(small, mark)}):
            yield Line(number, lines[number - 1])


def numbers(small: str, mark: str) -> Iterator[int]:
    """The number of each line that holds the mark."""
    number, begin, at = 1, 0, small.find(mark)
    while at >= 0:
        number += small.count("\n", begin, at)
        yield number
        begin = small.find("\n", at)
        at = small.find(mark, begin) if begin >= 0 else -1


def words_of(page: Page, text: str, *, comments: bool = False) -> str:
    """One line, with what stands in code spans blotted out, and without comments. Places stay the same."""
    if "`" in text and page.is_markdown:
        text = SPAN.sub(lambda found: "`" * len(found[0]), text)
    if "<!--" in text and not comments:
        text = COMMENT.sub(lambda found: " " * len(found[0]), text)
    return text


def value_of(text: str) -> tuple[str, str]:
    """(label, value) of one line, without bullets, boxes, stars and quotes."""
    found = VALUE.match(text.rstrip(" \t.,;"))
    return ((found["label"] or "").strip(), found["value"].strip("*_\"' ")) if found else ("", "")


def cells_of(text: str) -> list[str]:
    """The cells of one row of a table; none where the line is no row."""
    text = text.strip()
    return [cell.strip(" *_\"'") for cell in text.strip("|").split("|")] if text.startswith("|") else []


def short(text: str) -> str:
    """As much of it as fits into a message; no key of a vendor, nor a half of one."""
    text = " ".join(KEYS(text).split())
    return text if len(text) <= 60 else f"{text[:57]}..."
