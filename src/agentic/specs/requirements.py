"""Markdown -> requirements: a heading or list item that begins with an id, and what stands below it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from agentic.specs.page import Page
from agentic.specs.quality import quality_rules
from agentic.specs.scenario import scenarios
from agentic.text import Line
from agentic.values import Requirement

BEGINS = re.compile(
    r"(?P<mark>\#{1,6}|[-*+]|\d+[.)])\s+(?:\[[ xX]\]\s+)?[*_`]*(?P<id>(?:BR|TR|DR)-\d{1,9})(?!\w|\.\d|-\d|\s*[,/])"
    r"[*_`]*\s*[:.–—-]?[*_`]*\s*(?P<title>.*)"
)
MODAL = re.compile(
    r"(?<!that )(?<!which )(?<!who )\b(?:must|shall|should|may(?! \d))\b(?!-have)"
    r"|\b(?:REQUIRED|RECOMMENDED|OPTIONAL)\b|\b(?:is|are|be) (?:required|recommended|optional)\b",
    re.IGNORECASE,
)
"""The words of RFC 2119. A relative clause ("a flight that may be late must ...") asks for nothing."""
OWN = re.compile(
    r"\s*(?:[-*+]\s+)?[*_]*(?:requirement|statement|description|text|what|need|story|user story|behaviou?r)[*_]*\s*:[*_]*\s*",
    re.IGNORECASE,
)
"""A label behind which it says what it asks for."""
REMARK = re.compile(r"\s*(?:[-*+]|\d+[.)])?\s*[*_]*[A-Za-z][\w /&-]{0,40}[*_]*:(?:[*_]*\s|\s*$)|\#{1,6}\s|\s*>")
"""`- Priority: must`, a heading, a quotation: said about a requirement, and not what it asks for."""
CODE = re.compile(r"`[^`]*`")


def requirements_of(page: Page) -> Iterator[Requirement]:
    """Every requirement of one file, in order."""
    document = page.document
    begun = [(line, found) for line in document.prose if (found := BEGINS.match(line.text))]
    if not begun:
        return
    stops = sorted({*(line.number for line, _ in begun), *ending(page, begun), len(document.lines) + 1})
    for line, found in begun:
        end = stops[bisect_right(stops, line.number)]
        yield requirement(page, line, found, range(line.number + 1, end))


def ending(page: Page, begun: Sequence[tuple[Line, re.Match[str]]]) -> Iterator[int]:
    """Headings end a requirement; those below one that is a heading itself are its own."""
    deepest = max((len(found["mark"]) for _, found in begun if found["mark"].startswith("#")), default=6)
    return (heading.line for heading in page.document.headings if heading.level <= deepest)


def requirement(page: Page, line: Line, found: re.Match[str], numbers: range) -> Requirement:
    """One requirement from its lines."""
    lines, code = page.document.lines, page.document.code
    body = [Line(number, lines[number - 1]) for number in numbers]
    return Requirement(
        id=found["id"],
        title=found["title"].strip().strip("#").strip(),
        path=page.path,
        line=line.number,
        text="\n".join(one.text for one in body).strip(),
        acceptance=tuple(one.text for one in scenarios(body, code)),
        rules=tuple(quality_rules(one for one in body if one.number not in code)),
    )


def body_of(requirement: Requirement, page: Page) -> list[Line]:
    """The lines below its heading, as they stand in the file."""
    if not requirement.text:
        return []
    lines, first = page.document.lines, requirement.line + 1
    while not lines[first - 1].strip():
        first += 1
    return [Line(number, lines[number - 1]) for number in range(first, first + requirement.text.count("\n") + 1)]


def statement(requirement: Requirement, page: Page) -> str:
    """What it asks for, in its own words: neither acceptance, rules, remarks nor code. Where nothing is below: its title."""
    return own_words(requirement, page) or CODE.sub("", requirement.title)


def own_words(requirement: Requirement, page: Page) -> str:
    """The words between its heading and its acceptance, without remarks and code."""
    body, code = body_of(requirement, page), page.document.code
    end = min((one.number for one in scenarios(body, code)), default=len(page.document.lines) + 1)
    own = (OWN.sub("", line.text, 1) for line in body if line.number < end and line.number not in code)
    return " ".join(CODE.sub("", " ".join(text for text in own if not is_remark(text))).split())


def is_remark(text: str) -> bool:
    """Is it said about the requirement? "Every flight must: ..." has a colon, and asks all the same."""
    found = REMARK.match(text)
    return bool(found and not MODAL.search(found[0]))


def stated(requirements: Iterable[Requirement]) -> tuple[Requirement, ...]:
    """Without those that only mention one: `- BR-1: met by Spark` in another document asks for nothing."""
    found = tuple(requirements)
    often = Counter(plain_id(one.id) for one in found)
    asked = {plain_id(one.id) for one in found if asks(one)}
    return tuple(one for one in found if often[plain_id(one.id)] == 1 or plain_id(one.id) not in asked or asks(one))


def plain_id(name: str) -> str:
    """`BR-01` is `BR-1`."""
    kind, _, number = name.partition("-")
    return f"{kind}-{int(number)}"


def asks(requirement: Requirement) -> bool:
    """Does it say anything of its own?"""
    return bool(requirement.acceptance or requirement.rules or MODAL.search(f"{requirement.title} {requirement.text}"))
