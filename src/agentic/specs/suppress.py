"""Comments that allow a finding, each with its reason: read from a text, and held against what lint has found."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from agentic.specs.rule import Mend
from agentic.values import Finding
from agentic.values.noun import Noun

MARK = "agentic:"
FRONT = re.compile(r"---[ \t]*\n(?:.*\n)*?---[ \t]*(?:\n|\Z)")
COMMENT = re.compile(r"<!--\s*agentic:\s*(?P<words>.{0,2000}?)\s*-->", re.DOTALL)
HASH = re.compile(r"(?:^|(?<=\s))(?:#|--)\s*agentic:(?P<words>.*)$", re.MULTILINE)
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
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    said = [Comment.of(text, starts, found) for found in sorted(comments(path, text), key=lambda one: one.start())]
    below = lines_below(text, {line for one in said if one.alone for line in range(one.first, one.last + 1)})
    for one in said:
        words = VERB.match(one.words)
        if words and (verb := words["verb"].lower()) in (*ALLOW, *MEANT):
            covers = below[one.last] if one.alone else one.first
            yield Remark(one.first, 0 if verb.endswith("file") else covers, verb, *told(words["rest"]))


class Comment(Noun, frozen=True):
    """One comment that is addressed to us."""

    first: int
    last: int
    """Its lines."""
    words: str
    alone: bool
    """Nothing else stands on its lines."""

    @classmethod
    def of(cls, text: str, starts: Sequence[int], found: re.Match[str]) -> Comment:
        """`starts`: where each line begins."""
        first, last = bisect_right(starts, found.start()), bisect_right(starts, found.end() - 1)
        end = starts[last] if last < len(starts) else len(text)
        alone = not (text[starts[first - 1] : found.start()] + text[found.end() : end]).strip()
        return cls(first, last, " ".join(found["words"].split()), alone)


def lines_below(text: str, left_out: Collection[int]) -> list[int]:
    """For each line, by number, the next one that says something and is not left out; where there is none, itself."""
    lines = text.split("\n")
    found, below = [0] * (len(lines) + 1), 0
    for number in range(len(lines), 0, -1):
        found[number] = below or number
        if number not in left_out and lines[number - 1].strip():
            below = number
    return found


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
    begins, ends = code_in(text)
    place = before = 0
    for found in COMMENT.finditer(text, end):
        # The parser counts bytes.
        place, before = place + len(text[before : found.start()].encode()), found.start()
        at = bisect_right(begins, place) - 1
        if at < 0 or place >= ends[at]:
            yield found


def code_in(text: str) -> tuple[list[int], list[int]]:
    """Where Markdown begins and ends to be code: what is shown there as an example says nothing."""
    import pyromark

    spans = []
    event: Any
    for event, place in pyromark.events_with_range(text):
        if isinstance(event, dict) and ("Code" in event or "CodeBlock" in event.get("Start", ())):
            spans.append((place["start"], place["end"]))
    return [start for start, _ in spans], [end for _, end in spans]


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
