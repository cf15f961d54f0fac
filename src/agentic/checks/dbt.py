"""`dbt: SELECTION`: dbt builds what is selected; its artifacts are the story, not its exit code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import uuid4

from agentic.checks.evidence import failure, lake_environment, refuse_missing_module, seen, verdict, wishes
from agentic.outside.dbt import MARK, STRICT, results_of
from agentic.ports import Outcome, Runner, Staged
from agentic.values import CheckSpec, Finding, Verdict

GOOD = ("success", "pass", "no-op", "warn")
EMPTY = ("does not match any enabled nodes", "Nothing to do")


class Dbt:
    """Built in the scratch tree, into a database there, over the lake that a job before it made there."""

    stops = False

    def look(self, staged: Staged, spec: CheckSpec, runner: Runner) -> Verdict:
        """`dbt build` of the selection, or of everything."""
        folder = str(spec.options.get("project_dir", "src/transformation"))
        results = staged.root / folder / "target" / "run_results.json"
        # A run that dies early leaves the file of the run before; and where it cannot be removed, the mark tells.
        results.unlink(missing_ok=True)
        mark = uuid4().hex
        # `data` is shown read-only in a scratch tree, so the database lies beside the lake.
        warehouse = {"WAREHOUSE": f"{staged.root}/.lake/warehouse.duckdb"}
        environment = {**lake_environment(staged.root), **warehouse, **STRICT, f"{MARK}RUN": mark}
        outcome = runner.run(staged, build(spec, folder), environment=environment, **wishes(spec))
        refuse_missing_module(outcome, "dbt", "dbt")
        nodes = list(results_of(results, mark))
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


def faults(spec: CheckSpec, outcome: Outcome, nodes: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    """Nodes that failed; or, where none is named, the run as a whole."""
    failed = [node for node in nodes if node["status"] not in (*GOOD, "skipped")]
    for node in failed:
        yield Finding(spec.label, f"{node['unique_id']}: {node['status']}", detail=str(node.get("message") or ""))
    if not failed and (outcome.exit_code or not nodes):
        yield failure(spec, outcome, "" if outcome.timed_out else reason(spec, outcome, nodes))


def reason(spec: CheckSpec, outcome: Outcome, nodes: Sequence[Mapping[str, Any]]) -> str:
    """Why nothing was built, in a line: dbt writes no results for what it could not read."""
    if nodes:
        return f"every node is built, and dbt ended with exit code {outcome.exit_code}"
    if not outcome.exit_code or any(words in outcome.output for words in EMPTY):
        return (
            f"dbt failed: nothing is selected by {spec.target}"
            if spec.target
            else "dbt failed: the project has no node"
        )
    said = [line.strip() for line in outcome.output.partition("Encountered an error:")[2].splitlines() if line.strip()]
    return f"dbt failed before it built anything: {said[0] + (f': {said[1]}' if said[1:] else '')}" if said else ""
