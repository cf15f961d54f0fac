"""A report as a table on the screen, or as JSON, CSV or one HTML page, also in a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import click

from agentic.cli.options import Common
from agentic.cli.output import emit, json_of, say, table, tell
from agentic.errors import UsageError

if TYPE_CHECKING:
    from agentic.app import App
    from agentic.text.sheet import Row

OUTPUT = click.option("--output", metavar="FILE", default="", help="Write it there; for every form but a table.")


def form_option(*forms: str) -> Callable[[Any], Any]:
    """--format with these forms; the first is what is shown unasked."""
    words = (
        "html is one file that needs no network." if "html" in forms else "csv has every number in a cell of its own."
    )
    return click.option("--format", "form", type=click.Choice(forms), default=forms[0], show_default=True, help=words)


def form_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds --format and --output."""
    both: Callable[..., Any] = form_option("table", "json", "csv", "html")(OUTPUT(command))
    return both


def sheet_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The same without a page."""
    both: Callable[..., Any] = form_option("table", "json", "csv")(OUTPUT(command))
    return both


def wanted(common: Common, form: str, output: str) -> str:
    """The form that is asked for. A table is for the screen: its width is that of the terminal."""
    form = "json" if common.json else form
    if output and form == "table":
        raise UsageError("a table is for the screen", hint=f"name a form: {others()}.")
    return form


def others() -> str:
    """`--format html, csv or json`: the forms of this command but a table."""
    params = click.get_current_context().command.params
    forms = [
        form for one in params if one.name == "form" and isinstance(one.type, click.Choice) for form in one.type.choices
    ]
    first, *rest = reversed(forms[1:])
    return f"--format {', '.join([first, *rest[:-1]])} or {rest[-1]}"


def put(app: App, output: str, text: str) -> None:
    """On stdout, or in a file that is named on stderr."""
    if output:
        app.evidence.write(output, text)
        tell(f"written: {output}")
    else:
        say(text.rstrip("\n"))


def tell_unreadable(names: Iterable[str]) -> None:
    """On stderr, whatever the form: an answer without them would pass for the whole."""
    if told := ", ".join(names):
        tell(f"left out, since they do not verify: {told} (agentic audit verify)")


def put_sheet(
    common: Common,
    form: str,
    output: str,
    noun: str,
    body: Any,
    sheet: Callable[[], str],
    heads: Row,
    rows: Iterable[Row],
) -> None:
    """One answer in the form that is asked for. `noun`, `body`: as JSON; `sheet`: as CSV; `heads`, `rows`: on the screen."""
    match wanted(common, form, output):
        case "json":
            put(common.app(), output, json_of(noun, body) + "\n") if output else emit(noun, body)
        case "csv":
            put(common.app(), output, sheet())
        case _:
            table(heads, rows)
