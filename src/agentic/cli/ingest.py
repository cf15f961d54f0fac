"""ingest files, api, database: sources into raw tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from agentic.cli.options import Common, common_options
from agentic.cli.output import emit, harmless, say, table, tell
from agentic.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from agentic.data import Columns, Extraction, Ingestion, Planned, ServerTable, SourceRow


@click.group()
@common_options
def ingest(common: Common) -> None:
    """Load the sources of configs/sources.yml into raw tables."""


@ingest.command()
@click.option("--list", "listed", is_flag=True, help="Show every source and the files that wait; load nothing.")
@click.option("--all", "everything", is_flag=True, help="Load every file of every source; so does naming nothing.")
@click.option("--file", "files", metavar="F", multiple=True, help="Load this file; may be given several times.")
@click.option("--schema", metavar="F", default="", help="Show the columns that a file would have; load nothing.")
@common_options
def files(common: Common, listed: bool, everything: bool, files: tuple[str, ...], schema: str) -> int:
    """Load CSV, Parquet and JSON files, gzipped or not, into the raw tables of a DuckDB database.

    Every row is in the table or, with reason and text, in the table's quarantine, and that is counted. The same bytes are not
    loaded twice; a file that changed replaces its own rows. Exit code 1 where a file could not be loaded.
    """
    if sum((listed, everything, bool(files), bool(schema))) > 1:
        raise UsageError("--list, --all, --file and --schema exclude each other", hint="give one of them.")
    desk = common.app().ingesting
    if listed:
        return show_sources(common, desk.sources)
    if schema:
        return show_columns(common, desk.columns(schema, teller(common)))
    return show_run(common, desk.load(files, teller(common)))


@ingest.command()
@click.option("--list", "listed", is_flag=True, help="Show every API and its endpoints; ask none of them.")
@click.option(
    "--api", "name", metavar="NAME", default="", help="Load this one; by default every API that is switched on."
)
@common_options
def api(common: Common, listed: bool, name: str) -> int:
    """Load what APIs have into raw tables, whole or what is new.

    Every record is in the table or, with reason and text, in the table's quarantine. An endpoint with a cursor is asked for what
    came since the last load. Exit code 1 where an answer was refused, 4 where an API failed or refuses us.
    """
    if listed and name:
        raise UsageError("--list and --api exclude each other", hint="give one of them.")
    desk = common.app().ingesting
    if listed:
        return show_planned(common, desk.planned("api"))
    return show_extraction(common, desk.extract("api", name, teller(common)))


@ingest.command()
@click.argument("name", required=False, default="")
@click.option("--list", "listed", is_flag=True, help="Show every table that the database has; load nothing.")
@common_options
def database(common: Common, name: str, listed: bool) -> int:
    """Load tables of a database into raw tables, whole or what is new.

    A table is read in one statement and replaced at once; with a cursor only rows that came or changed are read, and merged by
    their key. --list without NAME shows what configs/sources.yml says, and asks no database.
    """
    desk = common.app().ingesting
    known = desk.planned("database")
    if listed and not name:
        return show_planned(common, known)
    if not name:
        names = ", ".join(dict.fromkeys(one.source for one in known))
        hint = f"known: {names}." if names else "docs/how-to/ingest-apis-and-databases.md shows how one is written."
        raise UsageError("name the database that is to be loaded", hint=hint)
    if listed:
        return show_server(common, name, desk.server_tables(name, teller(common)))
    return show_extraction(common, desk.extract("database", name, teller(common)))


def teller(common: Common) -> Callable[[str], None]:
    """Where progress is told; nowhere with --quiet."""
    return (lambda words: None) if common.quiet else (lambda words: tell(harmless(words)))


def show_sources(common: Common, sources: tuple[SourceRow, ...]) -> int:
    """A row a source, then a row a file."""
    if common.json:
        emit("sources", {"sources": sources})
        return 0
    if not sources:
        say("no source yet: docs/how-to/ingest-files.md shows how to add one")
        return 0
    rows = [
        (one.name, one.kind, "on" if one.enabled else "off", one.where, one.note or str(len(one.files)))
        for one in sources
    ]
    table(("source", "kind", "switched", "where", "files"), rows)
    waiting = [(one.file, one.format, one.table, f"{one.bytes:,}") for source in sources for one in source.files]
    if waiting:
        table(("file", "format", "table", "bytes"), waiting)
    return 0


def show_columns(common: Common, found: Columns) -> int:
    """Name and type, in the file's order."""
    if common.json:
        emit("columns", found)
    else:
        table(("column", "type"), [(one.name, one.type) for one in found.columns])
        if not common.quiet:
            tell(f"{found.file} -> {found.table}: {found.rows:,} rows, {found.bad_rows:,} of them bad")
    return 0


