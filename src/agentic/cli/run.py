"""run, resume, replay, undo."""

from __future__ import annotations

from typing import Any

import click

from agentic.cli.live import display
from agentic.cli.options import Common, common_options
from agentic.cli.report import show_executions


@click.command()
@click.argument("tasks", metavar="TASK...", nargs=-1, required=True)
@click.option(
    "--provider", metavar="NAME", default="", help="template, replay, anthropic, claude-code, or a dotted path."
)
@click.option("--model", metavar="NAME", help="The model to ask, instead of the setting provider.model.")
@click.option("--dry-run", is_flag=True, help="Show the prompts; send and write nothing.")
@click.option("--staged", is_flag=True, help="Run everything, land nothing.")
@click.option("--attempts", type=click.IntRange(1, 20), help="Answers per task before the checks win.")
@click.option("--budget-usd", type=click.FloatRange(0), help="The most that each task may cost.")
@click.option("--budget-tokens", type=click.IntRange(0), help="The most tokens that each task may use.")
@click.option(
    "--send-redacted",
    is_flag=True,
    help="Send texts that hold secrets, without the secrets; your consent is on record.",
)
@click.option("--follow-up", metavar="TEXT", default="", help="Refine what the task made before.")
@click.option("--adopt", metavar="PATH", multiple=True, help="Keep a hand-edited deliverable: it is yours from now on.")
@click.option("--discard", metavar="PATH", multiple=True, help="Give up a hand-edited deliverable; a backup is kept.")
@click.option(
    "--jobs", type=click.IntRange(1, 32), default=2, show_default=True, help="Independent tasks side by side."
)
@common_options
def run(common: Common, tasks: tuple[str, ...], dry_run: bool, jobs: int, **wishes: Any) -> int:
    """Carry tasks from spec to landed files.

    Each task is rendered into a prompt, answered, staged in a scratch tree, judged by its checks, and landed: all of its
    deliverables or none. Every step is archived under agent-prompts/progress/executed_prompts/.
    """
    if dry_run:
        from agentic.cli.prompt import show_previews

        app = common.app()
        return show_previews(common, [app.corridor.preview(app.task(task)) for task in tasks])
    with display(common) as watch:
        app = common.app(watch, provider__model=wishes.pop("model"))
        executions = app.corridor.run(tasks, jobs, **wishes)
    return show_executions(common, executions)


@click.command()
@click.argument("id_", metavar="ID")
@click.option("--budget-usd", type=click.FloatRange(0), help="A larger budget than the run began with.")
@click.option("--budget-tokens", type=click.IntRange(0), help="The same in tokens.")
@common_options
def resume(common: Common, id_: str, budget_usd: float | None, budget_tokens: int | None) -> int:
    """Go on with a run that was cut off.

    What is on record is neither asked nor paid for again.
    """
    with display(common) as watch:
        execution = common.app(watch).corridor.resume(id_, budget_usd, budget_tokens)
    return show_executions(common, (execution,))


@click.command()
@click.argument("id_", metavar="ID")
@click.option("--staged", is_flag=True, help="Run everything, land nothing.")
@common_options
def replay(common: Common, id_: str, staged: bool) -> int:
    """Run an archived execution again, offline.

    Its prompt and its answers come from the archive; the checks are run anew. The deliverables have to be the same bytes.
    """
    with display(common) as watch:
        execution = common.app(watch).corridor.replay(id_, staged=staged)
    return show_executions(common, (execution,))


@click.command()
@click.argument("id_", metavar="ID")
@common_options
def undo(common: Common, id_: str) -> int:
    """Take back what an execution landed.

    Files that were changed since are not touched: the undo is refused. Tables that its jobs wrote stay as they are.
    """
    with display(common) as watch:
        execution = common.app(watch).corridor.undo(id_)
    return show_executions(common, (execution,))
