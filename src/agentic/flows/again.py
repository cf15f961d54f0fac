"""Walk the corridor again: resume what was cut off, replay what was archived, take back what was landed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from agentic.archive import Journal, Story
from agentic.errors import ArchiveError, Busy, NothingToResume
from agentic.flows.close import close
from agentic.flows.finish import digest_of, landing
from agentic.flows.note import note_progress
from agentic.flows.record import Record
from agentic.flows.run import Run
from agentic.flows.run_task import carry, open_record
from agentic.flows.tools import Tools, Wishes
from agentic.specs import parse
from agentic.values import Budget, Change, ChangeSet, Execution, Finding, TaskSpec
from agentic.workspace import BACKUPS, land
from agentic.workspace import recover as recover_files
from agentic.workspace.land import FOLDER as LANDING
from agentic.workspace.own import belonging

BEGIN_ANEW = "agentic close MODULE looks again; a decision is taken anew."


def task_of(story: Story) -> TaskSpec:
    """The task as it was when it was executed."""
    opened = story.first("opened")
    return parse(opened["task_text"], opened["task"])


def resume(name: str, budget: Budget, tools: Tools) -> Execution:
    """Go on with a run that was cut off. What is on record is not asked, and not paid for, again.

    budget: a larger one than the run began with; what is None stays as it was.
    """
    story = tools.archive.story(name)
    opened = story.first("opened")
    if not opened:
        raise ArchiveError(f"{name} was cut off before it began; run the task anew")
    refuse_import(name, opened)
    if opened["purpose"] in ("verification", "decision"):
        raise ArchiveError(f"{name} looked at what stands; there is nothing in it to go on with", hint=BEGIN_ANEW)
    if story.ended and story.last("closed")["status"] not in ("interrupted", "stopped"):
        raise NothingToResume(f"{name} has ended: {story.last('closed')['status']}")
    journal = Journal.reopen(tools.archive.path(name))
    record = Record(name, journal, tools.redact, tools.stop)
    run = reopened(story, budget, record, tools)
    if in_flight := story.in_flight:
        told = {"code": "AGT130", "message": "the run was killed while this request was under way", "cause": ""}
        most = {"at_most_tokens": in_flight["worst_tokens"], "at_most_micro_usd": in_flight["worst_micro_usd"]}
        lost = {"lost": run.provider.costs, **most}
        record.keep("unanswered", {**in_flight, **told, **lost})
    cut = {"cut_bytes": journal.cut} if journal.cut else {}
    record.keep("resumed", {"developer": tools.person(), "commit": tools.commit(), "version": tools.version, **cut})
    return take_back(run, opened["of"], before(opened["of"], tools)) if opened["purpose"] == "undo" else carry(run)


def refuse_import(name: str, opened: Mapping[str, Any]) -> None:
    """Work that was done by hand has no task that could be run. Raises ArchiveError."""
    if opened.get("purpose") == "import":
        hint = "agentic audit import TRANSCRIPT goes on with a session; agentic run TASK executes a task."
        raise ArchiveError(f"{name} was imported: it was done by hand, and nothing in it can be run", hint=hint)


def reopened(story: Story, budget: Budget, record: Record, tools: Tools) -> Run:
    """The run as it was opened."""
    opened, task = story.first("opened"), task_of(story)
    wishes = msgspec.convert(opened["wishes"], Wishes)
    wishes = replace(
        wishes,
        micro_usd=wishes.micro_usd if budget.micro_usd is None else budget.micro_usd,
        tokens=wishes.tokens if budget.tokens is None else budget.tokens,
    )
    if opened["purpose"] not in ("replay", "undo"):
        return Run(task, wishes, tools.provider(opened["provider"], task), record, tools)
    original = tools.archive.story(opened["of"])
    expected = original.last("changes").get("digest", "") if opened["purpose"] == "replay" else ""
    return Run(task, wishes, tools.replay(opened["of"], original.replies), record, tools, expected)


def replay(name: str, wishes: Wishes, tools: Tools) -> Execution:
    """Run an archived execution again, offline: its spec, its prompt, its answers; the checks are run anew."""
    story = tools.archive.story(name)
    refuse_import(name, story.first("opened"))
    if not story.replies:
        raise ArchiveError(f"{name} holds no answer that could be replayed")
    task, provider = task_of(story), tools.replay(name, story.replies)
    record = open_record(task, wishes, provider, tools, purpose="replay", of=name)
    record.expect("prompt", story.first("prompt"))
    return carry(Run(task, wishes, provider, record, tools, story.last("changes").get("digest", "")))


def undo(name: str, wishes: Wishes, tools: Tools) -> Execution:
    """Write back what was there before. A file that was changed since is a person's, and is refused."""
    story = tools.archive.story(name)
    if not story.all("landed"):
        raise ArchiveError(f"{name} landed nothing that could be taken back")
    task, nobody = task_of(story), tools.replay(name, ())
    record = open_record(task, wishes, nobody, tools, purpose="undo", of=name)
    return take_back(Run(task, wishes, nobody, record, tools), name, before(name, tools))


