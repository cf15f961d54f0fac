"""A dbt pipeline, run and healed: run, diagnose, propose, judge, apply, verify, keep or roll back; every step on record."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any, Literal, NamedTuple

from filelock import FileLock, Timeout
from msgspec.structs import replace

from agentic.errors import AgenticError, BreakerOpen, Busy, DatabaseHeld, UsageError
from agentic.healing.candidate import Candidate
from agentic.healing.causes import cause_of
from agentic.healing.diagnose import Diagnosed, database_of, diagnose, fix_of
from agentic.healing.failures import failures_of
from agentic.healing.ledger import Entry, Ledger
from agentic.healing.logs import Logs
from agentic.healing.project import DbtProject
from agentic.healing.rehearse import rehearsed
from agentic.healing.warehouse import Warehouse
from agentic.outside import clock, dbt, git
from agentic.outside.dbt import Place, Ran
from agentic.settings.execution import ExecutionMode
from agentic.values import Change, ChangeSet, Finding, Fix, Healing, HealingStatus, Mode
from agentic.values.digest import digest
from agentic.workspace import land, recover

WAIT = 600
"""Seconds that a second healing of the same database waits for the first."""
UNDECIDED = "judge: undecided"
SURE = 0.8
"""A rule as sure as this needs no second opinion."""
BUILT = ("success", "pass", "warn", "no-op")


class Answer(NamedTuple):
    """What a person says to a proposal."""

    word: Literal["approve", "reject", "later"]
    why: str = ""
    changes: ChangeSet | None = None
    """The fix as the person wants it; None: as it is."""


Judge = Callable[
    [Mapping[str, str], Mapping[str, str | None], Mapping[str, Any], Mapping[str, str]], tuple[Finding, ...]
]
"""Files before, files after, manifest, files as they were when all was well -> what speaks against the change."""
Ask = Callable[[Fix, Diagnosed], Answer]


@dataclass
class Healer:
    """One call: what it works on, who is asked, and what it came to so far."""

    place: Place
    settings: ExecutionMode
    mode: Mode
    ledger: Ledger
    logs: Logs
    redact: Callable[[str], str]
    judge: Judge
    person: str
    record: Callable[[Entry, Healing, Mapping[str, str]], str]
    """Keeps an applied fix as an execution; the path of its page, or nothing."""
    ask: Ask | None = None
    """None: nobody sits there."""
    claude: Callable[[Diagnosed], Candidate | None] | None = None
    """Asked where no rule is sure; None: nobody is."""
    tell: Callable[[str], None] = lambda words: None
    runs: int = 0
    began: float = field(default_factory=monotonic)
    fixes: dict[str, Fix] = field(default_factory=dict)
    applied: list[str] = field(default_factory=list)
    compared: list[Mapping[str, Any]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    archive: str = ""

    @property
    def bar(self) -> float:
        """The confidence that a fix needs to be applied without a person; above 1 where a person decides."""
        own = self.settings.ci if self.mode == "autonomous-ci" else self.settings.autonomous
        return 2.0 if self.mode == "human-in-loop" else own.min_confidence

    def warehouse(self, project: DbtProject) -> Warehouse:
        """The project's database, read by the Python that runs its dbt."""
        return Warehouse(project.database, dbt.python_of(dbt.program(self.place)), self.place.root, self.redact)

    def ended(self, status: HealingStatus, diagnosed: Sequence[Diagnosed] = ()) -> Healing:
        """What it came to."""
        return Healing(
            id=self.logs.healing, status=status, mode=self.mode, diagnoses=tuple(one.diagnosis for one in diagnosed),
            fixes=tuple(self.fixes.values()), applied=tuple(self.applied), compared=tuple(self.compared), findings=tuple(self.findings),
            runs=self.runs, milliseconds=round((monotonic() - self.began) * 1000), archive=self.archive,
        )  # fmt: skip


# --- run ---


def run_pipeline(healer: Healer, command: tuple[str, ...]) -> Healing:
    """One command of dbt; where it fails, it is healed as the mode allows."""
    with one_at_a_time(healer):
        undo_half_done(healer)
        before = dbt.json_of(healer.place.artifacts / "manifest.json")
        ran = called(healer, command)
        if not ran.is_green:
            healer.ledger.presume(before)
        return settled(healer, ran, command)


