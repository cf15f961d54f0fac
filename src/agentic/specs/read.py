"""A task file -> TaskSpec, held against the disk: what it names must be there."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path

from agentic.errors import BadDeliverable, BadDependency, BadTemplate, NoSuchContext
from agentic.specs.find import PROMPTS, is_file, list_tasks, read_text
from agentic.specs.parse import parse
from agentic.values import TaskSpec
from agentic.values.path import normalise


def read_task(root: Path, path: str, roots: tuple[str, ...]) -> TaskSpec:
    """The task at `path` (from `agent-prompts/`). `roots`: folders that may hold deliverables.

    Raises a SpecError; the tree is not touched.
    """
    task = parse(read_text(root / PROMPTS / path, f"{PROMPTS}/{path}"), path)
    refuse_strange_places(task, roots)
    refuse_hiding(task)
    refuse_missing_context(root, task)
    refuse_unknown_dependencies(root, task)
    refuse_missing_template(root, task)
    return task


def refuse_missing_template(root: Path, task: TaskSpec) -> None:
    """A template is a file of the project, below agent-prompts/."""
    if not task.template:
        return
    base, found = (root / PROMPTS).resolve(), root / PROMPTS / task.template
    if normalise(task.template)[1] or not is_file(found) or not found.resolve().is_relative_to(base):
        hint = near_template(root, task.template)
        raise BadTemplate(f"no template {task.template}", path=f"{PROMPTS}/{task.path}", hint=hint)


def near_template(root: Path, wish: str) -> str:
    """What was probably meant."""
    base = root / PROMPTS
    known = [found.relative_to(base).as_posix() for found in sorted(base.glob("examples/**/*.j2"))]
    near = difflib.get_close_matches(wish, known, n=1, cutoff=0.5)
    return f"did you mean {near[0]}?" if near else f"templates are files under {PROMPTS}/examples/."


def context_path(root: Path, path: str) -> Path | None:
    """The file that a context line means: from `agent-prompts/`, else from the root. None: not there, or outside."""
    for base in (root / PROMPTS, root):
        found = (base / path).resolve()
        if path and found.is_relative_to(root.resolve()) and found.is_file():
            return found
    return None


def refuse_strange_places(task: TaskSpec, roots: tuple[str, ...]) -> None:
    """Every deliverable lies in a folder that is meant for what is generated."""
    for path in task.deliverables:
        if path.split("/")[0] not in roots or "/" not in path:
            raise BadDeliverable(
                f"deliverable outside the folders for generated files: {path}",
                path=f"{PROMPTS}/{task.path}",
                hint=f"name a path under {', '.join(f'{root}/' for root in roots)} (setting workspace.roots).",
            )


def refuse_hiding(task: TaskSpec) -> None:
    """A module that hides one of the standard library would also hide it from whatever checks it."""
    for path in task.deliverables:
        folder, _, rest = path.partition("/")
        name = rest.partition("/")[0].removesuffix(".py")
        if folder in ("src", "tests") and name in sys.stdlib_module_names:
            raise BadDeliverable(
                f"{path} hides the module {name} of the standard library",
                path=f"{PROMPTS}/{task.path}",
                hint="choose another name.",
            )


def refuse_missing_context(root: Path, task: TaskSpec) -> None:
    """Every context file exists, inside the project, and is text."""
    for file in task.context_files:
        try:
            found = context_path(root, file.path)
        except (OSError, ValueError, RuntimeError):  # A name that no file system takes; a link in a circle.
            found = None
        if found is None:
            raise NoSuchContext(
                f"context file {file.path} does not exist", path=f"{PROMPTS}/{task.path}", line=file.line
            )
        read_text(found, file.path)


def refuse_unknown_dependencies(root: Path, task: TaskSpec) -> None:
    """Every task it depends on exists."""
    known = list_tasks(root)
    for name in task.depends_on:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else ""
            raise BadDependency(f"depends on {name}, which does not exist", path=f"{PROMPTS}/{task.path}", hint=hint)
