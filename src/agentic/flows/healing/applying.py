"""A fix, written with a backup, built, and kept or taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from agentic.errors import UsageError
from agentic.flows.healing.comparing import compare_with, measured
from agentic.flows.healing.healer import Healer
from agentic.flows.healing.running import called, together
from agentic.healing.ledger import Entry
from agentic.healing.project import DbtProject
from agentic.outside import clock
from agentic.outside.dbt import Ran
from agentic.values import Change, ChangeSet, Finding, Fix
from agentic.values.digest import digest
from agentic.workspace import land, recover

BUILT = ("success", "pass", "warn", "no-op")


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
    # An ephemeral model is never built by itself.
    failed = [name for name in nodes_of(fix) if project.node(name).get("config", {}).get("materialized") != "ephemeral"]
    return all(status.get(name) in BUILT for name in failed) if failed else ran.is_green


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
            try:
                roll_back(healer, entry.fix, by="", why="the healing was cut off before it was proven")
            except UsageError as error:
                # A person has edited it since: theirs stays, and nothing waits for it for ever.
                said = f"a healing was cut off, and {error.message}: it is left as it is"
                healer.findings.append(Finding("healing", said, severity="warning", fix=error.fix))
                healer.ledger.keep(replace(entry, state="rolled back", at=clock.now(), why=said))
