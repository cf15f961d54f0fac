"""audit list, show, verify."""

from __future__ import annotations

import click

from agentic.cli.options import Common, common_options
from agentic.cli.output import emit, say, table
from agentic.cli.report import report


@click.group()
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
