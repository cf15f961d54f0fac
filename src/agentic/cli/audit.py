"""audit list, show, verify; the other commands of `audit` stand in files of their own and are imported when they are called."""

from __future__ import annotations

import importlib
from typing import Any

import click

from agentic.cli.audit_choose import choice_options, wanted_of
from agentic.cli.options import Common, common_options
from agentic.cli.output import emit, say
from agentic.cli.put import put_sheet, sheet_options, tell_unreadable
from agentic.cli.report import report

OTHERS = {
    "refused": "audit_refused",
    "approvals": "audit_approvals",
    "requirement": "audit_requirement",
    "stats": "audit_stats",
    "diff": "audit_diff",
    "blame": "audit_blame",
    "export": "audit_export",
}
"""command -> module of this package."""


class Auditing(click.Group):
    """A group whose further commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which people need them."""
        return [*self.commands, *OTHERS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command itself; in its module it has the same name, with an underscore where Python has a word of that name."""
        if cmd_name not in OTHERS:
            return super().get_command(ctx, cmd_name)
        module = importlib.import_module(f"agentic.cli.{OTHERS[cmd_name]}")
        found: click.Command = getattr(module, cmd_name, None) or getattr(module, f"{cmd_name}_")
        return found


@click.group(cls=Auditing)
@common_options
def audit(common: Common) -> None:
    """List, show and verify archived executions."""


@audit.command("list")
@choice_options
@sheet_options
@common_options
def list_(common: Common, form: str, output: str, **wishes: Any) -> int:
    """Every execution, oldest first: who ran what, when, with which model, on which commit.

    Options narrow it down, each further. With --context FILE: the runs that were given this file, each with its digest.
    """
    from agentic.audit import choose

    desk = common.app().auditing
    wanted = wanted_of(desk, **wishes)
    found = desk.chosen(wanted)
    put_sheet(
        common, form, output, "executions", {"executions": found},
        lambda: choose.sheet(found, desk.spent_by, desk.cited), choose.heads(wanted.context),
        (choose.row(one, wanted.context) for one in found),
    )  # fmt: skip
    tell_unreadable(desk.broken)
    return 0


@audit.command()
@click.argument("id_", metavar="[ID]", required=False)
@common_options
def show(common: Common, id_: str | None) -> int:
    """One execution: files, checks, findings, cost.

    Without ID: the newest.
    """
    archive = common.app().archive
    execution = archive.story(id_ or archive.newest()).execution()
    if common.json:
        emit("execution", execution)
    else:
        say("\n".join(report(execution)))
    return 0


@audit.command()
@common_options
def verify(common: Common) -> int:
    """Is every journal whole, and does every page say what its journal says?"""
    faults = common.app().archive_faults()
    if common.json:
        emit("verification", {"faults": faults, "verified": not faults})
    else:
        say("\n".join(faults) or "every journal and every page verifies")
    return 1 if faults else 0
