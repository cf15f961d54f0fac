"""`dbt: SELECTION`: dbt builds what is selected; its artifacts are the story, not its exit code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from agentic.checks.evidence import failure, seen, verdict, wishes
from agentic.ports import Outcome, Runner, Staged
from agentic.values import CheckSpec, Finding, Verdict

GOOD = ("success", "pass", "no-op", "warn")
# dbt takes an empty selection for a success; here it is none.
STRICT = {
    "DBT_WARN_ERROR_OPTIONS": json.dumps({"error": ["NoNodesForSelectionCriteria"]}),
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "DBT_USE_COLORS": "false",
}


class Dbt:
    """Built in the scratch tree, into a database there."""

    stops = False

    def look(self, staged: Staged, spec: CheckSpec, runner: Runner) -> Verdict:
        """`dbt build` of the selection, or of everything."""
        folder = str(spec.options.get("project_dir", "src/transformation"))
        results = staged.root / folder / "target" / "run_results.json"
        # A run that dies early leaves the file of the run before.
        results.unlink(missing_ok=True)
        outcome = runner.run(staged, build(spec, folder), environment=STRICT, **wishes(spec))
        nodes = read_results(results)
        counts = {
            status: sum(node["status"] == status for node in nodes) for status in {node["status"] for node in nodes}
        }
        return verdict(spec, faults(spec, outcome, nodes), {**seen(outcome), "nodes": len(nodes), **counts})


def build(spec: CheckSpec, folder: str) -> tuple[str, ...]:
    """The command."""
    select = ("--select", *spec.target.split()) if spec.target else ()
    return (
        "dbt",
        "build",
        "--project-dir",
        folder,
        "--profiles-dir",
        str(spec.options.get("profiles_dir", folder)),
        *select,
    )


def read_results(path: Path) -> list[dict[str, Any]]:
    """The nodes that ran; none where dbt did not get so far."""
    if not path.is_file():
        return []
    nodes: list[dict[str, Any]] = json.loads(path.read_bytes()).get("results", [])
    return nodes


def faults(spec: CheckSpec, outcome: Outcome, nodes: list[dict[str, Any]]) -> Iterator[Finding]:
    """Nodes that failed; or, where none is named, the run as a whole."""
    failed = [node for node in nodes if node["status"] not in (*GOOD, "skipped")]
    for node in failed:
        yield Finding(spec.label, f"{node['unique_id']}: {node['status']}", detail=str(node.get("message") or ""))
    if not failed and (outcome.exit_code or not nodes):
        yield failure(spec, outcome, "" if outcome.exit_code else "dbt ran no node")
