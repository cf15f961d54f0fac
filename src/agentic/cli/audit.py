"""audit list, show, verify; the other commands of `audit` stand in files of their own and are imported when they are called."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import click
import msgspec

from agentic.cli.audit_choose import choice_options, wanted_of
from agentic.cli.live import display
from agentic.cli.options import Common, common_options
from agentic.cli.output import emit, say, tell
from agentic.cli.put import put_sheet, sheet_options, tell_unreadable
from agentic.cli.report import report

if TYPE_CHECKING:
    from agentic.archive.verify import Verification

TABLE = 100
"""Rows that a person looks at."""
OTHERS = {
    "refused": "audit_refused",
    "approvals": "audit_approvals",
    "requirement": "audit_requirement",
    "stats": "audit_stats",
    "diff": "audit_diff",
    "blame": "audit_blame",
    "seal": "audit_seal",
    "prove": "audit_seal",
    "key": "audit_seal",
    "amend": "audit_amend",
    "redact": "audit_amend",
    "export": "audit_export",
    "import": "audit_import",
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
    """List, show, verify and seal archived executions, and ask of them."""


@audit.command("list")
@choice_options
@click.option(
    "--limit",
    type=click.IntRange(0),
    default=None,
    help="Only so many of the newest; by default 100 in a table. 0: all.",
)
@sheet_options
@common_options
def list_(common: Common, form: str, output: str, limit: int | None, **wishes: Any) -> int:
    """Every execution, oldest first: who ran what, when, with which model, on which commit.

    Options narrow it down, each further. With --context FILE: the runs that were given this file, each with its digest.
    """
    from agentic.audit import choose

    desk = common.app().auditing
    wanted = wanted_of(desk, **wishes)
    most = limit if limit is not None else 0 if common.json or form != "table" else TABLE
    found = desk.chosen(wanted, most)
    put_sheet(
        common, form, output, "executions", {"executions": found},
        lambda: choose.sheet(found, desk.spent_by, desk.cited), choose.heads(wanted.context),
        (choose.row(one, wanted.context) for one in found),
    )  # fmt: skip
    tell_unreadable(desk.broken)
    if most and len(found) == most and not common.quiet:
        tell(f"the newest {most:,} of {desk.index.count():,} executions; --limit 0 shows all")
    return 0


@audit.command()
@click.argument("id_", metavar="[ID]", required=False)
@common_options
def show(common: Common, id_: str | None) -> int:
    """One execution: files, checks, findings, cost.

    Without ID: the newest.
    """
    app = common.app()
    execution = app.archive.story(id_ or app.auditing.index.newest() or app.archive.newest()).execution()
    if common.json:
        emit("execution", execution)
    else:
        taken_out = (f"  redacted {rule}: {count}" for rule, count in execution.redacted.items())
        say("\n".join((*report(execution), *taken_out)))
    return 0


@audit.command()
@click.option(
    "--against",
    metavar="FILE",
    default="",
    help="A copy of a checkpoint that was kept elsewhere: does the log go on from it?",
)
@click.option(
    "--key",
    "keys",
    metavar="VERIFIER",
    multiple=True,
    help="Only this key counts, whatever configs/seal-keys.yaml says.",
)
@common_options
def verify(common: Common, against: str, keys: tuple[str, ...]) -> int:
    """Is every journal whole, does every page say what its journal says, and does the seal hold?

    Reads every file; no index is asked. Exit code 1 where anything is at fault. Nothing is repaired.
    """
    with display(common) as watch:
        found = common.app(watch).sealing.verify(against, keys)
    if common.json:
        emit("verification", {**msgspec.to_builtins(found), "verified": found.verified})
    else:
        show_verification(found)
    return 0 if found.verified else 1


def show_verification(found: Verification) -> None:
    """Faults, or that there are none; beside them what has to be known."""
    whole = f"{found.executions:,} executions, {found.records:,} records, {found.texts:,} long texts: every journal and every page verifies"
    sealed = (
        f"; {found.sealed:,} sealed, by {' and '.join(found.signed_by)} at {found.signed_at}"
        if found.signed_at
        else "; nothing is sealed"
    )
    say("\n".join(found.faults) or whole + sealed)
    for note in found.notes:
        tell(f"note: {note}")
    for name in found.interrupted:
        tell(f"note: {name} has no end: it is under way, or was cut off (agentic resume {name})")
