"""A module at its end: evidence, checks run again, coverage, documents, what was learned - and a person who signs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from agentic.values import Execution, Finding, TaskSpec
from agentic.values.noun import Noun

SIGNED = re.compile(r"^Signed:\s*(?P<who>[^<>\n]+?),?\s*(?P<day>\d{4}-\d\d-\d\d)\s*$", re.MULTILINE)
BEGIN = "<!-- agentic: generated from the archive; write above or below, not between -->"
END = "<!-- agentic: end -->"
SOURCE = "close"


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


PERSONS = ("AGT082", "AGT083", "AGT084", "AGT085", "AGT664", "AGT665")
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
    for path in files:
        percent = coverage.get(path, 0)
        if percent < least:
            yield Finding(
                SOURCE, f"{path}: {percent} % of its lines are covered; {least} % are asked for", path, code="AGT662"
            )


def signature(text: str, path: str) -> tuple[str, tuple[Finding, ...]]:
    """Who signed; a finding where nobody did."""
    found = SIGNED.search(text)
    if found:
        return found["who"].strip(), ()
    line = next((number for number, words in enumerate(text.splitlines(), 1) if words.startswith("Signed:")), 1)
    message = "nobody has signed: write `Signed: NAME, YYYY-MM-DD`, or agentic close MODULE --sign NAME"
    return "", (Finding(SOURCE, message, path, line, code="AGT665"),)


def with_evidence(text: str, lines: Sequence[str]) -> str:
    """The document with its generated part made anew; a person's words around it stay as they are."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        return text
    return f"{before}{BEGIN}\n" + "\n".join(lines) + f"\n{END}{after}"


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