def before(name: str, tools: Tools) -> ChangeSet:
    """The files of an execution as they were before it. Raises ArchiveError where one cannot be had whole any more."""
    files = tools.archive.story(name).last("landing")["files"]
    return ChangeSet(tuple(Change(file["path"], before_text(name, file, tools)) for file in files if not file["kept"]))


def before_text(name: str, file: Mapping[str, Any], tools: Tools) -> str | None:
    """One file as it was: from the journal; where that left a secret out, from the backup."""
    said = Change(str(file["path"]), file["before"])
    if said.digest == file["before_digest"]:
        return None if file["before"] is None else str(file["before"])
    backup = tools.root / BACKUPS / name / str(file["path"])
    try:
        return backup.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        hint = f"copy it back by hand from {BACKUPS}/{name}/{file['path']}, if it is there."
        raise ArchiveError(f"{file['path']} cannot be taken back whole", cause=str(error), hint=hint) from error


def take_back(run: Run, name: str, changes: ChangeSet) -> Execution:
    """Judge, land, close: the end of the corridor, with a change set that nobody had to be asked for."""
    try:
        with run.tools.lock():
            changed = (
                []
                if run.record.knows("landed")
                else [path for path in changes.paths if not is_as_landed(path, name, run.tools)]
            )
            findings = tuple(
                Finding("policy: changed since", f"{path} is not as {name} landed it", path, code="AGT406")
                for path in changed
            )
            if findings:
                return close(run, "refused", findings)
            run.record.once("landing", lambda: given_back(changes, name, run.tools))
            if not run.record.knows("landed"):
                land(run.tools.root, run.record.name, changes)
            run.record.once("landed", lambda: {"digest": changes.digest})
            notes = (f"taken back: {name}; tables that its jobs wrote are as they are",)
            return close(run, "undone", notes=notes)
    finally:
        run.record.close()


def given_back(changes: ChangeSet, name: str, tools: Tools) -> dict[str, Any]:
    """The landing of an undo: what was a person's before is a person's again, and no run overwrites it unasked."""
    files = tools.archive.story(name).last("landing")["files"]
    theirs = {file["path"] for file in files if file["was"] == "person"}
    landed = landing(changes, frozenset(), frozenset(), tools.root)["files"]
    return {"files": [{**file, "released": file["path"] in theirs} for file in landed]}


def note_landed(name: str, tools: Tools) -> None:
    """A landing that is whole on disk and not on record: the crash came in between."""
    story = tools.archive.readable(name)
    files = story.last("landing").get("files", ())
    if not files or story.all("landed") or not all(is_there(tools.root, file) for file in files):
        return
    try:
        journal = Journal.reopen(tools.archive.path(name))
    except Busy:
        return  # It is under way, and says so itself.
    cut = {"cut_bytes": journal.cut} if journal.cut else {}
    journal.append("landed", {"digest": "", **cut})
    journal.close()


def is_there(root: Path, file: Mapping[str, Any]) -> bool:
    """Is a file as the landing wanted it?"""
    return bool(digest_of(root / file["path"]) == file["after"])


def is_as_landed(path: str, name: str, tools: Tools) -> bool:
    """Is the file as this execution landed it, and did no later one land it again?"""
    last = tools.archive.owned().get(path)
    return last is not None and last.id == name and belonging(tools.root / path, path, last).state == "generated"


def recover(tools: Tools) -> None:
    """Carry on with what a crash cut off: landings whose plan is complete, pages and progress of runs that had ended."""
    if (tools.root / LANDING).is_dir():
        with tools.lock():
            recover_files(tools.root)
    for name in tools.archive.without_page():
        note_landed(name, tools)
        story = tools.archive.readable(name)
        if story.ended:
            tools.archive.write_page(name)
            note_progress(tools, story.first("opened")["module"])
