"""A decision of a named person -> a record in the archive: who, what, why, on which files."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from agentic.archive import FOLDER
from agentic.errors import PersonNeeded
from agentic.flows.note import note_progress
from agentic.flows.record import Record
from agentic.flows.tools import Tools
from agentic.values import Decision
from agentic.values.decision import DecisionKind


def decide(
    kind: DecisionKind,
    about: str,
    who: str,
    why: str,
    tools: Tools,
    files: Mapping[str, str] = {},
    facts: Mapping[str, str] = {},
    facts_of: Callable[[str], Mapping[str, str]] | None = None,
) -> Decision:
    """Keep it. `facts_of` makes facts of the record's own name. Raises PersonNeeded where nobody is named or no reason is given."""
    refuse_nameless(kind, who, why)
    name, journal = tools.archive.create(f"{kind}-{about.replace('/', '-').removesuffix('.md')}")
    record = Record(name, journal, tools.redact, tools.stop)
    known = facts_of(name) if facts_of else facts
    try:
        keep(record, Decision(kind, about, " ".join(who.split()), " ".join(why.split()), "", name, files, known), tools)
    finally:
        record.close()
    tools.archive.write_page(name)
    note_progress(tools, "")
    return tools.archive.decision(name)


def refuse_nameless(kind: DecisionKind, who: str, why: str) -> None:
    """Raises PersonNeeded; asked beforehand by those who do something first and keep it afterwards."""
    if not who.strip():
        raise PersonNeeded(f"a {kind} needs the name of a person", hint="name one with --by NAME.")
    if len(why.split()) < 2:
        raise PersonNeeded(f"a {kind} needs a reason", hint="say why with --why TEXT, in more than one word.")


def keep(record: Record, decision: Decision, tools: Tools) -> None:
    """Three steps: opened, decided, closed."""
    record.keep(
        "opened",
        {
            "id": decision.id, "archive": FOLDER, "purpose": "decision", "of": "", "task": decision.about, "task_text": "",
            "task_digest": "", "module": module_of(decision), "provider": "none", "model": "", "wishes": {},
            "developer": tools.person(), "commit": tools.commit(), "version": tools.version, "sandbox": "none",
        },
    )  # fmt: skip
    record.keep(
        "decided",
        {
            "kind": decision.kind, "about": decision.about, "who": decision.who, "why": decision.why,
            "files": dict(decision.files), "facts": dict(decision.facts),
        },
    )  # fmt: skip
    note = f"{decision.kind} of {decision.about} by {decision.who}: {decision.why}"
    record.keep(
        "closed",
        {"status": "done", "exit_status": 0, "findings": [], "criteria": [], "notes": [note], "milliseconds": {}},
    )


def module_of(decision: Decision) -> str:
    """The module that is decided on; empty for the whole project."""
    return decision.about.removeprefix("modules/") if decision.about.startswith("modules/") else ""
