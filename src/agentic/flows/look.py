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
from agentic.workspace import stage


@dataclass(frozen=True, slots=True)
class Seen:
    """What the next look is held against."""

    texts: Mapping[str, str] = field(default_factory=dict)
    """Files as the attempt before wrote them, or as they stand in the project."""
    failed_tests: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()

    def then(self, changes: ChangeSet, verdicts: tuple[Verdict, ...]) -> Seen:
        """One attempt on."""
        texts = {**self.texts, **{change.path: change.text or "" for change in changes.changes}}
        return Seen(texts, failed_tests(verdicts), errors_in(verdicts))


def look(run: Run, attempt: int, changes: ChangeSet, before: Seen) -> tuple[Verdict, ...]:
    """All verdicts of one attempt; recalled where the attempt is on record."""
    body = run.record.once("looked", lambda: look_now(run, attempt, changes, before))
    return msgspec.convert(body["verdicts"], tuple[Verdict, ...])


def look_now(run: Run, attempt: int, changes: ChangeSet, before: Seen) -> Mapping[str, Any]:
    """First what can be told from the files alone; only then are they run."""
    began = time.monotonic()
    verdicts = [complete(run, changes), no_weaker(run, changes, before)]
    if all(verdict.passed for verdict in verdicts):
        verdicts += judge_each(run, attempt, Staged(lay_out(run, changes), run.task, changes.paths, run.tell))
    else:
        verdicts += [Verdict(spec.label, "not run") for spec in run.task.checks]
    milliseconds = round((time.monotonic() - began) * 1000)
    return {"attempt": attempt, "milliseconds": milliseconds, "verdicts": msgspec.to_builtins(verdicts)}


def lay_out(run: Run, changes: ChangeSet) -> Path:
    """A fresh scratch tree: what a check before left there can help no check after."""
    workspace = run.tools.settings.workspace
    return stage(run.tools.root, run.record.name, changes, run.tools.files(), workspace.skip, workspace.data)


def judge_each(run: Run, attempt: int, staged: Staged) -> Iterator[Verdict]:
    """Every check; after one that others stand on has failed, they are not run."""
    stopped = False
    for spec in run.task.checks:
        if stopped:
            yield Verdict(spec.label, "not run")
            continue
        run.tell(f"checking {spec.label}")
        verdict = run.tools.checks[spec.kind].look(staged, spec, run.tools.runner)
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


def failed_tests(verdicts: tuple[Verdict, ...]) -> frozenset[str]:
    """Names of tests that failed, without their parameters."""
    names = (name for verdict in verdicts for name in verdict.evidence.get("failed_tests", ()))
    return frozenset(name.split("[")[0] for name in names)


def errors_in(verdicts: tuple[Verdict, ...]) -> tuple[Finding, ...]:
    """What has to be mended."""
    failed = (verdict for verdict in verdicts if verdict.status == "failed")
    return tuple(finding for verdict in failed for finding in verdict.findings if finding.severity == "error")
