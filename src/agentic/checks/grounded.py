"""What a draft says that nobody said: figures, addresses, names, answers, ticks. By comparison, not by judgement."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

NUMBER = re.compile(r"(?<![\w.,-])\d[\d,.' \u202f]*\d|(?<![\w.,-])\d(?=\s*(?:%|per ?cent|[A-Za-z€$]))")
"""Figures: of two digits and more, and single digits with a unit behind them."""
ADDRESS = re.compile(r"https?://[^\s)>\]`\"']+|[\w.+-]+@[\w-]+\.[\w.-]+|\bs3://[^\s)>\]`\"']+")
NAMED = re.compile(
    r"\b(?:Q|A|BR|TR|DR|AC|ADR)-\d+\b|\b\d{4}-\d\d-\d\d\b|\bversion:.*$|^\s*\d+[.)]\s|^#+\s*(?:ADR[- ])?\d[\d.]*\s",
    re.MULTILINE,
)
"""Ids, days, and numbers of headings and list items are no figures."""
QUESTION = re.compile(r"^\s*(?:[-*+]\s+|#{2,6}\s+)?\**Q-\d+\**\s*:")
ANSWER = re.compile(r"^\s*(?:[-*+]\s+)?\**A(?:-\d+)?\**\s*:\s*(?P<text>.+)$")
NAME = re.compile(r"`([A-Za-z_][\w-]*(?:[./][\w-]+)+(?:\(\))?|[A-Za-z_]\w*(?:\(\)|_\w+))`")
"""Names of code and data in backticks: with a dot, a slash, an underscore or `()`."""
TICK = re.compile(r"^\s*[-*+]\s+\[[xX]\]\s+(?P<text>.*)$")


def unsaid(draft: str, sources: Iterable[str]) -> Iterator[tuple[int, str]]:
    """(line, what is wrong with it), for everything that no source holds."""
    texts = list(sources)
    figures = {plain(figure) for text in texts for figure in NUMBER.findall(NAMED.sub(" ", text))}
    words = " ".join(" ".join(text.split()) for text in texts)
    fence = False
    for number, line in enumerate(draft.splitlines(), 1):
        fence ^= line.lstrip().startswith("```")
        if not QUESTION.match(line):
            yield from ((number, message) for message in faults(line, figures, words, texts, in_fence=fence))


def faults(line: str, figures: set[str], words: str, texts: Sequence[str], *, in_fence: bool) -> Iterator[str]:
    """Everything in one line."""
    if not in_fence:
        yield from invented_figures(line, figures)
    yield from invented_names(line, words)
    answer, tick = ANSWER.match(line), TICK.match(line)
    if answer and " ".join(answer["text"].split()) not in words:
        yield "a question is answered that nobody answered: take the line out, a person will answer"
    if tick and not any(TICK.search(one) and tick["text"] in one for text in texts for one in text.splitlines()):
        yield f"a box is ticked that a person has to tick: {tick['text']}"


def invented_figures(line: str, figures: set[str]) -> Iterator[str]:
    """Figures that no source holds."""
    for figure in NUMBER.findall(NAMED.sub(" ", line)):
        if plain(figure) not in figures:
            yield f"nobody said {figure.strip()}: copy the figure that was said, or ask with a line Q-n"


def invented_names(line: str, words: str) -> Iterator[str]:
    """Addresses, and names of code and data, that no source holds."""
    for address in ADDRESS.findall(line):
        if address.rstrip(".,;") not in words:
            yield f"nobody named {address}: ask for it with a line Q-n"
    for name in NAME.findall(line):
        if name.removesuffix("()") not in words:
            yield f"nothing is called {name} in what was given: take it out, or ask with a line Q-n"


def plain(figure: str) -> str:
    """336,776 and 336 776 and 336776 are one figure; 7.0 and 7 as well."""
    digits = re.sub(r"[,' \u202f](?=\d{3}\b)", "", figure.strip().rstrip(".,"))
    return digits.rstrip("0").rstrip(".") if "." in digits else digits
