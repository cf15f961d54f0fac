"""Checked -> published: the jobs that a task names under `publish:` run on the project's own lake."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from agentic.checks.evidence import failure, probe, seen
from agentic.flows.look import lay_out
from agentic.flows.run import Run
from agentic.flows.tools import Tools
from agentic.ports import Staged
from agentic.settings import Lake
from agentic.values import ChangeSet, CheckSpec, Finding, Verdict
from agentic.values.finding import ROWS


def publish(run: Run, changes: ChangeSet) -> tuple[Verdict, ...]:
    """One verdict for each job. It runs what has just been checked, from the scratch tree, so before anything is landed."""
    return tuple(published(run, CheckSpec("publish", job), changes) for job in run.task.publish)


def published(run: Run, spec: CheckSpec, changes: ChangeSet) -> Verdict:
    """On record once; a job that was cut off is run again, which is safe: it has been shown to be idempotent."""
    body = run.record.once("published", lambda: msgspec.to_builtins(publish_now(run, spec, changes)))
    return msgspec.convert(body, Verdict)


def publish_now(run: Run, spec: CheckSpec, changes: ChangeSet) -> Verdict:
    """Only where the catalog is a file of this project; a shared one is a person's to write to."""
    tools, lake = run.tools, run.tools.lake
    if reason := not_allowed(lake, tools):
        return Verdict(spec.label, "not run", (Finding(spec.label, reason, severity="note", code="AGT405"),))
    run.tell(f"publishing with {spec.target}")
    variables, folders = lake_of(lake, tools.root)
    staged = Staged(lay_out(run, changes, with_lake=False), run.task, ())
    before = tables(staged, tools, variables)
    outcome = tools.runner.run(staged, (tools.runner.python(), spec.target), environment=variables, writable=folders)
    if outcome.exit_code:
        return Verdict(spec.label, "failed", (failure(spec, outcome),), seen(outcome))
    after = tables(staged, tools, variables)
    return Verdict(spec.label, "passed", (), {**seen(outcome), "tables": after, **changed(before, after)})


def not_allowed(lake: Lake, tools: Tools) -> str:
    """Why a job is not published; empty where it may be."""
    if tools.policy.publish.allowed == "never":
        return "not published: the policy says never (publish.allowed)"
    if not lake.file:
        return "not published: the catalog is shared (configs/lake.yaml), so a person runs the job there"
    return ""


def lake_of(lake: Lake, root: Path) -> tuple[dict[str, str], tuple[Path, ...]]:
    """The lake's variables, and the folders that its job may write to."""
    catalog, warehouse = root / lake.file, root / lake.warehouse
    for folder in (catalog.parent, warehouse):
        folder.mkdir(parents=True, exist_ok=True)
    return lake.variables(root), (catalog.parent, warehouse)


def tables(staged: Staged, tools: Tools, variables: Mapping[str, str]) -> Mapping[str, Mapping[str, Any]]:
    """Snapshots and counts of the lake; no digests, since a lake may be large."""
    found: Mapping[str, Mapping[str, Any]] = probe(
        "lake_state", staged, tools.runner, "lake", "--no-digest", environment=variables
    )["tables"]
    return found


def changed(before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """`rows of bronze.flights: 334,264`, for tables that have a new snapshot."""
    new = {name: table for name, table in after.items() if before.get(name, {}).get("snapshot") != table["snapshot"]}
    return {f"{ROWS}{name}": f"{table['rows']:,}" for name, table in new.items()} or {"changed": "nothing"}
