"""lake tables, history, diff, rows, branch, tag, rollback, maintain, explain."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import click

from agentic.cli.lake_words import (
    show_change,
    show_difference,
    show_history,
    show_refs,
    show_rows,
    show_tables,
)
from agentic.cli.live import display
from agentic.cli.options import Common, common_options
from agentic.cli.output import emit, tell

if TYPE_CHECKING:
    from agentic.lake import Change

TABLE = click.argument("table", metavar="TABLE")
YES = click.option("--yes", is_flag=True, help="Carry out what is shown without asking.")
AT = click.option("--at", metavar="SNAPSHOT|TIME", default="", help="Where it is to point; by default the newest.")
DELETE = click.option("--delete", is_flag=True, help="Take it away; its snapshots stay until they expire.")


ORPHAN_DAYS = 3.0
SEEN = click.option(
    "--seen", metavar="METADATA", default="", help="Only on the state that a preview with --json named as `metadata`."
)


@click.group()
@common_options
def lake(common: Common) -> None:
    """Look at the lake's tables, compare them over time, and take a bad load back.

    Works on the catalog of configs/lake.yaml (or LAKE_*), without Spark. A SNAPSHOT is an id, a branch or a tag; a TIME is
    ISO 8601, and UTC where it says nothing else.
    """


@lake.command()
@common_options
def tables(common: Common) -> int:
    """Every table: rows, files, bytes, newest snapshot.

    Exit code 1 where one of them cannot be read.
    """
    with display(common) as watch:
        found = common.app(watch).lake.tables()
    emit("lake_tables", found) if common.json else show_tables(found)
    return 1 if any(one.fault for one in found.tables) else 0


@lake.command()
@TABLE
@common_options
def history(common: Common, table: str) -> int:
    """Every snapshot of a table, with its branches and tags."""
    with display(common) as watch:
        found = common.app(watch).lake.history(table)
    emit("lake_history", found) if common.json else show_history(found)
    return 0


@lake.command()
@TABLE
@click.argument("start", metavar="[FROM]", default="")
@click.argument("end", metavar="[TO]", default="")
@click.option(
    "--key", metavar="COLUMN", multiple=True, help="A column of the key: tells rows that changed. Repeatable."
)
@common_options
def diff(common: Common, table: str, start: str, end: str, key: tuple[str, ...]) -> int:
    """Rows that came and went between two snapshots, and what happened to the columns.

    By default the newest snapshot and the one before it. With --key, the first keys that came, went or changed, with the names
    of the columns that changed; other values are never shown.
    """
    with display(common) as watch:
        found = common.app(watch).lake.diff(table, start, end, key)
    emit("lake_diff", found) if common.json else show_difference(found)
    return 0


@lake.command()
@TABLE
@click.option("--at", metavar="SNAPSHOT|TIME", default="", help="As it was then; by default as it is.")
@click.option("--column", "columns", metavar="COLUMN", multiple=True, help="Only this column. Repeatable.")
@click.option("--where", metavar="CONDITION", default="", help="Only these rows: carrier = 'UA' and dep_delay > 60.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="At most so many rows.")
@common_options
def rows(common: Common, table: str, at: str, columns: tuple[str, ...], where: str, limit: int) -> int:
    """Some rows of a table, as they are or as they were: time travel.

    Values are shown as they are, but for secrets that are recognised. Rows are in no promised order.
    """
    with display(common) as watch:
        found = common.app(watch).lake.rows(table, at, columns, where, limit)
    emit("lake_rows", found) if common.json else show_rows(found)
    return 0


@lake.command()
@TABLE
@click.argument("name", metavar="[NAME]", default="")
@AT
@DELETE
@YES
@common_options
def branch(common: Common, table: str, name: str, at: str, delete: bool, yes: bool) -> int:
    """List a table's branches; make or delete one."""
    return mark(common, table, "branch", name, at, delete, yes)


@lake.command()
@TABLE
@click.argument("name", metavar="[NAME]", default="")
@AT
@DELETE
@YES
@common_options
def tag(common: Common, table: str, name: str, at: str, delete: bool, yes: bool) -> int:
    """List a table's tags; make or delete one. What a tag names never expires."""
    return mark(common, table, "tag", name, at, delete, yes)


