"""A run that failed -> diagnoses with their fixes, judged: by rules first, then by Claude, and by the judge in any case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from agentic.flows.healing.healer import Healer
from agentic.healing.diagnose import Diagnosed, diagnose
from agentic.healing.project import DbtProject
from agentic.outside.dbt import Ran
from agentic.values import Fix


def project_of(healer: Healer, ran: Ran, good: Mapping[str, Any]) -> DbtProject:
    """As it stands after a run. Where dbt could not read it, the manifest of before tells what there was."""
    compiled = {str(one["unique_id"]): str(one.get("compiled_code") or "") for one in ran.results}
    return DbtProject(
        healer.place, ran.manifest, good, compiled_now={name: sql for name, sql in compiled.items() if sql}
    )


def looked_at(healer: Healer, ran: Ran, project: DbtProject) -> tuple[Diagnosed, ...]:
    """Diagnoses, judged and on record."""
    healer.tell("looking for the cause")
    found = tuple(
        judged(healer, one, project)
        for one in diagnose(ran, project, healer.warehouse(project), healer.ledger.good_run)
    )
    healer.seen |= {one.diagnosis.id: one for one in found}
    for one in found:
        said = one.diagnosis
        healer.logs.write("errors", {
            "run": ran.id, "diagnosis": said.id, "class": said.error_class, "cause": said.cause, "confidence": said.confidence,
            "nodes": said.nodes, "path": said.path, "line": said.line, "message": said.message[:2000],
        })  # fmt: skip
    return found


def judged(healer: Healer, one: Diagnosed, project: DbtProject) -> Diagnosed:
    """Every fix with what the judge has against it, and kept as a proposal."""
    fixes = tuple(judged_fix(healer, fix, project) for fix in one.fixes)
    healer.fixes.update({fix.id: fix for fix in fixes[:3]})
    return Diagnosed(one.diagnosis, one.cases, one.candidates, fixes)


def judged_fix(healer: Healer, fix: Fix, project: DbtProject) -> Fix:
    """From the files and the manifest, never from anybody's word."""
    before = {path: project.whole(path) for path in fix.changes.paths if path in project.files}
    after = {change.path: change.text for change in fix.changes.changes}
    nodes = project.good.get("nodes", {}).values()
    built = {str(node["original_file_path"]): str(node["raw_code"]) for node in nodes if node.get("raw_code")}
    return replace(fix, findings=(*fix.findings, *healer.judge(before, after, project.known, built)))
