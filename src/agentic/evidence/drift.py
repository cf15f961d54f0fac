"""What was proven, held against what is there: each thing that has parted since is a finding."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from agentic.evidence.essence import parted, words
from agentic.evidence.grounds import named_in
from agentic.evidence.proof import Closure, Deliverable, Proof, Today
from agentic.values import Execution, Finding
from agentic.values.noun import Noun

SPECS = "agent-prompts"
REQUIREMENT, CHANGED, GONE, CONTRACT = "AGT650", "AGT651", "AGT652", "AGT653"
TASK, CONTEXT, CLOSED, NOT_RECORDED = "AGT654", "AGT655", "AGT656", "AGT657"
DATA_CONTEXT = f"{SPECS}/context/data_context.md"


class Drift(Noun, frozen=True):
    """What has parted, and what was looked at."""

    findings: tuple[Finding, ...]
    tasks: tuple[str, ...]
    """Tasks that are proven, so that something can part from them."""
    modules: tuple[str, ...]
    """Closed ones."""

    @property
    def parted(self) -> bool:
        """Is there anything that a person has to look at?"""
        return any(one.severity == "error" for one in self.findings)


def drift(proofs: Iterable[Proof], today: Today, closures: Iterable[Closure]) -> Drift:
    """Every proven task and every closed module. What two tasks share is told once."""
    proven, closed = [proof for proof in proofs if proof.standing and not is_draft(proof)], newest(closures)
    found = [finding for proof in proven for finding in of_task(proof, today)]
    judged = {f"{SPECS}/{proof.task}" for proof in proven}
    found += [finding for closure in closed for finding in of_module(closure, today, judged)]
    findings = sorted(dict.fromkeys(found), key=lambda one: (one.path, one.line, one.code, one.message))
    return Drift(
        tuple(findings), tuple(proof.task for proof in proven), tuple(sorted(closure.module for closure in closed))
    )


def is_draft(proof: Proof) -> bool:
    """Drafts of pages are for people to go on with: what they become is no drift."""
    return not is_task(proof) and all(is_page(one.path) for one in proof.deliverables)


def is_task(proof: Proof) -> bool:
    """Did a person write its spec? Then each of its deliverables is wished for, pages among them."""
    return proof.task.startswith("tasks/")


def is_page(path: str) -> bool:
    """Is it for people to read, and to write on?"""
    return path.startswith(f"{SPECS}/") or path.endswith(".md")


def newest(closures: Iterable[Closure]) -> tuple[Closure, ...]:
    """A module that was closed again is as it was then."""
    return tuple({one.module: one for one in sorted(closures, key=lambda one: one.at)}.values())


def of_task(proof: Proof, today: Today) -> Iterator[Finding]:
    """Everything that has parted from one proof."""
    if proof.standing is None:
        return
    yield from of_spec(proof)
    yield from of_requirements(proof, proof.standing, today)
    yield from of_contract(proof, proof.standing, today)
    yield from of_context(proof, proof.standing, today)
    for one in proof.deliverables:
        yield from of_deliverable(proof, proof.standing, one)


def of_spec(proof: Proof) -> Iterator[Finding]:
    """The wishes themselves. A spec that the runner wrote for itself (a draft, a review) lies in no file."""
    path = f"{SPECS}/{proof.task}"
    if not is_task(proof):
        return
    if proof.spec is None:
        message = f"{proof.task} was proven and cannot be read any more: {proof.fault}"
        yield Finding(
            "drift",
            message,
            path,
            code=TASK,
            fix=f"restore it, or take back what it landed: agentic undo {id_of(proof)}.",
        )
    elif differences := in_what(proof):
        message = f"{proof.task} asks for something else than {id_of(proof)} proved: {differences}"
        yield Finding("drift", message, path, code=TASK, fix=anew(proof, path))


def in_what(proof: Proof) -> str:
    """The parts of the spec that differ; empty where none does."""
    if proof.spec is None:
        return ""
    if proof.proven is not None:
        return ", ".join(parted(proof.proven, proof.spec))
    return "" if words(proof.proven_text) == words(proof.spec.text) else "its words"


def of_requirements(proof: Proof, standing: Execution, today: Today) -> Iterator[Finding]:
    """The wording of what it was made for."""
    if standing.grounds is None:
        message = f"what {proof.task} was proven against was not recorded: {id_of(proof)} is from before that was kept"
        fix = f"{again(proof)} proves it anew, and keeps it."
        yield Finding("drift", message, f"{SPECS}/{proof.task}", severity="note", code=NOT_RECORDED, fix=fix)
        return
    for name, digest in standing.grounds.get("requirements", {}).items():
        now = today.requirements.get(name)
        if now is None:
            message = f"{name}, which {proof.task} was proven against, is not there any more"
            yield Finding(
                "drift", message, f"{SPECS}/{proof.task}", code=REQUIREMENT, fix=anew(proof, f"{SPECS}/requirements")
            )
        elif now.digest != digest:
            message = f"{name} reads otherwise than when {id_of(proof)} proved {proof.task}"
            yield Finding("drift", message, now.path, now.line, code=REQUIREMENT, fix=anew(proof, now.path))
    cited = proof.proven.requirements if proof.proven else ()
    yield from late(proof, standing.grounds.get("requirements", {}), today.requirements, cited)


def of_contract(proof: Proof, standing: Execution, today: Today) -> Iterator[Finding]:
    """The columns of the data that it names."""
    if standing.grounds is None:
        return
    recorded = standing.grounds.get("contract", {})
    for name, digest in recorded.items():
        if name not in today.contract:
            message = f"dataset {name}, which {proof.task} was proven against, is not described any more"
            yield Finding("drift", message, DATA_CONTEXT, code=CONTRACT, fix=anew(proof, DATA_CONTEXT))
        elif today.contract[name] != digest:
            message = f"dataset {name} has other columns than when {id_of(proof)} proved {proof.task}"
            yield Finding("drift", message, DATA_CONTEXT, code=CONTRACT, fix=anew(proof, DATA_CONTEXT))
    yield from late(proof, recorded, today.contract, named_in(proof.proven_text, today.contract))


def late(proof: Proof, recorded: Container[str], known: Container[str], cited: Iterable[str]) -> Iterator[Finding]:
    """Cited then, but written down only afterwards: nobody can tell what it was proven against."""
    for name in cited:
        if name in known and name not in recorded:
            message = f"{name} was not written yet when {id_of(proof)} proved {proof.task}"
            fix = f"{again(proof)} proves it against {name} as it is now."
            yield Finding("drift", message, f"{SPECS}/{proof.task}", severity="note", code=NOT_RECORDED, fix=fix)


def of_context(proof: Proof, standing: Execution, today: Today) -> Iterator[Finding]:
    """Files that its prompt carried. Much in them may be of no matter for this task, so a person judges."""
    for path, digest in standing.context.items():
        now = today.context.get(path, "")
        if now != digest:
            how = "reads otherwise than" if now else "is gone; it was there"
            message = f"{path} {how} when {id_of(proof)} made {proof.task} from it"
            where = today.places.get(path, f"{SPECS}/{path}")
            yield Finding("drift", message, where, severity="warning", code=CONTEXT, fix=anew(proof, where))


def of_deliverable(proof: Proof, standing: Execution, one: Deliverable) -> Iterator[Finding]:
    """One file."""
    if is_page(one.path) and not is_task(proof):
        return
    if one.now == "gone":
        message = f"{one.path} is gone; {one.execution or standing.id} proved it"
        yield Finding("drift", message, one.path, code=GONE, fix=f"restore it; or {again(proof)} makes it anew.")
    elif one.now == "not recorded":
        message = f"{one.path} was landed by no run, so nobody can tell whether it is as it was proven"
        fix = f"{again(proof)}{f' --adopt {one.path}' * is_task(proof)} puts it on record."
        yield Finding("drift", message, one.path, severity="note", code=NOT_RECORDED, fix=fix)
    elif one.now == "changed" and one.kept:
        message = f"{one.path} is a person's own, and changed since {one.execution} adopted it"
        fix = f"{again(proof)} checks it as it is now."
        yield Finding("drift", message, one.path, severity="note", code=CHANGED, fix=fix)
    elif one.now == "changed":
        message = f"{one.path} is not as {one.execution} landed it"
        keep = f"{again(proof)} --adopt {one.path} checks and keeps the edit; --discard {one.path} gives it up."
        fix = keep if is_task(proof) else f"look at it; {again(proof)} makes it anew."
        yield Finding("drift", message, one.path, code=CHANGED, fix=fix)


def of_module(closure: Closure, today: Today, judged: Container[str]) -> Iterator[Finding]:
    """What a person signed is not to change unseen. `judged`: specs of proven tasks, where a ticked box is no change."""
    for path, digest in closure.files.items():
        now = today.files.get(path, "")
        if now != digest and path not in judged:
            how = "changed" if now else "is gone"
            message = f"{path} {how} since {closure.module} was closed on {closure.at[:10]} ({closure.id})"
            fix = f"look at it; agentic close {closure.module} closes the module again, as it is now."
            yield Finding("drift", message, path, code=CLOSED, fix=fix)


def id_of(proof: Proof) -> str:
    """The execution that stands."""
    return proof.standing.id if proof.standing else ""


def anew(proof: Proof, path: str) -> str:
    """What to do now: see what changed, then prove it again."""
    commit = proof.standing.commit[:12] if proof.standing else ""
    look = f"git diff {commit} -- {path} shows what changed; " if commit else ""
    return f"{look}{again(proof)} proves it anew."


def again(proof: Proof) -> str:
    """The command that proves it."""
    return f"agentic run {proof.task}" if is_task(proof) else "the command that made it"
