"""Rows, columns and sums of what a fix may change, before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agentic.errors import AgenticError
from agentic.flows.healing.healer import Healer
from agentic.flows.healing.running import relations_of
from agentic.healing.project import DbtProject
from agentic.outside.dbt import Ran
from agentic.values import Finding, Fix


def measured(healer: Healer, project: DbtProject, fixes: Sequence[Fix]) -> list[Mapping[str, Any]]:
    """What a fix may change, as it is before."""
    reaches = [fix.blast_radius for fix in fixes]
    # Of a macro nobody knows how far it reaches.
    names = dict.fromkeys(
        project.known.get("nodes", {}) if () in reaches else (name for one in reaches for name in one)
    )
    relations = [relation for name in names if (relation := project.relation(name))]
    return figures(healer, project, relations)


def figures(healer: Healer, project: DbtProject, relations: Sequence[str]) -> list[Mapping[str, Any]]:
    """Rows and sums of relations; nothing where the database cannot be read now."""
    warehouse = healer.warehouse(project)
    if not warehouse.is_there or not relations:
        return []
    try:
        return list(warehouse.compare(project.database, relations))
    except AgenticError as error:
        healer.findings.append(
            Finding(
                "compare",
                f"before and after cannot be compared: {error.message}",
                severity="warning",
                detail=error.cause,
            )
        )
        return []


def compare_with(healer: Healer, before: list[Mapping[str, Any]], project: DbtProject, ran: Ran) -> None:
    """Rows, columns and sums before and after."""
    was = {one["relation"]: one["before"] for one in before}
    for one in figures(healer, project, list(was) or list(relations_of(project, ran))):
        then, now = was.get(one["relation"]), one["before"]
        if now is None:
            continue
        told = {
            "relation": one["relation"],
            "rows_before": then and then["rows"],
            "rows_after": now["rows"],
            "same": then == now if then else None,
        }
        columns = {
            "columns_added": sorted(now["columns"].keys() - then["columns"].keys()) if then else [],
            "columns_gone": sorted(then["columns"].keys() - now["columns"].keys()) if then else [],
            "columns_changed": sorted(
                name
                for name in now["columns"]
                if then and name in then["columns"] and then["columns"][name] != now["columns"][name]
            ),
        }
        healer.compared = [each for each in healer.compared if each["relation"] != one["relation"]] + [
            {**told, **columns}
        ]
