"""Archive -> what is done, what is next, what blocks; between markers in two Markdown files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from agentic.errors import DiskFailed
from agentic.values import Execution
from agentic.values.noun import Noun

FOLDER = "agent-prompts/progress"
BEGIN = "<!-- agentic: generated from the archive; write above or below, not between -->"
END = "<!-- agentic: end -->"


class Told(Protocol):
    """What an archive can tell."""

    def executions(self) -> tuple[Execution, ...]: ...


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
        if execution.purpose in ("verification", "decision"):
            continue
        if execution.status == "done":
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
    def word(self) -> str:
        """NOT_STARTED, IN_PROGRESS or COMPLETE."""
        if self.percent == 100:
            return "COMPLETE"
        return "IN_PROGRESS" if any(task.execution for task in self.tasks) else "NOT_STARTED"


def module_status(root: Path, archive: Told) -> tuple[ModuleStatus, ...]:
    """Every module that has a task, with the newest execution of each."""
    told: dict[str, list[Execution]] = {}
    for execution in archive.executions():
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


def write_progress(root: Path, archive: Told, current: str) -> None:
    """Both files. `current`: the module that was worked on last."""
    modules = module_status(root, archive)
    here = next((module for module in modules if module.module == current), None)
    if here:
        put(root / FOLDER / "current_module_status.md", "\n".join(current_page(here)))
    put(root / FOLDER / "project_status.md", "\n".join(project_page(modules)))


def current_page(module: ModuleStatus) -> Iterator[str]:
    """The headings of seed 003."""
    yield "# Current Module Status"
    yield f"## Module: {module.module}"
    yield f"## Status: {module.word}"
    yield f"## Completion: {module.percent}%"
    yield "## Next Steps:"
    yield from next_steps(module)
    yield f"## Blockers: {', '.join(blockers(module)) or 'None'}"
    yield "## Evidence:"
    for task in module.tasks:
        if newest := task.landed or task.execution:
            yield from shown(newest)


def next_steps(module: ModuleStatus) -> Iterator[str]:
    """A box for each task; ticked when it is done."""
    for task in module.tasks:
        yield f"- [{'x' if task.done else ' '}] {task.task} ({task.state})"


def blockers(module: ModuleStatus) -> Iterator[str]:
    """What the newest executions failed at."""
    for task in module.tasks:
        if task.execution and not task.done and task.execution.status != "undone":
            first = next(
                (finding.message for finding in task.execution.findings if finding.severity == "error"),
                task.execution.status,
            )
            yield f"{task.task}: {' '.join(first.split())}"


def shown(execution: Execution) -> Iterator[str]:
    """One task: which execution, which criteria, which checks."""
    yield f"- {execution.task}: {execution.status} in {execution.id}"
    for criterion in execution.criteria:
        yield f"  - [{'x' if criterion.ticked else ' '}] {criterion.text}"
    for verdict in execution.verdicts:
        rows = [f"{name} {value}" for name, value in verdict.evidence.items() if name.startswith("rows of")]
        yield f"  - {verdict.status}: {verdict.source}{' (' + '; '.join(rows) + ')' if rows else ''}"


def project_page(modules: tuple[ModuleStatus, ...]) -> Iterator[str]:
    """A table of all modules."""
    yield "# Project Status"
    yield "| module | status | done | tasks |"
    yield "|---|---|---|---|"
    for module in modules:
        yield f"| {module.module} | {module.word} | {module.percent}% | {len(module.tasks)} |"


def put(path: Path, text: str) -> None:
    """Between the markers; a file without them keeps its words and gets ours at the end."""
    block = f"{BEGIN}\n{text}\n{END}\n"
    try:
        old = path.read_text(encoding="utf-8") if path.is_file() else ""
        new = replaced(old, block)
        if new == old:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".md.new")
        beside.write_text(new, encoding="utf-8")
        beside.replace(path)
    except (OSError, UnicodeDecodeError) as error:
        raise DiskFailed(f"{path.name} cannot be written", cause=str(error)) from error


def replaced(old: str, block: str) -> str:
    """The text with our block in it, once."""
    # The last one: where a person took an end away, everything behind that beginning is theirs.
    head, begin, rest = old.rpartition(BEGIN)
    _, end, tail = rest.partition(f"{END}\n")
    if begin and end:
        return f"{head}{block}{tail}"
    return f"{old.rstrip()}\n\n{block}" if old.strip() else block
