"""What a draft says that nobody said: figures, days, addresses, names, answers, ticks. By comparison, not by judgement.

So it cannot see a figure in words ("forty"), a person's name, a figure that was said of something else, a name of code in a
fence or without backticks, nor any claim without one of these.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from agentic.text.marks import ANSWER, BOX, COMMENT, PLACEHOLDER, QUESTION

FIGURE = re.compile(
    r"(?<![\w.,])(?<![A-Za-z_]-)(?:\d{1,3}(?:[,'. \u00a0\u202f]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)*)"
)
UNIT = re.compile(r"\s*(?:[%€$]|(?!(?:and|or|to|is|are)\b)[A-Za-z])")
"""A single digit without a unit behind it counts steps, not rows."""
ENGLISH = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
GERMAN = re.compile(r"(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?")
DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")
NAMED = re.compile(
    r"\b(?:Q|A|BR|TR|DR|AC|ADR)-\d+\b|\b(?:ISO|RFC|UTF|SHA)[ -]?\d+\b|^version:\s*\"?\d+\.\d+\"?\s*$|^\s*\d{1,2}[.)]\s"
    r"|^#+\s*(?:ADR[- ])?\d{1,2}(?:\.\d{1,2})*\.?\s|\b(?:decimal|numeric|varchar|char)\s*\(\s*\d+(?:\s*,\s*\d+)?\s*\)",
    re.MULTILINE | re.IGNORECASE,
)
"""Ids, norms, the version of a page, numbers of items and headings, and sizes of types are no figures."""
ADDRESS = re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s)>\]`\"'|]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
NAME = re.compile(r"`([A-Za-z_][\w-]*(?:[./][\w-]+)*)(?:\(\))?`")
"""A name of code or data in backticks; what has blanks in it is a command or a value."""
WORD = re.compile(r"[^\W\d]\w*")
USUAL = frozenset(
    WORD.findall(
        "array bigint binary boolean date decimal double float int integer long map smallint string struct timestamp tinyint varchar"
        " null not_null unique none yes no true false utc select from where group order by count sum min max avg agentic"
    )
)
"""Types, values, words of SQL and of rules: they name nothing of the project."""
COLUMN = re.compile(r"^\s*\|\s*column\s*\|", re.IGNORECASE)
CELL = re.compile(r"^\s*\|\s*`?(?P<name>[A-Za-z_]\w*)`?\s*\|")
ALLOWED = re.compile(r"(?:<!--|#|--)\s*agentic:\s*(?:allow|ignore|disable|suppress|skip|noqa)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Known:
    """Everything that was said, as it is compared."""

    figures: frozenset[str]
    days: frozenset[str]
    addresses: frozenset[str]
    words: frozenset[str]
    decided: frozenset[tuple[str, str]]
    """What only a person decides: (question, answer), ("box", words), ("allowed", line)."""


def unsaid(draft: str, sources: Iterable[str], own: Iterable[str]) -> Iterator[tuple[int, str]]:
    """(line, what is wrong with it), for everything that nobody said.

    sources: what was given. own: the person's words in them; ticks and answers of other documents are about those.
    """
    known, lines = known_from(sources, [*own]), draft.splitlines()
    in_fence = in_columns = False
    for number, line in enumerate(lines, 1):
        in_fence ^= line.lstrip().startswith("```")
        in_columns = line.lstrip().startswith("|") and (in_columns or bool(COLUMN.match(line)))
        if not QUESTION.match(line):
            yield from ((number, fault) for fault in invented(line, known, in_fence=in_fence, in_columns=in_columns))
    for number, fault, what in decided_in(lines):
        if what not in known.decided and ("", what[1]) not in known.decided:
            yield number, fault


def taken_out(draft: str, before: str) -> Iterator[str]:
    """Answers that a person gave, and boxes that a person ticked, which the draft no longer has."""
    now = {what for _, _, what in decided_in(draft.splitlines())}
    for _, _, what in decided_in(before.splitlines()):
        if what not in now and what[0] != "allowed":
            words = f"the box that a person ticked: {what[1]}" if what[0] == "box" else f"a person's answer: {what[1]}"
            yield f"the draft leaves out {words}; put it back as it was"


def known_from(sources: Iterable[str], own: list[str]) -> Known:
    """Without what a template wants to be replaced: its examples are nobody's word."""
    text = "\n".join(PLACEHOLDER.sub(" ", COMMENT.sub(" ", one)) for one in (*sources, *own))
    return Known(
        figures=frozenset(one for found in figures_in(text) for one in readings(found[0])),
        days=frozenset(DAY.findall(text)),
        addresses=frozenset(map(bare, ADDRESS.findall(text))),
        words=USUAL | frozenset(word.lower() for word in WORD.findall(text)),
        decided=frozenset(what for one in own for _, _, what in decided_in(one.splitlines())),
    )


