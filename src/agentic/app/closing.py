"""The desk where a module is closed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from agentic.errors import PersonNeeded, UsageError
from agentic.flows.close_module import (
    SIGNATURES,
    Closure,
    Standing,
    coverage_of,
    digests,
    evidence_lines,
    failing,
    signatures,
    signed,
    uncovered,
    undone,
    unsigned,
    written,
)
from agentic.flows.decide import decide
from agentic.framework import proposals
from agentic.outside.clock import today
from agentic.phases import judge_document
from agentic.specs.lint import lint
from agentic.text import PROMPTS, read_text
from agentic.text.between import FROM_ARCHIVE, put_between
from agentic.values import Decision, Execution, Finding, PhaseDocument

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
        refuse_bad_words(sign, why)
        tasks, files = self.tasks(module), self.files(module)
        path = DOCUMENT.format(module=module)
        self.begin(path, module)
        findings = [*undone(tasks), *self.linted(tasks)]
        again = () if findings else self.verify(tasks)
        coverage = coverage_of(again, files)
        if again:
            findings += [*failing(again), *uncovered(coverage, files, self.app.settings.closure.coverage)]
        lines = [*evidence_lines(tasks, again, coverage), *self.evolution()]
        put_between(self.app.root / path, FROM_ARCHIVE, "\n".join(lines), shown=path)
        findings += [*self.documents(module), *self.checklist(path)]
        if sign and not findings:
            self.write(path, signed(read_text(self.app.root / path, path), " ".join(sign.split()), today()))
        return self.ended(
            Closure(module, path, tuple(findings), again, coverage), self.digests(module, tasks, files), why
        )

    def ended(self, closure: Closure, known: Mapping[str, str], why: str) -> Closure:
        """With who signed; on record, unless it is already, with these files."""
        text, before = read_text(self.app.root / closure.document, closure.document), self.last(closure.module)
        same = before is not None and dict(before.files) == dict(known)
        findings = (*closure.findings, *unsigned(text, closure.document, closure.module, None if same else before))
        by = written(signatures(text))
        if findings:
            return replace(closure, findings=findings, signed_by=by)
        if before and same and before.facts.get(SIGNATURES) == by:
            return replace(closure, signed_by=by, closed=True, record=before.id)
        return replace(closure, signed_by=by, closed=True, record=self.recorded(closure, by, known, why).id)

    def last(self, module: str) -> Decision | None:
        """When it was closed last."""
        found = [
            one for one in self.app.archive.decisions() if (one.kind, one.about) == ("closure", f"modules/{module}")
        ]
        return found[-1] if found else None

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

    def checklist(self, path: str) -> tuple[Finding, ...]:
        """What the closure document lacks, but for the signature: of that `unsigned` speaks."""
        found = judge_document(self.app.root, PhaseDocument(path, "closure"), self.template())
        return tuple(one for one in found if not (one.code == "AGT082" and "Signature" in one.message))

    def digests(self, module: str, tasks: Sequence[Standing], files: Sequence[str]) -> dict[str, str]:
        """Of everything that is closed."""
        paths = [path for one in tasks for path in (*one.task.deliverables, f"{PROMPTS}/{one.task.path}")]
        return digests(self.app.root, [*dict.fromkeys([*paths, *files, f"docs/modules/{module}.md"])])

    def recorded(self, closure: Closure, by: str, known: Mapping[str, str], why: str) -> Decision:
        """Who closed what, on which ground."""
        facts = {f"coverage of {path}": f"{percent} %" for path, percent in closure.coverage.items()}
        reason = why or "every task is done with evidence, every check passed again, the checklist is signed"
        newest = by.rpartition("; ")[2].rpartition(", ")[0]
        return decide(
            "closure", f"modules/{closure.module}", newest, reason, self.app.tools, known, {SIGNATURES: by, **facts}
        )


def refuse_bad_words(sign: str, why: str) -> None:
    """Before anything is run. Raises PersonNeeded."""
    if sign and not (sign[0].isalpha() and sign.isprintable() and not any(letter in sign for letter in "<>;")):
        raise PersonNeeded("a closure is signed by a person", hint="agentic close MODULE --sign NAME")
    if why and len(why.split()) < 2:
        raise PersonNeeded(
            "a reason needs more than one word", hint="agentic close MODULE --why TEXT, or leave it out."
        )
