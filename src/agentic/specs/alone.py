"""One document that lies outside of `agent-prompts/` -> what the rules about words have to say of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from agentic.specs.library import Library
from agentic.specs.lint import hit_of
from agentic.specs.page import Page
from agentic.specs.rules import boxes, secrets, words
from agentic.values import Finding


@dataclass(frozen=True)
class Alone(Library):
    """A library of nothing but its drafts."""

    @cached_property
    def pages(self) -> dict[str, Page]:
        """Each of them."""
        return {path: Page(path, text) for path, text in self.drafts.items()}


def lint_alone(root: Path, path: str, text: str) -> tuple[Finding, ...]:
    """Words that were left for later, text of a template, boxes that are none, secrets."""
    library = Alone(root, (), {path: text})
    rules = (*words.RULES, *boxes.RULES, *secrets.RULES)
    return tuple(hit_of(rule, said).finding for rule in rules for said in rule.look(library))
