"""The lines of a page in which somebody says something: prose, front matter and YAML, without code and comments."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentic.specs.library import Library
from agentic.specs.page import Page
from agentic.text import Line

SPAN = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")
COMMENT = re.compile(r"<!--.*?(?:-->|$)")
YAML_COMMENT = re.compile(r"(?:^|\s)#.*$")
BOX = r"(?:\[[ xX]\]\s+)?"
VALUE = re.compile(
    rf"^\s*(?:>\s*)*(?:(?:[-*+]|\d+[.)])\s+)?{BOX}(?:#+\s+)?(?:[*_]*(?P<label>[\w &/()-]{{1,40}}?)[*_]*:[*_]*\s+)?(?P<value>.*?)[\s.,;]*$"
)
"""`- **Owner:** [Name]` -> its label and its value."""


def told(library: Library) -> Iterator[Page]:
    """Pages that hold somebody's words; an untouched template holds nobody's."""
    return (page for page in library.pages.values() if not page.is_blank)


def lines_of(page: Page) -> Iterator[Line]:
    """Every line that is neither code nor a block of comment."""
    if not page.is_markdown:
        return (Line(number, text.rstrip("\r")) for number, text in enumerate(page.text.split("\n"), 1))
    document = page.document
    end, code = document.front.end, document.code
    return (Line(number, text) for number, text in enumerate(document.lines, 1) if number <= end or number not in code)


def words_of(page: Page, text: str) -> str:
    """One line, with what stands in code spans blotted out and without comments. Places stay the same."""
    if "`" in text and page.is_markdown:
        text = SPAN.sub(lambda found: "`" * len(found[0]), text)
    if "<!--" in text:
        text = COMMENT.sub(lambda found: " " * len(found[0]), text)
    return text


def value_of(text: str) -> tuple[str, str]:
    """(label, value) of one line, without bullets, boxes, stars and quotes."""
    found = VALUE.match(text)
    return ((found["label"] or "").strip(), found["value"].strip("*_\"' ")) if found else ("", "")


def cells_of(text: str) -> list[str]:
    """The cells of one row of a table; none where the line is no row."""
    text = text.strip()
    return [cell.strip(" *_\"'") for cell in text.strip("|").split("|")] if text.startswith("|") else []


def short(text: str) -> str:
    """As much of it as fits into a message."""
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:57]}..."
