"""Rules about tasks and what stands between them. What one task alone cannot be read with, the reader says (AGT1xx)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from agentic.specs.library import Library
from agentic.specs.rule import Defect, Rule, Said, swap, write
from agentic.text import PROMPTS

ORDERS = "agent-prompts/tasks/ingestion/orders.md"


def shared_deliverables(library: Library) -> Iterator[Said]:
    """Two tasks that own one file would overwrite each other."""
    owners: dict[str, list[str]] = defaultdict(list)
    for task in library.tasks.values():
        for path in task.deliverables:
            owners[path].append(task.path)
    for path, named in owners.items():
        for later in named[1:]:
            yield Said(f"{PROMPTS}/{later}", 1, f"{path} is a deliverable of {named[0]} and of {later}")


def without_check(library: Library) -> Iterator[Said]:
    """Nothing can be shown of a task that nothing checks."""
    for task in library.tasks.values():
        if not task.checks:
            yield Said(f"{PROMPTS}/{task.path}", 1, "the task has no check, so nothing can be shown")


def unmeasured(library: Library) -> Iterator[Said]:
    """A criterion that names no check can never be ticked."""
    for task in library.tasks.values():
        for criterion in task.criteria:
            if not criterion.check:
                yield Said(f"{PROMPTS}/{task.path}", criterion.line, f"nothing measures: {criterion.text}")


RULES: tuple[Rule, ...] = (
    Rule(
        "AGT020", "SharedDeliverable", "Two tasks declare the same file, so each would overwrite what the other made.",
        "let one task own the file, and name it among the other's context files.", shared_deliverables,
        (Defect("a second task for the same file", write("agent-prompts/tasks/ingestion/again.md", "---\nchecks: [python]\n---\n## TASK: Again\n## DELIVERABLES:\n- src/ingestion/orders.py\n")),),
    ),
    Rule(
        "AGT021", "TaskWithoutCheck", "A task names no check, so that nothing can show that it is done.",
        "name at least one under `checks:` in the front matter.", without_check,
        (Defect("no checks in the front matter", swap(ORDERS, "checks:\n  - python\n  - pytest: tests/ingestion/test_orders.py\n", "")),),
    ),
    Rule(
        "AGT022", "UnmeasuredCriterion", "A success criterion names no check that measures it, so it can never be ticked.",
        "end the criterion with `(check: KIND)`, where KIND is one of the task's checks.", unmeasured,
        (Defect("a criterion without its check", swap(ORDERS, " (check: pytest)", "")),),
    ),
)  # fmt: skip
"""Rules of this file, in the order of their codes."""
