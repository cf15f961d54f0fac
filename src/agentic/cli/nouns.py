"""What --json prints, by the noun in its `schema` key."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Any

import msgspec

from agentic.app.amending import Find
from agentic.app.auditing import RequirementRecord
from agentic.app.linting import LintReport
from agentic.app.pipelines import PipelineHistory
from agentic.app.sealing import Sealed
from agentic.app.selftest import SelftestReport
from agentic.app.structure import StructureReport
from agentic.audit.approvals import Approval
from agentic.audit.blame import Blame
from agentic.audit.compare import Comparison
from agentic.audit.forecast import Forecast
from agentic.audit.refusals import Refused
from agentic.audit.stats import Stats
from agentic.data import Columns, Extraction, Ingestion, Planned, ServerTable, SourceRow
from agentic.errors import UsageError
from agentic.evidence.drift import Drift
from agentic.evidence.metrics import Metrics
from agentic.evidence.trace import Trace
from agentic.exchange.by_hand import Imported
from agentic.flows.close_module import Closure
from agentic.flows.diagnose_machine import Remark
from agentic.flows.healing.validating import Validation
from agentic.flows.preview import Preview
from agentic.framework import Move, Proposal
from agentic.lake import Change, Difference, Explained, History, Ref, Rows, Tables
from agentic.phases import PhaseReport
from agentic.plans import Plan
from agentic.profile import Profile
from agentic.progress import ModuleStatus, TaskRow
from agentic.quality import DataDocs, QualityHistory, QualityRun
from agentic.seal import Key, Keys
from agentic.settings.about import SettingRow
from agentic.stores import Listing, Status, Transfer
from agentic.values import Decision, Execution, Finding, Healing, Phase, PhaseDocument, TaskSpec
from agentic.values.explanation import Explanation


@dataclass(frozen=True, slots=True)
class Where:
    """Where an error is."""

    path: str
    line: int


@dataclass(frozen=True, slots=True)
class ErrorBody:
    """What an error says."""

    code: str
    message: str
    where: Where | None
    cause: str
    fix: str


NOUNS: dict[str, Any] = {
    "execution": Execution,
    "executions": {"executions": tuple[Execution, ...]},
    "imports": {"imports": tuple[Imported, ...]},
    "prompt": Preview,
    "prompts": {"prompts": tuple[Preview, ...]},
    "task": TaskSpec,
    "tasks": {"tasks": tuple[TaskRow, ...]},
    "status": {"modules": tuple[ModuleStatus, ...]},
    "created": {"path": str},
    "moves": {"moves": tuple[Move, ...]},
    "phase": Phase,
    "phases": {"phases": tuple[PhaseReport, ...]},
    "documents": {"documents": tuple[PhaseDocument, ...]},
    "template": {"path": str, "text": str},
    "decision": Decision,
    "proposals": {"proposals": tuple[Proposal, ...]},
    "closure": Closure,
    "review": {"execution": Execution, "findings": tuple[Finding, ...]},
    "trace": Trace,
    "drift": Drift,
    "metrics": Metrics,
    "findings": LintReport,
    "settings": {"settings": tuple[SettingRow, ...]},
    "explanations": {"explanations": tuple[Explanation, ...]},
    "selftest": SelftestReport,
    "doctor": {"remarks": tuple[Remark, ...]},
    "verification": {
        "faults": tuple[str, ...],
        "verified": bool,
        "notes": tuple[str, ...],
        "interrupted": tuple[str, ...],
        "executions": int,
        "records": int,
        "texts": int,
        "bytes": int,
        "sealed": int,
        "signed_at": str,
        "signed_by": tuple[str, ...],
    },
    "sealed": Sealed,
    "proof": {"id": str, "proof": str},
    "seal_key": Key,
    "seal_keys": Keys,
    "redaction": {"decision": Decision, "places": tuple[Find, ...]},
    "refusals": {"refusals": tuple[Refused, ...], "unreadable": tuple[str, ...]},
    "approvals": {"approvals": tuple[Approval, ...], "unreadable": tuple[str, ...]},
    "requirement_record": RequirementRecord,
    "audit_stats": Stats,
    "audit_forecast": Forecast,
    "comparison": Comparison,
    "blame": Blame,
    "structure": StructureReport,
    "plan": Plan,
    "plans": {"plans": tuple[Plan, ...]},
    "lake_tables": Tables,
    "lake_history": History,
    "lake_refs": {"table": str, "refs": tuple[Ref, ...]},
    "lake_diff": Difference,
    "lake_rows": Rows,
    "lake_change": Change,
    "lake_explained": Explained,
    "ingestion": Ingestion,
    "extraction": Extraction,
    "extracts": {"extracts": tuple[Planned, ...]},
    "database_tables": {"source": str, "tables": tuple[ServerTable, ...]},
    "sources": {"sources": tuple[SourceRow, ...]},
    "columns": Columns,
    "profile": Profile,
    "quality_run": QualityRun,
    "quality_docs": DataDocs,
    "quality_history": QualityHistory,
    "store_objects": Listing,
    "store_status": Status,
    "store_transfer": Transfer,
    "healing": Healing,
    "validation": Validation,
    "pipeline_history": PipelineHistory,
    "error": {"error": ErrorBody},
}
"""noun -> a class, or keys with their types."""


def json_schema(noun: str) -> dict[str, Any]:
    """The schema of one noun, generated from the classes that are printed."""
    if noun not in NOUNS:
        near = difflib.get_close_matches(noun, NOUNS, n=1)
        raise UsageError(f"no noun {noun}", hint=f"did you mean {near[0]}?" if near else "agentic schema lists them.")
    kinds = NOUNS[noun] if isinstance(NOUNS[noun], dict) else {noun: NOUNS[noun]}
    schemas, components = msgspec.json.schema_components(list(kinds.values()), ref_template="#/$defs/{name}")
    if isinstance(NOUNS[noun], dict):
        body = {"type": "object", "properties": dict(zip(kinds, schemas, strict=True)), "required": list(kinds)}
    else:
        body = dict(components.pop(NOUNS[noun].__name__)) if NOUNS[noun].__name__ in components else dict(schemas[0])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"agentic.{noun}/1",
        "$defs": components,
        **named(body, noun),
    }


def named(body: dict[str, Any], noun: str) -> dict[str, Any]:
    """With the key that every object begins with. Further keys are allowed: within a major version they may be added."""
    properties = {"schema": {"const": f"agentic.{noun}/1"}, **body.get("properties", {})}
    return {**body, "properties": properties, "required": ["schema", *body.get("required", [])]}
