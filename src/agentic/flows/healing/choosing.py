"""Of everything that may be tried: what is applied now. Rehearsed where only dbt can tell, sure enough, or approved by a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from agentic.errors import AgenticError
from agentic.flows.healing.healer import Healer
from agentic.flows.healing.judging import judged_fix
from agentic.flows.healing.running import narrowed, relations_of
from agentic.healing.candidate import Candidate
from agentic.healing.diagnose import Diagnosed, database_of, fix_of
from agentic.healing.edit import diff_of
from agentic.healing.ledger import Entry
from agentic.healing.project import DbtProject
from agentic.healing.rehearse import rehearsed
from agentic.outside import clock
from agentic.values import ChangeSet, Finding, Fix
from agentic.values.digest import digest

SURE = 0.8
"""Where a rule is as sure as this, nobody else is asked."""
UNDECIDED = "judge: undecided"


def choose(
    healer: Healer, one: Diagnosed, tried: set[str], project: DbtProject, command: tuple[str, ...], number: int
) -> tuple[Fix, str] | None:
    """The fix that is applied now, and who said so; None: it waits, or there is none."""
    fixes = [
        (fix, candidate)
        for fix, candidate in zip(one.fixes, one.candidates, strict=True)
        if fix.id not in tried and not fix.refused and not healer.ledger.is_rejected(fix.id)
    ]
    fixes = rehearse_best(healer, fixes, project, command)
    if not any(fix.confidence >= SURE for fix, _ in fixes):
        fixes = sorted(
            [*with_claude(healer, one, project, command, tried), *fixes], key=lambda pair: -pair[0].confidence
        )
    for fix, _ in fixes[:1]:
        healer.fixes = {fix.id: fix, **healer.fixes}
        propose(healer, fix, command)
    if healer.mode == "human-in-loop":
        return asked(healer, one, fixes)
    sure = [fix for fix, _ in fixes if fix.confidence >= healer.bar and not held_back(fix)]
    return (sure[0], "") if sure and number < healer.settings.retry.max_retries else None


def with_claude(
    healer: Healer, one: Diagnosed, project: DbtProject, command: tuple[str, ...], tried: set[str]
) -> list[tuple[Fix, Candidate]]:
    """Where no rule is sure: Claude's answer, judged and rehearsed like any other. That it cannot be asked is no end of the healing."""
    if healer.claude is None or one.diagnosis.error_class in ("DATABASE", "DATA_QUALITY"):
        return []
    healer.tell("asking Claude")
    try:
        answer = healer.claude(one)
    except AgenticError as error:
        said = f"Claude could not help: {error.message}"
        healer.findings.append(Finding("claude", said, severity="note", code=error.code, fix=error.fix))
        return []
    if answer is None:
        return []
    fix = judged_fix(healer, fix_of(answer, one.candidates, one.cases, one.diagnosis), project)
    healer.fixes[fix.id] = fix
    return [] if fix.refused or fix.id in tried else rehearse_best(healer, [(fix, answer)], project, command)


def held_back(fix: Fix) -> bool:
    """Does something speak against it? What could not be told from the text alone, the data has told, where it is as it was."""
    return any(one.source != UNDECIDED or not fix.proven for one in fix.findings)


def propose(healer: Healer, fix: Fix, command: tuple[str, ...]) -> None:
    """Kept, so that it can be approved later by its id. What a person has rejected stays rejected."""
    if healer.ledger.is_rejected(fix.id):
        return
    healer.ledger.keep(
        Entry(fix, "proposed", healer.logs.healing, clock.now(), healer.ledger.digests(fix.changes.paths), command)
    )


def rehearse_best(
    healer: Healer, fixes: list[tuple[Fix, Candidate]], project: DbtProject, command: tuple[str, ...]
) -> list[tuple[Fix, Candidate]]:
    """Those that only dbt can judge, built in a copy, the likeliest first, until one is right."""
    left = healer.settings.autonomous.max_rehearsals
    file = database_of(project)
    if (
        file is None
        or not file.is_file()
        or file.stat().st_size > healer.settings.autonomous.rehearsal_megabytes * 1024 * 1024
    ):
        return fixes
    found: list[tuple[Fix, Candidate]] = []
    for fix, candidate in fixes:
        if not candidate.needs_run or left == 0 or any(one.confidence >= 0.9 for one, _ in found):
            found.append((fix, candidate))
            continue
        left -= 1
        if shown := rehearsal(healer, fix, candidate, project, command):
            found.append((shown, candidate))
    return sorted(found, key=lambda pair: -pair[0].confidence)


