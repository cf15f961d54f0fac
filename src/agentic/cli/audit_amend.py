"""audit amend, redact: a record is never edited; a later one says what is to be said."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

import click

from agentic.cli.options import Common, common_options
from agentic.cli.output import emit, say, tell
from agentic.errors import UsageError

BY = click.option("--by", metavar="NAME", required=True, help="Who says so.")
WHY = click.option("--why", metavar="TEXT", required=True, help="The words of it, for the record.")


@click.command()
@click.argument("id_", metavar="ID")
@click.option(
    "--kind", type=click.Choice(["correction", "sign-off"]), default="correction", show_default=True, help="What it is."
)
@BY
@WHY
@common_options
def amend(common: Common, id_: str, kind: Literal["correction", "sign-off"], by: str, why: str) -> int:
    """Add a word to an execution: a correction or a sign-off, by a named person, as a record of its own."""
    made = common.app().amending.amend(id_, kind, by, why)
    emit("decision", made) if common.json else say(f"{made.kind} of {id_} by {made.who}\n  archive  {made.id}")
    return 0


@click.command()
@click.option("--text-from", metavar="FILE", required=True, help="A file that holds the text; - for standard input.")
@click.option("--yes", is_flag=True, help="Take out what is shown without asking.")
@BY
@WHY
@common_options
def redact(common: Common, text_from: str, yes: bool, by: str, why: str) -> int:
    """Take a text out of the whole archive, late: a secret, or a person's data.

    Lines keep their place and their digests, long texts are deleted and stay known by their digest; the archive still verifies,
    and says what was taken out, by whom and why. It cannot be brought back from the archive. Older commits of git still have it.
    """
    app = common.app()
    text = sys.stdin.read() if text_from == "-" else read(Path(text_from), text_from)
    finds = app.amending.find(text.rstrip("\r\n"))
    for one in finds if not common.json else ():
        say(f"{one.file}{f': line {one.line}' if one.line else ''}")
    if finds and not yes:
        if common.no_input:
            tell("nothing was taken out; --yes takes out what is shown")
            return 5
        click.confirm(f"Take it out of {len(finds)} place(s)?", abort=True, err=True)
    made = app.amending.redact(text.rstrip("\r\n"), finds, by, why)
    if common.json:
        emit("redaction", {"decision": made, "places": finds})
    else:
        say(f"taken out of {len(finds)} place(s)\n  archive  {made.id}")
    return 0


def read(path: Path, shown: str) -> str:
    """What a file holds. Raises UsageError."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{shown} cannot be read", hint="it holds the text that is to go, and nothing else."
        ) from error
