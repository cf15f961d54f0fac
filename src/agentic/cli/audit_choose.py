"""Options that say which executions are meant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from agentic.app.auditing import Auditing
    from agentic.audit.choose import Wanted

STATUSES = ("done", "failed", "refused", "stopped", "interrupted", "staged", "undone")
PURPOSES = ("run", "refinement", "replay", "undo", "verification", "decision")
DAY = click.DateTime(["%Y-%m-%d"])
OPTIONS = (
    click.option("--by", metavar="PERSON", default="", help="Begun by this person."),
    click.option("--model", metavar="NAME", default="", help="Answered by this model."),
    click.option("--module", metavar="NAME", default="", help="Of this module."),
    click.option("--task", metavar="TASK", default="", help="Of this task, also where its spec is gone."),
    click.option("--requirement", metavar="ID", default="", help="Whose spec cited this requirement when it ran."),
    click.option("--purpose", type=click.Choice(PURPOSES), default=None, help="What it was begun for."),
    click.option("--status", type=click.Choice(STATUSES), default=None, help="How it ended."),
    click.option("--since", type=DAY, metavar="DATE", help="Begun on that day (UTC) or later."),
    click.option("--until", type=DAY, metavar="DATE", help="Begun on that day (UTC) or before."),
    click.option(
        "--context", metavar="FILE", default="", help="Given this context file; the table shows with which digest."
    ),
    click.option(
        "--commit", metavar="COMMIT", default="", help="Begun with this commit checked out; its beginning is enough."
    ),
)


def choice_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds them."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def wanted_of(
    desk: Auditing, *, task: str, since: datetime | None, until: datetime | None, **words: str | None
) -> Wanted:
    """The options as one noun."""
    from agentic.audit.choose import Wanted

    days = {"since": day(since), "until": day(until)}
    return Wanted(
        **{name: word or "" for name, word in words.items()}, **days, task=desk.task_meant(task) if task else ""
    )


def day(moment: datetime | None) -> str:
    """`2026-11-20`; empty for none."""
    return moment.strftime("%Y-%m-%d") if moment else ""
