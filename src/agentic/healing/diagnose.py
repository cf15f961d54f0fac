"""Failures -> diagnoses with their fixes: grouped by cause, each with what is known around it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agentic.errors import AgenticError
from agentic.healing.candidate import Candidate, Case
from agentic.healing.causes import cause_of
from agentic.healing.edit import diff_of
from agentic.healing.failures import failures_of
from agentic.healing.origins import offers, origins
from agentic.healing.project import DbtProject
from agentic.healing.propose import candidates_for, confidence
from agentic.healing.tokens import line_of
from agentic.healing.warehouse import Warehouse
from agentic.outside import git
from agentic.outside.dbt import Ran
from agentic.values import Change, ChangeSet, Diagnosis, Finding, Fix
from agentic.values.digest import digest

ROWS = 5
"""Rows that a test found, as evidence."""
LONG = 4000
"""Letters of SQL in evidence."""
EXPOSED = ("model.", "seed.", "snapshot.", "exposure.", "semantic_model.", "metric.")


@dataclass(frozen=True)
class Diagnosed:
    """One cause: what it is, the cases that it shows in, and what may be tried, best first."""

    diagnosis: Diagnosis
    cases: tuple[Case, ...]
    candidates: tuple[Candidate, ...]
    fixes: tuple[Fix, ...]
    """One for each candidate, in the same order."""


def diagnose(ran: Ran, project: DbtProject, warehouse: Warehouse, good_run: Mapping[str, Any]) -> tuple[Diagnosed, ...]:
    """Every cause of a run that failed."""
    groups: dict[tuple[str, str, str], list[Case]] = {}
    for failure in failures_of(ran, project):
        case = Case(failure, cause_of(failure), project, warehouse)
        groups.setdefault((case.cause.kind, case.cause.name, case.path), []).append(case)
    found = [of_group(tuple(cases), good_run) for cases in groups.values()]
    return tuple(merged(found))


def merged(found: Sequence[Diagnosed]) -> Iterator[Diagnosed]:
    """Two groups that the very same change mends have one cause."""
    kept: dict[str, Diagnosed] = {}
    for one in found:
        key = one.fixes[0].changes.digest if one.fixes else one.diagnosis.id
        if key in kept:
            first = kept[key]
            nodes = tuple(dict.fromkeys((*first.diagnosis.nodes, *one.diagnosis.nodes)))
            fixes = tuple(with_nodes(fix, one.fixes[0].select) for fix in first.fixes)
            kept[key] = Diagnosed(
                replaced(first.diagnosis, nodes=nodes), (*first.cases, *one.cases), first.candidates, fixes
            )
        else:
            kept[key] = one
    yield from kept.values()


def replaced(noun: Any, **given: Any) -> Any:
    """A noun with other values."""
    from msgspec.structs import replace

    return replace(noun, **given)


def with_nodes(fix: Fix, select: tuple[str, ...]) -> Fix:
    """The fix, proven by more nodes."""
    more = tuple(dict.fromkeys((*fix.select, *select))) if fix.select and select else ()
    return replaced(fix, select=more)  # type: ignore[no-any-return]


def of_group(cases: tuple[Case, ...], good_run: Mapping[str, Any]) -> Diagnosed:
    """One cause with what may be tried."""
    case = cases[0]
    candidates, trouble = tried(case)
    diagnosis = Diagnosis(
        id=digest("\n".join((case.cause.error_class, case.cause.kind, case.cause.name, case.path)))[7:19],
        error_class=case.cause.error_class,
        cause=case.cause.sentence,
        confidence=case.cause.sure,
        nodes=tuple(one.failure.node for one in cases if one.failure.node),
        path=case.path,
        line=source_line(case),
        message=case.failure.message,
        evidence={**evidence(case, good_run), **({"not_tried": trouble} if trouble else {})},
        hint=case.cause.hint,
    )
    fixes = tuple(fix_of(one, candidates, cases, diagnosis) for one in candidates)
    paired = sorted(zip(candidates, fixes, strict=True), key=lambda pair: -pair[1].confidence)
    return Diagnosed(diagnosis, cases, tuple(one for one, _ in paired), tuple(fix for _, fix in paired))


def tried(case: Case) -> tuple[tuple[Candidate, ...], str]:
    """Candidates; or none, and why nothing could be tried: then people still get the diagnosis."""
    try:
        return candidates_for(case), ""
    except AgenticError as error:
        return (), f"{error.message}: {error.fix}"


def fix_of(one: Candidate, others: Sequence[Candidate], cases: Sequence[Case], diagnosis: Diagnosis) -> Fix:
    """A candidate as people see it."""
    project = cases[0].project
    before = {path: project.whole(path) if path in project.files else "" for path in one.files}
    changes = ChangeSet(tuple(Change(path, text) for path, text in one.files.items()))
    sure, why = confidence(one, others)
    findings = (
        (Finding("judge: a-person-decides", f"{one.title}: that is for a person to decide", severity="warning"),)
        if one.only_person
        else ()
    )
    touched = tuple(name for path in one.files for name in project.at_path(path))
    return Fix(
        id=digest("\n".join((diagnosis.id, changes.digest, str(one.full_refresh), *map(digest, before.values()))))[
            7:15
        ],
        diagnosis=diagnosis.id,
        title=one.title,
        how=one.how,
        changes=changes,
        diff=diff_of(before, one.files),
        confidence=round(sure, 2),
        proven=bool((one.same or {}).get("whole")),
        why=why,
        blast_radius=radius(project, (*touched, *diagnosis.nodes)),
        findings=findings,
        select=selection(project, touched, diagnosis.nodes, tuple(one.files)),
        full_refresh=one.full_refresh,
    )


def radius(project: DbtProject, names: Sequence[str]) -> tuple[str, ...]:
    """What is changed or fails, and everything below; tests left out."""
    direct = tuple(dict.fromkeys(names))
    found = (*direct, *project.descendants(direct))
    return tuple(dict.fromkeys(name for name in found if name.startswith(EXPOSED)))


def selection(
    project: DbtProject, touched: Sequence[str], failed: Sequence[str], paths: Sequence[str]
) -> tuple[str, ...]:
    """What dbt has to build to prove it: what failed and its descendants. Nothing: everything, since nobody knows how far it reaches."""
    if not failed or any(path.startswith("macros/") or path == "dbt_project.yml" for path in paths):
        return ()
    names = []
    for name in (*touched, *failed):
        node = project.node(name)
        owner = str(node.get("attached_node") or "")
        names.append(owner.rsplit(".", 1)[-1] if owner else str(node.get("name", "")))
    return tuple(dict.fromkeys(f"{name}+" for name in names if name))


# --- evidence ---


def evidence(case: Case, good_run: Mapping[str, Any]) -> dict[str, Any]:
    """What is known around it."""
    found: dict[str, Any] = {"kind": case.cause.kind}
    if case.cause.name:
        found["name"] = case.cause.name
    if case.compiled:
        found["compiled_sql"] = case.compiled[:LONG]
    if good_run:
        found["last_good_run"] = dict(good_run)
    if changed := changed_since(case.project):
        found["changed_since"] = list(changed)
    if case.failure.stage == "test":
        found |= {"origins": origins(case), "offers": offers(case)}
    with suppress(AgenticError):
        found |= of_data(case)
    return found


def of_data(case: Case) -> dict[str, Any]:
    """Columns above, and rows that a test found."""
    if not case.warehouse.is_there:
        return {}
    if case.failure.stage == "test" and case.compiled and not case.failure.node.startswith("unit_test."):
        return {"rows": dict(case.warehouse.rows(case.compiled, ROWS)), "rows_found": case.failure.rows}
    if case.cause.kind not in ("column", "ambiguous", "alias", "group"):
        return {}
    relations = case.warehouse.columns()
    above = [
        case.project.relation(name) for name in case.project.known.get("parent_map", {}).get(case.failure.node, ())
    ]
    return {"columns": {name: list(relations[name]) for name in above if name in relations}}


def changed_since(project: DbtProject) -> tuple[str, ...]:
    """Files that differ from the last good run, else from the last commit."""
    if nodes := project.good.get("nodes"):
        known = {
            str(node["original_file_path"]): str(node["raw_code"]) for node in nodes.values() if node.get("raw_code")
        }
        mine = {path: code for path, code in known.items() if path.endswith(".sql") and path in project.files}
        return tuple(path for path, code in mine.items() if project.files[path].strip() != code.strip())
    return git.changed_files(project.root)


def source_line(case: Case) -> int:
    """The line of the file that a person opens; 0 where it cannot be told. dbt counts lines of the compiled SQL."""
    name = case.cause.name.rsplit(".", 1)[-1]
    place = case.raw.lower().find(name.lower()) if name and case.path.endswith((".sql", ".yml", ".yaml")) else -1
    if place >= 0:
        return line_of(case.raw, place)
    return case.failure.line if case.failure.stage in ("parse", "start") else 0


def database_of(project: DbtProject) -> Path | None:
    """The database's file; None where it is none."""
    path = str(project.database.get("path", ":memory:"))
    return None if path == ":memory:" or "://" in path else Path(path)