def settled(healer: Healer, ran: Ran, command: tuple[str, ...]) -> Healing:
    """Green: remembered as good. Otherwise: healed, as far as may be."""
    healer.findings += left_out(ran)
    if ran.is_green:
        green(healer, ran, command)
        return healer.ended("healthy")
    if healer.mode != "human-in-loop":
        refuse_open_breaker(healer)
    healing = heal(healer, ran, healer.ledger.good, command)
    if healer.mode != "human-in-loop":
        healer.ledger.count(failed=healing.status in ("left", "rolled back"))
    return healing


def left_out(ran: Ran) -> tuple[Finding, ...]:
    """Tests that dbt left out with a warning: green, and proven less."""
    said = [event["info"]["msg"] for event in ran.events if event["info"]["level"] == "warn"]
    return tuple(
        Finding(
            "dbt: left out", " ".join(str(one).split()), severity="warning", fix="mend the name, or take the test out."
        )
        for one in said
    )


def green(healer: Healer, ran: Ran, command: tuple[str, ...]) -> None:
    """A whole run that was green is what the next failure is compared with."""
    if command[0] == "build" and "--select" not in command:
        healer.ledger.remember_good(healer.place.artifacts / "manifest.json", ran.id, git.commit(healer.place.root))


def called(healer: Healer, command: Sequence[str]) -> Ran:
    """One run on record. What is held by another process is waited for, longer each time."""
    import stamina

    retry = healer.settings.retry
    ran: Ran | None = None
    try:
        for attempt in stamina.retry_context(
            on=DatabaseHeld, attempts=retry.max_retries + 1, timeout=None, wait_initial=retry.base_delay_seconds,
            wait_max=3600, wait_jitter=0, wait_exp_base=retry.backoff_multiplier,
        ):  # fmt: skip
            with attempt:
                ran = once(healer, command)
                if is_held(ran):
                    healer.tell("another process holds the database; waiting")
                    raise DatabaseHeld("another process holds the database")
    except DatabaseHeld:
        healer.tell("the database is still held")
    assert ran is not None  # noqa: S101 (there is at least one attempt)
    return ran


def once(healer: Healer, command: Sequence[str]) -> Ran:
    """One call of dbt."""
    healer.tell(f"dbt {' '.join(command)}")
    ran = dbt.run(healer.place, command, healer.tell)
    healer.runs += 1
    healer.ledger.keep_run(ran)
    counts: dict[str, int] = {}
    for one in ran.results:
        counts[one["status"]] = counts.get(one["status"], 0) + 1
    healer.logs.write("pipeline_runs", {
        "run": ran.id, "command": list(ran.command), "exit_code": ran.exit_code, "green": ran.is_green, "nodes": counts,
        "milliseconds": ran.milliseconds, "mode": healer.mode, "commit": git.commit(healer.place.root), "project": healer.place.root.name,
    })  # fmt: skip
    return ran


def is_held(ran: Ran) -> bool:
    """Did it fail for nothing but a lock?"""
    if ran.is_green or ran.results:
        return False
    return any(cause_of(failure).kind == "locked" for failure in failures_of(ran, DbtProject(Place(Path()))))


# --- heal ---


def heal(healer: Healer, ran: Ran, good: Mapping[str, Any], command: tuple[str, ...]) -> Healing:
    """Rounds of diagnosis and fix, until it is green, nothing may be applied, or enough was tried."""
    tried: set[str] = set()
    for number in range(healer.settings.retry.max_retries + 1):
        project = project_of(healer, ran, good)
        diagnosed = looked_at(healer, ran, project)
        chosen = [pair for one in diagnosed if (pair := choose(healer, one, tried, project, command, number))]
        if not chosen:
            return without_fix(healer, diagnosed)
        ran = carry_out(healer, distinct(chosen), project, command)
        tried.update(fix.id for fix, _ in chosen)
        if ran.is_green:
            return finished(healer, diagnosed)
    project = project_of(healer, ran, good)
    return without_fix(healer, looked_at(healer, ran, project))


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
    for one in found:
        said = one.diagnosis
        healer.logs.write("errors", {
            "run": ran.id, "diagnosis": said.id, "class": said.error_class, "cause": said.cause, "confidence": said.confidence,
            "nodes": said.nodes, "path": said.path, "line": said.line, "message": said.message[:2000],
        })  # fmt: skip
    return found


