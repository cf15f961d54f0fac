"""A step of a phase -> the task that drafts its document: the same corridor, prompt, fence, checks and archive as any task."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from agentic.outside.clock import today
from agentic.prompts import fill
from agentic.specs import parse
from agentic.text import PROMPTS, is_blank, is_file, read_text
from agentic.values import Phase, PhaseDocument, PhaseStep, TaskSpec

STANDARD = "meta/context_file_standards.md"
Template = Callable[[str], str | None]
"""Path of a document, from the root -> the text of its template."""
CRITERIA = (
    "every section of the template has words, and no placeholder is left (check: document)",
    "no figure, address or answer that neither context nor person gave; what is unknown is a numbered question (check: document)",
)


def task_of(
    phase: Phase, step: PhaseStep, document: PhaseDocument, context: Sequence[str], template: str | None, said: str
) -> TaskSpec:
    """The task, written out so that the archive holds it whole. `context`: paths from the root; `template`: with what is known."""
    kinds = document.checks or ("document",)
    checks = [f"document: {document.path}" if kind == "document" else kind for kind in kinds]
    text = fill(
        "draft.md.j2",
        number=phase.number,
        step=step,
        path=document.path,
        purpose=document.purpose,
        ask=document.ask,
        checks=checks,
        criteria=CRITERIA if "document" in kinds else [f"it can be read and run (check: {kinds[0]})"],
        context=[path.removeprefix(f"{PROMPTS}/") for path in context],
        said=said.strip(),
        model=template or "",
        today=today(),
    )
    # A name of its own: the draft of a task spec is no execution of that task.
    return parse(text, f"drafts/{document.path.removeprefix(f'{PROMPTS}/').rpartition('.')[0]}.md")


def context_for(
    root: Path, phases: Iterable[Phase], phase: Phase, document: PhaseDocument, template: Template
) -> list[str]:
    """What a draft is made from: required documents of earlier phases and what it names itself, where they say something."""
    earlier = [
        one.path
        for before in phases
        if before.number < min(phase.number, 4)
        for one in before.documents
        if one.required and one.kind == "document"
    ]
    form = [f"{PROMPTS}/{STANDARD}"] if document.kind == "document" else []
    wanted = dict.fromkeys([*earlier, *document.context, *form])
    return [path for path in wanted if path != document.path and says_something(root, path, template)]


def says_something(root: Path, path: str, template: Template) -> bool:
    """A document that nobody has filled in is no context."""
    if not is_file(root / path):
        return False
    model = template(path)
    return model is None or not is_blank(read_text(root / path, path), model)
