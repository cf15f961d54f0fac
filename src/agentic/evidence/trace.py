"""Requirement -> task -> deliverable -> check -> commit -> data evidence, and where that chain is broken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from agentic.evidence.proof import Again, Deliverable, Proof, Today
from agentic.evidence.shown import Check, Table, Validation, checks_of, tables_of, validations_of
from agentic.values import Criterion, Execution, Requirement
from agentic.values.noun import Noun

REQUIREMENT_ID = re.compile(r"\b(?:BR|TR|DR)-\d+\b")
Wording = Literal["", "as proven", "changed", "not recorded"]
State = Literal["shown", "partly", "gap"]


class Link(Noun, frozen=True):
    """One task that a requirement is made by, with all that shows it."""

    task: str
    module: str
    title: str
    state: str
    """As `agentic status` says it: by executions, never by boxes."""
    done: bool
    gap: str = ""
    """Why this task shows nothing; empty where it does."""
    wording: Wording = ""
    """Of the requirement, held against what the task was proven with."""
    execution: str = ""
    at: str = ""
    commit: str = ""
    """What was checked out when it ran; each deliverable tells the commit that it is in."""
    deliverables: tuple[Deliverable, ...] = ()
    checks: tuple[Check, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    tables: tuple[Table, ...] = ()
    validations: tuple[Validation, ...] = ()
    again: Again | None = None
    """Its checks, run once more since; None: never."""

    @property
    def whole(self) -> bool:
        """Is every file as it was proven?"""
        return all(one.now == "as landed" for one in self.deliverables)


class Traced(Noun, frozen=True):
    """One requirement, and what shows it."""

    requirement: str
    title: str
    state: State
    """shown: every task that cites it is done. partly: some are. gap: none is, so that nothing shows it."""
    gap: str = ""
    """What is missing; empty where nothing is."""
    path: str = ""
    line: int = 0
    text: str = ""
    acceptance: tuple[str, ...] = ()
    tasks: tuple[Link, ...] = ()


class Trace(Noun, frozen=True):
    """The whole matrix."""

    requirements: tuple[Traced, ...]
    unlinked: tuple[Link, ...] = ()
    """Tasks that cite no requirement."""
    newest: str = ""
    """When the newest execution that stands began: the matrix is as old as that."""

    @property
    def shown(self) -> int:
        """Requirements that every task shows."""
        return sum(one.state == "shown" for one in self.requirements)

    @property
    def gaps(self) -> tuple[Traced, ...]:
        """Requirements without any evidence."""
        return tuple(one for one in self.requirements if one.state == "gap")


def trace(proofs: Sequence[Proof], today: Today) -> Trace:
    """Every requirement in the order of its file, then ids that tasks cite and nobody wrote."""
    citing: dict[str, list[Proof]] = {name: [] for name in today.requirements}
    for proof in proofs:
        for name in cited(proof):
            citing.setdefault(name, []).append(proof)
    rows = tuple(traced(name, today.requirements.get(name), found) for name, found in citing.items())
    alone = tuple(link(proof, None) for proof in proofs if proof.task.startswith("tasks/") and not cited(proof))
    standing = [proof.standing.at for proof in proofs if proof.standing]
    return Trace(rows, alone, max(standing, default=""))


def cited(proof: Proof) -> tuple[str, ...]:
    """The requirements of a task, each once; of the spec as it was executed where it cannot be read now."""
    spec = proof.spec or proof.proven
    return tuple(dict.fromkeys(spec.requirements)) if spec else ()


def narrowed(whole: Trace, requirement: str, module: str) -> Trace:
    """Only one requirement, or what one module does. Without either: the whole."""
    rows = [one for one in whole.requirements if requirement in ("", one.requirement)]
    if module:
        rows = [within(one, module) for one in rows if any(task.module == module for task in one.tasks)]
    alone = () if requirement else tuple(one for one in whole.unlinked if module in ("", one.module))
    return Trace(tuple(rows), alone, whole.newest)


def within(row: Traced, module: str) -> Traced:
    """A requirement as one module sees it."""
    links = tuple(one for one in row.tasks if one.module == module)
    state, gap = judged(links, written=bool(row.path))
    return Traced(row.requirement, row.title, state, gap, row.path, row.line, row.text, row.acceptance, links)


def traced(name: str, requirement: Requirement | None, proofs: Iterable[Proof]) -> Traced:
    """One row. `requirement` None: tasks cite it and nobody wrote it."""
    links = tuple(link(proof, requirement) for proof in proofs)
    state, gap = judged(links, written=requirement is not None)
    if requirement is None:
        return Traced(name, "", state, gap, tasks=links)
    return Traced(
        name, requirement.title, state, gap, requirement.path, requirement.line, requirement.text,
        requirement.acceptance, links,
    )  # fmt: skip


def judged(links: Sequence[Link], *, written: bool) -> tuple[State, str]:
    """Whether it is shown, and what is missing."""
    if not written:
        return "gap", "no requirement of that id is written"
    if not links:
        return "gap", "no task cites it"
    missing = "; ".join(f"{one.task}: {one.gap}" for one in links if one.gap)
    if all(one.gap for one in links):
        return "gap", missing
    return ("partly", missing) if missing else ("shown", "")


def link(proof: Proof, requirement: Requirement | None) -> Link:
    """One task as a requirement sees it; None: on its own."""
    spec, standing = proof.spec or proof.proven, proof.standing
    title = spec.title if spec else ""
    name = requirement.id if requirement else ""
    if standing is None:
        gap = proof.fault or proof.state
        criteria = tuple(unticked(one) for one in measuring(spec.criteria if spec else (), name))
        return Link(proof.task, proof.module, title, proof.state, done=False, gap=gap, criteria=criteria)
    return Link(
        proof.task, proof.module, title, proof.state, done=True, wording=wording(standing, requirement),
        execution=standing.id, at=standing.at, commit=standing.commit, deliverables=proof.deliverables,
        checks=checks_of(standing.verdicts), criteria=measuring(standing.criteria, name),
        tables=tables_of(standing.verdicts), validations=validations_of(standing.verdicts), again=proof.again,
    )  # fmt: skip


def unticked(criterion: Criterion) -> Criterion:
    """A box that a person ticked shows nothing."""
    return Criterion(criterion.text, criterion.line, criterion.id, criterion.check)


def measuring(criteria: Sequence[Criterion], requirement: str) -> tuple[Criterion, ...]:
    """Criteria that measure a requirement: those that name it, and those of its task that name none."""
    named = ((one, REQUIREMENT_ID.findall(one.text)) for one in criteria)
    return tuple(one for one, names in named if not names or not requirement or requirement in names)


def wording(standing: Execution, requirement: Requirement | None) -> Wording:
    """Does the requirement read as it did when the task was proven?"""
    if requirement is None:
        return ""
    digest = recorded(standing).get(requirement.id)
    if digest is None:
        return "not recorded"
    return "as proven" if digest == requirement.digest else "changed"


def recorded(standing: Execution) -> Mapping[str, str]:
    """Wordings that were kept; none in journals from before."""
    return (standing.grounds or {}).get("requirements", {})
