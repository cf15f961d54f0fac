"""A requirement as a person wrote it."""

from __future__ import annotations

from agentic.values.digest import digest
from agentic.values.noun import Noun


class QualityRule(Noun, frozen=True):
    """`- Rule: bronze.flights.carrier not_null, threshold 100 %`."""

    text: str
    line: int
    table: str = ""
    """`bronze.flights`; empty where the rule names none."""
    columns: tuple[str, ...] = ()
    """Empty: the rule is about the whole table."""
    rule: str = ""
    """`not_null`, `unique`, `between 1 and 12`, ..."""
    threshold: str = ""
    """`100 %`; empty where the rule has none."""


class Requirement(Noun, frozen=True):
    """One `### BR-1: title` with what stands below it."""

    id: str
    """`BR-n` (business), `TR-n` (technical) or `DR-n` (data)."""
    title: str
    path: str
    """From the project's root."""
    line: int
    text: str = ""
    """Everything below the heading, without it."""
    acceptance: tuple[str, ...] = ()
    rules: tuple[QualityRule, ...] = ()

    @property
    def digest(self) -> str:
        """`sha256:` of the wording; layout and line breaks do not count."""
        return digest(" ".join(f"{self.title} {self.text}".split()))
