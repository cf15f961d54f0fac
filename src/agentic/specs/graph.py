"""The order in which tasks can be run."""

from __future__ import annotations

from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter

from agentic.errors import BadDependency
from agentic.values import TaskSpec


def in_order(tasks: Iterable[TaskSpec]) -> TopologicalSorter[str]:
    """A prepared sorter over the paths of `tasks`; dependencies that are not among them are left out."""
    named = {task.path: task for task in tasks}
    edges = {path: [name for name in task.depends_on if name in named] for path, task in named.items()}
    sorter = TopologicalSorter(edges)
    try:
        sorter.prepare()
    except CycleError as error:
        circle = " -> ".join(error.args[1])
        raise BadDependency(f"tasks depend on each other in a circle: {circle}") from error
    return sorter
