"""ingest files: sources into raw tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from agentic.cli.options import Common, common_options
from agentic.cli.output import emit, harmless, say, table, tell
from agentic.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from agentic.data import Columns, Ingestion, SourceRow


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
