"""trace: from requirement to evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from agentic.cli.options import Common, common_options
from agentic.cli.output import emit, say, table, tell
from agentic.errors import UsageError

if TYPE_CHECKING:
    from agentic.app import App

FORMATS = click.Choice(["table", "json", "csv", "html"])


@click.command()
@click.option("--requirement", metavar="ID", default="", help="Only this one, with all there is to say of it.")
@click.option("--module", metavar="NAME", default="", help="Only what the tasks of this module show.")
@click.option(
    "--format", "form", type=FORMATS, default="table", show_default=True, help="html is one file that needs no network."
)
@click.option("--output", metavar="FILE", default="", help="Write it there; for csv, html and json.")
@click.option("--strict", is_flag=True, help="Exit code 1 where a requirement has no evidence.")
@common_options
def trace(common: Common, requirement: str, module: str, form: str, output: str, strict: bool) -> int:
    """From requirement to evidence: task, deliverable, check, commit, data.

    A task counts when a run of it has passed its checks and landed, whatever box is ticked. What has no evidence is shown
    as a gap.
    """
    from agentic.evidence import sheet, web

    form, app = wanted(common, form, output), common.app()
    found = app.evidence.trace(requirement, module)
    match form:
        case "json":
            put(app, output, as_json("trace", found)) if output else emit("trace", found)
        case "csv":
            put(app, output, sheet.sheet(found))
        case "html":
            put(app, output, web.trace_page(found, app.evidence.title))
        case _:
            table(sheet.HEADS, sheet.rows(found))
            if requirement or common.verbose:
                say("\n".join(sheet.details(found)))
            if not common.quiet:
                tell(sheet.summary(found))
    return 1 if strict and found.gaps else 0


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


def as_json(noun: str, body: Any) -> str:
    """What --json prints, as a file holds it."""
    import msgspec

    words = msgspec.json.encode({"schema": f"agentic.{noun}/1", **msgspec.to_builtins(body)})
    return msgspec.json.format(words, indent=2).decode() + "\n"
