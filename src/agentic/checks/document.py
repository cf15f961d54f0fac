"""`document: agent-prompts/...`: a draft has substance, and says nothing that nobody said."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from agentic.checks.evidence import verdict
from agentic.checks.grounded import taken_out, unsaid
from agentic.errors import AgenticError
from agentic.ports import Runner, Staged
from agentic.text import PROMPTS, read_text
from agentic.values import CheckSpec, Finding, TaskSpec, Verdict

Judge = Callable[[Path, str], Iterable[Finding]]
"""A tree and the path of a document in it -> what is wrong with the document."""
GUIDES = ("meta/context_file_standards.md", "meta/framework_evolution_guide.md")
"""How documents are written. Their examples are nobody's word about this project."""


class Document:
    """Reads; runs nothing."""

    stops = False

    def __init__(self, judge: Judge, project: Path) -> None:
        self.judge = judge
        # What stood there before the draft is read from the project: a person's own words count as said.
        self.project = project

    def look(self, staged: Staged, spec: CheckSpec, runner: Runner) -> Verdict:
        """Substance first; then every figure, address, name and answer against what was said."""
        draft = text_of(staged.root, spec.target)
        if draft is None:
            finding = Finding(spec.label, f"{spec.target} is not there, or is no text", spec.target)
            return verdict(spec, (finding,), {})
        findings = [*self.judge(staged.root, spec.target)]
        for line, message in unsaid(draft, self.given(staged, spec.target), self.own(staged.task, spec.target)):
            findings.append(Finding(spec.label, message, spec.target, line, code="AGT605"))
        before = text_of(self.project, spec.target) or ""
        for message in taken_out(draft, before):
            findings.append(Finding(spec.label, message, spec.target, code="AGT606"))
        questions = sum(one.code == "AGT083" for one in findings)
        found = tuple(softened(one) for one in findings)
        return verdict(spec, found, {"lines": len(draft.splitlines()), "open questions": questions})

    def given(self, staged: Staged, target: str) -> Iterator[str]:
        """Every context file as it was given, and the names of all files. What explains a form is full of examples."""
        task = staged.task
        yield "\n".join((*task.deliverables, *(file.path for file in task.context_files)))
        for file in task.context_files:
            if file.path in GUIDES and not target.endswith(file.path):
                continue
            for path in (f"{PROMPTS}/{file.path}", file.path):
                if path not in staged.changed and (text := text_of(staged.root, path)) is not None:
                    yield text

    def own(self, task: TaskSpec, target: str) -> Iterator[str]:
        """What the person says now, and the document as it was: of a proposal, what it would replace."""
        yield "\n".join((task.title, task.objective, task.specifications, task.constraints))
        for path in (target, target.replace(f"{PROMPTS}/meta/proposed/", f"{PROMPTS}/")):
            if text := text_of(self.project, path):
                yield text


def text_of(root: Path, path: str) -> str | None:
    """Of a file; None where there is none, or no text."""
    try:
        return read_text(root / path, path) if path else None
    except AgenticError:
        return None


def softened(finding: Finding) -> Finding:
    """An open question is what a draft shall have where nobody knows: for a person to answer, no fault of the draft."""
    if finding.code != "AGT083":
        return finding
    return Finding(finding.source, finding.message, finding.path, finding.line, "note", finding.code)
