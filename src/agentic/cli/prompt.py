"""prompt: what would be sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from agentic.cli.options import Common, common_options
from agentic.cli.output import emit, harmless, show_text, tell
from agentic.cli.words import dollars

if TYPE_CHECKING:
    from agentic.flows.preview import Preview


@click.command()
@click.argument("task", metavar="TASK")
@click.option("--count", is_flag=True, help="Ask the provider for its exact count; the prompt leaves this machine.")
@click.option(
    "--send-redacted", is_flag=True, help="With --count: send the prompt although secrets were taken out of it."
)
@common_options
def prompt(common: Common, task: str, count: bool, send_redacted: bool) -> int:
    """Show what would be sent, with tokens and cost.

    Nothing is sent. Tokens are an estimate from the length of the text, unless --count asks the provider.
    """
    app = common.app()
    return show_previews(common, (app.corridor.preview(app.task(task), count=count, send_redacted=send_redacted),))


def show_previews(common: Common, previews: Sequence[Preview]) -> int:
    """Each prompt on stdout, its sizes on stderr."""
    if common.json:
        emit("prompt", previews[0]) if len(previews) == 1 else emit("prompts", {"prompts": previews})
        return 0
    for preview in previews:
        for part in preview.parts:
            show_text(harmless(part.text))
        if not common.quiet:
            tell(sizes(preview))
        for one in preview.secrets:
            tell(
                f"  remark: {one.path}:{one.line} holds a secret ({one.rule}, {one.count}): it is not sent without --send-redacted"
            )
    return 0


def sizes(preview: Preview) -> str:
    """Tokens by section, and what an answer costs at most."""
    rows = [f"  {part.tokens:>8,}  {part.name}" for part in preview.parts]
    sent, most = (dollars(sum_, "an unknown sum") for sum_ in (preview.input_micro_usd, preview.most_micro_usd))
    exact = "counted by the provider" if preview.exact else "estimated"
    return "\n".join(
        [
            f"{preview.task}: {preview.tokens:,} tokens ({exact})",
            *rows,
            f"  input costs {sent}, with the longest answer about {most} with {preview.model}",
        ]
    )