def invented(line: str, known: Known, *, in_fence: bool, in_columns: bool) -> Iterator[str]:
    """Everything in one line that no source holds."""
    yield from invented_figures(line, known, in_fence=in_fence)
    for address in ADDRESS.findall(line):
        if bare(address) not in known.addresses:
            yield f"nobody named {address.rstrip('.,;:')}: ask for it with a line Q-n"
    cell = CELL.match(line) if in_columns else None
    for name in dict.fromkeys((*NAME.findall(line), *([cell["name"]] if cell else ()))):
        if any(word.lower() not in known.words for word in WORD.findall(name)):
            yield f"nothing is called {name} in what was given: take it out, or ask with a line Q-n"


def invented_figures(line: str, known: Known, *, in_fence: bool) -> Iterator[str]:
    """Figures and days. Code counts in small figures, too."""
    for found in figures_in(line):
        counts = len(found[0]) > 1 or (not in_fence and UNIT.match(found.string, found.end()))
        if counts and not is_known(found[0], known.figures):
            yield f"nobody said {found[0]}: copy the figure that was said, or ask with a line Q-n"
    for day in DAY.findall(line):
        if day not in known.days:
            yield f"nobody named the day {day}: ask for it with a line Q-n"


def figures_in(text: str) -> Iterator[re.Match[str]]:
    """Every figure; ids and days are none."""
    return FIGURE.finditer(NAMED.sub(" ", DAY.sub(" ", text)))


def is_known(figure: str, figures: frozenset[str]) -> bool:
    """In any reading; or it is several figures in a row, and each of them is."""
    parts = re.split(r"[, ]", figure)
    return bool(readings(figure) & figures) or (len(parts) > 1 and all(readings(part) & figures for part in parts))


def readings(figure: str) -> frozenset[str]:
    """336,776 and 336.776 and 336 776 are one figure, and so are 7.0 and 7; 1.500 may be two."""
    digits = re.sub(r"[ '\u00a0\u202f]", "", figure)
    english = digits.replace(",", "") if ENGLISH.fullmatch(digits) else ""
    german = digits.replace(".", "").replace(",", ".") if GERMAN.fullmatch(digits) else ""
    return frozenset(plain(one) for one in (english, german) if one) or frozenset((digits,))


def plain(figure: str) -> str:
    """Without zeros that say nothing."""
    whole, dot, part = figure.partition(".")
    return f"{whole.lstrip('0') or '0'}{dot}{part}".rstrip("0").rstrip(".") if part else whole.lstrip("0") or "0"


def bare(address: str) -> str:
    """Without the end of the sentence that it stands in."""
    return address.rstrip("/.,;:").lower()


def decided_in(lines: list[str]) -> Iterator[tuple[int, str, tuple[str, str]]]:
    """(line, what to say if nobody decided it, what is decided): answers, ticks, findings that are allowed."""
    question = ""
    for number, line in enumerate(lines, 1):
        asked, answer, box = QUESTION.match(line), ANSWER.match(line), BOX.match(line)
        if asked or line.startswith("#"):
            question = said(asked["text"]) if asked else ""
        elif answer:
            text = said(answer["text"]) or said(next((words for words in lines[number:] if words.strip()), ""))
            yield (
                number,
                "a question is answered that nobody answered: take the line out, a person will answer",
                (question, text),
            )
        elif box and box["tick"] != " ":
            yield number, f"a box is ticked that a person has to tick: {box['text']}", ("box", said(box["text"]))
        if ALLOWED.search(line):
            yield (
                number,
                "a finding is allowed that a person has to allow: take the comment out",
                ("allowed", said(line)),
            )


def said(text: str) -> str:
    """Words without layout."""
    return " ".join(text.split()).strip("*_ ")