def mark(
    common: Common, table: str, kind: Literal["branch", "tag"], name: str, at: str, delete: bool, yes: bool
) -> int:
    """What branches and tags have in common."""
    if not name and (at or delete):
        raise click.UsageError(f"name the {kind}: agentic lake {kind} {table} NAME")
    with display(common) as watch:
        desk = common.app(watch).lake
        if not name:
            found = [one for one in desk.history(table).refs if one.kind == kind]
        elif not delete:
            made = desk.mark(table, kind, name, at)
        else:
            seen = desk.preview_drop(table, kind, name)
    if not name:
        emit("lake_refs", {"table": table, "refs": found}) if common.json else show_refs(kind, found)
        return 0
    if not delete:
        emit("lake_change", made) if common.json else show_change(made)
        return 0
    return settle(common, seen, yes, desk.drop)


@lake.command()
@TABLE
@click.option("--to", metavar="SNAPSHOT|TIME", required=True, help="What the table is to show again.")
@click.option("--why", metavar="TEXT", default="", help="The reason, for the archive; needed to carry it out.")
@click.option("--by", metavar="NAME", default="", help="Who decides; by default the name in git.")
@SEEN
@YES
@common_options
def rollback(common: Common, table: str, to: str, why: str, by: str, seen: str, yes: bool) -> int:
    """Let a table show an earlier snapshot again: the undo of a bad load.

    What would be undone is shown first; exit code 5 where nobody can be asked and --yes is not given. A commit that comes in
    between stops it. Nothing is deleted: `agentic lake rollback TABLE --to` the snapshot that was undone brings it back.
    """
    with display(common) as watch:
        desk = common.app(watch).lake
        found = desk.preview_rollback(table, to, seen)

    def carry_out(found: Change) -> Change:
        said = why or ("" if yes else click.prompt("Why?", err=True))
        return desk.rollback(found, desk.refuse_unsaid(said, by), said)

    return settle(common, found, yes, carry_out)


@lake.command()
@TABLE
@click.option("--keep", metavar="N", type=click.IntRange(1), help="Expire all but the N newest snapshots.")
@click.option(
    "--older-than",
    metavar="DAYS",
    type=click.FloatRange(0),
    help="Expire snapshots, or remove orphans, older than that.",
)
@click.option(
    "--compact", is_flag=True, help="Merge small files and rewrite manifests; carried out by the project's Spark."
)
@click.option(
    "--orphans", is_flag=True, help="Remove files that nothing refers to, by default older than 3 days; by Spark."
)
@SEEN
@YES
@common_options
def maintain(
    common: Common,
    table: str,
    keep: int | None,
    older_than: float | None,
    compact: bool,
    orphans: bool,
    seen: str,
    yes: bool,
) -> int:
    """Expire old snapshots, merge small files, remove files that nothing refers to. One of them at a time.

    Shown first, and told without Spark; then carried out as shown, or not at all where the table has changed. A snapshot
    expires where --keep and --older-than agree; with neither nothing expires. The newest snapshot, and what a branch or a tag
    names, never expire. Orphans are never removed while a load is under way on a branch, nor younger than a day.
    """
    if compact + orphans + (keep is not None) > 1 or (compact and older_than is not None):
        raise click.UsageError("one at a time: --compact, --orphans, or --keep and --older-than")
    if orphans and older_than is not None and older_than < 1:
        raise click.UsageError("--older-than 1 or more: a younger file may belong to a load that is under way")
    with display(common) as watch:
        desk = common.app(watch).lake
        if compact:
            found = desk.preview_compaction(table, seen)
        elif orphans:
            found = desk.preview_orphans(table, ORPHAN_DAYS if older_than is None else older_than, seen)
        else:
            found = desk.preview_expiry(table, keep, older_than, seen)

    def carry_out(found: Change) -> Change:
        with display(common) as watch:
            desk = common.app(watch).lake
            return {"compaction": desk.compact, "orphans": desk.remove_orphans}.get(found.action, desk.expire)(found)

    return settle(common, found, yes, carry_out)


def settle(common: Common, seen: Change, yes: bool, carry_out: Callable[[Change], Change]) -> int:
    """Shown, asked, carried out: 0. Shown only: 5, or 0 where there is nothing to do."""
    asks = not (yes or common.no_input or seen.is_empty)
    if asks or not common.json:
        show_change(seen, aside=common.json)
    if seen.is_empty or not (yes or (asks and click.confirm("Carry it out?", err=True))):
        if common.json:
            emit("lake_change", seen)
        elif not seen.is_empty:
            tell("nothing was changed; --yes carries it out")
        return 0 if seen.is_empty else 5
    done = carry_out(seen)
    emit("lake_change", done) if common.json else show_change(done)
    return 0


from agentic.cli.lake_explain import explain  # noqa: E402 (a file of its own, under the same group)

lake.add_command(explain)
