"""explain CODE."""

from __future__ import annotations

import difflib

import click

from agentic.cli.options import Common, common_options
from agentic.cli.output import emit, say
from agentic.errors import UsageError


@click.command()
@click.argument("code", required=False)
@common_options
def explain(common: Common, code: str | None) -> int:
    """What a code means, of an error or of a rule of lint, and what to do. Offline.

    Without CODE: every code there is.
    """
    known = common.app().linting.explanations()
    if code and code.upper() not in known:
        near = difflib.get_close_matches(code.upper(), known, n=1)
        raise UsageError(
            f"no code {code}", hint=f"did you mean {near[0]}?" if near else "agentic explain lists all codes."
        )
    shown = [known[code.upper()]] if code else list(known.values())
    if common.json:
        emit("explanations", {"explanations": shown})
    else:
        say(
            "\n\n".join(
                f"{one.code}  {one.name}\n  {one.meaning}\n  do:   {one.fix}\n  exit: {one.exit_status}"
                for one in shown
            )
        )
    return 0
