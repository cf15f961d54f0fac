"""Markdown -> requirements: a heading or list item that begins with an id, and what stands below it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentic.specs.page import Page
from agentic.text import Line
from agentic.values import QualityRule, Requirement

BEGINS = re.compile(r"^(?P<mark>#{2,6}|[-*+])\s+\**(?P<id>(?:BR|TR|DR)-\d+)\**\s*[:.\-]?\**\s*(?P<title>.*)$")
ACCEPTANCE = re.compile(r"^\s*[-*+]\s+\**Acceptance\**\s*:\s*(?P<text>.*)$", re.IGNORECASE)
RULE = re.compile(r"^\s*[-*+]\s+\**Rule\**\s*:\s*(?P<text>.*)$", re.IGNORECASE)
PARTS = re.compile(
    r"^`?(?P<table>[\w-]+(?:\.[\w-]+)*?)(?:\.(?P<columns>\w+|\([^)]*\)))?`?\s+(?P<rule>.+?)(?:,\s*threshold:?\s*(?P<threshold>.*))?$",
    re.IGNORECASE,
)
ROW_RULES = ("row_count", "fresh", "freshness", "schema")
"""Rules about a whole table: what stands before them is no column."""


def requirements_of(page: Page) -> Iterator[Requirement]:
    """Every requirement of one file, in order."""
    document = page.document
    begun: list[tuple[Line, re.Match[str]]] = [
        (line, found) for line in document.prose if (found := BEGINS.match(line.text))
    ]
    stops = sorted({*(line.number for line, _ in begun), *headings(page, begun)})
    for line, found in begun:
        end = next((stop for stop in stops if stop > line.number), len(document.lines) + 1)
        body = [Line(number, document.lines[number - 1]) for number in range(line.number + 1, end)]
        yield requirement(page.path, line, found, body)


def headings(page: Page, begun: list[tuple[Line, re.Match[str]]]) -> Iterator[int]:
    """Headings end a requirement; those below one that is a heading itself are its own."""
    deepest = max((len(found["mark"]) for _, found in begun if found["mark"].startswith("#")), default=6)
    return (heading.line for heading in page.document.headings if heading.level <= deepest)


def requirement(path: str, line: Line, found: re.Match[str], body: list[Line]) -> Requirement:
    """One requirement from its lines."""
    matches = [(one, RULE.match(one.text)) for one in body]
    return Requirement(
        id=found["id"],
        title=found["title"].strip(),
        path=path,
        line=line.number,
        text="\n".join(one.text for one in body).strip(),
        acceptance=tuple(match["text"] for one in body if (match := ACCEPTANCE.match(one.text))),
        rules=tuple(quality_rule(match["text"], one.number) for one, match in matches if match),
    )


def quality_rule(text: str, line: int) -> QualityRule:
    """`bronze.flights.(a, b) unique, threshold 100 %` -> its parts; what cannot be told apart stays empty."""
    found = PARTS.match(text.strip())
    if not found:
        return QualityRule(text, line)
    table, columns, rule = found["table"], found["columns"] or "", found["rule"].strip()
    if columns and rule.split()[0] in ROW_RULES:
        table, columns = f"{table}.{columns}", ""
    names = tuple(name.strip(" `") for name in columns.strip("()").split(",") if name.strip(" `"))
    return QualityRule(text, line, table, names, rule, (found["threshold"] or "").strip())
