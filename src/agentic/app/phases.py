"""The desk of the seven phases: what they ask for, what is there, and drafts of what is not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from agentic.errors import NoSuchDocument, PhaseIncomplete, UsageError
from agentic.framework import shelf, template_text
from agentic.phases import FILE, PhaseReport, check, judge_document, read_phases
from agentic.specs import Library, lint
from agentic.text import PROMPTS, read_text
from agentic.values import Decision, Finding, Phase, PhaseDocument, PhaseStep

if TYPE_CHECKING:
    from agentic.app.core import App
    from agentic.values import TaskSpec

TASKS = f"{PROMPTS}/tasks"
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
            place = f"{first.path}:{first.line}: " if first.path else ""
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
            if one.path == TASKS and name.startswith("tasks/") and name.count("/") >= 2:
                path = f"{PROMPTS}/{name}.md"
                return (
                    phase,
                    step,
                    PhaseDocument(path, "a task spec", False, "document", one.context, one.checks, one.ask),
                )
        raise no_such_document(wish, [one.name for _, _, one in known])

    def draft_task(self, wish: str, said: str) -> TaskSpec:
        """The task that drafts it. Raises NoSuchDocument, PhaseIncomplete."""
        from agentic.flows.draft_document import context_for, task_of

        phase, step, document = self.find(wish)
        if document.kind in ("folder", "governance"):
            hint = "agentic framework propose FILE --wish TEXT drafts a change to what the framework brings."
            raise NoSuchDocument(f"{document.name} is not drafted: it is a {document.kind}", hint=hint)
        self.gate(phase.number)
        context = context_for(self.app.root, self.all, phase, document, self.template)
        template = self.template(document.path) if document.kind == "document" else None
        return task_of(phase, step, document, context, template, said)

    def blank(self, wish: str) -> str:
        """Write the template where the document is not there yet; its path. Never overwrites."""
        from agentic.flows.decide import today

        _, _, document = self.find(wish)
        template = self.template(document.path)
        if template is None:
            raise NoSuchDocument(f"{document.name} has no template")
        file = self.app.root / document.path
        if file.exists():
            raise UsageError(f"{document.path} exists already", hint="edit it, or draft it with --revise.")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(template.replace("2000-01-01", today()), encoding="utf-8")
        return document.path

    def judge_draft(self, root: Path, path: str) -> Iterable[Finding]:
        """What is wrong with a draft in a scratch tree: its substance, and what lint says of it. Boxes are a person's."""
        kinds = {one.path: one.kind for phase in self.all for one in phase.documents}
        # Of a task spec, lint says all there is to say.
        if kinds.get(path, "document") == "document" and not path.startswith(TASKS):
            substance = judge_document(root, PhaseDocument(path, "a draft"), self.template(path))
            yield from (one for one in substance if one.code != "AGT084")
        for one in lint(Library(root, self.app.settings.workspace.roots), (path,)):
            if one.severity == "error":
                yield one


def no_such_document(wish: str, names: list[str]) -> NoSuchDocument:
    """With the nearest name."""
    import difflib

    near = difflib.get_close_matches(wish, names, n=1, cutoff=0.4)
    return NoSuchDocument(f"no phase asks for {wish}", hint=f"did you mean {near[0]}?" if near else "")