def show_run(common: Common, run: Ingestion) -> int:
    """A row a file, then what is wrong."""
    if common.json:
        emit("ingestion", run)
        return 0 if run.status == "done" else 1
    rows = [
        (one.file, one.table, one.status, f"{one.rows_read:,}", f"{one.rows_loaded:,}", f"{one.rows_quarantined:,}")
        for one in run.files
    ]
    if rows:
        table(("file", "table", "status", "rows", "loaded", "quarantined"), rows)
    for finding in (*(one.finding for one in run.files if one.finding), *run.findings):
        say(f"{finding.path}: {finding.severity}[{finding.code}] {finding.message}\n  fix: {finding.fix}")
    bad = sorted({f"{one.table}_quarantine" for one in run.files if one.rows_quarantined})
    if bad and not common.quiet:
        tell(f"rows wait in {', '.join(bad)} with their reason")
    return 0 if run.status == "done" else 1


def show_planned(common: Common, known: tuple[Planned, ...]) -> int:
    """A row an endpoint or table."""
    if common.json:
        emit("extracts", {"extracts": known})
    elif not known:
        say("none yet: docs/how-to/ingest-apis-and-databases.md shows how to add one")
    else:
        rows = [
            (one.source, one.name, "on" if one.enabled else "off", one.where, one.table, how(one), ", ".join(one.key))
            for one in known
        ]
        table(("source", "name", "switched", "where", "table", "loaded", "key"), rows)
    return 0


def how(one: Planned) -> str:
    """Whole, or by what."""
    if one.cursor:
        return f"new by {one.cursor}"
    return "whole" if one.write == "replace" else "merged"


def show_server(common: Common, name: str, found: tuple[ServerTable, ...]) -> int:
    """A row a table."""
    if common.json:
        emit("database_tables", {"source": name, "tables": found})
    else:
        rows = [
            (one.schema, one.name, str(one.columns), ", ".join(one.key), "yes" if one.chosen else "no") for one in found
        ]
        table(("schema", "table", "columns", "key", "loaded"), rows)
    return 0


def show_extraction(common: Common, run: Extraction) -> int:
    """A row an endpoint or table, then what is wrong."""
    if common.json:
        emit("extraction", run)
        return run.exit_status
    counts = ("rows_read", "rows_loaded", "rows_quarantined", "rows_repeated")
    rows = [
        (
            f"{one.source}/{one.name}",
            one.table,
            one.status,
            *(f"{getattr(one, count):,}" for count in counts),
            one.cursor_to,
        )
        for one in run.extracts
    ]
    table(("what", "table", "status", "rows", "loaded", "quarantined", "repeated", "cursor"), rows)
    for finding in (one.finding for one in run.extracts if one.finding):
        say(f"{finding.path}: {finding.severity}[{finding.code}] {finding.message}\n  fix: {finding.fix}")
    bad = sorted({f"{one.table}_quarantine" for one in run.extracts if one.rows_quarantined})
    if bad and not common.quiet:
        tell(f"rows wait in {', '.join(bad)} with their reason")
    return run.exit_status
