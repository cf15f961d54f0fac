"""Library -> every claim of its documents."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from agentic.specs.figures.block import Block, Blocks
from agentic.specs.figures.claim import Claim, World, claims
from agentic.specs.figures.sheet import sheet_claims
from agentic.specs.figures.words import APART, GENERIC, PLAIN, WEAK, noun, nouns
from agentic.specs.library import Library
from agentic.specs.page import Page
from agentic.values.noun import Noun

WORDS = re.compile(r"[A-Za-z_][\w.-]*")
COMMON = WEAK | PLAIN | APART | GENERIC | {"check", "pytest", "expectation", "python"}
"""Two lines that share but one of these speak of different things."""
LONG = 10_000
SHARED = ("requirements", "design", "context", "standards")
"""Folders whose documents speak of the whole project."""


def claims_of(library: Library) -> tuple[Claim, ...]:
    """Of the shared documents; and of the tasks, where somebody else speaks of the same."""
    world = world_of(library)
    pages = [page for page in library.pages.values() if not page.is_blank]
    shared = [claim for page in pages if page.folder in SHARED for claim in claims_in(page, world)]
    known = Known.of(shared)
    tasks = (page for page in pages if page.folder == "tasks" and page.is_markdown)
    return (*shared, *(claim for page in tasks for claim in claims_in_task(page, world, known)))


class Known(Noun, frozen=True):
    """What the shared documents speak of."""

    abouts: frozenset[frozenset[str]]
    words: frozenset[str]

    @classmethod
    def of(cls, claims: Sequence[Claim]) -> Known:
        """Long figures count in any case: a slip of the hand is one wherever it stands."""
        abouts = frozenset(one.about for one in claims if one.kind != "weak" or one.amount.low >= LONG)
        return cls(abouts, frozenset(word for about in abouts for word in about))

    def speaks_of(self, words: frozenset[str]) -> bool:
        """Is there a claim of which all words are among these?"""
        return not self.words.isdisjoint(words) and any(about <= words for about in self.abouts)


def claims_in(page: Page, world: World) -> Iterator[Claim]:
    """Of one page."""
    if page.is_markdown:
        return (claim for block in Blocks(page) for claim in claims(block, world))
    return sheet_claims(page, world)


def claims_in_task(page: Page, world: World, known: Known) -> Iterator[Claim]:
    """Only from blocks of whose words there is a figure elsewhere, too: there may be thousands of tasks."""
    blocks = [(block, words_of(block)) for block in Blocks(page)]
    often = Counter(word for _, words in blocks for word in words - COMMON)
    for block, words in blocks:
        if known.speaks_of(words) or any(often[word] > 1 for word in words):
            yield from claims(block, world)


def words_of(block: Block) -> frozenset[str]:
    """Its nouns, with those of its label, of the items and of the heading above."""
    around = (*block.parents, *(heading.title for heading in block.headings[-1:]))
    return nouns(WORDS.findall(" ".join((block.label, block.text, *around))))


def world_of(library: Library) -> World:
    """Its datasets and modules."""
    datasets = frozenset(noun(name) for name in library.datasets)
    modules = frozenset(noun(task.module) for task in library.tasks.values())
    if len(datasets) == 1:
        return World(modules - datasets if len(modules) > 1 else frozenset(), datasets)
    return World(datasets | (modules if len(modules) > 1 else frozenset()))
