"""Lines of a requirement -> its acceptance scenarios, in every form in which people write them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from agentic.text import Line
from agentic.values.noun import Noun

LABEL = re.compile(
    r"(?P<indent>\s*)(?P<bullet>[-*+]\s+|\d+[.)]\s+)?(?:\[[ xX]\]\s*)?[*_`]*"
    r"(?:accept(?:ance|ed)(?:[ -](?:criteri(?:on|a)|scenarios?|tests?|when|if))?|scenarios?(?: outline)?|AC-?\d+)"
    r"(?:\s+\w{1,3})?(?:\s*\([^)]*\))?[*_`]*\s*:[*_`]*\s*(?P<text>.*)",
    re.IGNORECASE,
)
HEADING = re.compile(r"#{3,6}\s+(?:acceptance|scenario)\b[^:]*:?\s*(?P<text>.*)", re.IGNORECASE)
GIVEN = re.compile(r"\s*(?:[-*+]\s+|\d+[.)]\s+)?[*_`]*given\b", re.IGNORECASE)
"""No `when`: "When a month is delivered again, the job must ..." is a requirement, and a usual form of one."""
ITEM = re.compile(r"(?P<indent>\s*)(?:[-*+]|\d+[.)])\s+")
OTHER = re.compile(
    r"\s*(?:(?:[-*+]|\d+[.)])\s+[*_]*(?!(?i:given|when|then|and|but)\b)[A-Za-z]|[*_]*[A-Z])[\w /&-]{0,40}[*_]*:(?:[*_]*\s|\s*$)"
)
STEP = re.compile(r"(?:given|when|then|and|but)\b", re.IGNORECASE)
WHEN = re.compile(r"\b(?:when|if|after|once)\b", re.IGNORECASE)
THEN = re.compile(r"\bthen\b", re.IGNORECASE)


class Open(Noun, frozen=True):
    """A scenario that may go on in the next line."""

    line: int
    indent: int
    """How deep its bullet stands; -1: a label or heading of its own, so that every list item below belongs to it."""
    words: tuple[str, ...]


def scenarios(body: Sequence[Line], code: Collection[int] = ()) -> list[Line]:
    """Each with the line where it begins and all of its words; an empty one has none."""
    if not any(mark in line.text for line in body for mark in ("ccept", "cenario", "iven", "hen", "AC")):
        return []
    done: list[Open] = []
    now: Open | None = None
    fenced = blank = False
    for line in body:
        text = line.text
        if text.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
            continue
        if line.number in code and not (fenced and now):
            continue
        if not text.strip():
            blank = True
            continue
        begun = beginning(line, now)
        if begun or (now and not fenced and ends(text, now, blank=blank)):
            done += [now] if now else []
            now = begun
        elif now:
            now = Open(now.line, now.indent, (*now.words, text))
        blank = False
    return [Line(one.line, plain(one.words)) for one in (*done, *([now] if now else []))]


def beginning(line: Line, now: Open | None) -> Open | None:
    """The scenario that begins here."""
    if found := HEADING.match(line.text):
        return Open(line.number, -1, (found["text"],))
    if found := LABEL.match(line.text):
        return Open(line.number, len(found["indent"]) if found["bullet"] else -1, (found["text"],))
    if GIVEN.match(line.text) and (now is None or "then" in " ".join(now.words).lower()):
        item = ITEM.match(line.text)
        # An item of a block keeps the block open; one that stands alone ends with the next item.
        indent = -1 if now and now.indent < 0 else len(item["indent"]) if item else -1
        return Open(line.number, indent, (line.text,))
    return None


def ends(text: str, now: Open, *, blank: bool) -> bool:
    """Does this line no longer belong to the scenario?"""
    if text.startswith("#") or OTHER.match(text):
        return True
    item = ITEM.match(text)
    if item:
        return now.indent >= 0 and len(item["indent"]) <= now.indent and not is_step(text)
    return blank and not text.startswith((" ", "\t")) and not is_step(text)


def is_step(text: str) -> bool:
    """`Then ...`, `- And ...`."""
    return STEP.match(plain((text,))) is not None


def plain(words: Sequence[str]) -> str:
    """Without bullets and emphasis."""
    return " ".join(
        " ".join(re.sub(r"^\s*(?:[-*+]|\d+[.)])\s+", "", one).replace("**", "").split()) for one in words
    ).strip()


def is_scenario(text: str) -> bool:
    """Has it a when and a then? Who gives nothing begins with the world as it is."""
    return bool(WHEN.search(text) and THEN.search(text))
