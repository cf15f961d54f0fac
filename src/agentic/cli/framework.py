"""framework propose, diff, accept: how the framework itself changes."""

from __future__ import annotations

from typing import Any

import click

from agentic.cli.corridor import corridor_options, show_runs, through
from agentic.cli.options import Common, common_options
from agentic.cli.output import emit, say


@click.group()
@common_options
def framework(common: Common) -> None:
    """How governance, standards and templates change: proposed, shown, accepted."""


@framework.command()
@click.argument("file", metavar="FILE")
@click.option("--wish", metavar="TEXT", required=True, help="What is to be changed, and what it is good for.")
@corridor_options
@common_options
def propose(common: Common, file: str, wish: str, **wishes: Any) -> int:
    """Let Claude draft a change to FILE, such as agent-prompts/standards/development_patterns.md.

    The proposal lies under agent-prompts/meta/proposed/; FILE stays as it is until a person accepts.
    """
    return show_runs(common, through(common, lambda app: app.framework.propose(file, wish), **wishes))


@framework.command()
@click.argument("file", metavar="[FILE]", required=False)
@common_options
def diff(common: Common, file: str | None) -> int:
    """What is proposed, as a difference to what is in force."""
    from agentic.framework import proposal, proposals

    root = common.app().root
    found = [proposal(root, file)] if file else list(proposals(root))
    if common.json:
        emit("proposals", {"proposals": found})
    else:
        say(
            "\n".join(one.diff.rstrip("\n") or f"{one.path}: nothing would change" for one in found)
            or "nothing is proposed"
        )
    return 0


@framework.command()
@click.argument("file", metavar="FILE")
@click.option("--by", metavar="NAME", default="", help="Who decides.")
@click.option("--why", metavar="TEXT", default="", help="The reason; it stands in the archive and in the changelog.")
@common_options
def accept(common: Common, file: str, by: str, why: str) -> int:
    """Put a proposal in force; logged in agent-prompts/meta/framework_changelog.md."""
    decision = common.app().framework.accept(file, by, why)
    emit("decision", decision) if common.json else say(f"{file} is changed\n  archive  {decision.id}")
    return 0
