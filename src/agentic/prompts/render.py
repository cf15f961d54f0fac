"""Jinja2, strict; the stable parts first, the task last. Nothing of this machine or moment gets in."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined

from agentic.values import Finding, Part, Prompt, TaskSpec
from agentic.values.digest import digest

TEMPLATES = Path(__file__).parent / "templates"


@cache
def environment() -> Environment:
    """An undefined name is an error, never an empty string."""
    return Environment(  # noqa: S701 (prompts are text, not HTML)
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=bytecode_cache(),
    )


def bytecode_cache() -> FileSystemBytecodeCache | None:
    """Compiled templates in the person's own cache folder; without one they are compiled each time.

    Never in a folder that others can write to: what lies there is run.
    """
    folder = Path.home() / ".cache/agentic/prompts"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return None
    return FileSystemBytecodeCache(str(folder)) if os.access(folder, os.W_OK) else None


def fill(template: str, **values: Any) -> str:
    """One template with its values."""
    return environment().get_template(template).render(values).strip() + "\n"


def render(task: TaskSpec, context: Sequence[tuple[str, str]], current: Mapping[str, str]) -> Prompt:
    """The prompt of a task.

    context: (path, text) in declared order. current: text of deliverables that exist already, by path.
    """
    parts = [part(f"context: {path}", path, text) for path, text in context]
    parts += [part(f"current: {path}", path, text) for path, text in current.items()]
    order = f"{task.type}.md.j2"
    return Prompt(
        Part("rules", fill("rules.md.j2")), tuple(parts), Part("task", fill(order, task=task, current=current))
    )


def part(name: str, path: str, text: str) -> Part:
    """One file as the prompt carries it."""
    kind = "file" if name.startswith("current") else "context"
    return Part(name, f'<{kind} path="{path}">\n{text.rstrip()}\n</{kind}>\n', digest(text))


def follow_up(task: TaskSpec, findings: Sequence[Finding], changed: Sequence[str], left: int) -> str:
    """What goes back when the checks say no: the failing command, its redacted tail, what changed since."""
    return fill("follow_up.md.j2", task=task, findings=findings, changed=changed, left=left)


def refinement(wish: str) -> str:
    """What a person asks of a task that is done: `--follow-up TEXT`."""
    return fill("refinement.md.j2", wish=wish)
