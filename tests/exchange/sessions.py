"""Transcripts of Claude Code: the records that it writes, as it writes them, without it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MODEL = "claude-sonnet-5-5"
SESSION = "4ac47514-f944-46f5-bcf2-471147e8a300"
USED = {
    "input_tokens": 10,
    "output_tokens": 5,
    "cache_read_input_tokens": 300,
    "cache_creation_input_tokens": 70,
    "cache_creation": {"ephemeral_5m_input_tokens": 50, "ephemeral_1h_input_tokens": 20},
}


@dataclass
class Session:
    """One transcript, written record by record, a second each."""

    cwd: str
    session: str = SESSION
    records: list[Any] = field(default_factory=list)

    def add(self, kind: str, **body: Any) -> Session:
        """Any record."""
        number = len(self.records) + 1
        common = {
            "parentUuid": f"u{number - 1}" if number > 1 else None, "uuid": f"u{number}", "isSidechain": False,
            "timestamp": f"2026-11-20T10:{number // 60:02}:{number % 60:02}.250Z", "cwd": self.cwd,
            "sessionId": self.session, "version": "2.1.197", "gitBranch": "feature/orders", "userType": "external",
        }  # fmt: skip
        self.records.append({**common, "type": kind, **body})
        return self

    def says(self, text: str, **body: Any) -> Session:
        """A person."""
        return self.add("user", message={"role": "user", "content": text}, **body)

    def answers(
        self, message: str, *content: dict[str, Any], usage: Any = USED, model: str = MODEL, **body: Any
    ) -> Session:
        """The model: one record of one answer."""
        stop = "tool_use" if any(one["type"] == "tool_use" for one in content) else "end_turn"
        told = {"id": message, "role": "assistant", "model": model, "content": list(content), "stop_reason": stop}
        return self.add("assistant", message={**told, "usage": usage}, **body)

    def did(self, call: str, result: Any, *, is_error: bool = False) -> Session:
        """What became of a tool."""
        block = {"type": "tool_result", "tool_use_id": call, "content": "done", "is_error": is_error}
        return self.add("user", message={"role": "user", "content": [block]}, toolUseResult=result)

    def writes(self, path: str, content: str, call: str = "t1") -> Session:
        """A file written whole, in an answer of its own."""
        given = {"file_path": path, "content": content}
        result = {"type": "create", "filePath": path, "content": content, "originalFile": None, "userModified": False}
        return self.answers(f"m-{call}", use("Write", given, call)).did(call, result)

    def text(self) -> str:
        """As it stands on disk."""
        return "".join(f"{one if isinstance(one, str) else json.dumps(one)}\n" for one in self.records)

    def save(self, folder: Path) -> Path:
        """In a folder, by the name that Claude Code gives it."""
        path = folder / f"{self.session}.jsonl"
        path.write_text(self.text(), encoding="utf-8")
        return path


def words(text: str) -> dict[str, Any]:
    """A block of an answer."""
    return {"type": "text", "text": text}


def use(tool: str, given: dict[str, Any], call: str = "t1") -> dict[str, Any]:
    """A block of an answer."""
    return {"type": "tool_use", "id": call, "name": tool, "input": given}
