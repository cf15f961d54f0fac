"""A report as a table on the screen, or as JSON, CSV or one HTML page, also in a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from agentic.cli.options import Common
from agentic.cli.output import say, tell
from agentic.errors import UsageError

if TYPE_CHECKING:
    from agentic.app import App

OPTIONS = (
    click.option(
        "--format",
        "form",
        type=click.Choice(["table", "json", "csv", "html"]),
        default="table",
        show_default=True,
        help="html is one file that needs no network.",
    ),
    click.option("--output", metavar="FILE", default="", help="Write it there; for csv, html and json."),
)


def form_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds --format and --output."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def wanted(common: Common, form: str, output: str) -> str:
    """The form that is asked for. A table is for the screen: its width is that of the terminal."""
    form = "json" if common.json else form
    if output and form == "table":
        raise UsageError("a table is for the screen", hint="name a form with --format html, csv or json.")
    return form


def put(app: App, output: str, text: str) -> None:
    """On stdout, or in a file that is named on stderr."""
    if output:
        app.evidence.write(output, text)
        tell(f"written: {output}")
    else:
        say(text.rstrip("\n"))
