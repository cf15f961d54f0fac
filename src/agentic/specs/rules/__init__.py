"""Every rule of `agentic lint`, by craft. A new rule is one entry in one of these files; `agentic selftest` wants its defect."""

from __future__ import annotations

from agentic.specs.rule import Rule
from agentic.specs.rules import data, links, numbers, pages, requirements, structure, suppressions, tasks, versions

RULES: tuple[Rule, ...] = (
    *pages.RULES, *tasks.RULES, *requirements.RULES, *data.RULES, *numbers.RULES, *versions.RULES, *links.RULES, *structure.RULES,
    *suppressions.RULES,
)  # fmt: skip

__all__ = ["RULES"]
