"""The order in which tasks can be run, and the circles that leave none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from agentic.errors import BadDependency
from agentic.specs.places import line_of_item
from agentic.text import PROMPTS
from agentic.values import TaskSpec

Edges = Mapping[str, list[str]]
"""Path of a task -> the tasks it depends on."""


def in_order(tasks: Iterable[TaskSpec]) -> TopologicalSorter[str]:
    """A prepared sorter over the paths of `tasks`; dependencies that are not among them are left out."""
    named = {task.path: task for task in tasks}
    sorter = TopologicalSorter(edges_of(named))
    try:
        sorter.prepare()
    except CycleError as error:
        raise next(circles(named.values())) from error
    return sorter


def edges_of(named: Mapping[str, TaskSpec]) -> dict[str, list[str]]:
    """Between these tasks alone."""
    return {path: [name for name in task.depends_on if name in named] for path, task in named.items()}


def circles(tasks: Iterable[TaskSpec]) -> Iterator[BadDependency]:
    """Every task that can never begin leads into a circle; each circle is told once."""
    named = {task.path: task for task in tasks}
    edges = edges_of(named)
    blocked, seen = never_ready(edges), set[str]()
    for start in sorted(blocked):
        trail: list[str] = []
        node = start
        while node not in seen:
            seen.add(node)
            trail.append(node)
            node = next(name for name in edges[node] if name in blocked)
        if node in trail:
            yield circle(named[node], trail[trail.index(node) :])


def never_ready(edges: Edges) -> set[str]:
    """What is left when everything that can be run has been run."""
    sorter, left = TopologicalSorter(edges), set(edges)
    try:
        sorter.prepare()
    except CycleError:
        # A sorter that has found a circle still hands out what does not wait for it.
        while ready := sorter.get_ready():
            left.difference_update(ready)
            sorter.done(*ready)
        return left
    return set()


def circle(first: TaskSpec, trail: list[str]) -> BadDependency:
    """The error, on the line where the first task of the circle names the second."""
    shown = " -> ".join([*trail, first.path])
    index = first.depends_on.index([*trail, first.path][1])
    return BadDependency(
        f"tasks depend on each other in a circle: {shown}",
        path=f"{PROMPTS}/{first.path}",
        line=line_of_item(first.text, "depends_on", index),
        hint="take one of these dependencies out.",
    )
