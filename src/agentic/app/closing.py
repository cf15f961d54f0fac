"""The desk where a module is closed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from agentic.errors import PersonNeeded, UsageError
from agentic.flows.close_module import (
    Closure,
    Standing,
    coverage_of,
    digests,
    evidence_lines,
    failing,
    signature,
    uncovered,
    undone,
    with_evidence,
)
from agentic.framework import proposals
from agentic.phases import judge_document
from agentic.specs.lint import lint
from agentic.text import PROMPTS, read_text
from agentic.values import Execution, Finding, PhaseDocument

if TYPE_CHECKING:
    from agentic.app.core import App

DOCUMENT = f"{PROMPTS}/progress/closure_{{module}}.md"
TEMPLATE = f"{PROMPTS}/progress/closure.md"


@dataclass(frozen=True)
class Closing:
    """The desk."""

    app: App

    def close(self, module: str, sign: str, why: str) -> Closure:
        """Judge, run every check again, fill the evidence in; closed where nothing is missing and a person has signed."""
        tasks = self.tasks(module)
        path = DOCUMENT.format(module=module)
        self.begin(path, module)
        findings = [*undone(tasks), *self.linted(tasks)]
        again = () if findings else self.verify(tasks)
        files = self.files(module)
        coverage = coverage_of(again, files)
        if again:
            findings += [*failing(again), *uncovered(coverage, files, self.app.settings.closure.coverage)]
        self.write(
            path, with_evidence(read_text(self.app.root / path, path), [*evidence_lines(tasks, again, coverage)])
        )
        findings += [
            *self.documents(module),
            *judge_document(self.app.root, PhaseDocument(path, "closure"), self.template()),
        ]
        if sign and not findings_but_signature(findings):
            self.sign(path, sign)
        who, unsigned = signature(read_text(self.app.root / path, path), path)
        findings = [one for one in findings if not is_signature(one)]
        closure = Closure(module, path, (*findings, *unsigned), again, coverage, who)
        return closure if closure.findings else self.closed(closure, tasks, files, why)

    def tasks(self, module: str) -> tuple[Standing, ...]:
        """Every task of the module with what stands of it. Raises UsageError where there is none."""
        rows = next((one.tasks for one in self.app.modules() if one.module == module), ())
        if not rows:
            known = ", ".join(one.module for one in self.app.modules()) or "none"
            raise UsageError(f"no module {module} with a task", hint=f"modules with tasks: {known}.")
        return tuple(Standing(self.app.task(row.task), row.landed) for row in rows)

    def linted(self, tasks: Sequence[Standing]) -> tuple[Finding, ...]:
        """What lint has against the tasks of the module."""
        paths = tuple(f"{PROMPTS}/{one.task.path}" for one in tasks)
        return tuple(one for one in lint(self.app.library, paths) if one.severity == "error")

    def verify(self, tasks: Sequence[Standing]) -> tuple[Execution, ...]:
        """Every check, run again now."""
        from agentic.flows.verify import verify

        return tuple(verify(one.task, one.execution.id, self.app.tools) for one in tasks if one.execution)

    def files(self, module: str) -> tuple[str, ...]:
        """Python files of the module that do something."""
        folder = self.app.root / "src" / module
        found = (path for path in sorted(folder.rglob("*.py")) if "__pycache__" not in path.parts)
        return tuple(path.relative_to(self.app.root).as_posix() for path in found if path.name != "__init__.py")

    def documents(self, module: str) -> tuple[Finding, ...]:
        """The module's documentation, with substance."""
        path = f"docs/modules/{module}.md"
        if not (self.app.root / path).is_file():
            message = f"{path} is missing: agentic generate docs {module} lets Claude write it"
            return (Finding("close", message, path, code="AGT663"),)
        found = judge_document(self.app.root, PhaseDocument(path, "documentation"), self.app.phases.template(path))
        return tuple(Finding("close", one.message, one.path, one.line, code="AGT663") for one in found)

    def evolution(self) -> Iterator[str]:
        """Changes to the framework that wait for a person."""
        for one in proposals(self.app.root):
            yield f"- proposed for the framework: {one.path} (agentic framework diff {one.path})"

    def template(self) -> str | None:
        """Of the closure document."""
        return self.app.phases.template(TEMPLATE)

    def begin(self, path: str, module: str) -> None:
        """The checklist, where it is not there yet."""
        from agentic.flows.decide import today

        if not (self.app.root / path).exists():
            text = (self.template() or "").replace("2000-01-01", today()).replace("@MODULE@", module)
            self.write(path, text)

    def write(self, path: str, text: str) -> None:
        """Beside, then renamed."""
        from agentic.values import Change, ChangeSet
        from agentic.workspace import land

        file: Path = self.app.root / path
        if not file.is_file() or file.read_bytes() != text.encode():
            land(self.app.root, f"closure-{file.stem}", ChangeSet((Change(path, text),)))

    def sign(self, path: str, who: str) -> None:
        """Write the signature that a person asks for."""
        from agentic.flows.decide import today

        if len(who.split()) < 1 or any(letter in who for letter in "<>\n"):
            raise PersonNeeded("a closure is signed by a person", hint="agentic close MODULE --sign NAME")
        lines = read_text(self.app.root / path, path).split("\n")
        signed = [f"Signed: {who}, {today()}" if line.startswith("Signed:") else line for line in lines]
        self.write(path, "\n".join(signed))

    def closed(self, closure: Closure, tasks: Sequence[Standing], files: Sequence[str], why: str) -> Closure:
        """On record, with the digest of everything that is closed."""
        from msgspec.structs import replace

        from agentic.flows.decide import decide

        paths = [path for one in tasks for path in (*one.task.deliverables, f"{PROMPTS}/{one.task.path}")]
        known = digests(self.app.root, [*dict.fromkeys([*paths, *files, f"docs/modules/{closure.module}.md"])])
        facts = {f"coverage of {path}": f"{percent} %" for path, percent in closure.coverage.items()}
        reason = why or "every task is done with evidence, every check passed again, the checklist is signed"
        decision = decide(
            "closure", f"modules/{closure.module}", closure.signed_by, reason, self.app.tools, known, facts
        )
        return replace(closure, closed=True, record=decision.id)


def is_signature(finding: Finding) -> bool:
    """The template's own line, which the signature replaces."""
    return finding.code == "AGT082" and "Signature" in finding.message


def findings_but_signature(findings: Sequence[Finding]) -> list[Finding]:
    """What has to be settled before anybody signs."""
    return [one for one in findings if not is_signature(one)]
