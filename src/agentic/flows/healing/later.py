"""What a person decides later: a proposal approved or rejected, a fix taken back, a run looked at once more."""

from __future__ import annotations

from msgspec.structs import replace

from agentic.errors import UsageError
from agentic.flows.healing.applying import carry_out, roll_back, told, undo_half_done
from agentic.flows.healing.choosing import propose
from agentic.flows.healing.heal import finished, without_fix
from agentic.flows.healing.healer import Healer, one_at_a_time
from agentic.flows.healing.judging import judged_fix, looked_at, project_of
from agentic.healing.project import DbtProject
from agentic.outside import clock, dbt
from agentic.values import Healing


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
        return finished(healer) if not left else without_fix(healer, left)


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
