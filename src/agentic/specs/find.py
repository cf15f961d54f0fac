"""Where things are: the project and its tasks."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path

from agentic.errors import NoProject, NoSuchSpec
from agentic.text import PROMPTS, is_file


def find_project(start: Path) -> Path:
    """The nearest folder from `start` upwards that holds `agent-prompts/`."""
    for folder in (start, *start.parents):
        if (folder / PROMPTS).is_dir():
            return folder
    raise NoProject(f"no {PROMPTS}/ in {start} or above it")


def list_tasks(root: Path) -> tuple[str, ...]:
    """Every task of the project, as `tasks/MODULE/FEATURE.md`."""
    base = root / PROMPTS
    return tuple(sorted(path.relative_to(base).as_posix() for path in base.glob("tasks/**/*.md") if path.is_file()))


def find_task(root: Path, wish: str, here: Path) -> str:
    """The task meant by `wish`: from `agent-prompts/`, from where one stands, or by `module/feature`."""
    base = (root / PROMPTS).resolve()
    for candidate in candidates(base, wish, here):
        if is_file(candidate):
            path = candidate.resolve()
            if not path.is_relative_to(base / "tasks"):
                raise NoSuchSpec(f"{wish} is not under {PROMPTS}/tasks/")
            return path.relative_to(base).as_posix()
    near = difflib.get_close_matches(wish, list_tasks(root), n=1, cutoff=0.5)
    raise NoSuchSpec(f"no task {wish}", hint=f"did you mean {near[0]}?" if near else "")


def candidates(base: Path, wish: str, here: Path) -> Iterator[Path]:
    """Where a task named so could be."""
    for text in (wish, f"{wish}.md"):
        yield base / text
        yield here / text
        yield base / "tasks" / text
