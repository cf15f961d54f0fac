"""next_module_guide.md: which module is next, and the human's way through it, command by command."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from agentic.progress.status import ModuleStatus, TaskStatus

NONE_PLANNED = "Complete phases 1 to 3 first: agentic phase check"
MOST = 20
"""Tasks that are named one by one."""


def guide_page(modules: Sequence[ModuleStatus], closed: Collection[str], closures: Collection[str]) -> Iterator[str]:
    """`modules`: in building order. `closed`: modules that were closed. `closures`: those with a closure document."""
    yield "# Next Module Guide"
    if not modules:
        yield NONE_PLANNED
        return
    coming = next((module for module in modules if not module.complete), None)
    yield f"## Next Module: {coming.module if coming else 'none'}"
    if coming:
        yield f"- The first in building order whose tasks are not all done: {counted(coming)}."
    else:
        yield "- The tasks of every planned module are done."
    yield "## Workflow:"
    steps = [*closings(modules, closed), *(steps_of(coming) if coming else onwards())]
    yield from (f"{number}. {step}" for number, step in enumerate(steps, 1))
    yield from learned(modules, coming, closures)
    yield "## Building Order:"
    for number, module in enumerate(modules, 1):
        yield f"{number}. {module.module}: {module.word}, {counted(module)}{', closed' if module.module in closed else ''}"


def counted(module: ModuleStatus) -> str:
    """`1 of 3 tasks done`."""
    if not module.tasks:
        return "no task yet"
    return f"{sum(task.done for task in module.tasks)} of {len(module.tasks)} task(s) done"


def closings(modules: Sequence[ModuleStatus], closed: Collection[str]) -> Iterator[str]:
    """What is done is closed before the next begins: what it taught is written down then, or never."""
    for module in modules:
        if module.complete and module.module not in closed:
            yield f"`agentic close {module.module}`: its tasks are done, and nobody has closed it"


def steps_of(module: ModuleStatus) -> Iterator[str]:
    """From a spec to a closed module."""
    undone = [task for task in module.tasks if not task.done]
    if not module.tasks:
        yield f"`agentic task new {module.module}/FEATURE`: a spec for each outcome; fill in what stands between < and >"
        undone = [TaskStatus(f"tasks/{module.module}/FEATURE.md", None, None)]
    shown = undone[:MOST]
    yield f"`agentic lint {' '.join(task.task for task in shown)}`: is each spec sound?"
    for task in shown:
        if task.execution:
            yield f"`agentic audit show {task.execution.id}`: how {task.task} ended ({task.state})"
        yield f"`agentic prompt {task.task}`, then `agentic run {task.task}`: read what would be sent and what it costs, then send it"
    if len(undone) > MOST:
        yield f"the other {len(undone) - MOST} in the same way: `agentic task list`"
    yield f"`agentic close {module.module}`: evidence, documents, what was learned, your signature"


def onwards() -> Iterator[str]:
    """When nothing is left to build."""
    yield "`agentic phase show 5`: integration and testing; or plan a further module in design/module_structure.yaml"


def learned(modules: Sequence[ModuleStatus], coming: ModuleStatus | None, closures: Collection[str]) -> Iterator[str]:
    """Where the module before this one says what it taught."""
    yield "## What the Last Module Taught:"
    names = [module.module for module in modules if module is not coming and module.complete]
    last = next((name for name in reversed(names) if name in closures), "")
    yield f"- {closure(last)}" if last else "- Nothing is written down yet: the closure of a module does that."


def closure(module: str) -> str:
    """A link to the closure document of a module."""
    return f"[Closure of {module}](closure_{module}.md)"
