"""audit approvals: what persons allowed."""

from __future__ import annotations

import click

from agentic.cli.options import Common, common_options
from agentic.cli.put import put_sheet, sheet_options, tell_unreadable


@click.command()
@click.option("--by", metavar="PERSON", default="", help="Only what this person allowed.")
@sheet_options
@common_options
def approvals(common: Common, by: str, form: str, output: str) -> int:
    """Everything that a person approved, waived, closed, adopted, or allowed.

    Oldest first; each with the reason, and the files it was about.
    """
    from agentic.audit import approvals

    desk = common.app().auditing
    found = desk.approvals(by)
    put_sheet(
        common, form, output, "approvals", {"approvals": found, "unreadable": desk.broken}, lambda: approvals.sheet(found), approvals.HEADS,
        map(approvals.row, found),
    )  # fmt: skip
    tell_unreadable(desk.broken)
    return 0
