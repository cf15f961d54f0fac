"""audit export: executions in the forms that other programs read."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from agentic.cli.options import Common, common_options
from agentic.cli.output import json_of, tell
from agentic.cli.put import put, tell_unreadable
from agentic.errors import UsageError

if TYPE_CHECKING:
    from agentic.app import App


def as_json(app: App, ids: tuple[str, ...]) -> str:
    """The noun `executions`."""
    chosen = [one for one in app.auditing.executions if not ids or one.id in ids]
    return json_of("executions", {"executions": chosen}) + "\n"


def as_csv(app: App, ids: tuple[str, ...]) -> str:
    """A row for each."""
    from agentic.audit.choose import sheet

    desk = app.auditing
    return sheet([one for one in desk.executions if not ids or one.id in ids], desk.spent_by, desk.cited)


def as_html(app: App, ids: tuple[str, ...]) -> str:
    """One page that needs no network."""
    return app.auditing.page(ids)


FORMATS: dict[str, Callable[[App, tuple[str, ...]], str]] = {
    "json": as_json,
    "csv": as_csv,
    "html": as_html,
    "otel": lambda app, ids: app.exchange.otel(ids),
    "openlineage": lambda app, ids: app.exchange.openlineage(ids),
    "in-toto": lambda app, ids: app.exchange.in_toto(ids),
}
"""Form -> the text of it, of the executions that are named, or of all."""


@click.command()
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="json", show_default=True, help="The form.")
@click.option("--output", metavar="FILE", default="", help="Write it there instead of on stdout.")
@click.option("--send", is_flag=True, help="With --format otel: to the collector of OTEL_EXPORTER_OTLP_ENDPOINT.")
@common_options
def export(common: Common, ids: tuple[str, ...], form: str, output: str, send: bool) -> int:
    """Executions in a form that other programs read.

    All of them, or those that are named. otel: traces, as OTLP in JSON. openlineage: run events, one a line. in-toto: an
    unsigned statement of provenance for each execution that landed, one a line.
    """
    refuse_contradictions(form, output, send=send)
    app = common.app()
    for one in ids:
        app.archive.path(one)
    if send:
        executions, spans = app.exchange.send(ids)
        tell(f"sent: {executions} execution(s), {spans} spans")
    elif (text := FORMATS[form](app, ids)) or output:
        # Lines of nothing are no line.
        put(app, output, text)
    if not (ids or common.quiet):
        tell_unreadable(app.auditing.broken)
    return 0


def refuse_contradictions(form: str, output: str, *, send: bool) -> None:
    """What cannot be meant together. Raises UsageError."""
    if send and form != "otel":
        raise UsageError(
            f"--send says nothing with --format {form}", hint="only traces are sent: --format otel --send."
        )
    if send and output:
        raise UsageError("--send and --output contradict each other", hint="leave one of them out.")
