"""The desk for evidence: files, archive and git are read here, and handed to the room that holds them side by side."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from agentic.errors import AgenticError, SpecError, UsageError
from agentic.evidence.drift import Drift, drift
from agentic.evidence.grounds import contracts_of, wordings_of
from agentic.evidence.metrics import By, Metrics, metrics
from agentic.evidence.proof import Again, Closure, Proof, Today, deliverable
from agentic.evidence.trace import Trace, narrowed, trace
from agentic.progress import standing, task_status
from agentic.specs import PROMPTS, context_path, parse, read_text
from agentic.text.write import write_report
from agentic.values import Execution, Owned, TaskSpec
from agentic.values.digest import digest

if TYPE_CHECKING:
    from agentic.app.core import App

SYSTEM = "context/system_context.yaml"


@dataclass(frozen=True)
class Evidence:
    """What is proven, how it stands today, and how well it goes. Read once for one call."""

    app: App

    # --- what the commands ask for -------------------------------------------------------------------------

    def trace(self, requirement: str = "", module: str = "") -> Trace:
        """The matrix, or the part of it that is meant."""
        whole = trace(self.proofs, self.today)
        refuse_unknown("requirement", requirement, [one.requirement for one in whole.requirements])
        refuse_unknown("module", module, [proof.module for proof in self.proofs])
        return narrowed(whole, requirement, module)

    def drift(self, wishes: Sequence[str]) -> Drift:
        """What has parted: of the modules and tasks that are named, or of all."""
        if not wishes:
            return drift(self.proofs, self.today, self.closures)
        modules = {*(proof.module for proof in self.proofs), *(one.module for one in self.closures)}
        named = {wish for wish in wishes if wish in modules}
        tasks = {self.task_meant(wish) for wish in wishes if wish not in named}
        meant = [proof for proof in self.proofs if proof.module in named or proof.task in tasks]
        return drift(meant, self.today, [one for one in self.closures if one.module in named])

    def metrics(self, by: By, since: str) -> Metrics:
        """From the archive alone."""
        known = {one.id for one in self.executions}
        broken = tuple(name for name in self.app.archive.ids() if name not in known and self.app.faults_of(name))
        return metrics(self.executions, by, since, self.cited, broken)

    def write(self, wish: str, text: str) -> None:
        """A report where a person wants it, in a folder that is made where it is missing."""
        file = self.app.here / wish
        with suppress(OSError, ValueError):  # What is wrong with the name, the writing itself tells.
            file.parent.mkdir(parents=True, exist_ok=True)
        write_report(file, text, wish)

    @cached_property
    def title(self) -> str:
        """The project's name, as its system context says it."""
        name = self.app.providers.read_map(self.app.root / PROMPTS / SYSTEM).get("project")
        return name if isinstance(name, str) and name else "This project"

    # --- what is read -------------------------------------------------------------------------------------

    @cached_property
    def executions(self) -> tuple[Execution, ...]:
        """Every one whose journal verifies, in the order in which they began."""
        return self.app.archive.executions()

    @cached_property
    def proofs(self) -> tuple[Proof, ...]:
        """Every task there is, and every one that is proven though it is there no more."""
        told: dict[str, list[Execution]] = {}
        for one in self.executions:
            told.setdefault(one.task, []).append(one)
        faults = self.faults
        paths = sorted({*self.app.library.tasks, *faults, *(task for task, found in told.items() if standing(found))})
        return tuple(self.proof(path, told.get(path, []), faults.get(path, "")) for path in paths)

    @cached_property
    def faults(self) -> dict[str, str]:
        """Task -> why it cannot be read."""
        errors = (*self.app.library.misread, *self.app.library.unreadable)
        named = ((error.path.removeprefix(f"{PROMPTS}/"), error) for error in errors)
        return {path: f"{error.code}: {error.message}" for path, error in named if path.startswith("tasks/")}

    def proof(self, path: str, executions: list[Execution], fault: str) -> Proof:
        """One task with what proves it."""
        spec = self.app.library.tasks.get(path)
        status = task_status(path, [one for one in executions if one.may_land])
        module = spec.module if spec else executions[-1].module if executions else path.split("/")[1]
        if spec is None and not fault:
            fault = "it is gone"
        if status.landed is None:
            return Proof(path, module, "cannot be read" if spec is None else status.state, spec, fault)
        text, proven = self.as_executed(status.landed)
        paths = proven.deliverables if proven else tuple(file.path for file in status.landed.files)
        return Proof(
            path, module, status.state, self.without_secrets(spec), fault, status.landed, proven, text,
            tuple(deliverable(one, self.said.get(one), self.digest(one), self.commits.get(one, "")) for one in paths),
            newest_look(executions, status.landed),
        )  # fmt: skip

    def as_executed(self, execution: Execution) -> tuple[str, TaskSpec | None]:
        """The spec as the archive holds it; None where today's reader cannot read it."""
        opened = self.app.archive.story(execution.id).first("opened")
        try:
            return opened["task_text"], parse(opened["task_text"], opened["task"])
        except SpecError:
            # Readers become stricter; its words can be compared all the same.
            return opened["task_text"], None

    def without_secrets(self, spec: TaskSpec | None) -> TaskSpec | None:
        """As the archive would hold it, so that a secret is no difference."""
        if spec is None or (clean := self.app.redact(spec.text)) == spec.text:
            return spec
        return parse(clean, spec.path)

    @cached_property
    def said(self) -> dict[str, Owned]:
        """What the archive last said of every file."""
        return self.app.archive.owned()

    @cached_property
    def commits(self) -> dict[str, str]:
        """The newest commit of every file that a run landed."""
        from agentic.outside import git

        words = ("-c", "core.quotepath=off", "log", "--relative", "--name-only", "--format=%x01%H", "--", *self.said)
        return newest_commits(git.ask(self.app.root, *words) or "") if self.said else {}

    @cached_property
    def closures(self) -> tuple[Closure, ...]:
        """Modules that persons closed."""
        decisions = (one for one in self.app.archive.decisions() if one.kind == "closure")
        return tuple(Closure(one.about.removeprefix("modules/"), one.id, one.at, one.files) for one in decisions)

    @cached_property
    def today(self) -> Today:
        """The project as it is now."""
        library = self.app.library
        sent = {path for proof in self.proofs if proof.standing for path in proof.standing.context}
        return Today(
            wordings_of(library.requirements),
            contracts_of(library.datasets),
            {path: self.context(path) for path in sorted(sent)},
            {path: self.digest(path) for one in self.closures for path in one.files},
            {path: place for path in sorted(sent) if (place := self.place(path))},
        )

    def context(self, path: str) -> str:
        """Digest of a context file as a prompt would carry it; empty where it is gone."""
        try:
            found = context_path(self.app.root, path)
            return digest(self.app.redact(read_text(found, path))) if found else ""
        except AgenticError as error:
            return error.code

    def place(self, path: str) -> str:
        """Where a context file lies, from the root; empty where it is gone."""
        found = context_path(self.app.root, path)
        return found.relative_to(self.app.root.resolve()).as_posix() if found else ""

    def digest(self, path: str) -> str:
        """Of a file's bytes; empty where it is gone."""
        try:
            return digest((self.app.root / path).read_bytes())
        except (OSError, ValueError):
            return ""

    def task_meant(self, wish: str) -> str:
        """Also one whose spec is gone."""
        return wish if any(proof.task == wish for proof in self.proofs) else self.app.task_path(wish)

    def cited(self, execution: Execution) -> tuple[str, ...]:
        """The requirements that its spec cited then."""
        if recorded := (execution.grounds or {}).get("requirements"):
            return tuple(recorded)
        known = self._cited
        if execution.task_digest not in known:
            spec = self.as_executed(execution)[1] if execution.purpose not in ("decision", "import") else None
            known[execution.task_digest] = spec.requirements if spec else ()
        return known[execution.task_digest]

    @cached_property
    def _cited(self) -> dict[str, tuple[str, ...]]:
        return {}


def newest_look(executions: Sequence[Execution], stands: Execution) -> Again | None:
    """The newest time that the checks of what stands were run again."""
    found = [one for one in executions if one.purpose == "verification" and one.at >= stands.at]
    return Again(found[-1].id, found[-1].at, found[-1].status) if found else None


def newest_commits(log: str) -> dict[str, str]:
    """Path -> the commit that touched it last. A log begins with the newest."""
    found: dict[str, str] = {}
    for block in log.split("\x01")[1:]:
        commit, *paths = block.split("\n")
        for path in filter(None, paths):
            found.setdefault(path, commit)
    return found


def refuse_unknown(what: str, wish: str, known: Sequence[str]) -> None:
    """An empty report would say that all is well."""
    if wish and wish not in known:
        near = difflib.get_close_matches(wish, known, n=1)
        listed = ", ".join(dict.fromkeys(known)) or "none"
        raise UsageError(f"no {what} {wish}", hint=f"did you mean {near[0]}?" if near else f"there are: {listed}.")
