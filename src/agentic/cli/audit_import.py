"""audit import TRANSCRIPT...: work that was done by hand in Claude Code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from agentic.cli.options import Common, common_options
from agentic.cli.output import emit, say
from agentic.cli.words import dollars

if TYPE_CHECKING:
    from agentic.exchange.by_hand import Imported


@click.command("import")
@click.argument("transcripts", metavar="TRANSCRIPT...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--task", metavar="TASK", default="", help="The task that it belongs to; it does not count as done by this."
)
@click.option("--module", metavar="MODULE", default="", help="The module that it belongs to, where it was no task's.")
@click.option("--dry-run", is_flag=True, help="Show what would come, and write nothing.")
@common_options
def import_(common: Common, transcripts: tuple[Path, ...], task: str, module: str, dry_run: bool) -> int:
    """Take transcripts of Claude Code into the archive, marked as done by hand.

    TRANSCRIPT is a file that Claude Code keeps of a session: ~/.claude/projects/PROJECT/SESSION.jsonl. What was imported
    before is not imported again; of a session that went on since, what is new.
    """
    imports = common.app().exchange.take_in(transcripts, task, module, dry_run=dry_run)
    if common.json:
        emit("imports", {"imports": imports})
    else:
        for one in imports:
            say("\n".join(report(one, dry_run=dry_run)))
    return 0


def report(one: Imported, *, dry_run: bool) -> Iterator[str]:
    """What came in, and as what."""
    if one.state == "known":
        where = f": it stands in the archive ({one.id})" if one.id else ": it stands in other imports"
        yield f"known: {one.transcript}{where}; nothing was written"
        return
    whose = f"would be imported: {one.transcript}" if dry_run else f"imported: {one.transcript} as {one.id}"
    yield f"{whose} (by hand{f', after {one.of}' if one.of else ''})"
    yield f"  session  {one.session}, {one.began} to {one.ended}"
    yield f"  said     {one.prompts} prompt(s), {one.answers} answer(s){f' of {one.model}' if one.model else ''}"
    for file in one.files:
        yield f"  {file.tool:<9}{file.path} ({file.digest[:19] or 'content unknown'})"
    for kind, count in one.passed_over.items():
        yield f"  passed   {count} {kind}"
    if one.repeated:
        yield f"  repeated {one.repeated} answer(s) of another transcript, not counted again"
    yield f"  cost     {dollars(one.micro_usd)}, {one.usage.prompt:,} tokens in, {one.usage.output:,} out"
