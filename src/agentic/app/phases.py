"""The desk of the seven phases: what they ask for, what is there, and drafts of what is not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from agentic.errors import NoSuchDocument, PhaseIncomplete, UsageError
from agentic.framework import read_manifest, shelf, template_text
from agentic.phases import FILE, PhaseReport, check, judge_document, read_phases, required_boxes
from agentic.specs import Library
from agentic.specs.alone import lint_alone
from agentic.specs.lint import lint
from agentic.specs.new import filled
from agentic.text import PROMPTS, is_blank, read_text, take_apart
from agentic.text.marks import BOX
from agentic.values import Decision, Finding, Phase, PhaseDocument, PhaseStep

if TYPE_CHECKING:
    from agentic.app.core import App
    from agentic.values import TaskSpec

TASKS = f"{PROMPTS}/tasks"
TASK = re.compile(r"^tasks/(?P<module>[a-z][a-z0-9_]*)/(?P<feature>[a-z][a-z0-9_]*)$")
MODULE_DOCS = re.compile(r"^docs/modules/(?P<module>[a-z][a-z0-9_]*)$")
SHARED = ((f"{TASKS}/", f"{TASKS}/task.md"), ("docs/modules/", "docs/modules/module.md"))
"""Folders whose files are all made from one template."""


@dataclass(frozen=True)
class Phases:
    """The desk."""

    app: App

    @property
    def adopted(self) -> bool:
        """Does this project work by phases? Gates hold only there: a lone task in a plain project needs none."""
        return (self.app.root / FILE).is_file()

    @cached_property
    def all(self) -> tuple[Phase, ...]:
        """The project's own, else the framework's."""
        base = self.app.root if self.adopted else shelf()
        return read_phases(read_text(base / FILE, FILE))

    def phase(self, number: int) -> Phase:
        """One of them. Raises UsageError."""
        found = next((phase for phase in self.all if phase.number == number), None)
        if found is None:
            raise UsageError(f"no phase {number}", hint="agentic phase list shows them.")
        return found

    def template(self, path: str) -> str | None:
        """The template of a document; tasks share one, and so do the documents of modules."""
        shared = next((name for folder, name in SHARED if path.startswith(folder)), path)
        return template_text(self.app.root, shared)

    def check(self) -> tuple[PhaseReport, ...]:
        """Every phase, judged."""
        return check(self.app.root, self.all, self.template, self.waivers(), self.tasks())

    def waivers(self) -> dict[int, Decision]:
        """Phase -> the newest waiver."""
        found = (
            one for one in self.app.archive.decisions() if one.kind == "waiver" and one.about.startswith("phases/")
        )
        return {int(one.about.removeprefix("phases/")): one for one in found}

    def tasks(self) -> dict[str, tuple[Finding, ...]]:
        """What speaks against "a task is ready" and "every task is done"."""
        rows = [task for module in self.app.modules() for task in module.tasks]
        undone = [row for row in rows if not row.done]
        wrong = {one.path for one in lint(self.app.library) if one.severity == "error"}
        ready = [path for path in self.app.library.tasks if f"{PROMPTS}/{path}" not in wrong]
        not_ready = Finding("phase check", "no task spec is there that lint has nothing against", TASKS, code="AGT087")
        return {
            "ready": () if ready else (not_ready,),
            "done": tuple(
                Finding("phase check", f"{row.task} is not done: {row.state}", f"{PROMPTS}/{row.task}", code="AGT087")
                for row in undone
            ),
        }

    def gate(self, number: int) -> None:
        """Raises PhaseIncomplete where a phase that comes before is incomplete and nobody waived it."""
        if not self.adopted:
            return
        reports = {report.number: report for report in self.check()}
        for before in reports[number].waits_for if number in reports else ():
            report = reports[before]
            first = report.findings[0]
            place = f"{first.path}:{first.line}: " if first.line else ""
            raise PhaseIncomplete(
                f"phase {number} has not begun: phase {before} ({report.title}) is incomplete",
                cause=f"{place}{first.message} ({len(report.findings)} finding(s))",
                hint=f"agentic phase check {before} shows all; agentic phase waive {before} --why TEXT begins all the same, on record.",
            )

    def waive(self, number: int, who: str, why: str) -> Decision:
        """Let the next phase begin all the same. In the archive, with what was missing."""
        from agentic.flows.decide import decide

        report = next(report for report in self.check() if report.number == self.phase(number).number)
        if report.complete:
            raise UsageError(f"phase {number} is complete: there is nothing to waive")
        facts = {"findings": str(len(report.findings)), "first": report.findings[0].message}
        return decide("waiver", f"phases/{number}", who or self.app.tools.person(), why, self.app.tools, facts=facts)

    # --- drafts -------------------------------------------------------------------------------------------

    def find(self, wish: str) -> tuple[Phase, PhaseStep, PhaseDocument]:
        """The document that is meant. Raises NoSuchDocument with the one that was probably meant."""
        name = wish.removeprefix(f"{PROMPTS}/").removesuffix(".md").removesuffix(".yaml")
        known = [(phase, step, one) for phase in self.all for step in phase.steps for one in step.documents]
        for phase, step, one in known:
            if name in (one.name, one.path) or wish == one.path:
                return phase, step, one
            if one.path == TASKS and TASK.match(name):
                path = f"{PROMPTS}/{name}.md"
                return phase, step, replace(one, path=path, purpose="a task spec", required=False, kind="document")
            if one.path == TASKS and MODULE_DOCS.match(name):
                path = f"{name}.md"
                return (
                    phase,
                    step,
                    replace(one, path=path, purpose="documentation of a module", required=False, kind="document"),
                )
        raise no_such_document(wish, [one.name for _, _, one in known])

    def draft_task(self, wish: str, said: str) -> TaskSpec:
        """The task that drafts it. Raises NoSuchDocument, PhaseIncomplete."""
        from agentic.flows.draft_document import context_for, task_of

        phase, step, document = self.find(wish)
        if document.kind in ("folder", "governance"):
            hint = "agentic framework propose FILE --wish TEXT drafts a change to what the framework brings."
            raise NoSuchDocument(f"{document.name} is not drafted: it is a {document.kind}", hint=hint)
        if found := MODULE_DOCS.match(document.name):
            return self.app.quality.docs(found["module"])
        self.gate(phase.number)
        context = context_for(self.app.root, self.all, phase, document, self.template)
        model = self.model(document.path) if document.kind == "document" else None
        return task_of(phase, step, document, context, model, said)

    def model(self, path: str) -> str | None:
        """The template of a document, with what is known of this project; None where there is none."""
        from agentic.outside.clock import today

        template = self.template(path)
        if template is None:
            return None
        if found := TASK.match(path.removeprefix(f"{PROMPTS}/").removesuffix(".md")):
            template = filled(self.app.root, found["module"], found["feature"], template)
        if found := MODULE_DOCS.match(path.removesuffix(".md")):
            template = template.replace("@MODULE@", found["module"])
        manifest = read_manifest(self.app.root)
        name = manifest.project if manifest else self.app.root.name
        return template.replace("2000-01-01", today()).replace('project: "project"', f'project: "{name}"')

    def blank(self, wish: str) -> str:
        """Write the template where the document is not there yet; its path. Never overwrites."""
        from agentic.values import Change, ChangeSet
        from agentic.workspace import land

        _, _, document = self.find(wish)
        model = self.model(document.path) if document.kind == "document" else None
        if model is None:
            raise NoSuchDocument(f"{document.name} has no template")
        if (self.app.root / document.path).exists():
            raise UsageError(f"{document.path} exists already", hint="edit it, or draft it with --revise.")
        land(self.app.root, "blank", ChangeSet((Change(document.path, model),)))
        return document.path

    def judge_draft(self, root: Path, path: str) -> Iterable[Finding]:
        """What is wrong with a draft in a scratch tree: its substance, and what lint says of it. Boxes are a person's."""
        kinds = {one.path: one.kind for phase in self.all for one in phase.documents}
        # Of a task spec, lint says all there is to say.
        if kinds.get(path, "document") == "document" and not path.startswith(TASKS):
            substance = judge_document(root, PhaseDocument(path, "a draft"), self.template(path))
            yield from (one for one in substance if one.code != "AGT084")
            yield from self.lost_boxes(root, path)
        for one in self.linted(root, path):
            if one.severity == "error":
                yield one

    def linted(self, root: Path, path: str) -> tuple[Finding, ...]:
        """What lint says; of a document that is no spec, at least what is wrong with its words."""
        library = Library(root, self.app.settings.workspace.roots)
        return lint(library, (path,)) if path in library.pages else lint_alone(root, path, read_text(root / path, path))

    def lost_boxes(self, root: Path, path: str) -> Iterator[Finding]:
        """A draft ticks no box, and takes none out: those of the document as it was, else those of the template."""
        before = self.app.root / path
        old = read_text(before, path) if before.is_file() else ""
        template = self.template(path) or ""
        model = template if not old or is_blank(old, template) else old
        there = {box["text"] for line in read_text(root / path, path).splitlines() if (box := BOX.match(line))}
        for text in required_boxes(take_apart(model, "")):
            if text not in there:
                yield Finding("phase check", f"the checklist lacks the box: {text}", path, 1, code="AGT085")


def no_such_document(wish: str, names: list[str]) -> NoSuchDocument:
    """With the nearest name."""
    import difflib

    near = difflib.get_close_matches(wish, names, n=1, cutoff=0.4)
    return NoSuchDocument(f"no phase asks for {wish}", hint=f"did you mean {near[0]}?" if near else "")
