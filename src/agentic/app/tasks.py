"""The desk of task specs: begun from a template, and listed with their states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agentic.errors import SpecError
from agentic.framework import template_text
from agentic.progress import TaskRow
from agentic.specs import new_task
from agentic.text import PROMPTS

if TYPE_CHECKING:
    from agentic.app.core import App


@dataclass(frozen=True)
class Tasks:
    """What people write, before any of it is run."""

    app: App

    def new(self, wish: str, *, short: bool = False) -> str:
        """The path of a new task spec, made from the project's template."""
        name = f"{PROMPTS}/tasks/task_short.md" if short else f"{PROMPTS}/tasks/task.md"
        return new_task(self.app.root, wish, template_text(self.app.root, name) or "")

    def rows(self) -> tuple[TaskRow, ...]:
        """Every task with its state; one that can't be read says so, and the list goes on."""
        states = {task.task: task.state for module in self.app.modules() for task in module.tasks}
        return tuple(self.row(path, states.get(path, "not started")) for path in self.app.task_paths())

    def row(self, path: str, state: str) -> TaskRow:
        """One task."""
        try:
            task = self.app.task(path)
        except SpecError as error:
            return TaskRow(path, "", f"{error.code}: {error.message}", "cannot be read")
        return TaskRow(path, task.module, task.title, state)
