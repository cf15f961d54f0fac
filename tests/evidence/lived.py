"""A project with a history, written through the real archive: what a run leaves behind, without running anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agentic.app import App
from agentic.archive import FOLDER, Archive, Journal
from agentic.archive.line import FIRST, body_of, read, write
from agentic.specs import parse
from agentic.values.digest import digest
from house import spec

DATA_CONTEXT = """# Data Context

### Dataset: orders

| column | type | nullable | meaning |
|---|---|---|---|
| id | int | no | the order |
| amount | double | yes | in euros |

### Dataset: parcels

| column | type | nullable | meaning |
|---|---|---|---|
| id | int | no | the parcel |
"""
REQUIREMENTS = """# Business Requirements

### BR-1: Orders are complete
Every order must be in the table.
- Acceptance: given a day of orders, when it is loaded, then all are there.

### BR-2: Orders can be repeated
A second load must change nothing.

### BR-3: Orders are seen
An order should be seen by somebody.
"""
TASK = "tasks/sales/orders.md"


def verdict(source: str, status: str = "passed", findings: Sequence[Any] = (), **evidence: Any) -> dict[str, Any]:
    """One check as it stands in a journal."""
    said = [{"source": source, "message": words, "severity": severity} for severity, words in findings]
    return {"source": source, "status": status, "findings": said, "evidence": evidence}


@dataclass
class Lived:
    """One project."""

    root: Path

    @classmethod
    def build(cls, root: Path) -> Lived:
        """Requirements, a data context and one task that cites two of them."""
        lived = cls(root)
        lived.write("agent-prompts/context/data_context.md", DATA_CONTEXT)
        lived.write("agent-prompts/requirements/business_requirements.md", REQUIREMENTS)
        lived.write(f"agent-prompts/{TASK}", lived.task())
        return lived

    @staticmethod
    def task(**front: Any) -> str:
        """The text of its task."""
        said: dict[str, Any] = {
            "requirements": ["BR-1", "BR-2"],
            "deliverables": ["src/sales/orders.py", "tests/sales/test_orders.py"],
            "checks": ["python", {"pytest": "tests/sales/test_orders.py"}, {"job": "src/sales/orders.py"}],
            "criteria": ["AC-1: BR-1 holds (check: job)", "AC-2: it is tested (check: pytest)"],
            "context": ["context/data_context.md"],
            "parameters": {"table": "bronze.orders"},
            **front,
        }
        return spec(**said)

    def write(self, path: str, text: str) -> Path:
        """Put a file there."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def swap(self, path: str, old: str, new: str) -> None:
        """What stands in a file becomes something else."""
        text = (self.root / path).read_text(encoding="utf-8")
        assert old in text, (path, old)
        self.write(path, text.replace(old, new, 1))

    def app(self) -> App:
        """The toolbox; a new one sees what has changed."""
        return App(self.root)

    def open(self, feature: str, text: str, task: str, **opened: Any) -> tuple[str, Journal]:
        """A journal with its first step."""
        name, journal = Archive(self.root).create(feature)
        read = parse(text, task) if text else None
        body = {
            "id": name, "archive": FOLDER, "purpose": "run", "of": "", "task": task, "task_text": text,
            "task_digest": digest(text), "module": read.module if read else "", "provider": "anthropic", "model": "m",
            "wishes": {}, "developer": "A Tester", "commit": "", "version": "0", "sandbox": "none", **opened,
        }  # fmt: skip
        journal.append("opened", body)
        return name, journal

    def ran(
        self,
        task: str = TASK,
        *,
        status: str = "done",
        attempts: int = 1,
        looks: Sequence[Sequence[dict[str, Any]]] = (),
        files: Mapping[str, str] | None = None,
        grounds: Any = "now",
        text: str | None = None,
        at: str = "",
        micro_usd: int | None = 0,
        tokens: int = 0,
        milliseconds: Mapping[str, int] | None = None,
        template: str = "",
        kept: Sequence[str] = (),
        published: Sequence[dict[str, Any]] = (),
        **opened: Any,
    ) -> str:
        """One execution from its first step to its last; the files land on disk as well. `looks`: verdicts by attempt."""
        text = (self.root / "agent-prompts" / task).read_text(encoding="utf-8") if text is None else text
        if grounds == "now":
            grounds = self.app().grounds(parse(text, task))
        told = {} if grounds is None else {"grounds": grounds}
        name, journal = self.open(Path(task).stem, text, task, **told, **opened)
        for kind, body in self.steps(parse(text, task), attempts, looks, micro_usd, tokens, template, published):
            journal.append(kind, body)
        if status == "done" and files:
            self.land(journal, files, kept)
        last = (list(looks) or [[]])[-1]
        passed = {one["source"].split(":")[0] for one in last if one["status"] == "passed"}
        criteria = [
            {"text": one.text, "line": one.line, "id": one.id, "check": one.check, "ticked": one.check in passed}
            for one in parse(text, task).criteria
        ]
        closed = {"status": status, "exit_status": 0, "findings": [], "criteria": criteria, "notes": []}
        spent = {"total": 3000, "checks": 2000, "provider": 900} if milliseconds is None else milliseconds
        journal.append("closed", {**closed, "milliseconds": spent})
        journal.close()
        name = aged(journal.path, at) if at else name
        Archive(self.root).write_page(name)
        return name

    def steps(
        self, task: Any, attempts: int, looks: Any, micro_usd: Any, tokens: int, template: str, published: Any
    ) -> Any:
        """What a run keeps between its first step and its landing."""
        context = {path: (self.root / "agent-prompts" / path).read_text(encoding="utf-8") for path in (one.path for one in task.context_files)}  # fmt: skip
        parts = [{"name": f"context: {path}", "text": "", "digest": digest(words)} for path, words in context.items()]
        yield "prompt", {"parts": [{"name": "rules", "text": "", "digest": ""}, *parts]}
        for attempt in range(1, attempts + 1):
            yield "requested", {"attempt": attempt, "turn": 1, "try": 1, "fingerprint": "", "worst_tokens": 0, "worst_micro_usd": 0}  # fmt: skip
            reply = {"model": "m", "stop": "tool_use", "usage": {"input": tokens}, "about": {"template": template} if template else {}}  # fmt: skip
            yield "reply", {"attempt": attempt, "turn": 1, "fingerprint": "", "micro_usd": micro_usd, "milliseconds": 900, "reply": reply}  # fmt: skip
            yield "changes", {"attempt": attempt, "digest": "", "files": [], "summary": "", "questions": []}
            verdicts = looks[min(attempt, len(looks)) - 1] if looks else []
            yield "looked", {"attempt": attempt, "milliseconds": 2000, "verdicts": verdicts}
        for body in published:
            yield "published", body

    def land(self, journal: Journal, files: Mapping[str, str], kept: Sequence[str]) -> None:
        """Files on record, and on disk."""
        told = [
            {"path": path, "after": digest(text), "before": None, "before_digest": "", "kept": path in kept, "lines": text.count("\n"), "released": False, "was": ""}
            for path, text in files.items()
        ]  # fmt: skip
        journal.append("landing", {"files": told})
        for path, text in files.items():
            self.write(path, text)
        journal.append("landed", {"digest": ""})

    def undone(self, name: str) -> str:
        """An undo of it."""
        text = (self.root / "agent-prompts" / TASK).read_text(encoding="utf-8")
        _, journal = self.open("orders", text, TASK, purpose="undo", of=name)
        told = {"exit_status": 0, "findings": [], "criteria": [], "notes": [], "milliseconds": {}}
        journal.append("closed", {"status": "undone", **told})
        journal.close()
        return journal.path.stem


def aged(path: Path, day: str) -> str:
    """The same execution as if it had been on another day: other times, another name, a chain that verifies. Its name."""
    name = f"{day}{path.stem[10:]}"
    lines, last = [], FIRST
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        kept = read(line, number, path.name)
        body = body_of(kept, path.name)
        if kept.kind == "opened":
            body["id"] = name
        written, last = write(number, kept.kind, f"{day}T12:00:00Z", body, last)
        lines.append(written)
    path.unlink()
    path.with_name(f"{name}.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
    return name
