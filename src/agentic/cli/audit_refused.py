"""audit refused: what was not allowed."""

from __future__ import annotations

import click

from agentic.cli.options import Common, common_options
from agentic.cli.put import put_sheet, sheet_options, tell_unreadable


@click.command()
@sheet_options
@common_options
def refused(common: Common, form: str, output: str) -> int:
    """Everything that was refused: writes, verdicts of the policy, runs.

    Oldest first; each with its rule, the file, the execution, and who ran it.
    """
    from agentic.audit import refusals

    desk = common.app().auditing
    found = desk.refused()
    put_sheet(
        common, form, output, "refusals", {"refusals": found, "unreadable": desk.broken}, lambda: refusals.sheet(found), refusals.HEADS,
        map(refusals.row, found),
    )  # fmt: skip
    tell_unreadable(desk.broken)
    return 0
