"""metrics: how well it goes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from agentic.cli.options import Common, common_options
from agentic.cli.output import emit, json_of, table, tell
from agentic.cli.put import form_options, put, wanted

BY = click.Choice(["module", "requirement", "task", "week", "month"])


@click.command()
@click.option("--by", type=BY, default="module", show_default=True, help="What a row is about.")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Only what began on that day (UTC) or later."
)
@form_options
@common_options
def metrics(common: Common, by: Any, since: datetime | None, form: str, output: str) -> int:
    """How well it goes: first pass, adherence, coverage, time, tokens, money.

    From the archive alone, and never without what a figure is taken from. What nobody has measured is said so; it is
    never 0.
    """
    from agentic.evidence import tally, web

    form, app = wanted(common, form, output), common.app()
    found = app.evidence.metrics(by, since.strftime("%Y-%m-%d") if since else "")
    match form:
        case "json":
            put(app, output, json_of("metrics", found) + "\n") if output else emit("metrics", found)
        case "csv":
            put(app, output, tally.sheet(found))
        case "html":
            put(app, output, web.metrics_page(found, app.evidence.title))
        case _:
            table(tally.heads(found), tally.rows(found))
            if not common.quiet:
                tell("\n".join(tally.remarks(found)))
    return 0
