"""ChangeSet -> verdicts: staged, then every check looks, in the order of the spec."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from agentic.flows.run import Run
from agentic.policy import weakened
from agentic.ports import Staged
from agentic.values import ChangeSet, Finding, Verdict
from agentic.workspace import LAKE, LAKES, SCRATCH, clear, stage

ON_THE_LAKE = ("job", "expectations", "dbt")
"""Checks that write the lake of the scratch tree, or judge it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the next look is held against."""

    texts: Mapping[str, str] = field(default_factory=dict)
    """Files as the attempt before wrote them, or as they stand in the project."""
    failed_tests: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()

    def then(self, changes: ChangeSet, verdicts: tuple[Verdict, ...]) -> Seen:
        """One attempt on. A version that demands less never becomes the measure of the next one."""
        failed = self.failed_tests | failed_tests(verdicts)
        stronger = {
            change.path: change.text or ""
            for change in changes.changes
            if not weakened(change.path, self.texts.get(change.path, ""), change.text or "", failed, may_change=False)
        }
        return Seen({**self.texts, **stronger}, failed, errors_in(verdicts))


def look(run: Run, attempt: int, changes: ChangeSet, before: Seen) -> tuple[Verdict, ...]:
    """All verdicts of one attempt; recalled where the attempt is on record."""
    body = run.record.once("looked", lambda: look_now(run, attempt, changes, before))
    return msgspec.convert(body["verdicts"], tuple[Verdict, ...])


def look_now(run: Run, attempt: int, changes: ChangeSet, before: Seen) -> Mapping[str, Any]:
    """First what can be told from the files alone; only then are they run."""
    began = time.monotonic()
    verdicts = [complete(run, changes), no_weaker(run, changes, before)]
    if all(verdict.passed for verdict in verdicts):
        verdicts += judge_each(run, attempt, changes)
        verdicts += seen_again(before.failed_tests, tuple(verdicts))
    else:
        verdicts += [Verdict(spec.label, "not run") for spec in run.task.checks]
    milliseconds = round((time.monotonic() - began) * 1000)
    return {"attempt": attempt, "milliseconds": milliseconds, "verdicts": msgspec.to_builtins(verdicts)}


def lay_out(run: Run, changes: ChangeSet, *, with_lake: bool) -> Path:
    """A fresh scratch tree: what a check before left there can help no check after.

    The lake alone goes from a job to what judges its tables; no other check gets to see it.
    """
    workspace = run.tools.settings.workspace
    return stage(
        run.tools.root, run.record.name, changes, run.tools.files(), workspace.skip, workspace.data, with_lake=with_lake
    )


def fresh(run: Run) -> None:
    """Nothing is left of the attempt before, nor of a run that was cut off."""
    for folder in (SCRATCH, LAKES):
        clear(run.tools.root / folder / run.record.name)


def judge_each(run: Run, attempt: int, changes: ChangeSet) -> Iterator[Verdict]:
    """Every check, each in a tree laid out anew; after one that others stand on has failed, they are not run."""
    stopped = False
    fresh(run)
    for spec in run.task.checks:
        if stopped:
            yield Verdict(spec.label, "not run")
            continue
        run.tell(f"checking {spec.label}")
        staged = Staged(lay_out(run, changes, with_lake=spec.kind in ON_THE_LAKE), run.task, changes.paths, run.tell)
        verdict = run.tools.checks[spec.kind].look(staged, spec, run.tools.runner)
        if spec.kind not in ON_THE_LAKE:
            # What a test left there is no job's work.
            clear(staged.root / LAKE)
        run.record.keep("check", {"attempt": attempt, "verdict": msgspec.to_builtins(verdict)})
        run.tell(f"{verdict.status}: {spec.label}")
        stopped = not verdict.passed and run.tools.checks[spec.kind].stops
        yield verdict


def complete(run: Run, changes: ChangeSet) -> Verdict:
    """Every deliverable is written, or is there from before; and something was written at all."""
    here = [path for path in run.task.deliverables if path in changes.paths or (run.tools.root / path).is_file()]
    missing = [path for path in run.task.deliverables if path not in here]
    findings = [Finding("deliverables", f"{path} was not written", path) for path in missing]
    if not changes.changes and not findings:
        findings.append(Finding("deliverables", "nothing was written"))
    return Verdict(
        "deliverables", "failed" if findings else "passed", tuple(findings), {"written": list(changes.paths)}
    )


def no_weaker(run: Run, changes: ChangeSet, before: Seen) -> Verdict:
    """Tests and suites, held against the attempt before and against what stands in the project."""
    may_change = run.tools.policy.tests.may_change_after_failure
    findings = tuple(
        finding
        for change in changes.changes
        if change.text is not None and change.path in before.texts
        for finding in weakened(change.path, before.texts[change.path], change.text, before.failed_tests, may_change)
    )
    return Verdict("policy: no weaker tests", "failed" if findings else "passed", findings)


def seen_again(failed: frozenset[str], verdicts: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
    """A test that failed before must be seen passing: taken out, renamed or never collected is not passed."""
    if not failed or not all(verdict.passed for verdict in verdicts):
        return ()
    passing = {name.split("[")[0] for verdict in verdicts for name in verdict.evidence.get("passed_tests", ())}
    source = "policy: failed tests pass now"
    findings = tuple(
        Finding(source, f"{name} failed before and did not run and pass now", code="AGT403")
        for name in sorted(failed - passing)
    )
    return (Verdict(source, "failed" if findings else "passed", findings),)


def failed_tests(verdicts: tuple[Verdict, ...]) -> frozenset[str]:
    """Names of tests that failed, without their parameters."""
    names = (name for verdict in verdicts for name in verdict.evidence.get("failed_tests", ()))
    return frozenset(name.split("[")[0] for name in names)


def errors_in(verdicts: tuple[Verdict, ...]) -> tuple[Finding, ...]:
    """What has to be mended."""
    failed = (verdict for verdict in verdicts if verdict.status == "failed")
    return tuple(finding for verdict in failed for finding in verdict.findings if finding.severity == "error")
