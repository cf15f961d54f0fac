"""Library -> every claim of its documents."""

from __future__ import annotations

from collections.abc import Iterator

from agentic.specs.figures.block import Blocks
from agentic.specs.figures.claim import Claim, World, claims
from agentic.specs.figures.sheet import sheet_claims
from agentic.specs.figures.words import noun
from agentic.specs.library import Library
from agentic.specs.page import Page

FOLDERS = ("requirements", "design", "context", "standards", "tasks")


def claims_of(library: Library) -> tuple[Claim, ...]:
    """In the order of files and lines."""
    world = world_of(library)
    pages = (page for page in library.pages.values() if page.folder in FOLDERS and not page.is_blank)
    return tuple(claim for page in pages for claim in claims_in(page, world))


def claims_in(page: Page, world: World) -> Iterator[Claim]:
    """Of one page."""
    if page.is_markdown:
        return (claim for block in Blocks(page) for claim in claims(block, world))
    return sheet_claims(page, world)


def world_of(library: Library) -> World:
    """Its datasets and modules."""
    datasets = frozenset(noun(name) for name in library.datasets)
    modules = frozenset(noun(task.module) for task in library.tasks.values())
    if len(datasets) == 1:
        return World(modules - datasets if len(modules) > 1 else frozenset(), datasets)
    return World(datasets | (modules if len(modules) > 1 else frozenset()))
