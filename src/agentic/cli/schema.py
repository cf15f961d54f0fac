"""schema NOUN."""

from __future__ import annotations

import click

from agentic.cli.options import Common, common_options
from agentic.cli.output import say


@click.command()
@click.argument("noun", required=False)
@common_options
def schema(_common: Common, noun: str | None) -> int:
    """The JSON Schema of what --json prints.

    Without NOUN: the nouns there are.
    """
    import msgspec

    from agentic.cli.nouns import NOUNS, json_schema

    if noun is None:
        say("\n".join(sorted(NOUNS)))
    else:
        say(msgspec.json.format(msgspec.json.encode(json_schema(noun)), indent=2).decode())
    return 0
