"""Whose is a file: generated and untouched, edited by a person, or written by one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from agentic.values import Owned
from agentic.values.digest import digest

State = Literal["absent", "generated", "edited", "foreign", "kept"]


@dataclass(frozen=True, slots=True)
class Belonging:
    """One file of the project, and whose it is."""

    path: str
    state: State
    """absent; generated: as it was landed; edited since; foreign: never landed; kept: adopted, so a person's."""
    since: str = ""
    """The execution that landed it."""


def belongings(root: Path, paths: Iterable[str], said: Mapping[str, Owned]) -> tuple[Belonging, ...]:
    """Hold the files against the archive."""
    return tuple(belonging(root / path, path, said.get(path)) for path in paths)


def belonging(file: Path, path: str, said: Owned | None) -> Belonging:
    """One file."""
    if not file.exists() and not file.is_symlink():
        return Belonging(path, "absent")
    if said is None or not said.digest:
        return Belonging(path, "foreign")
    if said.kept:
        return Belonging(path, "kept", said.id)
    same = file.is_file() and digest(file.read_bytes()) == said.digest
    return Belonging(path, "generated" if same else "edited", said.id)
