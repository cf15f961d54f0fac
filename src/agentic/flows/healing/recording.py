"""A fix that stands, as an execution in the archive: what was proposed, what speaks for it, what was written, what the data said."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from agentic.archive import FOLDER
from agentic.flows.record import Record
from agentic.flows.tools import Tools
from agentic.healing.ledger import Entry
from agentic.values import Healing, Verdict
from agentic.values.digest import digest


def record_fix(tools: Tools, dbt_root: Path, entry: Entry, healing: Healing, before: Mapping[str, str]) -> str:
    """Written at once, since a fix that stands was proven; the path of its page, from the project's root."""
    fix = entry.fix
    name, journal = tools.archive.create(f"heal-{dbt_root.name}")
    record = Record(name, journal, tools.redact, tools.stop)
    where = dbt_root.resolve().relative_to(tools.root.resolve()).as_posix()
    try:
        record.keep("opened", {
            "id": name, "archive": FOLDER, "purpose": "healing", "of": "", "task": f"pipelines/{where}", "task_text": "", "task_digest": "",
            "module": where, "provider": fix.how, "model": "", "wishes": {}, "developer": entry.by or tools.person(), "commit": tools.commit(),
            "version": tools.version, "sandbox": "none",
        })  # fmt: skip
        record.keep("changes", {
            "attempt": 1, "digest": fix.changes.digest, "summary": fix.title, "questions": [],
            "files": [{"path": f"{where}/{one.path}", "digest": one.digest, "text": one.text} for one in fix.changes.changes],
        })  # fmt: skip
        record.keep("judged", msgspec.to_builtins(Verdict("policy", "passed", fix.findings, grounds(entry, healing))))
        record.keep(
            "landing",
            {"files": [landed(where, entry, one.path, one.digest, one.lines, before) for one in fix.changes.changes]},
        )
        record.keep("landed", {"digest": fix.changes.digest})
        record.keep("closed", {
            "status": "done", "exit_status": 0, "findings": [], "criteria": [], "notes": [fix.title, *fix.why],
            "milliseconds": {"total": healing.milliseconds, "provider": 0, "checks": 0, "runner": healing.milliseconds},
        })  # fmt: skip
    finally:
        record.close()
    tools.archive.write_page(name)
    return f"{FOLDER}/{name}.md"


def grounds(entry: Entry, healing: Healing) -> dict[str, Any]:
    """What spoke for it: integers and words."""
    fix = entry.fix
    return {
        "fix": fix.id, "healing": healing.id, "mode": healing.mode, "confidence_per_cent": round(fix.confidence * 100),
        "approved_by": entry.by or "nobody was asked", "blast_radius": list(fix.blast_radius), "causes": [one.cause for one in healing.diagnoses],
        "compared": [{key: value for key, value in one.items() if value is not None} for one in healing.compared], "why": list(fix.why),
    }  # fmt: skip


def landed(where: str, entry: Entry, path: str, after: str, lines: int, before: Mapping[str, str]) -> dict[str, Any]:
    """One file, with what was there before: enough to take it back."""
    was = before.get(path, "")
    known = entry.before.get(path, "")
    return {
        "path": f"{where}/{path}", "after": after, "lines": lines, "before": was if known else None, "before_digest": digest(was) if known else "",
        "was": "person", "kept": False, "released": False,
    }  # fmt: skip