def rehearsal(
    healer: Healer, fix: Fix, candidate: Candidate, project: DbtProject, command: tuple[str, ...]
) -> Fix | None:
    """The fix with what its rehearsal says; None where it does not build."""
    healer.tell(f"rehearsing: {fix.title}")
    with rehearsed(project, candidate.files, rehearsal_of(command, fix, candidate)) as copy:
        healer.runs += 1
        if not copy.ran.is_green or not copy.ran.results:
            return None
        if not copy.database:
            return replace(fix, why=(*fix.why, "it builds in a copy of the project"))
        relations = relations_of(project, copy.ran)
        found = healer.warehouse(project).compare(copy.database, relations)
    return weighed(fix, candidate, found, made_by(project, candidate))


def rehearsal_of(command: tuple[str, ...], fix: Fix, candidate: Candidate) -> tuple[str, ...]:
    """The command; anew from the first row, where only that shows whether it is right."""
    return narrowed(command, replace(fix, full_refresh=True) if candidate.rebuilt else fix)


def made_by(project: DbtProject, candidate: Candidate) -> frozenset[str]:
    """What the changed files make, as the database calls it."""
    names = (name for path in candidate.files for name in project.at_path(path))
    return frozenset(relation for name in names if (relation := project.relation(name)))


def weighed(fix: Fix, candidate: Candidate, found: Sequence[Mapping[str, Any]], made: frozenset[str]) -> Fix:
    """Confidence from the data: the same as in the last good run, other, or nothing to compare with.

    That what lies below is the same proves nothing of a column that nobody below reads: what is changed has to be compared itself.
    """
    both = [one for one in found if one["before"] and one["after"]]
    differ = [one for one in both if one["before"] != one["after"]]
    if not both:
        return because(fix, "it builds in a copy; there is no data of a good run to compare with")
    if differ:
        names = ", ".join(one["relation"] for one in differ[:5])
        fix = replace(fix, confidence=min(fix.confidence, 0.6))
        return because(fix, f"it builds in a copy, and {names} would hold other data than in the last good run")
    rows = sum(one["after"]["rows"] for one in both)
    told = f"it builds in a copy, and {len(both)} relation(s) with {rows:,} rows are as in the last good run"
    if made - {one["relation"] for one in both}:
        return because(fix, f"{told}; what is changed itself could not be compared")
    sure = fix.confidence if candidate.only_person else max(fix.confidence, 0.97)
    return because(replace(fix, confidence=sure, proven=True), told)


def because(fix: Fix, reason: str) -> Fix:
    """With one reason more."""
    return replace(fix, why=(*fix.why, reason))


def asked(healer: Healer, one: Diagnosed, fixes: list[tuple[Fix, Candidate]]) -> tuple[Fix, str] | None:
    """What a person says of the best."""
    if not fixes or healer.ask is None:
        return None
    fix = fixes[0][0]
    answer = healer.ask(fix, one)
    if answer.word == "approve":
        return (edited(healer, fix, answer.changes, one) if answer.changes else fix), healer.person
    if answer.word == "reject":
        healer.ledger.keep(
            replace(healer.ledger.entry(fix.id), state="rejected", at=clock.now(), by=healer.person, why=answer.why)
        )
    return None


def edited(healer: Healer, fix: Fix, changes: ChangeSet, one: Diagnosed) -> Fix:
    """A person's own version: judged like any other, and theirs."""
    project = one.cases[0].project
    before = {path: project.whole(path) for path in changes.paths if path in project.files}
    after = {change.path: change.text for change in changes.changes}
    name = digest(fix.id + changes.digest)[7:15]
    mine = replace(
        fix,
        id=name,
        changes=changes,
        diff=diff_of(before, after),
        how="person",
        why=(f"edited by {healer.person}",),
        findings=(),
    )
    return judged_fix(healer, mine, project)


def distinct(chosen: Sequence[tuple[Fix, str]], diagnosed: Sequence[Diagnosed]) -> list[tuple[Fix, str]]:
    """One fix for each thing that is missing, the one that reaches farthest, and no file twice: the rest is looked at again afterwards."""
    about = {
        one.diagnosis.id: (one.diagnosis.evidence["kind"], one.diagnosis.evidence.get("name", one.diagnosis.id))
        for one in diagnosed
    }
    taken: set[Any] = set()
    found = []
    for fix, by in sorted(chosen, key=lambda pair: -len(pair[0].blast_radius)):
        said = {about[fix.diagnosis], *fix.changes.paths}
        if not taken & said:
            taken |= said
            found.append((fix, by))
    return found
