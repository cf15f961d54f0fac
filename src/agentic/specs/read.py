"""A task file -> TaskSpec, held against the disk: what it names must be there."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Callable, Collection, Iterator
from functools import cache, lru_cache, partial
from pathlib import Path

from agentic.errors import BadDeliverable, BadDependency, BadTemplate, NoSuchContext, SpecError
from agentic.specs.find import list_tasks
from agentic.specs.parse import line_of_deliverable, parse
from agentic.specs.places import line_of_item, line_of_key
from agentic.text import PROMPTS, is_file, read_text
from agentic.values import TaskSpec
from agentic.values.path import normalise


def read_task(root: Path, path: str, roots: tuple[str, ...]) -> TaskSpec:
    """The task at `path` (from `agent-prompts/`). `roots`: folders that may hold deliverables.

    Raises the first SpecError there is; the tree is not touched.
    """
    task = parse(read_text(root / PROMPTS / path, f"{PROMPTS}/{path}"), path)
    for fault in faults_of(root, task, roots, list_tasks(root) if task.depends_on else (), partial(in_project, root)):
        raise fault
    for file in task.context_files:
        if found := context_path(root, file.path):
            read_text(found, file.path)
    return task


HasFile = Callable[[str], bool]
"""Is there such a file, from the project's root?"""


def faults_of(
    root: Path, task: TaskSpec, roots: tuple[str, ...], known: Collection[str], has_file: HasFile
) -> Iterator[SpecError]:
    """Everything in which the task and the disk differ. `known`: tasks that exist."""
    yield from strange_places(task, roots)
    yield from hiding(task)
    yield from missing_context(root, task, has_file)
    yield from unknown_dependencies(task, known)
    yield from missing_template(root, task)


def in_project(root: Path, path: str) -> bool:
    """Asked of the disk."""
    return is_file(root / path)


def nearest(wish: str, known: Collection[str], otherwise: str = "") -> tuple[str, tuple[str, str] | None]:
    """(hint, what to write instead): a hint names what is near; instead of `wish` stands only what is alone so near."""
    near = difflib.get_close_matches(wish, known, n=2, cutoff=0.6)
    clear = difflib.get_close_matches(wish, known, n=2, cutoff=0.85)
    hint = f"did you mean {near[0]}?" if near else otherwise
    return hint, (wish, clear[0]) if len(clear) == 1 else None


def missing_template(root: Path, task: TaskSpec) -> Iterator[SpecError]:
    """A template is a file of the project, below agent-prompts/."""
    if not task.template:
        return
    base, found = (root / PROMPTS).resolve(), root / PROMPTS / task.template
    if normalise(task.template)[1] or not is_file(found) or not found.resolve().is_relative_to(base):
        known = [path for path in files_of(root) if path.startswith("examples/") and path.endswith(".j2")]
        hint, instead = nearest(task.template, known, f"templates are files under {PROMPTS}/examples/.")
        line = line_of_key(task.text, "template")
        path = f"{PROMPTS}/{task.path}"
        yield BadTemplate(f"no template {task.template}", path=path, line=line, hint=hint, instead=instead)


def context_path(root: Path, path: str) -> Path | None:
    """The file that a context line means: from `agent-prompts/`, else from the root. None: not there, or outside."""
    for base in (root / PROMPTS, root):
        found = (base / path).resolve()
        if path and found.is_relative_to(root.resolve()) and found.is_file():
            return found
    return None


def strange_places(task: TaskSpec, roots: tuple[str, ...]) -> Iterator[SpecError]:
    """Every deliverable lies in a folder that is meant for what is generated."""
    for path in task.deliverables:
        if path.split("/")[0] not in roots or "/" not in path:
            yield BadDeliverable(
                f"deliverable outside the folders for generated files: {path}",
                path=f"{PROMPTS}/{task.path}",
                line=line_of_deliverable(task, path),
                hint=f"name a path under {', '.join(f'{root}/' for root in roots)} (setting workspace.roots).",
            )


def hiding(task: TaskSpec) -> Iterator[SpecError]:
    """A module that hides one of the standard library would also hide it from whatever checks it."""
    for path in task.deliverables:
        folder, _, rest = path.partition("/")
        name = rest.partition("/")[0].removesuffix(".py")
        if folder in ("src", "tests") and name in sys.stdlib_module_names:
            yield BadDeliverable(
                f"{path} hides the module {name} of the standard library",
                path=f"{PROMPTS}/{task.path}",
                line=line_of_deliverable(task, path),
                hint="choose another name.",
            )


def missing_context(root: Path, task: TaskSpec, has_file: HasFile) -> Iterator[SpecError]:
    """Every context file exists, inside the project, and is text."""
    for file in task.context_files:
        plain = not normalise(file.path)[1]
        if plain and (has_file(f"{PROMPTS}/{file.path}") or has_file(file.path)) and inside(root, file.path):
            continue
        hint, instead = nearest(file.path, files_of(root))
        yield NoSuchContext(
            f"context file {file.path} does not exist",
            path=f"{PROMPTS}/{task.path}",
            line=file.line,
            hint=hint,
            instead=instead,
        )


@cache
def inside(root: Path, path: str) -> bool:
    """A link that leads out of the project is no file of it."""
    try:
        return context_path(root, path) is not None
    except (OSError, ValueError, RuntimeError):  # A name that no file system takes; a link in a circle.
        return False


@lru_cache(maxsize=4)
def files_of(root: Path) -> tuple[str, ...]:
    """What exists below `agent-prompts/`, but for records and templates: one of them was probably meant."""
    base = root / PROMPTS
    named = (found.relative_to(base).as_posix() for shape in ("*/*.*", "*/*/*.*") for found in base.glob(shape))
    return tuple(sorted(name for name in named if not name.startswith(("progress/", "meta/"))))


def unknown_dependencies(task: TaskSpec, known: Collection[str]) -> Iterator[SpecError]:
    """Every task it depends on exists."""
    for index, name in enumerate(task.depends_on):
        if name not in known:
            hint, instead = nearest(name, known)
            yield BadDependency(
                f"depends on {name}, which does not exist",
                path=f"{PROMPTS}/{task.path}",
                line=line_of_item(task.text, "depends_on", index),
                hint=hint,
                instead=instead,
            )
