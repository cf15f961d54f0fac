"""Two versions of a task spec -> in what they differ; boxes and layout are nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from agentic.values import TaskSpec

BULLET = re.compile(r"^\s*[-*+]\s+(?:\[[ xX]\]\s+)?", re.MULTILINE)


def words(text: str) -> str:
    """The text without bullets, boxes and white space."""
    return " ".join(BULLET.sub("", text.removeprefix("\ufeff")).split())


PARTS: Mapping[str, Callable[[TaskSpec], object]] = {
    "title": lambda task: words(task.title),
    "type": lambda task: task.type,
    "requirements": lambda task: sorted(task.requirements),
    "dependencies": lambda task: sorted(task.depends_on),
    "deliverables": lambda task: sorted(task.deliverables),
    "template": lambda task: task.template,
    "parameters": lambda task: task.parameters,
    "checks": lambda task: [(check.label, check.options) for check in task.checks],
    "publish": lambda task: task.publish,
    "success criteria": lambda task: [(words(one.text), one.id, one.check) for one in task.criteria],
    "context files": lambda task: sorted(file.path for file in task.context_files),
    "objective": lambda task: words(task.objective),
    "technical specifications": lambda task: words(task.specifications),
    "constraints": lambda task: words(task.constraints),
}
"""What the prompt carries and the checks ask. Attempts and budget are none of it: they change no result."""


def parted(before: TaskSpec, now: TaskSpec) -> Iterator[str]:
    """The parts that say something else."""
    return (name for name, part in PARTS.items() if part(before) != part(now))
