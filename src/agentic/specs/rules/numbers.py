"""Rules about numbers: two figures for one thing."""

from __future__ import annotations

from collections.abc import Iterator

from agentic.specs.figures import Clash, claims_of, clashes
from agentic.specs.library import Library
from agentic.specs.rule import Defect, Rule, Said, add, swap


def contradictions(library: Library) -> Iterator[Said]:
    """One of the two is wrong, and whoever reads the other builds on it."""
    return (said(clash) for clash in clashes(claims_of(library)))


def said(clash: Clash) -> Said:
    """With both places."""
    here, there = clash.here, clash.there
    place = f"on line {there.line}" if here.path == there.path else f"in {there.path}:{there.line}"
    return Said(here.path, here.line, f"{here.subject}: {here.amount.shown} here, {there.amount.shown} {place}")

RULES: tuple[Rule, ...] = ()