def with_claude(healer: Healer, one: Diagnosed) -> Diagnosed:
    """What no rule is sure of, with Claude's answer as one more candidate. That it cannot be asked is no end of the healing."""
    if (
        healer.claude is None
        or one.diagnosis.error_class in ("DATABASE", "DATA_QUALITY")
        or any(fix.confidence >= SURE for fix in one.fixes)
    ):
        return one
    healer.tell("asking Claude")
    try:
        answer = healer.claude(one)
    except AgenticError as error:
        healer.findings.append(
            Finding("claude", f"Claude was not asked: {error.message}", severity="note", code=error.code, fix=error.fix)
        )
        return one
    if answer is None:
        return one
    fix = fix_of(answer, one.candidates, one.cases, one.diagnosis)
    return Diagnosed(one.diagnosis, one.cases, (answer, *one.candidates), (fix, *one.fixes))


def judged(healer: Healer, one: Diagnosed, project: DbtProject) -> Diagnosed:
    """Every fix with what the judge has against it, and kept as a proposal."""
    fixes = tuple(judged_fix(healer, fix, project) for fix in one.fixes)
    healer.fixes.update({fix.id: fix for fix in fixes[:3]})
    return Diagnosed(one.diagnosis, one.cases, one.candidates, fixes)


def judged_fix(healer: Healer, fix: Fix, project: DbtProject) -> Fix:
    """From the files and the manifest, never from anybody's word."""
    before = {path: project.whole(path) for path in fix.changes.paths if path in project.files}
    after = {change.path: change.text for change in fix.changes.changes}
    built = {
        path: str(project.good_node(name)["raw_code"])
        for path in before
        for name in project.at_path(path)
        if project.good_node(name).get("raw_code")
    }
    return replace(fix, findings=(*fix.findings, *healer.judge(before, after, project.known, built)))


def choose(
    healer: Healer, one: Diagnosed, tried: set[str], project: DbtProject, command: tuple[str, ...], number: int
) -> tuple[Fix, str] | None:
    """The fix that is applied now, and who said so; None: it waits, or there is none."""
    fixes = [
        (fix, candidate)
        for fix, candidate in zip(one.fixes, one.candidates, strict=True)
        if fix.id not in tried and not fix.refused
    ]
    fixes = rehearse_best(healer, fixes, project, command)
    for fix, _ in fixes[:1]:
        healer.fixes = {fix.id: fix, **healer.fixes}
        propose(healer, fix, command)
    if healer.mode == "human-in-loop":
        return asked(healer, one, fixes)
    sure = [fix for fix, _ in fixes if fix.confidence >= healer.bar and not held_back(fix)]
    return (sure[0], "") if sure and number < healer.settings.retry.max_retries else None


def held_back(fix: Fix) -> bool:
    """Does something speak against it? What could not be told from the text alone, the data has told, where it is as it was."""
    return any(one.source != UNDECIDED or not fix.proven for one in fix.findings)


def propose(healer: Healer, fix: Fix, command: tuple[str, ...]) -> None:
    """Kept, so that it can be approved later by its id."""
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
    with rehearsed(project, candidate.files, narrowed(command, fix)) as copy:
        healer.runs += 1
        if not copy.ran.is_green or not copy.ran.results:
            return None
        if not copy.database:
            return replace(fix, why=(*fix.why, "it builds in a copy of the project"))
        relations = relations_of(project, copy.ran)
        found = healer.warehouse(project).compare(copy.database, relations)
    return weighed(fix, candidate, found)


def relations_of(project: DbtProject, ran: Ran) -> tuple[str, ...]:
    """What the run made."""
    names = [str(one.get("relation_name") or "") or project.relation(str(one["unique_id"])) for one in ran.results]
    return tuple(dict.fromkeys(name for name in names if name))


