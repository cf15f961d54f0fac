"""Every task of a project -> findings: what the reader would refuse, and what is wrong between tasks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from agentic.errors import MissingSection, SpecError
from agentic.specs.find import PROMPTS
from agentic.specs.graph import in_order
from agentic.specs.read import read_task
from agentic.values import Finding, TaskSpec


def lint(root: Path, paths: Sequence[str], roots: tuple[str, ...]) -> tuple[Finding, ...]:
    """Findings on the tasks at `paths` (from `agent-prompts/`)."""
    tasks: list[TaskSpec] = []
    findings: list[Finding] = []
    for path in paths:
        findings += caught(lambda: tasks.append(read_task(root, path, roots)))  # noqa: B023 (called at once)
    findings += caught(lambda: in_order(tasks))
    return (*findings, *shared_deliverables(tasks), *unmeasured(tasks), *left_open(tasks))


def caught(work: Callable[[], object]) -> Iterator[Finding]:
    """An error as a finding, in the same words."""
    try:
        work()
    except SpecError as error:
        message = f"{error.message}{f' ({error.cause})' if error.cause else ''}"
        yield Finding("lint", message, error.path, error.line, code=error.code, detail=error.fix)


def shared_deliverables(tasks: Sequence[TaskSpec]) -> Iterator[Finding]:
    """Two tasks that own one file would overwrite each other."""
    owners: dict[str, list[str]] = defaultdict(list)
    for task in tasks:
        for path in task.deliverables:
            owners[path].append(task.path)
    for path, named in owners.items():
        if len(named) > 1:
            yield Finding(
                "lint", f"{path} is a deliverable of {' and '.join(named)}", f"{PROMPTS}/{named[1]}", code="AGT104"
            )


def unmeasured(tasks: Sequence[TaskSpec]) -> Iterator[Finding]:
    """A criterion that names no check can never be ticked; a task without checks shows nothing."""
    for task in tasks:
        shown = f"{PROMPTS}/{task.path}"
        if not task.checks:
            yield Finding(
                "lint", "the task has no check, so nothing can be shown", shown, severity="warning", code="AGT108"
            )
        for criterion in task.criteria:
            if not criterion.check:
                yield Finding("lint", f"nothing measures: {criterion.text}", shown, criterion.line, "warning", "AGT108")


def refuse_skeletons(tasks: Sequence[TaskSpec]) -> None:
    """What nobody has filled in yet is not worth an answer. Raises MissingSection."""
    for finding in left_open(tasks):
        raise MissingSection(finding.message, path=finding.path, line=finding.line)


def left_open(tasks: Sequence[TaskSpec]) -> Iterator[Finding]:
    """Text of the skeleton that nobody has replaced."""
    for task in tasks:
        for number, line in enumerate(task.text.splitlines(), 1):
            if any(mark in line for mark in OPEN_MARKS):
                yield Finding(
                    "lint", f"text of the skeleton: {line.strip()}", f"{PROMPTS}/{task.path}", number, code="AGT105"
                )


OPEN_MARKS = (
    "<a clear, actionable title>",
    "<a measurable outcome>",
    "<data flow, infrastructure, quality requirements>",
    "<security, compatibility, scalability>",
)
