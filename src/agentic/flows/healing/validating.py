"""Is the data right? The tests that the project has, and what the data was when it was validated last."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from agentic.flows.healing.comparing import figures
from agentic.flows.healing.healer import Healer, one_at_a_time
from agentic.flows.healing.judging import looked_at, project_of
from agentic.flows.healing.running import called
from agentic.healing.project import DbtProject
from agentic.outside import clock
from agentic.outside.dbt import json_of
from agentic.text.write import write_file
from agentic.values import Diagnosis
from agentic.values.noun import Noun

KEPT = ".agentic/pipeline/figures.json"


class Validation(Noun, frozen=True):
    """What holds, and what moved."""

    holds: bool
    """Did every test pass?"""
    tests: Mapping[str, int]
    """How many ended how."""
    diagnoses: tuple[Diagnosis, ...]
    relations: tuple[Mapping[str, Any], ...]
    """Each with its rows, `rows_before` and `columns_changed`; before: when it was validated last."""
    compared_with: str
    """When that was; empty: never."""


def validate(healer: Healer, models: tuple[str, ...]) -> Validation:
    """Run the tests of these models, of all where none is named."""
    with one_at_a_time(healer):
        ran = called(healer, ("test", *(("--select", *models) if models else ())))
        project = project_of(healer, ran, healer.ledger.good)
        diagnosed = () if ran.is_green else looked_at(healer, ran, project)
        counts: dict[str, int] = {}
        for one in ran.results:
            counts[one["status"]] = counts.get(one["status"], 0) + 1
        before = json_of(healer.place.root / KEPT)
        now = {
            one["relation"]: one["before"] for one in figures(healer, project, wanted(project, models)) if one["before"]
        }
        if ran.is_green:
            keep(healer, {**before.get("relations", {}), **now})
    rows = tuple(told(name, found, before.get("relations", {}).get(name)) for name, found in now.items())
    return Validation(ran.is_green, counts, tuple(one.diagnosis for one in diagnosed), rows, str(before.get("at", "")))


def wanted(project: DbtProject, models: tuple[str, ...]) -> tuple[str, ...]:
    """Relations of the models that are named; of all."""
    nodes = project.known.get("nodes", {})
    names = [
        name
        for name, node in nodes.items()
        if name.startswith(("model.", "seed.", "snapshot.")) and (not models or node["name"] in models)
    ]
    return tuple(relation for name in names if (relation := project.relation(name)))


def keep(healer: Healer, relations: Mapping[str, Any]) -> None:
    """For the next time."""
    write_file(healer.place.root / KEPT, json.dumps({"at": clock.now(), "relations": relations}), KEPT)


def told(name: str, now: Mapping[str, Any], then: Mapping[str, Any] | None) -> dict[str, Any]:
    """One relation."""
    changed = sorted(
        column for column, value in now["columns"].items() if then and then["columns"].get(column) != value
    )
    return {"relation": name, "rows": now["rows"], "rows_before": then and then["rows"], "columns_changed": changed}
