"""What persons allowed: decisions, files they adopted or gave up, and findings of lint that a spec allows with a reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agentic.audit.steps import first, landings
from agentic.text.sheet import Row, as_csv
from agentic.values import Decision, Execution, Step
from agentic.values.noun import Noun


class Approval(Noun, frozen=True):
    """One word of a person."""

    kind: str
    """A kind of decision (waiver, approval, closure, ...), adopted, discarded, or suppression."""
    who: str
    """The person who decided; of a suppression, the one who ran the task with it in its spec."""
    why: str
    at: str
    """UTC, ISO 8601, seconds."""
    about: str
    """What was decided on: `phases/2`, `plans/003`, a file, a task."""
    id: str
    """The record in the archive."""
    files: Mapping[str, str] = {}
    """Path -> digest of what was decided on."""
    facts: Mapping[str, str] = {}
    """What else was known then."""


WHY = {
    "adopted": "kept as the person's own version (--adopt)",
    "discarded": "given up for the generated version; a backup is kept (--discard)",
}


def decided(one: Decision) -> Approval:
    """A decision."""
    return Approval(one.kind, one.who, one.why, one.at, one.about, one.id, one.files, one.facts)


def heeded(execution: Execution, steps: Sequence[Step]) -> Iterator[Approval]:
    """What a person allowed with a run: files of theirs, and findings that the spec allows."""
    wishes = first(steps, "opened").get("wishes", {})
    for landing in landings(steps):
        for file in landing.body["files"]:
            if kind := choice(file, wishes):
                known = {file["path"]: file["after"] or file["before_digest"]}
                yield Approval(kind, execution.developer, WHY[kind], landing.at, file["path"], execution.id, known)
    for one in first(steps, "opened").get("suppressed", ()):
        facts = {"code": one["code"], "task digest": execution.task_digest}
        yield Approval(
            "suppression", execution.developer, one["reason"], execution.at, execution.task, execution.id, {}, facts
        )


def choice(file: Mapping[str, Any], wishes: Mapping[str, Any]) -> str:
    """What a person said of one file of a landing; empty: nothing."""
    path = file["path"]
    if file["kept"]:
        return "adopted" if path in (wishes.get("adopt") or ()) else ""
    # A version that was adopted before is a person's as well, though the landing does not call it one.
    return "discarded" if file["before_digest"] and path in (wishes.get("discard") or ()) else ""


HEADS = ("when", "who", "what", "about", "why", "files", "record")
CSV_HEADS = ("at", "who", "kind", "about", "why", "files", "facts", "record")


def row(one: Approval) -> Row:
    """On the screen."""
    code = f" ({one.facts['code']})" if "code" in one.facts else ""
    return (one.at, one.who, f"{one.kind}{code}", one.about, one.why, str(len(one.files) or "-"), one.id)


def sheet(found: Sequence[Approval]) -> str:
    """CSV: a row for each."""
    return as_csv(CSV_HEADS, map(line, found))


def line(one: Approval) -> Row:
    """In a spreadsheet."""
    files, facts = ("; ".join(f"{name} {value}" for name, value in told.items()) for told in (one.files, one.facts))
    return (one.at, one.who, one.kind, one.about, one.why, files, facts, one.id)
