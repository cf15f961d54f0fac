"""dbt, run on record: what another process holds is waited for, longer each time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from agentic.errors import DatabaseHeld
from agentic.flows.healing.healer import Healer
from agentic.healing.causes import cause_of
from agentic.healing.failures import failures_of
from agentic.healing.project import DbtProject
from agentic.outside import dbt, git
from agentic.outside.dbt import Place, Ran
from agentic.values import Finding, Fix


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


def left_out(ran: Ran) -> tuple[Finding, ...]:
    """Tests that dbt left out with a warning: green, and proven less."""
    said = [event["info"]["msg"] for event in ran.events if event["info"]["level"] == "warn"]
    return tuple(
        Finding(
            "dbt: left out", " ".join(str(one).split()), severity="warning", fix="mend the name, or take the test out."
        )
        for one in said
    )


def relations_of(project: DbtProject, ran: Ran) -> tuple[str, ...]:
    """What the run made."""
    names = [str(one.get("relation_name") or "") or project.relation(str(one["unique_id"])) for one in ran.results]
    return tuple(dict.fromkeys(name for name in names if name))


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
