"""The end of every run: the last line of the journal, the Markdown from it, the progress files from the archive."""

from __future__ import annotations

import time
from collections.abc import Mapping

import msgspec

from agentic.flows.note import note_progress
from agentic.flows.run import Run
from agentic.values import Criterion, Execution, Finding, Verdict
from agentic.values.execution import Status
from agentic.workspace import LAKES, SCRATCH, clear

EXITS: Mapping[Status, int] = {
    "done": 0, "staged": 0, "undone": 0, "failed": 1, "interrupted": 4, "refused": 6, "stopped": 7,
}  # fmt: skip


def close(
    run: Run,
    status: Status,
    findings: tuple[Finding, ...] = (),
    verdicts: tuple[Verdict, ...] = (),
    notes: tuple[str, ...] = (),
    exit_status: int | None = None,
) -> Execution:
    """What the run came to. A run that can be resumed keeps its scratch tree."""
    run.record.keep(
        "closed",
        {
            "status": status,
            "exit_status": EXITS[status] if exit_status is None else exit_status,
            "findings": msgspec.to_builtins(findings),
            "criteria": [msgspec.to_builtins(tick(one, verdicts)) for one in run.task.criteria],
            "notes": notes,
            "milliseconds": shares(run),
        },
    )
    run.tools.archive.write_page(run.record.name)
    if status not in ("interrupted", "stopped"):
        for folder in (SCRATCH, LAKES):
            clear(run.tools.root / folder / run.record.name)
    note_progress(run.tools, run.task.module)
    return run.record.story.execution()


def tick(criterion: Criterion, verdicts: tuple[Verdict, ...]) -> Criterion:
    """Done when every check of the kind it names has passed, and only then; whatever box the spec shows."""
    measured = [verdict for verdict in verdicts if verdict.kind == criterion.check]
    shown = bool(measured) and all(verdict.passed for verdict in measured)
    return Criterion(criterion.text, criterion.line, criterion.id, criterion.check, shown)


def shares(run: Run) -> dict[str, int]:
    """Where the time went. The runner's own share is what neither model nor checks took."""
    story = run.record.story
    total = round((time.monotonic() - run.began) * 1000)
    provider = sum(body["milliseconds"] for body in story.all("reply"))
    looked = sum(body["milliseconds"] for body in story.all("looked"))
    published = sum(body["evidence"].get("milliseconds", 0) for body in story.all("published"))
    checks = looked + published
    return {"total": total, "provider": provider, "checks": checks, "runner": max(0, total - provider - checks)}
