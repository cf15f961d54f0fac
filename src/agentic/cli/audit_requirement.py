"""audit requirement: everything about one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from agentic.cli.options import Common, common_options
from agentic.cli.output import emit, say
from agentic.cli.put import tell_unreadable

if TYPE_CHECKING:
    from agentic.app.auditing import RequirementRecord
    from agentic.audit.compare import Side


@click.command()
@click.argument("id_", metavar="ID")
@common_options
def requirement(common: Common, id_: str) -> int:
    """Everything about one requirement.

    Tasks that cite it, executions, verdicts, deliverables, decisions, drafts that wrote it, cost.
    """
    found = common.app().auditing.requirement(id_)
    if common.json:
        emit("requirement_record", found)
    else:
        say("\n".join(told(found)))
    tell_unreadable(found.unreadable)
    return 0


def told(found: RequirementRecord) -> Iterator[str]:
    """For people."""
    from agentic.evidence import sheet
    from agentic.evidence.trace import Trace

    yield from sheet.details(Trace((found.traced,), ()))
    yield f"executions: {len(found.executions)}, {found.cost.words}"
    yield from (f"  {run_told(one)}" for one in found.executions)
    yield f"decisions: {len(found.decisions)}"
    yield from (f"  {one.at}  {one.kind} of {one.about} by {one.who}: {one.why} ({one.id})" for one in found.decisions)
    yield f"drafts of pages that name it: {len(found.drafts)}"
    yield from (f"  {one.path}: {run_told(one.run)}" for one in found.drafts)


def run_told(one: Side) -> str:
    """One execution on a line."""
    model = f" with {one.model}" if one.model else ""
    commit = f" on {one.commit[:12]}" if one.commit else ""
    return f"{one.at}  {one.id}: {one.status}, {one.purpose} by {one.who}{model}{commit}, {one.cost.words}"
