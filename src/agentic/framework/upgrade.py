"""A fresh tree, a manifest and a project -> what would be added, changed, or left to a person."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from agentic.framework.manifest import Manifest, digest_of
from agentic.values.noun import Noun


class Move(Noun, frozen=True):
    """What an init or an upgrade makes of one file."""

    path: str
    kind: Literal["new", "changed", "same", "yours", "gone"]
    """new: it is not there; changed: it is as the framework wrote it, and the framework says something else now;
    yours: a person wrote or edited it, so it stays; gone: a person took it away, so it stays away."""
    differs: bool = False
    """Of a file that is yours: does the framework say something else now?"""
    diff: str = ""
    """Unified, for what is changed, and for what is yours and differs."""


def moves(root: Path, tree: Mapping[str, bytes], manifest: Manifest | None) -> tuple[Move, ...]:
    """One for each file of the fresh tree, in its order."""
    written = dict(manifest.files) if manifest else {}
    return tuple(move(root / path, path, content, written.get(path)) for path, content in tree.items())


def move(file: Path, path: str, wanted: bytes, written: str | None) -> Move:
    """One file. `written`: the digest of what the framework wrote there; None where it never did."""
    if not file.exists() and not file.is_symlink():
        return Move(path, "new" if written is None else "gone")
    there = file.read_bytes() if file.is_file() else b""
    if there == wanted:
        return Move(path, "same")
    if written == digest_of(there):
        # What the framework wrote for one day or one name is no news on another.
        return (
            Move(path, "same")
            if written == digest_of(wanted)
            else Move(path, "changed", True, diff(path, there, wanted))
        )
    return Move(path, "yours", written is not None, diff(path, there, wanted) if written is not None else "")


def diff(path: str, before: bytes, after: bytes) -> str:
    """Unified, as `git diff` shows it."""
    return "".join(lines(path, before.decode("utf-8", "replace"), after.decode("utf-8", "replace")))


def lines(path: str, before: str, after: str) -> Iterator[str]:
    """Each with its end."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    for line in difflib.unified_diff(old, new, f"a/{path}", f"b/{path}"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
