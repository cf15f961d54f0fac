"""config show."""

from __future__ import annotations

import click

from agentic.cli.options import Common, common_options
from agentic.cli.output import emit, say, table


@click.group()
@common_options
def config(common: Common) -> None:
    """Every setting, and where its value came from."""


@config.command()
@click.argument("key", required=False)
@common_options
def show(common: Common, key: str | None) -> int:
    """One setting, or all of them.

    `agentic config show limits.attempts` prints `3 (configs/agentic.yaml line 14; default 3)`.
    """
    rows = common.app().setting_rows(key)
    if common.json:
        emit("settings", {"settings": rows})
    elif key:
        say(f"{rows[0].value}   ({rows[0].place}; default {rows[0].default})")
    else:
        table(
            ("setting", "value", "from", "what it is"),
            [(row.key, str(row.value), row.place, row.about) for row in rows],
        )
    return 0
