"""`document: agent-prompts/...`: a draft has substance, and says nothing that nobody said."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from agentic.checks.evidence import verdict
from agentic.checks.grounded import unsaid
from agentic.ports import Runner, Staged
from agentic.values import CheckSpec, Finding, Verdict

Judge = Callable[[Path, str], Iterable[Finding]]
"""A tree and the path of a document in it -> what is wrong with the document."""


class Document:
    """Reads; runs nothing."""

    stops = False

    def __init__(self, judge: Judge, project: Path) -> None:
        self.judge = judge
        # What stood there before the draft is read from the project: a person's own words count as said.
        self.project = project

    def look(self, staged: Staged, spec: CheckSpec, runner: Runner) -> Verdict:
        """Substance first; then every figure, address and answer against what was said."""
        draft = (staged.root / spec.target).read_text(encoding="utf-8")
        findings = [*self.judge(staged.root, spec.target)]
        sources = [staged.task.text, *self.texts(staged, spec.target)]
        for line, message in unsaid(draft, sources):
            findings.append(Finding(spec.label, message, spec.target, line, code="AGT605"))
        notes = sum(one.code == "AGT083" for one in findings)
        found = tuple(softened(one) for one in findings)
        return verdict(spec, found, {"lines": len(draft.splitlines()), "open questions": notes})

    def texts(self, staged: Staged, target: str) -> Iterable[str]:
        """Every context file as it is in the scratch tree, and the document as it was before."""
        places = [(self.project, target)]
        for file in staged.task.context_files:
            places += [(staged.root, f"agent-prompts/{file.path}"), (staged.root, file.path)]
        for root, path in places:
            if (root / path).is_file():
                yield (root / path).read_text(encoding="utf-8", errors="replace")


def softened(finding: Finding) -> Finding:
    """An open question is what a draft shall have where nobody knows: for a person to answer, no fault of the draft."""
    if finding.code != "AGT083":
        return finding
    return Finding(finding.source, finding.message, finding.path, finding.line, "note", finding.code)
