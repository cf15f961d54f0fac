"""`expectations: bronze_flights`: a Great Expectations checkpoint over the Iceberg table that the job made."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from agentic.checks.evidence import lake_environment, probe, verdict
from agentic.ports import Runner, Staged
from agentic.values import CheckSpec, Finding, Severity, Verdict

ROOT = "great-expectations"


class Expectations:
    """A suite that expects nothing proves nothing."""

    stops = False

    def look(self, staged: Staged, spec: CheckSpec, runner: Runner) -> Verdict:
        """Validate the table in the scratch lake. `bronze_flights` judges bronze.flights, unless the spec names a table."""
        suite = staged.root / ROOT / "expectations" / f"{spec.target}.json"
        table = str(spec.options.get("table") or spec.target.replace("_", ".", 1))
        if not suite.is_file():
            return verdict(
                spec,
                (Finding(spec.label, f"there is no suite {spec.target}", f"{ROOT}/expectations/{spec.target}.json"),),
                {},
            )
        words = (spec.target, "--table", table, "--root", ROOT)
        answer = probe("expectations", staged, runner, "quality", *words, environment=lake_environment(staged.root))
        return verdict(spec, unmet(spec, answer), summary(answer))


def summary(answer: Mapping[str, Any]) -> dict[str, Any]:
    """How it was run, and the validation's result, without the samples of rows."""
    failed = [f"{one['expectation']} {one.get('column') or ''}".strip() for one in answer["failed"]]
    return {
        **answer["run"],
        "suite": answer["suite"],
        "table": answer["table"],
        "rows": answer["rows"],
        "evaluated": answer["evaluated"],
        "success": "yes" if answer["success"] else "no",
        "failed": failed,
    }


def unmet(spec: CheckSpec, answer: Mapping[str, Any]) -> Iterator[Finding]:
    """One finding for each expectation that does not hold."""
    for one in answer["failed"]:
        column = f" on {one['column']}" if one.get("column") else ""
        count = f", {one['unexpected_count']} rows" if one.get("unexpected_count") else ""
        severity: Severity = "error" if one.get("severity", "critical") == "critical" else "warning"
        detail = json.dumps({"observed": one.get("observed"), "sample": one.get("sample")}, default=str)
        yield Finding(
            spec.label, f"{one['expectation']}{column} does not hold{count}", severity=severity, detail=detail
        )
    if not answer["success"] and not answer["failed"]:
        yield Finding(spec.label, f"the suite {answer['suite']} {answer.get('reason', 'failed')}", code="AGT604")
