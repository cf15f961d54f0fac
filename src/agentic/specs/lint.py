"""Library -> findings: what the reader would refuse, and what every rule has to say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agentic.errors import MissingSection, SpecError
from agentic.specs.graph import in_order
from agentic.specs.library import Library
from agentic.specs.read import faults_of
from agentic.specs.rule import Rule, Said
from agentic.specs.rules import RULES
from agentic.text import PROMPTS
from agentic.values import Finding, TaskSpec


def lint(library: Library, only: Sequence[str] = ()) -> tuple[Finding, ...]:
    """Findings, in the order of files and lines. `only`: files or folders (from the root) that are meant; none: all."""
    found = [*refused(library), *(finding(rule, said) for rule in RULES for said in rule.look(library))]
    meant = [
        one for one in found if not only or any(one.path == path or one.path.startswith(f"{path}/") for path in only)
    ]
    return tuple(sorted(meant, key=lambda one: (one.path, one.line, one.code)))


def finding(rule: Rule, said: Said) -> Finding:
    """What a rule says, in the noun that everybody reads."""
    return Finding("lint", said.message, said.path, said.line, rule.severity, rule.code, fix=said.fix or rule.fix)


def refused(library: Library) -> Iterator[Finding]:
    """What the reader of tasks would refuse, in the same words."""
    known = tuple(library.tasks)
    for error in (*library.unreadable, *library.misread):
        yield as_finding(error)
    for task in library.tasks.values():
        for error in faults_of(library.root, task, library.roots, known, library.has_file):
            yield as_finding(error)
    try:
        in_order(library.tasks.values())
    except SpecError as error:
        yield as_finding(error)


def as_finding(error: SpecError) -> Finding:
    """An error as a finding, in the same words."""
    message = f"{error.message}{f' ({error.cause})' if error.cause else ''}"
    return Finding("lint", message, error.path, error.line, code=error.code, fix=error.fix)


def refuse_skeletons(tasks: Sequence[TaskSpec]) -> None:
    """What nobody has filled in yet is not worth an answer. Raises MissingSection."""
    for task in tasks:
        for number, line in enumerate(task.text.splitlines(), 1):
            if any(mark in line for mark in OPEN_MARKS):
                raise MissingSection(
                    f"text of the skeleton: {line.strip()}", path=f"{PROMPTS}/{task.path}", line=number
                )


OPEN_MARKS = (
    "<a clear, actionable title>",
    "<a measurable outcome>",
    "<data flow, infrastructure, quality requirements>",
    "<security, compatibility, scalability>",
)