def weighed(fix: Fix, candidate: Candidate, found: Sequence[Mapping[str, Any]]) -> Fix:
    """Confidence from the data: the same as in the last good run, other, or nothing to compare with."""
    both = [one for one in found if one["before"] and one["after"]]
    differ = [one for one in both if one["before"] != one["after"]]
    if not both:
        return replace(fix, why=(*fix.why, "it builds in a copy; there is no data of a good run to compare with"))
    if not differ:
        rows = sum(one["after"]["rows"] for one in both)
        sure = fix.confidence if candidate.only_person else max(fix.confidence, 0.97)
        return replace(
            fix,
            confidence=sure,
            proven=True,
            why=(
                *fix.why,
                f"it builds in a copy, and {len(both)} relation(s) with {rows:,} rows are as in the last good run",
            ),
        )
    names = ", ".join(one["relation"] for one in differ[:5])
    return replace(
        fix,
        confidence=min(fix.confidence, 0.6),
        why=(*fix.why, f"it builds in a copy, and {names} would hold other data than in the last good run"),
    )


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
    from agentic.healing.edit import diff_of

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


def distinct(chosen: Sequence[tuple[Fix, str]]) -> list[tuple[Fix, str]]:
    """No file twice: what comes second is proposed anew on the file as it then is."""
    taken: set[str] = set()
    found = []
    for fix, by in chosen:
        if not taken & set(fix.changes.paths):
            taken.update(fix.changes.paths)
            found.append((fix, by))
    return found


# --- apply, verify, keep or roll back ---


def carry_out(healer: Healer, chosen: Sequence[tuple[Fix, str]], project: DbtProject, command: tuple[str, ...]) -> Ran:
    """Written, built, and taken back where it did not help."""
    before = measured(healer, project, [fix for fix, _ in chosen])
    for fix, by in chosen:
        apply(healer, fix, by, project, command)
    ran = called(healer, together(command, [fix for fix, _ in chosen]))
    for fix, by in chosen:
        if helped(fix, ran, project):
            stand(healer, fix, by)
        else:
            roll_back(healer, fix, by="", why="the build did not get green with it")
    compare_with(healer, before, project, ran)
    return ran


def apply(healer: Healer, fix: Fix, by: str, project: DbtProject, command: tuple[str, ...]) -> None:
    """Backup first, then all files or none. Raises UsageError where a person has edited one meanwhile."""
    now = healer.ledger.digests(fix.changes.paths)
    known = {path: digest(project.whole(path)) if path in project.files else "" for path in fix.changes.paths}
    if now != known:
        raise UsageError(
            f"{', '.join(path for path in now if now[path] != known[path])} was changed during the healing",
            hint="nothing was written; run it again.",
        )
    healer.tell(f"applying {fix.id}: {fix.title}")
    healer.ledger.back_up(fix.id, fix.changes.paths)
    healer.ledger.keep(Entry(fix, "applying", healer.logs.healing, clock.now(), now, command, by))
    if fix.changes.changes:
        land(healer.place.root, fix.id, fix.changes)


def helped(fix: Fix, ran: Ran, project: DbtProject) -> bool:
    """Does what failed show green now? Nothing selected is not green, and nothing said is not either."""
    if not ran.results:
        return False
    status = {str(one["unique_id"]): one["status"] for one in ran.results}
    failed = [node for node in nodes_of(fix) if node in status or project.node(node)]
    return all(status.get(node) in BUILT for node in failed) if failed else ran.is_green


def nodes_of(fix: Fix) -> tuple[str, ...]:
    """What failed for the cause that it mends."""
    names = {word.rstrip("+") for word in fix.select}
    return tuple(
        name
        for name in fix.blast_radius
        if name.startswith(("model.", "seed.", "snapshot.")) and name.rsplit(".", 1)[-1] in names
    )


def stand(healer: Healer, fix: Fix, by: str) -> None:
    """It stays."""
    entry = replace(healer.ledger.entry(fix.id), state="standing", at=clock.now(), by=by)
    healer.ledger.keep(entry)
    healer.applied.append(fix.id)
    healer.logs.write("fixes", {**told(fix), "state": "standing", "by": by})


def told(fix: Fix) -> dict[str, Any]:
    """A fix in a log."""
    return {
        "fix": fix.id, "diagnosis": fix.diagnosis, "title": fix.title, "how": fix.how, "confidence": fix.confidence, "files": list(fix.changes.paths),
        "diff": fix.diff[:4000],
    }  # fmt: skip


