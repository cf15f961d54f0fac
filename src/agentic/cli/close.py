"""close: a module at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from agentic.cli import words
from agentic.cli.live import display
from agentic.cli.options import Common, common_options
from agentic.cli.output import emit, say

if TYPE_CHECKING:
    from agentic.flows.close_module import Closure


@click.command()
@click.argument("module", metavar="MODULE")
@click.option("--sign", metavar="NAME", default="", help="Sign the checklist, once everything else in it is settled.")
@click.option("--why", metavar="TEXT", default="", help="What the record shall say beside it.")
@common_options
def close(common: Common, module: str, sign: str, why: str) -> int:
    """Close a module: evidence, checks run again, coverage, documents, a signature.

    Writes agent-prompts/progress/closure_MODULE.md, whose checklist a person fills in and signs. Exit code 1 where something is
    wrong, 5 where only a person's word is missing, 0 once it is closed. What changes afterwards is reported by agentic drift.
    """
    with display(common) as watch:
        closure = common.app(watch).closing.close(module, sign, why)
    if common.json:
        emit("closure", closure)
    else:
        say("\n".join(told(closure)))
    return 0 if closure.closed else 5 if closure.waits else 1


def told(closure: Closure) -> list[str]:
    """What is missing, or who closed it."""
    lines = [words.told(one) for one in closure.findings]
    lines += [f"coverage {percent:>3} %  {path}" for path, percent in closure.coverage.items()]
    if closure.closed:
        return [*lines, f"closed: {closure.module}, signed by {closure.signed_by}", f"  archive  {closure.record}"]
    waits = (
        f"waits for a person: {closure.document}"
        if closure.waits
        else f"not closed: {len(closure.findings)} finding(s)"
    )
    return [*lines, waits]
