"""A tool's result in a transcript -> the file that it wrote, and what that file was then, where it can be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agentic.values import Call
from agentic.values.digest import digest
from agentic.values.noun import Noun

PATHS = {"Write": "file_path", "Edit": "file_path", "MultiEdit": "file_path", "NotebookEdit": "notebook_path"}
"""Tool that writes a file -> the argument that names it. What a shell command writes, no transcript tells."""


class Wrote(Noun, frozen=True):
    """One file, written once."""

    at: str
    tool: str
    path: str
    """As that machine calls it."""
    digest: str = ""
    """`sha256:` of the whole file as it was then, in UTF-8; empty: it cannot be told."""
    lines: int = 0
    call: str = ""
    """The id of the use of the tool."""


def wrote(result: Mapping[str, Any], record: Mapping[str, Any], call: Call | None) -> Wrote | None:
    """None where it wrote nothing: another tool, or a write that failed."""
    if call is None or call.tool not in PATHS or result.get("is_error"):
        return None
    said = record.get("toolUseResult")
    text = content_of(call, said if isinstance(said, Mapping) else {})
    path, at = str(call.arguments.get(PATHS[call.tool], "")), str(record.get("timestamp", ""))
    if text is None:
        return Wrote(at, call.tool, path, call=call.id)
    return Wrote(at, call.tool, path, digest(text), len(text.splitlines()), call.id)


def content_of(call: Call, said: Mapping[str, Any]) -> str | None:
    """The whole file; None where it cannot be told. A person may have changed the edit before it was made."""
    if said.get("userModified"):
        return None
    if call.tool == "Write":
        content = said.get("content", call.arguments.get("content"))
        return content if isinstance(content, str) else None
    before = said.get("originalFile")
    return edited(before, edits_of(call)) if isinstance(before, str) else None


def edits_of(call: Call) -> Sequence[Mapping[str, Any]]:
    """One edit, or several in turn."""
    listed = call.arguments.get("edits", [call.arguments])
    return [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []


def edited(text: str, edits: Sequence[Mapping[str, Any]]) -> str | None:
    """After all of them; None where one does not fit: then it was made in another way than it was asked for."""
    for one in edits:
        old, new = one.get("old_string"), one.get("new_string")
        if not isinstance(old, str) or not isinstance(new, str) or not old or old not in text:
            return None
        text = text.replace(old, new) if one.get("replace_all") else text.replace(old, new, 1)
    return text if edits else None
