"""Archive -> where every task and every module stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

from agentic.values import Decision, Execution
from agentic.values.noun import Noun


class Told(Protocol):
    """What an archive can tell."""

    def executions(self) -> tuple[Execution, ...]: ...

    def decisions(self) -> tuple[Decision, ...]: ...


class TaskStatus(Noun, frozen=True):
    """Where one task stands."""

    task: str
    execution: Execution | None
    """The newest one, however it ended."""
    landed: Execution | None
    """The one whose files stand in the project: landed, and not taken back since."""

    @property
    def done(self) -> bool:
        """Shown by checks, and landed. A later run that failed or landed nothing takes nothing of that away."""
        return self.landed is not None

    @property
    def state(self) -> str:
        """`done`; where the newest run ended otherwise, that too."""
        if not self.execution:
            return "not started"
        if self.landed and self.landed is not self.execution and self.execution.status != "undone":
            return f"done (newest run: {self.execution.status})"
        return "done" if self.landed else self.execution.status


def standing(executions: Iterable[Execution]) -> Execution | None:
    """The execution whose files stand, of one task's executions, oldest first."""
    landed: list[Execution] = []
    for execution in executions:
        if execution.may_land and execution.status == "done":
            landed.append(execution)
        elif execution.status == "undone":
            landed = [one for one in landed if one.id != execution.of]
    return landed[-1] if landed else None


class TaskRow(Noun, frozen=True):
    """One task in a list."""

    task: str
    module: str
    title: str
    state: str


class ModuleStatus(Noun, frozen=True):
    """Where one module stands."""

    module: str
    tasks: tuple[TaskStatus, ...]

    @property
    def percent(self) -> int:
        """Tasks done, in per cent."""
        return 100 * sum(task.done for task in self.tasks) // len(self.tasks) if self.tasks else 0

    @property
    def complete(self) -> bool:
        """Is there a task, and is every one done?"""
        return self.percent == 100

    @property
    def word(self) -> str:
        """NOT_STARTED, IN_PROGRESS or COMPLETE."""
        if self.percent == 100:
            return "COMPLETE"
        return "IN_PROGRESS" if any(task.execution for task in self.tasks) else "NOT_STARTED"


def module_status(root: Path, archive: Told) -> tuple[ModuleStatus, ...]:
    """Every module that has a task, with the newest execution of each."""
    told: dict[str, list[Execution]] = {}
    # Work by hand belongs to a task without being an execution of it.
    for execution in (one for one in archive.executions() if one.purpose != "import"):
        told.setdefault(execution.task, []).append(execution)
    base = root / "agent-prompts"
    paths = sorted(path.relative_to(base).as_posix() for path in base.glob("tasks/*/**/*.md"))
    modules: dict[str, list[TaskStatus]] = {}
    for path in paths:
        modules.setdefault(path.split("/")[1], []).append(task_status(path, told.get(path, [])))
    return tuple(ModuleStatus(name, tuple(tasks)) for name, tasks in modules.items())


def task_status(task: str, executions: Sequence[Execution]) -> TaskStatus:
    """One task from its executions, oldest first."""
    return TaskStatus(task, executions[-1] if executions else None, standing(executions))
