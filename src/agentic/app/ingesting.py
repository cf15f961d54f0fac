"""The desk of ingestion: what sources there are, and how files, APIs and databases get into raw tables."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from agentic.data.extraction import Extraction, Extractor, ServerTable
from agentic.data.extracts import Kind, Planned, chosen, order_of, planned, tables_of
from agentic.data.ingestion import Ingestion, Loader
from agentic.data.registry import REGISTRY, Registry, read_registry
from agentic.data.secrets import Secrets
from agentic.data.sources import Columns, SourceFile, SourceRow, rows_of
from agentic.errors import UnreadableData, UsageError
from agentic.values import Finding

if TYPE_CHECKING:
    from agentic.app.core import App


@dataclass(frozen=True)
class Ingesting:
    """The desk."""

    app: App

    @cached_property
    def registry(self) -> Registry:
        """configs/sources.yml."""
        return read_registry(self.app.root)

    @cached_property
    def sources(self) -> tuple[SourceRow, ...]:
        """Every source, with the files that wait."""
        return rows_of(self.registry, self.app.root, os.environ, self.app.stores.waiting)

    def load(self, names: tuple[str, ...], tell: Callable[[str], None]) -> Ingestion:
        """Load the files that are named; all of them where none is."""
        from uuid import uuid4

        files, findings = self.chosen(names) if names else self.everything()
        near_by, lost = self.app.stores.brought(files)
        return self.loader(tell).load(near_by, uuid4().hex[:12], (*findings, *lost))

    def columns(self, name: str, tell: Callable[[str], None]) -> Columns:
        """What a file would become."""
        files, lost = self.app.stores.brought(self.find(name)[:1])
        if lost:
            raise UnreadableData(lost[0].message, path=lost[0].path, hint=lost[0].fix)
        return self.loader(tell).columns(files[0])

    def loader(self, tell: Callable[[str], None]) -> Loader:
        """Into the database that the registry names."""
        return Loader(self.app.root, self.app.interpreter, self.registry.ingestion.database, tell)

    def planned(self, kind: Kind) -> tuple[Planned, ...]:
        """Every endpoint of every API, or every table of every database."""
        return planned(self.registry, kind)

    def extract(self, kind: Kind, source: str, tell: Callable[[str], None]) -> Extraction:
        """Load one API or database; all that are switched on where none is named."""
        from uuid import uuid4

        wanted = chosen(self.planned(kind), kind, source)
        extractor = self.extractor(tell)
        orders = [order_of(self.registry, one, extractor.secrets) for one in wanted]
        return extractor.load(wanted, orders, uuid4().hex[:12])

    def server_tables(self, source: str, tell: Callable[[str], None]) -> tuple[ServerTable, ...]:
        """What a database has, and which of it is loaded."""
        wanted = chosen(self.planned("database"), "database", source)
        extractor = self.extractor(tell)
        database = self.registry.sources.databases[source]
        named = {(one.schema, one.name) for one in tables_of(database)}
        return extractor.tables(order_of(self.registry, wanted[0], extractor.secrets), named, database.schema)

    def extractor(self, tell: Callable[[str], None]) -> Extractor:
        """Into the same database as files."""
        secrets = Secrets(self.app.root, os.environ)
        return Extractor(self.app.root, self.app.interpreter, self.registry.ingestion.database, secrets, tell)

    def everything(self) -> tuple[tuple[SourceFile, ...], tuple[Finding, ...]]:
        """All files of all sources that are switched on, and what is wrong with the others."""
        rows = [one for one in self.sources if one.enabled and one.kind == "files"]
        if not rows:
            hint = f"add one to {REGISTRY}; docs/how-to/ingest-files.md shows how."
            raise UsageError(f"no source of files is switched on in {REGISTRY}", path=REGISTRY, hint=hint)
        notes = tuple(finding_of(one) for one in rows if one.note)
        return tuple(file for one in rows for file in one.files), notes

    def chosen(self, names: tuple[str, ...]) -> tuple[tuple[SourceFile, ...], tuple[Finding, ...]]:
        """The files that are meant, each once."""
        return tuple(dict.fromkeys(file for name in names for file in self.find(name))), ()

    def find(self, name: str) -> tuple[SourceFile, ...]:
        """By its path from here or from the project, else by its name alone. A file of two sources goes to both tables."""
        files = tuple(file for one in self.sources if one.enabled for file in one.files)
        here = (self.app.here / name).resolve()
        found = tuple(one for one in files if name == one.file or here == Path(one.path).resolve())
        found = found or tuple(one for one in files if one.file.endswith(f"/{name.lstrip('/')}"))
        if len({one.file for one in found}) > 1:
            raise UsageError(
                f"{name} may be {', '.join(one.file for one in found[:5])}", hint="name it with its folder."
            )
        if not found:
            raise UsageError(f"no source in {REGISTRY} has a file {name}", path=REGISTRY, hint=near(name, files))
        return found


def near(name: str, files: tuple[SourceFile, ...]) -> str:
    """What was probably meant."""
    import difflib

    close = difflib.get_close_matches(name.rpartition("/")[2], [one.file.rpartition("/")[2] for one in files], n=1)
    return f"did you mean {close[0]}?" if close else "agentic ingest files --list shows every file."


def finding_of(row: SourceRow) -> Finding:
    """A source that has nothing to load: an empty folder may be in order, one that is not there is none."""
    empty = row.note.startswith("nothing matches")
    return Finding(
        "ingestion", f"source {row.name}: {row.note}", REGISTRY, severity="warning" if empty else "error", code="AGT614",
        fix=f"mend path or pattern of the source, set SOURCE_{row.name.upper()}_PATH, or say enabled: false.",
    )  # fmt: skip
