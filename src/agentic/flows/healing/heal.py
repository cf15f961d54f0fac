"""A dbt pipeline, run and healed: run, diagnose, propose, judge, apply, verify, keep or roll back; every step on record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agentic.flows.healing.applying import carry_out, undo_half_done
from agentic.flows.healing.choosing import choose, distinct
from agentic.flows.healing.healer import Healer, one_at_a_time, refuse_open_breaker
from agentic.flows.healing.judging import looked_at, project_of
from agentic.flows.healing.running import called, left_out
from agentic.healing.diagnose import Diagnosed
from agentic.outside import dbt, git
from agentic.outside.dbt import Ran
from agentic.values import Healing


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


def green(healer: Healer, ran: Ran, command: tuple[str, ...]) -> None:
    """A whole run that was green is what the next failure is compared with."""
    if command[0] == "build" and "--select" not in command:
        healer.ledger.remember_good(healer.place.artifacts / "manifest.json", ran.id, git.commit(healer.place.root))


def heal(healer: Healer, ran: Ran, good: Mapping[str, Any], command: tuple[str, ...]) -> Healing:
    """Rounds of diagnosis and fix, until it is green, nothing may be applied, or enough was tried."""
    tried: set[str] = set()
    for number in range(healer.settings.retry.max_retries + 1):
        project = project_of(healer, ran, good)
        diagnosed = looked_at(healer, ran, project)
        chosen = [pair for one in diagnosed if (pair := choose(healer, one, tried, project, command, number))]
        if not chosen:
            return without_fix(healer, diagnosed)
        now = distinct(chosen, diagnosed)
        ran = carry_out(healer, now, project, command)
        tried.update(fix.id for fix, _ in now)
        if ran.is_green and all(fix.id in healer.applied for fix, _ in now) and len(now) == len(diagnosed):
            return finished(healer)
        if ran.is_green:
            ran = called(healer, command)
            if ran.is_green:
                return finished(healer)
    project = project_of(healer, ran, good)
    return without_fix(healer, looked_at(healer, ran, project))


def finished(healer: Healer) -> Healing:
    """Green with what was applied."""
    mended = tuple(healer.seen.values())
    on_record(healer, healer.ended("healed", mended))
    return healer.ended("healed", mended)


def on_record(healer: Healer, healing: Healing) -> None:
    """Every fix that stands is an execution, whatever the rest came to."""
    for name in healer.applied:
        entry = healer.ledger.entry(name)
        before = {path: healer.ledger.backup(name, path) or "" for path in entry.before}
        healer.archive = healer.record(entry, healing, before) or healer.archive


def without_fix(healer: Healer, diagnosed: Sequence[Diagnosed]) -> Healing:
    """It waits for a person, or nobody knows what to do. What was applied and helped stays."""
    on_record(healer, healer.ended("proposed", diagnosed))
    if any(entry.healing == healer.logs.healing and entry.state == "rolled back" for entry in healer.ledger.entries()):
        return healer.ended("rolled back", diagnosed)
    refused = [fix for one in diagnosed for fix in one.fixes[:1] if fix.refused]
    waiting = [fix for one in diagnosed for fix in one.fixes if not fix.refused]
    if waiting:
        return healer.ended("proposed", diagnosed)
    return healer.ended("refused" if refused else "left", diagnosed)
