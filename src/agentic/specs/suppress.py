"""Comments that allow a finding, each with its reason: read from a text, and held against what lint has found."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from agentic.specs.rule import Mend
from agentic.values import Finding
from agentic.values.noun import Noun

MARK = "agentic:"
FRONT = re.compile(r"---[ \t]*\n(?:.*\n)*?---[ \t]*(?:\n|\Z)")
COMMENT = re.compile(r"<!--\s*agentic:\s*(?P<words>.*?)\s*-->", re.DOTALL)
HASH = re.compile(r"(?:^|(?<=\s))(?:#|--)\s*agentic:[ \t]*(?P<words>.*?)[ \t]*$", re.MULTILINE)
VERB = re.compile(r"(?P<verb>[a-z]+(?:-[a-z]+)?)\b:?\s*(?P<rest>.*)$", re.IGNORECASE)
ALLOW = ("allow", "allow-file")
MEANT = (
    "alow",
    "allows",
    "allowed",
    "allowfile",
    "ignore",
    "ignore-file",
    "disable",
    "disable-file",
    "suppress",
    "noqa",
    "skip",
)
"""Verbs that somebody writes who means `allow`. Other words behind the mark are not ours: parts that are generated."""
BECAUSE = re.compile(r"\bbecause\b:?", re.IGNORECASE)
CODE = re.compile(r"[A-Z]{2,}\d+", re.IGNORECASE)
SPLIT = re.compile(r"[\s,;]+")


class Suppression(Noun, frozen=True):
    """One code that is allowed in one place."""

    path: str
    line: int
    """Where it is written."""
    code: str
    reason: str
    covers: int = 0
    """The line that it is about; 0: the whole file."""


class Suppressed(Noun, frozen=True):
    """A finding that a person allows, and why."""

    finding: Finding
    reason: str
    line: int
    """Where the reason is written."""


class Hit(Noun, frozen=True):
    """A finding, and how a machine can mend it."""

    finding: Finding
    mend: Mend | None = None


# --- from the text ------------------------------------------------------------------------------------------


class Remark(Noun, frozen=True):
    """One comment that allows something, or tries to."""

    line: int
    """Where it is written."""
    covers: int
    """The line that it is about; 0: the whole file."""
    verb: str
    codes: tuple[str, ...]
    reason: str

    @property
    def is_explained(self) -> bool:
        """One word explains nothing."""
        return len(re.findall(r"\w+", self.reason)) > 1


def suppressions(path: str, text: str) -> Iterator[Suppression]:
    """Every suppression that has a reason."""
    for remark in remarks(path, text):
        if remark.is_explained and remark.verb in ALLOW:
            for code in remark.codes:
                yield Suppression(path, remark.line, code, remark.reason, remark.covers)


def archived(path: str, text: str) -> list[dict[str, Any]]:
    """What the archive keeps of the suppressions of a file; empty where there is none."""
    return [{"code": one.code, "line": one.line, "reason": one.reason} for one in suppressions(path, text)]


def remarks(path: str, text: str) -> Iterator[Remark]:
    """Every comment that is addressed to us and speaks of allowing."""
    if MARK not in text:
        return
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    found = sorted(comments(path, text), key=lambda one: one.start())
    alone = {number for one in found if stands_alone(text, one) for number in lines_of(text, one)}
    lines = text.split("\n")
    for one in found:
        words = VERB.match(" ".join(one["words"].split()))
        if words and words["verb"].lower() in (*ALLOW, *MEANT):
            first, last = lines_of(text, one)[0], lines_of(text, one)[-1]
            covers = 0 if words["verb"].lower().endswith("file") else first
            if covers and first in alone:
                covers = next_line(lines, last, alone)
            yield Remark(first, covers, words["verb"].lower(), *told(words["rest"]))


def told(rest: str) -> tuple[tuple[str, ...], str]:
    """`AGT022, AGT031 because it is so` -> the codes and the reason. Without `because` there is no reason."""
    codes, because, reason = BECAUSE.split(rest, maxsplit=1)[0], BECAUSE.search(rest), ""
    if because:
        reason = rest[because.end() :].strip()
        named = [word for word in SPLIT.split(codes) if word and word.lower() != "and"]
    else:
        named = CODE.findall(codes)
    return tuple(word.upper() if CODE.fullmatch(word) else word for word in named), reason


def comments(path: str, text: str) -> Iterator[re.Match[str]]:
    """In Markdown `<!-- -->` outside of code, and `#` in the front matter; elsewhere what begins with `#` or `--`."""
    if not path.endswith(".md"):
        yield from HASH.finditer(text)
        return
    front = FRONT.match(text)
    end = front.end() if front else 0
    yield from HASH.finditer(text, 0, end)
    code = code_in(text)
    for found in COMMENT.finditer(text, end):
        place = len(text[: found.start()].encode())
        if not any(start <= place < stop for start, stop in code):
            yield found


def code_in(text: str) -> list[tuple[int, int]]:
    """Where Markdown is code, in bytes: what is shown there as an example says nothing."""
    import pyromark

    spans = []
    event: Any
    for event, place in pyromark.events_with_range(text):
        if isinstance(event, dict) and ("Code" in event or "CodeBlock" in event.get("Start", ())):
            spans.append((place["start"], place["end"]))
    return spans


def lines_of(text: str, found: re.Match[str]) -> range:
    """The lines that a comment stands on."""
    first = text.count("\n", 0, found.start()) + 1
    return range(first, first + found[0].count("\n") + 1)


def stands_alone(text: str, found: re.Match[str]) -> bool:
    """Nothing else on its lines."""
    stop = text.find("\n", found.end())
    before = text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
    return not (before + text[found.end() : stop if stop >= 0 else len(text)]).strip()


def next_line(lines: list[str], last: int, alone: Collection[int]) -> int:
    """The first line below that says something and is no suppression itself."""
    below = range(last + 1, len(lines) + 1)
    return next((number for number in below if number not in alone and lines[number - 1].strip()), last)


# --- held against what was found ------------------------------------------------------------------------------


def allow(
    hits: Iterable[Hit], allowed: Iterable[Suppression], firm: Collection[str]
) -> tuple[list[Hit], list[Suppressed], list[Suppression]]:
    """(what is left, what is allowed, suppressions that allow nothing). `firm`: codes that nobody can allow."""
    by_place: dict[tuple[str, str, int], Suppression] = {}
    for one in allowed:
        # On the line that it is about, and on its own: some findings are about the first line, whatever stands there.
        for line in {one.covers, one.line if one.covers else 0} if one.code not in firm else ():
            by_place.setdefault((one.path, one.code, line), one)
    left, suppressed, used = [], [], set()
    for hit in hits:
        said = hit.finding
        reason = by_place.get((said.path, said.code, said.line or -1)) or by_place.get((said.path, said.code, 0))
        if reason is None:
            left.append(hit)
        else:
            used.add(reason)
            suppressed.append(Suppressed(said, reason.reason, reason.line))
    return left, suppressed, [one for one in dict.fromkeys(by_place.values()) if one not in used]
