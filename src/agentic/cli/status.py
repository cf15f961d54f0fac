"""status: where every module stands."""

from __future__ import annotations

import click

from agentic.cli.options import Common, common_options
from agentic.cli.output import emit, table


@click.command()
@common_options
def status(common: Common) -> int:
    """Where every module stands, by evidence.

    A task is done when an execution of it has passed its checks and landed; nothing else makes it so.
    """
    modules = common.app().modules()
    if common.json:
        emit("status", {"modules": modules})
        return 0
    rows = [
        (
            module.module,
            task.task,
            task.state,
            task.execution.id if task.execution else "",
        )
        for module in modules
        for task in module.tasks
    ]
    table(("module", "task", "state", "execution"), rows)
    return 0
