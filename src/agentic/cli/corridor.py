"""What every command understands that sends Claude down the corridor, and how its runs are shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from agentic.cli.live import display
from agentic.cli.options import Common

if TYPE_CHECKING:
    from agentic.app import App
    from agentic.values import Execution, TaskSpec

OPTIONS = (
    click.option("--provider", metavar="NAME", default="", help="anthropic, claude-code, replay, or a dotted path."),
    click.option("--model", metavar="NAME", help="The model to ask, instead of the setting provider.model."),
    click.option("--dry-run", is_flag=True, help="Show the prompt; send and write nothing."),
    click.option("--staged", is_flag=True, help="Run everything, land nothing."),
    click.option("--attempts", type=click.IntRange(1, 20), help="Answers before the checks win."),
    click.option(
        "--send-redacted",
        is_flag=True,
        help="Send texts that hold secrets, without the secrets; your consent is on record.",
    ),
    click.option("--budget-usd", type=click.FloatRange(0), help="The most that it may cost."),
    click.option("--budget-tokens", type=click.IntRange(0), help="The most tokens that it may use."),
)


def corridor_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options; all but `dry_run` and `model` are wishes of the run."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def through(
    common: Common,
    make: Callable[[App], TaskSpec],
    *,
    dry_run: bool,
    model: str | None,
    revise: bool = False,
    **wishes: Any,
) -> tuple[Execution, ...]:
    """Make the task and carry it; without an execution after a dry run. `revise`: what a person wrote may be written over."""
    if dry_run:
        from agentic.cli.prompt import show_previews

        app = common.app(provider__model=model)
        show_previews(common, [app.corridor.preview(make(app))])
        return ()
    with display(common) as watch:
        app = common.app(watch, provider__model=model)
        task = make(app)
        return app.corridor.carry((task,), discard=task.deliverables if revise else (), **wishes)


def show_runs(common: Common, executions: tuple[Execution, ...]) -> int:
    """The reports, and the exit status; nothing is left to say after a dry run."""
    from agentic.cli.report import show_executions

    return show_executions(common, executions) if executions else 0
