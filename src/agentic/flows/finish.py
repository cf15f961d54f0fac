"""Drafted and looked at -> landed, refused or failed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from agentic.flows.close import close
from agentic.flows.converse import Drafted
from agentic.flows.publish import publish
from agentic.flows.run import Run
from agentic.policy import judge
from agentic.values import Change, ChangeSet, Execution, Finding, Verdict
from agentic.values.digest import digest
from agentic.workspace import BACKUPS, Belonging, land


def refused_before_asking(run: Run) -> Execution | None:
    """What would be refused at the end anyway is refused before it costs anything."""
    verdict = decide(run, run.task.deliverables)
    if verdict.passed:
        return None
    run.record.keep("judged", msgspec.to_builtins(verdict))
    return close(run, "refused", verdict.findings)


def finish(run: Run, drafted: Drafted, verdicts: tuple[Verdict, ...]) -> Execution:
    """Land what every check has passed; nothing else."""
    if not all(verdict.passed for verdict in verdicts):
        return close(run, "failed", remarks(verdicts), verdicts, notes_of(run, drafted))
    # Nobody may land between the look at whose files these are and the landing.
    with run.tools.lock():
        return decided(run, drafted, verdicts)


def decided(run: Run, drafted: Drafted, verdicts: tuple[Verdict, ...]) -> Execution:
    """The policy speaks; then publish, then land."""
    verdict = decide(run, drafted.draft.paths)
    run.record.keep("judged", msgspec.to_builtins(verdict))
    if not verdict.passed:
        return close(run, "refused", remarks((*verdicts, verdict)), verdicts, notes_of(run, drafted))
    if run.wishes.staged:
        return close(run, "staged", remarks(verdicts), verdicts, notes_of(run, drafted))
    published = publish(run, without(drafted.draft, run.kept()))
    said = remarks((*verdicts, *published))
    if any(one.status == "failed" for one in published):
        return close(run, "failed", said, verdicts, notes_of(run, drafted))
    if late := changed_meanwhile(run, drafted):
        return close(run, "refused", (*said, *late), verdicts, notes_of(run, drafted))
    land_once(run, drafted.draft)
    return close(run, "done", said, verdicts, notes_of(run, drafted))


def changed_meanwhile(run: Run, drafted: Drafted) -> tuple[Finding, ...]:
    """Publishing takes minutes; a person may have edited a file in them."""
    verdict = decide(run, drafted.draft.paths)
    if not verdict.passed:
        run.record.keep("judged", msgspec.to_builtins(verdict))
    return verdict.findings


def without(draft: ChangeSet, kept: frozenset[str]) -> ChangeSet:
    """What is a person's is looked at as the person left it."""
    return ChangeSet(tuple(change for change in draft.changes if change.path not in kept))


def decide(run: Run, paths: tuple[str, ...]) -> Verdict:
    """May these files be written? What a person adopts is not written at all; what they discard may be."""
    settled = (*run.wishes.adopt, *run.wishes.discard)
    in_question = [one for one in run.owners() if one.path in paths and one.path not in settled]
    verdict = judge(paths, run.task.deliverables, run.tools.policy.protected, in_question)
    newer = tuple(overtaken(run, in_question))
    return Verdict(verdict.source, "failed", (*verdict.findings, *newer)) if newer else verdict


def overtaken(run: Run, belonging: list[Belonging]) -> Iterator[Finding]:
    """A run that is resumed late does not put its older answer over a newer one."""
    began = run.tools.archive.began
    for one in belonging:
        if one.state == "generated" and began(one.since) > began(run.record.name):
            message = f"{one.path} was landed by {one.since}, which began after this run"
            yield Finding("policy: overtaken", message, one.path, code="AGT406")


def land_once(run: Run, draft: ChangeSet) -> None:
    """On record with what was there before, then on disk, then on record that it is."""
    kept = run.kept()
    changes = ChangeSet(tuple(change for change in draft.changes if change.path not in kept))
    theirs = frozenset(one.path for one in run.owners() if one.state in ("edited", "foreign"))
    adopted = kept & set(run.wishes.adopt)
    run.record.once("landing", lambda: landing(changes, adopted, theirs, run.tools.root))
    run.tell(f"landing {len(changes.changes)} file(s)")
    if not run.record.knows("landed"):
        back_up(run, theirs - kept)
        land(run.tools.root, run.record.name, changes)
    run.record.once("landed", lambda: {"digest": changes.digest})


def landing(changes: ChangeSet, adopted: frozenset[str], theirs: frozenset[str], root: Path) -> dict[str, Any]:
    """What will be written, with what was there and whose it was (`theirs`: a person's): enough to take it back."""
    written = [landed(change, root, "person" * (change.path in theirs)) for change in changes.changes]
    kept = [Change(path, current(root / path)) for path in sorted(adopted)]
    return {"files": [*written, *({**landed(change, root, "person"), "kept": True} for change in kept)]}


def landed(change: Change, root: Path, was: str) -> dict[str, Any]:
    """One file of a landing. `was`: `person`, where what was there before is a person's work."""
    path = root / change.path
    before = {"before": current(path), "before_digest": digest_of(path)}
    said = {"path": change.path, "after": change.digest, "lines": change.lines}
    return {**said, **before, "was": was, "kept": False, "released": False}


def digest_of(path: Path) -> str:
    """`sha256:` of a file's bytes; empty where there is none."""
    return digest(path.read_bytes()) if path.is_file() else ""


def current(path: Path) -> str | None:
    """The text of a file; None where there is none."""
    return path.read_bytes().decode("utf-8", "replace") if path.is_file() else None


def back_up(run: Run, paths: Iterable[str]) -> None:
    """A person's file that is overwritten is kept byte for byte: the journal has it without secrets, so not always whole."""
    for path in paths:
        source, target = run.tools.root / path, run.tools.root / BACKUPS / run.record.name / path
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())


def remarks(verdicts: tuple[Verdict, ...]) -> tuple[Finding, ...]:
    """Everything that anybody has to say."""
    return tuple(finding for verdict in verdicts for finding in verdict.findings)


def notes_of(run: Run, drafted: Drafted) -> tuple[str, ...]:
    """What was said of the work; marked as somebody's word."""
    said = (f"{run.provider.name} says: {drafted.summary}",) if drafted.summary else ()
    return (*said, *(f"open question: {question}" for question in drafted.questions))
