"""The three tools that Claude is offered, as data: byte-stable, since the prompt cache begins with them."""

from __future__ import annotations

from typing import Any

from agentic.values import Call

TEXT = {"type": "string"}


def _tool(name: str, description: str, properties: dict[str, Any]) -> dict[str, Any]:
    """One strict tool: every argument is required, no other is allowed."""
    schema = {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
    return {"name": name, "description": description, "strict": True, "input_schema": schema}


WRITE_FILE = _tool(
    "write_file",
    "Write one whole file. The path is relative to the project's root, with / between folders, and is one of the "
    "task's deliverables. A file that was written before is replaced.",
    {"path": TEXT, "content": TEXT},
)
EDIT_FILE = _tool(
    "edit_file",
    "Replace a passage in a file that you wrote before. `old` must be there exactly once, byte for byte.",
    {"path": TEXT, "old": TEXT, "new": TEXT},
)
FINISH = _tool(
    "finish",
    "Say that every deliverable is written. `summary`: what was built and why so, in a few sentences. "
    "`open_questions`: what the specification leaves open and how you decided; an empty list where nothing is open.",
    {"summary": TEXT, "open_questions": {"type": "array", "items": TEXT}},
)

TOOLS: tuple[dict[str, Any], ...] = (WRITE_FILE, EDIT_FILE, FINISH)

ANSWER_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "files": {"type": "array", "items": WRITE_FILE["input_schema"]},
        "edits": {"type": "array", "items": EDIT_FILE["input_schema"]},
        **FINISH["input_schema"]["properties"],
    },
    "required": ["files", "edits", "summary", "open_questions"],
    "additionalProperties": False,
}
"""The same three tools as one JSON object, for a provider that has no tools."""

IN_PROSE = f"""Answer with one JSON object and nothing else: {{"files": [{{"path", "content"}}], \
"edits": [{{"path", "old", "new"}}], "summary", "open_questions"}}. It stands for calls of three tools, carried out in \
this order.
- files (write_file): {WRITE_FILE["description"]}
- edits (edit_file): {EDIT_FILE["description"]}
- summary and open_questions (finish): {FINISH["description"]} An empty summary says that you are not done.
"""


def calls_of(answer: dict[str, Any], prefix: str) -> tuple[Call, ...]:
    """The calls that one such JSON object stands for; ids are counted, since nobody gave any."""
    writes = [("write_file", file) for file in answer.get("files") or []]
    edits = [("edit_file", edit) for edit in answer.get("edits") or []]
    ending = {"summary": answer.get("summary") or "", "open_questions": answer.get("open_questions") or []}
    finish = [("finish", ending)] if ending["summary"] else []
    wanted = [*writes, *edits, *finish]
    return tuple(Call(f"{prefix}_{place}", tool, arguments) for place, (tool, arguments) in enumerate(wanted, 1))
