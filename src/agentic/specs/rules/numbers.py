"""Rules about numbers."""

from __future__ import annotations

from agentic.specs.rule import Rule

RULES: tuple[Rule, ...] = ()
