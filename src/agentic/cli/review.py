"""review, generate: quality with Claude, through the same corridor as any task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from agentic.cli.corridor import corridor_options, show_runs, through
from agentic.cli.options import Common, common_options
from agentic.cli.output import emit, say

if TYPE_CHECKING:
    from agentic.values import Execution, Finding


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
    if not executions:
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
    return show_runs(common, through(common, lambda app: app.quality.tests(file, into, words), **wishes))


@generate.command()
@click.argument("module", metavar="MODULE")
@click.option("--revise", is_flag=True, help="Let a page that a person wrote be revised; a backup is kept.")
@corridor_options
@common_options
def docs(common: Common, module: str, revise: bool, **wishes: Any) -> int:
    """Technical documentation of MODULE: decisions, data flow, troubleshooting.

    It counts only if every section says something, and names nothing that neither the code nor the documents name.
    """
    return show_runs(common, through(common, lambda app: app.quality.docs(module), revise=revise, **wishes))
