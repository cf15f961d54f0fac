"""Reply -> ChangeSet: only declared deliverables, and nothing on disk."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agentic.values import Call, Change, ChangeSet, Refusal, Result
from agentic.values.path import normalise


@dataclass(frozen=True, slots=True)
class Fence:
    """What may be written."""

    root: Path
    """The project."""
    declared: tuple[str, ...]
    largest: int
    """Bytes of one file."""
    secret_in: Callable[[str], str]
    """The rule that finds a secret in a text; empty where none does."""

    def current(self, path: str) -> str | None:
        """A declared file as it is now; None where it is not there or is no text."""
        try:
            return (self.root / path).read_bytes().decode()
        except (OSError, UnicodeDecodeError):
            return None


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of one call."""

    draft: ChangeSet
    result: Result
    refusal: Refusal | None = None


class Outside(Exception):
    """A call that is not carried out: rule and reason."""

    def __init__(self, path: str, rule: str, reason: str) -> None:
        super().__init__(reason)
        self.refusal = Refusal(path, rule, reason)


def apply(draft: ChangeSet, call: Call, fence: Fence) -> Applied:
    """Carry out one call on the draft. A refusal is told to the one who called, in words that help."""
    try:
        path, text = content_of(draft, call, fence)
    except Outside as outside:
        refusal = outside.refusal
        return Applied(draft, Result(call.id, f"refused ({refusal.rule}): {refusal.reason}", True), refusal)
    changes = {change.path: change for change in draft.changes} | {path: Change(path, text)}
    ordered = tuple(changes[name] for name in fence.declared if name in changes)
    return Applied(ChangeSet(ordered), Result(call.id, f"kept: {path} ({Change(path, text).lines} lines)"))


def content_of(draft: ChangeSet, call: Call, fence: Fence) -> tuple[str, str]:
    """(path, whole new text) of a call. Raises Outside."""
    written = text_argument(call, "path")
    path = inside(written, fence)
    match call.tool:
        case "write_file":
            text = text_argument(call, "content")
        case "edit_file":
            text = edited(draft, path, call, fence)
        case _:
            raise Outside(path, "tools", f"there is no tool {call.tool}")
    refuse_bad_text(path, text, fence)
    return path, text


def text_argument(call: Call, name: str) -> str:
    """An argument that must be there: a cut answer leaves arguments out without a word."""
    value: Any = call.arguments.get(name)
    if not isinstance(value, str):
        raise Outside(str(call.arguments.get("path", "")), "arguments", f"{call.tool} needs {name} as text")
    return value


def inside(written: str, fence: Fence) -> str:
    """A declared path, with no symbolic link on the way out of the project."""
    path, fault = normalise(written)
    if fault:
        raise Outside(written, "fence", f"the path {fault}")
    if path not in fence.declared:
        near = difflib.get_close_matches(path, fence.declared, n=1)
        hint = f"; did you mean {near[0]}?" if near else f"; declared are: {', '.join(fence.declared)}"
        raise Outside(path, "fence", f"{path} is not a declared deliverable{hint}")
    refuse_links(path, fence)
    return path


def refuse_links(path: str, fence: Fence) -> None:
    """A deliverable that is, or lies behind, a symbolic link could be anywhere."""
    place = fence.root
    for part in path.split("/"):
        place = place / part
        if place.is_symlink():
            raise Outside(path, "links", f"{place.relative_to(fence.root).as_posix()} is a symbolic link")
    if place.is_dir():
        raise Outside(path, "fence", f"{path} is a folder")


def edited(draft: ChangeSet, path: str, call: Call, fence: Fence) -> str:
    """The file with one place changed; `old` must stand in it exactly once."""
    old, new = text_argument(call, "old"), text_argument(call, "new")
    text = draft.text_of(path)
    text = fence.current(path) if text is None else text
    if text is None:
        raise Outside(path, "edit", f"{path} does not exist yet: use write_file")
    if not old or (found := text.count(old)) != 1:
        raise Outside(path, "edit", f"`old` stands {found if old else 0} times in {path}, not once")
    return text.replace(old, new)


def refuse_bad_text(path: str, text: str, fence: Fence) -> None:
    """UTF-8, of a sane size, without a secret."""
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise Outside(path, "utf-8", f"{path} is not UTF-8 text") from None
    if "\0" in text:
        raise Outside(path, "utf-8", f"{path} has a NUL in it: it is no text")
    if size > fence.largest:
        raise Outside(path, "size", f"{path} has {size:,} bytes; the limit is {fence.largest:,}")
    if rule := fence.secret_in(text):
        raise Outside(path, "secrets", f"{path} holds what looks like a secret ({rule}): read it from the environment")
