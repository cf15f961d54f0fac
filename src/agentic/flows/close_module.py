"""A module at its end: evidence, checks run again, coverage, documents, what was learned - and a person who signs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

from agentic.values import Decision, Execution, Finding, TaskSpec
from agentic.values.noun import Noun

SIGNED = re.compile(
    r"^Signed:[ \t]*(?P<who>[^\W\d_][^<>\r\n]*?),?[ \t]*(?P<day>\d{4}-\d\d-\d\d)[ \t]*\r?$", re.MULTILINE
)
SOURCE = "close"
SIGNATURES = "signed"
"""The fact of a closure that says by whom."""


class Closure(Noun, frozen=True):
    """How far the closing of a module is."""

    module: str
    document: str
    """The checklist that a person fills in and signs; from the root."""
    findings: tuple[Finding, ...] = ()
    verifications: tuple[Execution, ...] = ()
    coverage: Mapping[str, int] = {}
    """Per cent, by file of the module."""
    signed_by: str = ""
    closed: bool = False
    record: str = ""
    """The decision in the archive."""

    @property
    def waits(self) -> bool:
        """Is all that is missing a person's word?"""
        return not self.closed and all(one.code in PERSONS for one in self.findings)


PERSONS = ("AGT082", "AGT083", "AGT084", "AGT085", "AGT665")
"""What only a person can settle: sections, questions, boxes, the signature."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one task of the module."""

    task: TaskSpec
    execution: Execution | None
    """The one whose files stand; None: not done."""


def undone(tasks: Sequence[Standing]) -> Iterator[Finding]:
    """Every task is done, with evidence."""
    for one in tasks:
        if one.execution is None:
            yield Finding(SOURCE, f"{one.task.path} is not done", f"agent-prompts/{one.task.path}", code="AGT660")


def failing(verifications: Sequence[Execution]) -> Iterator[Finding]:
    """Every check passes now."""
    for execution in verifications:
        for verdict in execution.verdicts:
            if not verdict.passed:
                first = verdict.findings[0].message if verdict.findings else verdict.status
                yield Finding(SOURCE, f"{verdict.source}: {first}", f"agent-prompts/{execution.task}", code="AGT661")


def coverage_of(verifications: Sequence[Execution], files: Sequence[str]) -> dict[str, int]:
    """Per cent for each file of the module that a test of it has run; the best where several did."""
    found: dict[str, int] = {}
    for execution in verifications:
        for verdict in execution.verdicts:
            for path, percent in verdict.evidence.get("coverage", {}).items():
                if path in files:
                    found[path] = max(found.get(path, 0), percent)
    return found


def uncovered(coverage: Mapping[str, int], files: Sequence[str], least: int) -> Iterator[Finding]:
    """Every file of the module is covered as far as the project demands."""
    if files and not coverage:
        message = "coverage was not measured: the project's Python needs the package coverage, and a pytest check has to run the module"
        yield Finding(SOURCE, message, files[0], code="AGT662")
        return
    for path in files:
        percent = coverage.get(path, 0)
        if percent < least:
            yield Finding(
                SOURCE, f"{path}: {percent} % of its lines are covered; {least} % are asked for", path, code="AGT662"
            )


def signatures(text: str) -> tuple[tuple[str, str], ...]:
    """(who, day) of everybody who signed, on a day that there was."""
    found = ((one["who"].strip(), one["day"]) for one in SIGNED.finditer(text))
    return tuple((who, day) for who, day in found if is_past(day))


def is_past(day: str) -> bool:
    """A day of the calendar, and not one that is still to come."""
    try:
        return date.fromisoformat(day) <= datetime.now(UTC).date()
    except ValueError:
        return False


def unsigned(text: str, path: str, module: str, before: Decision | None) -> Iterator[Finding]:
    """Nobody has signed; or all who did have signed for the module as it was. `before`: when it was closed last."""
    line = next((number for number, words in enumerate(text.splitlines(), 1) if words.startswith("Signed:")), 1)
    if not signatures(text):
        message = f"nobody has signed: write `Signed: NAME, YYYY-MM-DD`, or agentic close {module} --sign NAME"
        yield Finding(SOURCE, message, path, line, code="AGT665")
    elif before and before.facts.get(SIGNATURES) == written(signatures(text)):
        message = f"files changed since it was signed (closed in {before.id}): read it again, and sign again"
        yield Finding(SOURCE, message, path, line, code="AGT665")


def written(signatures: Sequence[tuple[str, str]]) -> str:
    """As the record of a closure keeps them."""
    return "; ".join(f"{who}, {day}" for who, day in signatures)


def signed(text: str, who: str, day: str) -> str:
    """The document with one signature more: in the place of what the template left, else below the others."""
    lines = text.split("\n")
    places = [number for number, line in enumerate(lines) if line.startswith("Signed:")]
    free = next((number for number in places if not SIGNED.match(lines[number])), None)
    line = f"Signed: {who}, {day}" + "\r" * ("\r\n" in text)
    if free is not None:
        lines[free] = line
    else:
        lines.insert(places[-1] + 1 if places else len(lines), line)
    return "\n".join(lines)


def evidence_lines(
    tasks: Sequence[Standing], verifications: Sequence[Execution], coverage: Mapping[str, int]
) -> Iterator[str]:
    """What was shown, by what."""
    by_task = {execution.task: execution for execution in verifications}
    for one in tasks:
        yield f"- {one.task.path}: {'done in ' + one.execution.id if one.execution else 'not done'}"
        if again := by_task.get(one.task.path):
            yield f"  - checks run again: {again.status} ({again.id})"
            yield from (f"    - {verdict.status}: {verdict.source}" for verdict in again.verdicts)
    for path, percent in coverage.items():
        yield f"- coverage of {path}: {percent} %"


def digests(root: Path, paths: Sequence[str]) -> dict[str, str]:
    """Path -> digest of what is closed."""
    return {
        path: f"sha256:{sha256((root / path).read_bytes()).hexdigest()}" for path in paths if (root / path).is_file()
    }
