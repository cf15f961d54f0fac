"""Rules about numbers: two figures for one thing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from agentic.specs.library import Library
from agentic.specs.rule import Defect, Rule, Said, add, swap
from agentic.specs.rules.planting import together

if TYPE_CHECKING:
    from agentic.specs.figures import Clash


def contradictions(library: Library) -> Iterator[Said]:
    """One of the two is wrong, and whoever reads the other builds on it."""
    # Its patterns take longer to make than a task to read, and only lint needs them.
    from agentic.specs.figures import broken_promises, claims_of, clashes

    found = (*clashes(claims_of(library)), *broken_promises(library))
    return iter({(one.here.path, one.here.line): said(one) for one in reversed(found)}.values())


def said(clash: Clash) -> Said:
    """With both places."""
    here, there = clash.here, clash.there
    place = f"on line {there.line}" if here.path == there.path else f"in {there.path}:{there.line}"
    return Said(here.path, here.line, f"{here.subject}: {here.amount.shown} here, but {there.amount.shown} {place}")


ASKED = "agent-prompts/requirements/business_requirements.md"
CONTEXT = "agent-prompts/context/data_context.md"
SYSTEM = "agent-prompts/context/system_context.yaml"
DESIGN = "agent-prompts/design/architecture.md"
STANDARD = "agent-prompts/standards/development_patterns.md"
TASK = "agent-prompts/tasks/ingestion/orders.md"
MEMORY = "driver_memory: 1g"
PROMISE = "- Acceptance: given a day of orders, when it is loaded, then every order is in the table or in quarantine within 48 hours.\n"
TABLE = "\n## Targets\n\n| what | target |\n|---|---|\n| Freshness | 24 hours |\n"

RULES: tuple[Rule, ...] = (
    Rule(
        "AGT050", "ContradictingNumbers", "Two documents, or two places of one, give different figures for the same thing.",
        "find out which one holds and correct the other; where both hold, say of what each is.", contradictions,
        (
            Defect("a label and a sentence", together(add(CONTEXT, "\n- Data retention: 7 years\n"), add(DESIGN, "\nData is kept for 5 years.\n"))),
            Defect("a key and a sentence", together(swap(SYSTEM, MEMORY, "max_retries: 3"), add(STANDARD, "\n- A failed load is retried up to five times.\n"))),
            Defect("a key and a label", together(swap(SYSTEM, MEMORY, "driver_memory: 1g, max_executors: 20"), add(DESIGN, "\n- Maximum executors: 10\n"))),
            Defect("a table and a sentence", together(add(ASKED, TABLE), add(CONTEXT, "\nThe freshness must be at most two days.\n"))),
            Defect("other words around the noun", together(add(CONTEXT, "\n- Quality: 99.9% accuracy threshold\n"), add(TASK, "\n- An accuracy of 99 % is enough.\n"))),
            Defect("a requirement and its own acceptance", swap(ASKED, "- Rule: bronze.orders row_count", f"{PROMISE}- Rule: bronze.orders row_count")),
            Defect("a slip of the hand", together(add(CONTEXT, "\nThe shop delivered 336,776 orders.\n"), add(DESIGN, "\nA laptop reads 336,767 orders in a minute.\n"))),
            Defect("in one document", add(STANDARD, "\n- Snapshot retention: 7 days\n\n## Upkeep\n\nSnapshots expire after 30 days.\n")),
        ),
    ),
)  # fmt: skip
"""Rules of this file, in the order of their codes."""