def roll_back(healer: Healer, fix: Fix, by: str, why: str) -> None:
    """Every file as it was; refused where somebody has changed one since."""
    entry = healer.ledger.entry(fix.id)
    now = healer.ledger.digests(fix.changes.paths)
    foreign = [path for path in now if now[path] not in (digest_after(fix, path), entry.before[path])]
    if foreign:
        raise UsageError(
            f"{', '.join(foreign)} was changed after the fix {fix.id}",
            hint="take the change back by hand; the file as it was is in .agentic/backups.",
        )
    put_back(healer, entry)
    healer.ledger.keep(replace(entry, state="rolled back", at=clock.now(), by=by, why=why))
    if fix.id in healer.applied:
        healer.applied.remove(fix.id)
    healer.logs.write("fixes", {**told(fix), "state": "rolled back", "by": by, "why": why})


def put_back(healer: Healer, entry: Entry) -> None:
    """From the backup, byte for byte, all files or none."""
    texts = {path: healer.ledger.backup(entry.fix.id, path) if known else None for path, known in entry.before.items()}
    if texts:
        land(
            healer.place.root,
            f"{entry.fix.id}-back",
            ChangeSet(tuple(Change(path, text) for path, text in texts.items())),
        )


def digest_after(fix: Fix, path: str) -> str:
    """Of a file as the fix writes it."""
    text = fix.changes.text_of(path)
    return "" if text is None else digest(text)


def undo_half_done(healer: Healer) -> None:
    """A healing that was killed: what it wrote and nobody has proven is taken back, the backup stays."""
    recover(healer.place.root)
    for entry in healer.ledger.entries():
        if entry.state == "applying":
            healer.tell(f"a healing was cut off: {entry.fix.id} is taken back")
            roll_back(healer, entry.fix, by="", why="the healing was cut off before it was proven")


# --- numbers before and after ---


def measured(healer: Healer, project: DbtProject, fixes: Sequence[Fix]) -> list[Mapping[str, Any]]:
    """What a fix may change, as it is before."""
    names = dict.fromkeys(name for fix in fixes for name in fix.blast_radius)
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


# --- how it ends ---


def finished(healer: Healer, diagnosed: Sequence[Diagnosed]) -> Healing:
    """Green with what was applied; kept as an execution."""
    healing = healer.ended("healed", diagnosed)
    for name in healer.applied:
        entry = healer.ledger.entry(name)
        before = {path: healer.ledger.backup(name, path) or "" for path in entry.before}
        healer.archive = healer.record(entry, healing, before) or healer.archive
    return healer.ended("healed", diagnosed)


def without_fix(healer: Healer, diagnosed: Sequence[Diagnosed]) -> Healing:
    """It waits for a person, or nobody knows what to do."""
    if any(entry.healing == healer.logs.healing and entry.state == "rolled back" for entry in healer.ledger.entries()):
        return healer.ended("rolled back", diagnosed)
    refused = [fix for one in diagnosed for fix in one.fixes[:1] if fix.refused]
    waiting = [fix for one in diagnosed for fix in one.fixes if not fix.refused]
    if waiting:
        return healer.ended("proposed", diagnosed)
    return healer.ended("refused" if refused else "left", diagnosed)


# --- what a person decides later ---


def approve(healer: Healer, name: str) -> Healing:
    """A proposal, applied now. Raises UsageError where its files are not those that it was made for."""
    entry = healer.ledger.entry(name)
    if entry.state not in ("proposed", "rejected", "rolled back"):
        raise UsageError(f"the fix {name} is {entry.state}", hint="agentic pipeline history tells more.")
    with one_at_a_time(healer):
        undo_half_done(healer)
        moved = [path for path, known in entry.before.items() if healer.ledger.digests((path,))[path] != known]
        if moved:
            raise UsageError(
                f"{', '.join(moved)} was changed since the fix {name} was made",
                hint="agentic pipeline diagnose makes it anew.",
            )
        project = DbtProject(healer.place, dbt.json_of(healer.place.artifacts / "manifest.json"), healer.ledger.good)
        fix = judged_fix(healer, replace(entry.fix, findings=()), project)
        healer.fixes[name] = fix
        if fix.refused:
            healer.findings += fix.findings
            return healer.ended("refused")
        ran = carry_out(healer, [(fix, healer.person)], project, entry.command)
        if name not in healer.applied:
            return healer.ended("rolled back")
        left = () if ran.is_green else looked_at(healer, ran, project_of(healer, ran, project.good))
        return finished(healer, left) if not left else without_fix(healer, left)


