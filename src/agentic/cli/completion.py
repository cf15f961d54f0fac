"""completion SHELL."""

from __future__ import annotations

import click

from agentic.cli.options import Common, common_options
from agentic.cli.output import show_text


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@common_options
def completion(_common: Common, shell: str) -> int:
    """A completion script for your shell.

    For example `agentic completion bash >> ~/.bashrc`.
    """
    from click.shell_completion import get_completion_class

    from agentic.cli import cli

    made = get_completion_class(shell)
    if made is not None:
        show_text(made(cli, {}, "agentic", "_AGENTIC_COMPLETE").source())
    return 0
