"""A requirement and its own acceptance: a deadline in the one, another in the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agentic.specs.figures.claim import Claim
from agentic.specs.figures.clause import Figure, figures
from agentic.specs.figures.compare import Clash
from agentic.specs.figures.words import GENERIC, nouns
from agentic.specs.library import Library
from agentic.specs.page import Page
from agentic.specs.requirements import body_of, own_words, stated
from agentic.specs.scenario import scenarios
from agentic.text import Line
from agentic.values import Requirement


def broken_promises(library: Library) -> Iterator[Clash]:
    """Of every requirement that names one bound: the scenarios that name another."""
    for one in stated(library.requirements):
        page = library.pages[one.path]
        if any(sign.isdigit() for sign in one.text):
            promised = bounds(own_words(one, page))
            for line in scenarios(body_of(one, page), page.document.code) if promised else ():
                yield from against(one, page, promised, line)


def bounds(text: str) -> list[Figure]:
    """Figures with `at most`, `within`, `at least`: of each dimension and bound, where there is but one."""
    found = [one for one in figures(text) if one.bound in ("most", "least")]
    kinds = [(one.amount.dimension, one.bound) for one in found]
    return [one for one, kind in zip(found, kinds, strict=True) if kinds.count(kind) == 1]


def against(requirement: Requirement, page: Page, promised: Sequence[Figure], line: Line) -> Iterator[Clash]:
    """What the scenario says otherwise. Figures in its given and when make another case of it."""
    given, _, then = line.text.partition("then ")
    if any(one.amount.dimension != "count" for one in figures(given)):
        return
    for said in bounds(then):
        for one in promised:
            shared = words(said) & words(one)
            same = (said.amount.dimension, said.bound) == (one.amount.dimension, one.bound)
            # "... within 96 hours" alone speaks of whatever the requirement speaks of.
            if same and (shared or not words(said)) and not said.amount.equals(one.amount):
                about = shared or words(one)
                yield Clash(
                    claimed(page.path, line.number, said, about),
                    claimed(page.path, place(requirement, page, one), one, about),
                )


def words(figure: Figure) -> frozenset[str]:
    """The nouns of its clause."""
    return nouns([*figure.left, *figure.right]) - GENERIC


def place(requirement: Requirement, page: Page, figure: Figure) -> int:
    """The line on which a requirement says it."""
    lines = (line.number for line in body_of(requirement, page) if figure.amount.shown.split()[-1] in line.text)
    return next(lines, requirement.line)


def claimed(path: str, line: int, figure: Figure, shared: frozenset[str]) -> Claim:
    """As a claim about what both speak of."""
    return Claim(path, line, shared, figure.amount, "norm", figure.bound)