def reject(healer: Healer, name: str, why: str) -> Healing:
    """A proposal that nobody wants."""
    entry = healer.ledger.entry(name)
    if entry.state != "proposed":
        raise UsageError(f"the fix {name} is {entry.state}", hint="only what is proposed can be rejected.")
    healer.ledger.keep(replace(entry, state="rejected", at=clock.now(), by=healer.person, why=why))
    healer.fixes[name] = entry.fix
    healer.logs.write("fixes", {**told(entry.fix), "state": "rejected", "by": healer.person, "why": why})
    return healer.ended("left")


def take_back(healer: Healer, name: str, why: str) -> Healing:
    """A fix that stands, taken back: every file as it was before it."""
    entry = healer.ledger.entry(name)
    if entry.state != "standing":
        raise UsageError(f"the fix {name} is {entry.state}", hint="only what stands can be taken back.")
    with one_at_a_time(healer):
        roll_back(healer, entry.fix, by=healer.person, why=why)
    healer.fixes[name] = entry.fix
    return healer.ended("rolled back")


def look(healer: Healer) -> Healing:
    """The last run, diagnosed; nothing is built and nothing is applied."""
    ran = healer.ledger.last_run(healer.place)
    if ran.is_green:
        return healer.ended("healthy")
    good = healer.ledger.good
    project = project_of(healer, ran, good)
    diagnosed = looked_at(healer, ran, project)
    for one in diagnosed:
        for fix in one.fixes[:1]:
            propose(healer, fix, ran.command)
    return without_fix(healer, diagnosed)


# --- one at a time, and not for ever ---


@contextmanager
def one_at_a_time(healer: Healer) -> Iterator[None]:
    """DuckDB has one writer: one healing for each database. Raises Busy."""
    file = database_of(DbtProject(healer.place)) or healer.place.root
    folder = Path(tempfile.gettempdir()) / "agentic-healings"
    folder.mkdir(mode=0o777, exist_ok=True)
    lock = FileLock(folder / f"{digest(str(file))[7:39]}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        healer.tell("another healing works on this database; waiting for it")
        try:
            lock.acquire(timeout=WAIT)
        except Timeout as error:
            raise Busy(
                "another healing works on this database", hint="wait until it has ended, then repeat the command."
            ) from error
    try:
        yield
    finally:
        lock.release()


def refuse_open_breaker(healer: Healer) -> None:
    """Raises BreakerOpen."""
    failed, most = healer.ledger.failed_in_a_row, healer.settings.breaker.failures
    if failed >= most:
        raise BreakerOpen(f"the last {failed} healings failed; none is tried until a person has looked")


def together(command: tuple[str, ...], fixes: Sequence[Fix]) -> tuple[str, ...]:
    """One command that proves all of them."""
    if any(not fix.select for fix in fixes):
        return (*command, *(("--full-refresh",) if any(fix.full_refresh for fix in fixes) else ()))
    first = fixes[0]
    return narrowed(
        command,
        replace(
            first,
            select=tuple(dict.fromkeys(word for fix in fixes for word in fix.select)),
            full_refresh=any(fix.full_refresh for fix in fixes),
        ),
    )


def narrowed(command: tuple[str, ...], fix: Fix) -> tuple[str, ...]:
    """The command on what failed and its descendants, within what was selected."""
    verb, rest = command[0], list(command[1:])
    if verb == "test" and fix.changes.paths and not all(path.endswith((".yml", ".yaml")) for path in fix.changes.paths):
        verb = "build"  # A test proves nothing of a model that was not built since.
    refresh = ("--full-refresh",) if fix.full_refresh else ()
    if not fix.select:
        return (verb, *rest, *refresh)
    if "--select" not in rest:
        return (verb, *rest, "--select", *fix.select, *refresh)
    place = rest.index("--select")
    selected = rest[place + 1 :]
    return (
        verb,
        *rest[:place],
        "--select",
        *(f"{word},{within}" for word in fix.select for within in selected),
        *refresh,
    )
