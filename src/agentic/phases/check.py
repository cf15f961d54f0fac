"""Phases and files -> what is complete, what is not, and whether the next phase may begin."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from agentic.phases.judge import judge_document, said
from agentic.values import ChecklistItem, Decision, Finding, Phase, PhaseDocument
from agentic.values.noun import Noun

Template = Callable[[str], str | None]
"""Path of a document, from the root -> the text of its template."""


class Line(Noun, frozen=True):
    """One line of a phase's checklist."""

    item: str
    shown: bool


class PhaseReport(Noun, frozen=True):
    """How far one phase is."""

    number: int
    title: str
    complete: bool
    checklist: tuple[Line, ...] = ()
    findings: tuple[Finding, ...] = ()
    documents: Mapping[str, bool] = {}
    """Path -> is it there, with substance? Those that are not required stand here where they exist."""
    waiver: Decision | None = None
    """Who let the next phase begin all the same, and why."""
    waits_for: tuple[int, ...] = ()
    """Phases that have to be complete, or waived, before this one begins."""


def check(
    root: Path,
    phases: Sequence[Phase],
    template: Template,
    waivers: Mapping[int, Decision],
    tasks: Mapping[str, tuple[Finding, ...]],
) -> tuple[PhaseReport, ...]:
    """Every phase, in order. `tasks`: `ready` and `done` -> what speaks against it."""
    reports: list[PhaseReport] = []
    for phase in phases:
        known = {report.number: report for report in reports}
        reports.append(report_on(root, phase, template, waivers, tasks, known))
    return tuple(reports)


def report_on(
    root: Path,
    phase: Phase,
    template: Template,
    waivers: Mapping[int, Decision],
    tasks: Mapping[str, tuple[Finding, ...]],
    before: Mapping[int, PhaseReport],
) -> PhaseReport:
    """One phase; what is required must be there, what is there must have substance."""
    judged = {one.path: judge_document(root, one, template(one.path)) for one in phase.documents if asked(root, one)}
    items = [(item, against(root, item, judged, tasks, before, template)) for item in phase.checklist]
    extra = [finding for _, found in items for finding in found if finding not in flat(judged)]
    findings = (*flat(judged), *dict.fromkeys(extra))
    return PhaseReport(
        number=phase.number,
        title=phase.title,
        complete=not findings,
        checklist=tuple(Line(item.item, not found) for item, found in items),
        findings=findings,
        documents={path: not found for path, found in judged.items()},
        waiver=waivers.get(phase.number),
        waits_for=tuple(number for number in phase.after if not open_to(before.get(number))),
    )


def open_to(report: PhaseReport | None) -> bool:
    """May what comes after this phase begin?"""
    return report is None or report.complete or report.waiver is not None


def asked(root: Path, document: PhaseDocument) -> bool:
    """Required; or begun by somebody, who then owes the rest of it."""
    return document.required or (document.kind == "document" and (root / document.path).is_file())


def flat(judged: Mapping[str, tuple[Finding, ...]]) -> tuple[Finding, ...]:
    """All findings."""
    return tuple(finding for found in judged.values() for finding in found)


def against(
    root: Path,
    item: ChecklistItem,
    judged: Mapping[str, tuple[Finding, ...]],
    tasks: Mapping[str, tuple[Finding, ...]],
    before: Mapping[int, PhaseReport],
    template: Template,
) -> tuple[Finding, ...]:
    """What speaks against one line of the checklist."""
    found: list[Finding] = []
    for path in item.documents:
        known = judged.get(path)
        document = PhaseDocument(path, item.item, kind="governance")
        found += judge_document(root, document, template(path)) if known is None else known
    if item.folder:
        if item.folder == "src":
            if not (root / "src").is_dir():
                found.append(said("AGT080", "src", 0, "src/ is missing"))
        else:
            found += judge_document(root, PhaseDocument(item.folder, item.item, kind="folder"), None)
    for number in item.phases:
        if number in before and not open_to(before[number]):
            title = before[number].title
            found.append(said("AGT086", "", 0, f"phase {number} ({title}) is incomplete and not waived"))
    found += tasks.get(item.task, ())
    return tuple(found)
