"""doctor: what is there, and how to mend what is not."""

from __future__ import annotations

import click

from agentic.cli.options import Common, common_options
from agentic.cli.output import emit, say

MARKS = {"good": "ok  ", "missing": "miss", "optional": "opt "}


@click.command()
@click.option("--online", is_flag=True, help="Also ask the provider whether it can be reached.")
@common_options
def doctor(common: Common, online: bool) -> int:
    """What is installed, reachable, allowed; how to mend what is not.

    Exit code 1 where something is missing that this project needs.
    """
    remarks = common.app().doctor.examine(online=online)
    if common.json:
        emit("doctor", {"remarks": remarks})
    else:
        say(
            "\n".join(
                f"{MARKS[one.state]} {one.what}: {one.found}{f'{chr(10)}       mend: {one.mend}' if one.mend else ''}"
                for one in remarks
            )
        )
    return 1 if any(one.state == "missing" for one in remarks) else 0
