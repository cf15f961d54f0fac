"""Command lines as pages show them, parsed by the command line itself. Nothing is carried out."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import click

from agentic.cli import cli

FENCE = re.compile(r"^[ ]*```(?P<kind>\w*)\n(?P<body>.*?)^[ ]*```$", re.MULTILINE | re.DOTALL)
TICKS = re.compile(r"`(?P<text>[^`\n]+)`")


def command_lines(text: str) -> Iterator[tuple[str, bool]]:
    """(`agentic ...`, is a whole line to be typed). Those in the running text may be names alone."""
    for fence in FENCE.finditer(text):
        if fence["kind"] in ("console", "bash"):
            for line in fence["body"].replace("\\\n", " ").splitlines():
                words = line.strip().removeprefix("$ ").removeprefix(".venv/bin/")
                if words.startswith("agentic "):
                    yield words, True
    for match in TICKS.finditer(FENCE.sub("", text)):
        if match["text"].startswith("agentic "):
            yield match["text"], False


def wrong_commands(text: str) -> Iterator[str]:
    """Command lines that the command line itself would refuse to parse."""
    for line, is_whole in command_lines(text):
        try:
            parse_line(shlex.split(line, comments=True)[1:], must_be_whole=is_whole)
        except click.exceptions.Exit:
            continue
        except click.MissingParameter as error:
            # In the running text a command may stand without its arguments.
            if is_whole:
                yield f"{line}: {error}"
        except (click.ClickException, ValueError) as error:
            # A file of an example is the reader's own.
            if "does not exist" not in str(error):
                yield f"{line}: {error}"


def parse_line(words: list[str], *, must_be_whole: bool) -> None:
    """Walk down the groups; then let click parse the rest, with every type and range. Nothing is carried out."""
    command: click.Command = cli
    context = cli.make_context("agentic", [], resilient_parsing=True)
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(context, words[0])
        if found is None:
            raise click.UsageError(f"no command {words[0]}")
        command, words = found, words[1:]
    if words or (must_be_whole and not isinstance(command, click.Group)):
        command.make_context(str(command.name), words, parent=context)
