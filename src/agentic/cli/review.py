"""review, generate: quality with Claude, through the same corridor as any task."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from agentic.cli.live import display
from agentic.cli.options import Common, common_options
from agentic.cli.output import emit, say

if TYPE_CHECKING:
    from agentic.app import App
    from agentic.values import Execution, Finding, TaskSpec

OPTIONS = (
    click.option("--provider", metavar="NAME", default="", help="anthropic, claude-code, replay, or a dotted path."),
    click.option("--model", metavar="NAME", help="The model to ask, instead of the setting provider.model."),
    click.option("--dry-run", is_flag=True, help="Show the prompt; send and write nothing."),
    click.option("--staged", is_flag=True, help="Run everything, land nothing."),
    click.option("--attempts", type=click.IntRange(1, 20), help="Answers before the checks win."),
    click.option("--budget-usd", type=click.FloatRange(0), help="The most that it may cost."),
    click.option("--budget-tokens", type=click.IntRange(0), help="The most tokens that it may use."),
)


def corridor_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What everything that asks Claude understands."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


@click.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@corridor_options
@common_options
def review(common: Common, paths: tuple[str, ...], **wishes: Any) -> int:
    """Let Claude review code against the standards of the project.

    The reviewer gets the files and the standards and nothing of how the code came about. A remark counts only if it quotes the line it
    is about and names a heading of the standards. Exit code 1 where a remark is an error.
    """
    executions = through(common, lambda app: app.quality.review(paths), **wishes)
    if executions is None:
        return 0
    from agentic.app.quality import remarks

    found = remarks(executions)
    if common.json:
        emit("review", {"execution": executions[0], "findings": found})
    else:
        report(executions[0], found)
    return executions[0].exit_status or int(any(one.severity == "error" for one in found))


def report(execution: Execution, found: tuple[Finding, ...]) -> None:
    """Remarks as a compiler would show them; the run only where it did not end well."""
    if execution.exit_status:
        from agentic.cli.report import report as told

        say("\n".join(told(execution)))
        return
    for one in found:
        say(f"{one.path}:{one.line}: {one.severity} {one.source}: {one.message}\n  fix: {one.fix}")
    say(f"{len(found)} remark(s); archive {execution.archive}")


@click.group()
@common_options
def generate(common: Common) -> None:
    """Let Claude write tests or documentation for code that stands."""


@generate.command()
@click.argument("file", metavar="FILE")
@click.option("--into", metavar="PATH", default="", help="The test file; by default tests/MODULE/test_FILE.py.")
@click.option("--say", "words", metavar="TEXT", default="", help="What the tests shall be about in particular.")
@corridor_options
@common_options
def tests(common: Common, file: str, into: str, words: str, **wishes: Any) -> int:
    """Tests for FILE.

    They count only if they pass on the code as it is and fail when the body of one of its functions after the other is emptied.
    """
    return shown(common, through(common, lambda app: app.quality.tests(file, into, words), **wishes))


@generate.command()
@click.argument("module", metavar="MODULE")
@corridor_options
@common_options
def docs(common: Common, module: str, **wishes: Any) -> int:
    """Technical documentation of MODULE: decisions, data flow, troubleshooting.

    It counts only if every section says something, and names nothing that neither the code nor the documents name.
    """
    return shown(common, through(common, lambda app: app.quality.docs(module), **wishes))


def shown(common: Common, executions: tuple[Execution, ...] | None) -> int:
    """The report of the run."""
    from agentic.cli.report import show_executions

    return 0 if executions is None else show_executions(common, executions)


def through(
    common: Common, make: Callable[[App], TaskSpec], *, dry_run: bool, model: str | None, **wishes: Any
) -> tuple[Execution, ...] | None:
    """Down the corridor; None for a dry run."""
    if dry_run:
        from agentic.cli.prompt import show_previews

        app = common.app(provider__model=model)
        show_previews(common, [app.preview(make(app))])
        return None
    with display(common) as watch:
        app = common.app(watch, provider__model=model)
        return app.carry((make(app),), **wishes)
