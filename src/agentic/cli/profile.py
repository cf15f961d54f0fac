"""profile: a source measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from agentic.cli.live import display
from agentic.cli.options import Common, common_options
from agentic.cli.output import emit, say, table, tell

if TYPE_CHECKING:
    from agentic.profile import ForeignKey, Profile, TableProfile

MOST = 60
"""Columns and issues on the screen; --json has all."""


@click.command()
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@click.option("--write", is_flag=True, help="Show and write our section of requirements/data_discovery.md.")
@click.option("--suite", metavar="NAME", default="", help="Write great-expectations/expectations/NAME.json, too.")
@click.option("--sample", metavar="ROWS", type=click.IntRange(1), help="Measure so many rows, taken from everywhere.")
@click.option("--columns", metavar="COLUMN", multiple=True, help="Only this column; may be given several times.")
@click.option(
    "--table", "name", metavar="NAME", default="", help="How rules call the table, bronze.flights for instance."
)
@common_options
def profile(
    common: Common,
    sources: tuple[str, ...],
    write: bool,
    suite: str,
    sample: int | None,
    columns: tuple[str, ...],
    name: str,
) -> int:
    """Measure a source: columns, keys, what points where, what is odd, and the rules that follow.

    SOURCE is a source or file of configs/sources.yml, a path (CSV, Parquet, JSON, gzipped or not), a raw table, a table of the
    lake, or DATABASE.TABLE. Several are held against each other for foreign keys. Nothing is written without --write or --suite,
    and nothing of columns that may speak of people is shown but shapes.
    """
    from agentic.app.profiling import Asked, finished

    asked = Asked(sources, sample, tuple(one for some in columns for one in some.split(",") if one), name, suite, write)
    with display(common) as watch:
        desk = common.app(watch).profiling
        found = desk.measure(asked)
    document = ""
    if write:
        old, new = desk.document(found)
        show_diff(common, old, new)
        document = desk.write(new)
    found = finished(found, document, desk.suites(found, asked) if suite else ())
    emit("profile", found) if common.json else show_profile(common, found)
    return 0


def show_diff(common: Common, old: str, new: str) -> None:
    """What changes in the document, on stderr."""
    if common.quiet or common.json or old == new:
        return
    from difflib import unified_diff

    from agentic.cli.output import harmless

    for line in unified_diff(old.splitlines(), new.splitlines(), "before", "after", lineterm="", n=1):
        tell(harmless(line))


def show_profile(common: Common, found: Profile) -> None:
    """Table by table, then between them."""
    for one in found.tables:
        show_table(one)
    show_pointing(found.foreign_keys)
    if common.quiet:
        return
    for path in (found.document, *found.suites):
        if path:
            tell(f"written: {path}")
    if not found.document:
        tell("--write puts this into agent-prompts/requirements/data_discovery.md")


def show_table(one: TableProfile) -> None:
    """Columns, keys, issues."""
    from agentic.profile.document import distinct, part_of, pattern, rows_of
    from agentic.profile.issues import shown

    part = f"{one.rows_measured:,} of {one.rows:,} rows, a sample" if one.is_sample else f"{one.rows:,} rows"
    say(f"{one.name}: {part}, {len(one.columns):,} columns, {one.shown}")
    rows = [
        (
            column.name, column.type.lower()[:30], part_of(column.missing, one.rows_measured), distinct(column), shown(column.least),
            shown(column.greatest), f"{pattern(column)}{' (people?)' if column.suspect else ''}",
        )
        for column in one.columns[:MOST]
    ]  # fmt: skip
    if rows:
        table(("column", "type", "missing", "distinct", "least", "greatest", "pattern"), rows)
    if len(one.columns) > MOST:
        say(f"{len(one.columns) - MOST:,} further columns: --json")
    for key in one.keys:
        say(f"key: {', '.join(key.columns)} (on {key.rows:,} rows)")
    if one.issues:
        table(
            ("issue", "column", "rows", "evidence"),
            [(issue.kind, issue.column, rows_of(issue), issue.evidence) for issue in one.issues[:MOST]],
        )


def show_pointing(found: tuple[ForeignKey, ...]) -> None:
    """Foreign keys with their evidence."""
    from agentic.profile.document import part_of

    rows = [
        (f"{one.table}.{one.column}", f"{one.to_table}.{one.to_column}", part_of(one.orphans, one.rows), f"{one.strength}: {one.reason}")
        for one in found
    ]  # fmt: skip
    if rows:
        table(("column", "key", "orphans", "evidence"), rows)
