"""audit list, show, verify; the other commands of `audit` stand in files of their own and are imported when they are called."""

from __future__ import annotations

import importlib

import click

from agentic.cli.options import Common, common_options
from agentic.cli.output import emit, say, table
from agentic.cli.report import report

OTHERS = {
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
@common_options
def list_(common: Common) -> int:
    """Every execution, oldest first."""
    executions = common.app().archive.executions()
    if common.json:
        emit("executions", {"executions": executions})
    else:
        rows = [(one.id, one.task, one.status, one.provider, one.model or "-") for one in executions]
        table(("execution", "task", "status", "provider", "model"), rows)
    return 0


@audit.command()
@click.argument("id_", metavar="[ID]", required=False)
@common_options
def show(common: Common, id_: str | None) -> int:
    """One execution: files, checks, findings, cost.

    Without ID: the newest.
    """
    app = common.app()
    execution = app.archive.story(id_ or app.archive.newest()).execution()
    if common.json:
        emit("execution", execution)
    else:
        taken_out = (f"  redacted {rule}: {count}" for rule, count in app.corridor.redactions(execution.id).items())
        say("\n".join((*report(execution), *taken_out)))
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
