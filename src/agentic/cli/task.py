"""task new, task list, task show."""

from __future__ import annotations

import click

from agentic.cli.options import Common, common_options
from agentic.cli.output import emit, say, table


@click.group()
@common_options
def task(common: Common) -> None:
    """Begin, list and show task specs."""


@task.command()
@click.argument("name", metavar="MODULE/FEATURE")
@click.option(
    "--short", is_flag=True, help="The shorter vocabulary: OBJECTIVE, FILES TO CREATE, SPECIFICATIONS, DEPENDENCIES."
)
@common_options
def new(common: Common, name: str, short: bool) -> int:
    """Write a task spec to be filled in, from the project's template."""
    path = common.app().tasks.new(name, short=short)
    if common.json:
        emit("created", {"path": f"agent-prompts/{path}"})
    else:
        say(f"agent-prompts/{path}\nFill in what stands between < and >, then: agentic lint {path}")
    return 0


@task.command("list")
@common_options
def list_(common: Common) -> int:
    """Every task, with the state of its newest execution."""
    rows = common.app().tasks.rows()
    if common.json:
        emit("tasks", {"tasks": rows})
    else:
        table(("task", "module", "title", "state"), [(row.task, row.module, row.title, row.state) for row in rows])
    return 0


@task.command()
@click.argument("task_", metavar="TASK")
@common_options
def show(common: Common, task_: str) -> int:
    """One task as the runner reads it."""
    spec = common.app().task(task_)
    if common.json:
        emit("task", spec)
    else:
        say(spec.text.rstrip())
    return 0
