"""phase list, show, check, draft, waive."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from agentic.cli.corridor import corridor_options, show_runs, through
from agentic.cli.options import Common, common_options
from agentic.cli.output import emit, say, table
from agentic.cli.words import told

if TYPE_CHECKING:
    from agentic.phases import PhaseReport
    from agentic.values import Phase


@click.group()
@common_options
def phase(common: Common) -> None:
    """The seven phases: what each asks for, what is there, and drafts of what is not."""


@phase.command("list")
@click.option("--documents", is_flag=True, help="Every document of every step, with the command that drafts it.")
@common_options
def list_(common: Common, documents: bool) -> int:
    """Every phase, and how far it is."""
    desk = common.app().phases
    if documents:
        return show_documents(common, desk.all)
    reports = desk.check()
    if common.json:
        emit("phases", {"phases": reports})
    else:
        rows = [(str(one.number), one.title, word(one), str(len(one.findings) or "")) for one in reports]
        table(("phase", "title", "state", "findings"), rows)
    return 0


def word(report: PhaseReport) -> str:
    """How far a phase is."""
    if report.complete:
        return "complete"
    if report.waiver:
        return f"incomplete, waived by {report.waiver.who}"
    return "incomplete" if not report.waits_for else f"waits for {', '.join(map(str, report.waits_for))}"


def show_documents(common: Common, phases: tuple[Phase, ...]) -> int:
    """One row a document."""
    found = [(one, step, document) for one in phases for step in one.steps for document in step.documents]
    if common.json:
        emit("documents", {"documents": [document for _, _, document in found]})
        return 0
    rows = [
        (step.id, document.path, "required" if document.required else "", draft_command(document.kind, document.name))
        for _, step, document in found
    ]
    table(("step", "document", "", "draft"), rows)
    return 0


def draft_command(kind: str, name: str) -> str:
    """How to begin with a document; empty for what comes with the framework."""
    if name == "tasks":
        return "agentic phase draft tasks/MODULE/FEATURE"
    return f"agentic phase draft {name}" if kind in ("document", "code") else ""


@phase.command()
@click.argument("wish", metavar="N|DOCUMENT")
@common_options
def show(common: Common, wish: str) -> int:
    """One phase with its steps, "With Claude" lines and checklist; or the template of a document."""
    desk = common.app().phases
    if not wish.isdigit():
        _, _, document = desk.find(wish)
        template = desk.model(document.path) or ""
        emit("template", {"path": document.path, "text": template}) if common.json else say(template.rstrip())
        return 0
    one = desk.phase(int(wish))
    if common.json:
        emit("phase", one)
    else:
        say("\n".join(described(one)))
    return 0


def described(one: Phase) -> Iterator[str]:
    """As a person reads it."""
    yield f"Phase {one.number}: {one.title}"
    if one.after:
        yield f"Begins when phase {', '.join(map(str, one.after))} is complete, or waived."
    for step in one.steps:
        yield f"\n{step.id} {step.title}"
        yield from (f"  - {activity}" for activity in step.activities)
        if step.with_claude:
            yield f"  With Claude: {step.with_claude}"
        for document in step.documents:
            command = draft_command(document.kind, document.name)
            yield f"  {'*' if document.required else ' '} {document.path}: {document.purpose}"
            if command:
                yield f"      {command}"
    yield "\nChecklist"
    yield from (f"  [ ] {item.item}" for item in one.checklist)
    yield "\nDeliverables: " + "; ".join(one.deliverables)


@phase.command()
@click.argument("number", metavar="[N]", type=int, required=False)
@common_options
def check(common: Common, number: int | None) -> int:
    """Is what the phases ask for there, with substance?

    Without N: phases 1 to 4. A template left as it is, a section without words, an unanswered question and an empty box are each a
    finding with file and line. Exit code 1 where a phase is incomplete.
    """
    desk = common.app().phases
    if number is not None:
        desk.phase(number)
    reports = [one for one in desk.check() if one.number == number or (number is None and one.number <= 4)]
    if common.json:
        emit("phases", {"phases": reports})
    else:
        for one in reports:
            say("\n".join(judged(one, quiet=common.quiet)))
    return 0 if all(one.complete for one in reports) else 1


def judged(one: PhaseReport, *, quiet: bool) -> Iterator[str]:
    """The checklist, then what speaks against it."""
    yield f"Phase {one.number}: {one.title}: {word(one)}"
    if not quiet:
        yield from (f"  [{'x' if line.shown else ' '}] {line.item}" for line in one.checklist)
    if one.waiver:
        yield f"  waived by {one.waiver.who} on {one.waiver.at[:10]}: {one.waiver.why} ({one.waiver.id})"
    yield from (f"  {told(finding)}" for finding in one.findings)


@phase.command()
@click.argument("number", metavar="N", type=int)
@click.option("--why", metavar="TEXT", default="", help="The reason; it stands in the archive.")
@click.option(
    "--by", metavar="NAME", default="", help="Who decides; by default the person of git or AGENTIC_DEVELOPER."
)
@common_options
def waive(common: Common, number: int, why: str, by: str) -> int:
    """Let the next phase begin although phase N is incomplete; who and why stand in the archive."""
    decision = common.app().phases.waive(number, by, why)
    if common.json:
        emit("decision", decision)
    else:
        say(f"phase {number} is waived by {decision.who}: {decision.why}\n  archive  {decision.id}")
    return 0


@phase.command()
@click.argument("document", metavar="DOCUMENT")
@click.option("--say", "words", metavar="TEXT", multiple=True, help="What you know of it; may be given several times.")
@click.option(
    "--from", "files", metavar="FILE", multiple=True, help="Notes, minutes, mails: a text file; - reads stdin."
)
@click.option("--blank", is_flag=True, help="Write the template, and ask nobody.")
@click.option("--revise", is_flag=True, help="Let a document that a person wrote be revised; a backup is kept.")
@corridor_options
@click.option("--follow-up", metavar="TEXT", default="", help="Refine the draft that was made before.")
@common_options
def draft(
    common: Common, document: str, words: tuple[str, ...], files: tuple[str, ...], blank: bool, **wishes: Any
) -> int:
    """Let Claude draft a document from what is known: the documents of earlier phases, and what you say.

    It goes through the same corridor as a task: prompt, fence, checks, archive. What nobody said becomes a numbered open question
    (`Q-n:`), which `phase check` reports until there is an answer (`A:`) below it.
    """
    if blank:
        path = common.app().phases.blank(document)
        emit("created", {"path": path}) if common.json else say(path)
        return 0
    said = "\n\n".join((*words, *(notes(file) for file in files)))
    return show_runs(common, through(common, lambda app: app.phases.draft_task(document, said), **wishes))


def notes(file: str) -> str:
    """The text of a file that a person names; `-` is stdin."""
    from agentic.errors import NotText
    from agentic.text import read_text

    if file != "-":
        return read_text(Path(file), file)
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotText("what comes through the pipe is not UTF-8", cause=str(error)) from error
