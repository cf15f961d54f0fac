"""Several tasks: in the order of their dependencies, independent ones side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from graphlib import TopologicalSorter

from agentic.errors import AgenticError, BadDependency
from agentic.flows.run_task import default_provider, run_task
from agentic.flows.tools import Tools, Wishes
from agentic.flows.withhold import refuse_secrets, seen_before
from agentic.progress import standing
from agentic.specs import in_order
from agentic.values import Execution, Finding, TaskSpec


def run_tasks(tasks: Sequence[TaskSpec], wishes: Wishes, tools: Tools, jobs: int) -> tuple[Execution, ...]:
    """Every task that can be run; one whose dependency did not end well is not. In the order in which they ended."""
    refuse_undone(tasks, tools)
    in_order(tasks)
    refuse_unready(tasks, wishes, tools)
    if len(tasks) == 1:
        # In this thread: Ctrl-C reaches no other. And what cannot even begin is an error of the command, not of a run.
        return (run_task(tasks[0], wishes, tools),)
    pool = ThreadPoolExecutor(max_workers=jobs)
    under_way: dict[Future[Execution], str] = {}
    try:
        return side_by_side(pool, tasks, wishes, tools, under_way)
    except KeyboardInterrupt:
        tools.stop.set()
        tools.end_commands()
        # Time to write down how far each has come. One that waits for an answer shows as interrupted all the same.
        wait(under_way, timeout=5)
        raise
    finally:
        pool.shutdown(wait=not tools.stop.is_set(), cancel_futures=True)


def side_by_side(
    pool: ThreadPoolExecutor,
    tasks: Sequence[TaskSpec],
    wishes: Wishes,
    tools: Tools,
    under_way: dict[Future[Execution], str],
) -> tuple[Execution, ...]:
    """Start what is ready, wait for whatever ends first. `under_way` is the caller's: it may have to wait for the rest."""
    sorter, named = in_order(tasks), {task.path: task for task in tasks}
    ended: dict[str, Execution] = {}
    while sorter.is_active():
        for path in start_or_skip(sorter, named, ended):
            under_way[pool.submit(one, named[path], wishes, tools)] = path
        for future in wait(under_way, return_when=FIRST_COMPLETED).done:
            path = under_way.pop(future)
            ended[path] = future.result()
            sorter.done(path)
    return tuple(ended.values())


def one(task: TaskSpec, wishes: Wishes, tools: Tools) -> Execution:
    """A task that cannot even begin is an end like any other: the others go on."""
    try:
        return run_task(task, wishes, tools)
    except AgenticError as error:
        message, cause = tools.redact(error.message), tools.redact(error.cause)
        finding = Finding("runner", message, error.path, error.line, code=error.code, detail=cause)
        return Execution(
            "", task.path, task.module, "failed", wishes.provider, findings=(finding,), exit_status=error.exit_status
        )


def start_or_skip(
    sorter: TopologicalSorter[str], named: Mapping[str, TaskSpec], ended: dict[str, Execution]
) -> Iterable[str]:
    """Tasks whose turn it is. Those that can't be run any more are ended at once, which may make others ready."""
    while sorter.is_active() and (ready := sorter.get_ready()):
        for path in ready:
            failed = [name for name in named[path].depends_on if name in ended and ended[name].exit_status]
            if not failed:
                yield path
                continue
            finding = Finding("runner", f"not run: {failed[0]} did not end well")
            ended[path] = Execution("", path, named[path].module, "interrupted", "", findings=(finding,), exit_status=1)
            sorter.done(path)


def refuse_undone(tasks: Sequence[TaskSpec], tools: Tools) -> None:
    """A dependency that is not among the tasks must have been done before."""
    named = {task.path for task in tasks}
    for task in tasks:
        for name in task.depends_on:
            if name not in named and not is_done(name, tools):
                raise BadDependency(
                    f"{task.path} depends on {name}, which is not done", hint=f"agentic run {name} {task.path}"
                )


def refuse_unready(tasks: Sequence[TaskSpec], wishes: Wishes, tools: Tools) -> None:
    """An unknown provider, a wrong parameter, a missing key, a secret: told before anything is written or sent."""
    for task in tasks:
        chosen = tools.provider(wishes.provider or default_provider(task, wishes, tools), task)
        # A provider of one's own need not have it.
        getattr(chosen, "refuse_unready", lambda: None)()
        if chosen.costs and not wishes.send_redacted:
            seen = seen_before(task, wishes.follow_up, tools.root, tools.redact)
            refuse_secrets(task, seen, chosen, consented=False)


def is_done(path: str, tools: Tools) -> bool:
    """Do files of this task stand, shown by its checks?"""
    return standing(one for one in tools.archive.executions() if one.task == path) is not None
