"""audit stats: what was run, what it cost, and how long budgets last."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from agentic.cli.options import Common, common_options
from agentic.cli.output import emit, say, tell
from agentic.cli.put import put_sheet, sheet_options, tell_unreadable
from agentic.errors import UsageError

BY = click.Choice(["day", "week", "month", "module", "requirement", "person", "model", "task"])


@click.command()
@click.option("--by", type=BY, default="day", show_default=True, help="What a row is about.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Only that day (UTC) and later.")
@click.option("--forecast", is_flag=True, help="How long the budgets of the project last, and what if.")
@click.option(
    "--what-if-model", metavar="NAME", default="", help="With --forecast: the recorded tokens at this model's price."
)
@click.option(
    "--what-if-runs", type=click.IntRange(1, 10_000), metavar="N", help="With --forecast: so many more executions."
)
@sheet_options
@common_options
def stats(
    common: Common, by: Any, since: datetime | None, forecast: bool, what_if_model: str, what_if_runs: int | None,
    form: str, output: str,
) -> int:  # fmt: skip
    """Executions, first pass, attempts, requests, tokens, cost and time.

    From the archive alone. What a request cost that nobody knows is bounded ("at least", "at most"), and never 0.
    """
    if forecast:
        return show_forecast(common, what_if_runs or 0, what_if_model, form, output)
    if what_if_model or what_if_runs:
        raise UsageError("--what-if-model and --what-if-runs belong to --forecast", hint="add --forecast.")
    return show_stats(common, by, since.strftime("%Y-%m-%d") if since else "", form, output)


def show_stats(common: Common, by: Any, since: str, form: str, output: str) -> int:
    """The figures."""
    from agentic.audit import stats as room

    found = common.app().auditing.stats(by, since)
    put_sheet(
        common, form, output, "audit_stats", found, lambda: room.sheet(found), room.heads(found), room.rows(found)
    )
    if not (common.quiet or common.json or form != "table"):
        tell("\n".join(room.remarks(found)))
    tell_unreadable(found.unreadable)
    return 0


def show_forecast(common: Common, more: int, model: str, form: str, output: str) -> int:
    """What is to be expected."""
    from agentic.audit.forecast import told

    if output or form == "csv":
        raise UsageError("a forecast is for the screen, or JSON", hint="take --json and send it where you want.")
    desk = common.app().auditing
    found = desk.forecast(more, model)
    if common.json or form == "json":
        emit("audit_forecast", found)
    else:
        say("\n".join(told(found)))
    tell_unreadable(desk.broken)
    return 0
