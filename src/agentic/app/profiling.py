"""The desk of profiling: what SOURCE means, and where the figures go."""

from __future__ import annotations

import json
import os
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from agentic.data.extracts import database_order, raw_table, tables_of
from agentic.data.registry import REGISTRY, Database, DatabaseTable, Registry
from agentic.data.secrets import Secrets
from agentic.data.sources import ENDINGS, SourceFile
from agentic.errors import NoSuchTable, UsageError
from agentic.lake.door import PROGRAM as LAKE_PROGRAM
from agentic.profile import Door, Profile, TableProfile, Wanted, as_markdown, suite_of
from agentic.profile.document import begin_of
from agentic.profile.suite import MADE_BY
from agentic.redact import Redactor, names_secret
from agentic.text import PROMPTS, read_text
from agentic.text.between import placed
from agentic.text.write import write_file

if TYPE_CHECKING:
    from agentic.app.core import App

DOCUMENT = f"{PROMPTS}/requirements/data_discovery.md"
SUITES = "great-expectations/expectations"
NAME = re.compile(r"[A-Za-z]\w{0,99}", re.ASCII)


@dataclass(frozen=True)
class Asked:
    """What one call asks for."""

    sources: tuple[str, ...]
    sample: int | None = None
    columns: tuple[str, ...] = ()
    table: str = ""
    """How rules shall call the one table that is measured."""
    suite: str = ""
    write: bool = False


@dataclass(frozen=True)
class Profiling:
    """The desk."""

    app: App

    def measure(self, asked: Asked) -> Profile:
        """Measure everything that is named in one run, so that tables can be held against each other; nothing is written."""
        self.refuse_suite(asked)
        wanted = named(tuple(one for name in dict.fromkeys(asked.sources) for one in self.wanted(name)), asked.table)
        tables, pointing = self.door(wanted).measure(wanted, asked.sample, asked.columns)
        at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return Profile(at, command_of(asked), tables, pointing)

    def door(self, wanted: Sequence[Wanted]) -> Door:
        """With credentials only where a lake is read."""
        kinds = {one.kind for one in wanted}
        environment = {name: value for name, value in os.environ.items() if not names_secret(name)}
        if "lake" in kinds:
            environment = {**os.environ, **self.app.lake.door.lake.variables(self.app.root)}
        return Door(
            self.app.interpreter, self.app.root, environment, self.redact, str(LAKE_PROGRAM),
            lambda words: self.app.watch("profile", words),
        )  # fmt: skip

    @cached_property
    def secrets(self) -> Secrets:
        """Where references of the registry lead to."""
        return Secrets(self.app.root, os.environ)

    def redact(self, words: str) -> str:
        """Without the secrets of this environment, and without those that were looked up."""
        return Redactor({**os.environ, **self.secrets.found})(words)

    # --- what SOURCE means ------------------------------------------------------------------------------------

    def wanted(self, name: str) -> tuple[Wanted, ...]:
        """The tables that are meant. Raises UsageError, NoSuchTable."""
        ways = (self.source, self.file, self.database, self.path, self.warehouse, self.lake)
        for way in ways:
            if found := way(name):
                return found
        self.refuse_other(name)
        hint = "name a source of configs/sources.yml, a file, a raw table, or a table of the lake; agentic ingest files --list shows sources."
        raise NoSuchTable(f"there is no source {name}", hint=hint)

    @property
    def registry(self) -> Registry:
        """configs/sources.yml."""
        return self.app.ingesting.registry

    def source(self, name: str) -> tuple[Wanted, ...]:
        """Every file of a source, by the table that it goes to."""
        row = next((one for one in self.app.ingesting.sources if one.kind == "files" and one.name == name), None)
        if row and not row.files:
            raise UsageError(f"source {name}: {row.note}", path=REGISTRY, hint="mend path or pattern of the source.")
        return tuple(of_files(row.files, row.where)) if row else ()

    def file(self, name: str) -> tuple[Wanted, ...]:
        """One file of a source."""
        here = (self.app.here / name).resolve()
        files = [one for row in self.app.ingesting.sources for one in row.files]
        found = [one for one in files if name == one.file or here == Path(one.path).resolve()]
        return tuple(of_files(found[:1], ""))

    def database(self, name: str) -> tuple[Wanted, ...]:
        """`shop.orders`, or every table that the registry names of `shop`."""
        base, _, table = name.partition(".")
        one = self.registry.sources.databases.get(base)
        if one is None:
            return ()
        tables = tables_of(replace(one, tables=(named_there(one, table),)) if table else one)
        if not tables:
            hint = f"say which: agentic profile {base}.TABLE."
            raise UsageError(f"{REGISTRY} names no table of {base}", path=REGISTRY, hint=hint)
        connection = connection_of(database_order(base, one, None, self.secrets))
        return tuple(
            Wanted(
                raw_table(base, one, each.schema, each.name, each.table), "postgresql", f"{base}.{each.name}", connection=connection,
                table=f"{each.schema}.{each.name}",
            )
            for each in tables
        )  # fmt: skip

    def path(self, name: str) -> tuple[Wanted, ...]:
        """A file that no source has; DuckDB finds out how it is written."""
        place = next((base / name for base in (self.app.here, self.app.root) if (base / name).exists()), None)
        if place is None:
            return ()
        files = (
            [place]
            if place.is_file()
            else [one for one in sorted(place.rglob("*")) if one.is_file() and format_of(one)]
        )
        forms = {format_of(one) for one in files}
        if len(forms) != 1:
            hint = "name one file, or a folder with files of one format: CSV, Parquet or JSON."
            raise UsageError(f"{name} holds files of {len(forms)} formats", hint=hint)
        form = forms.pop() or "csv"
        stem = place.name.removesuffix(".gz").partition(".")[0]
        table = "raw_" + (re.sub(r"\W+", "_", stem.lower()).strip("_").removeprefix("raw_") or "unnamed")
        return (Wanted(table, "files", name, form, tuple(map(str, files)), {}),)

    def warehouse(self, name: str) -> tuple[Wanted, ...]:
        """A table of the DuckDB file that the registry names."""
        database = self.app.root / self.registry.ingestion.database
        if not database.is_file() or not (name.startswith(("raw_", "main."))):
            return ()
        return (Wanted(name, "warehouse", self.registry.ingestion.database, database=str(database), table=name),)

    def lake(self, name: str) -> tuple[Wanted, ...]:
        """A table of the lake."""
        if "." not in name or "/" in name:
            return ()
        return (Wanted(name, "lake", name, "iceberg", table=name),)

    def refuse_other(self, name: str) -> None:
        """What is known, but cannot be read from here."""
        sources = self.registry.sources
        if name in sources.apis:
            hint = f"agentic ingest api --api {name} brings it into raw tables; then agentic profile raw_TABLE."
            raise UsageError(f"{name} is an API: it is profiled where it was ingested", hint=hint)
        if name in sources.object_stores:
            raise UsageError(f"{name} is an object store", hint="download its files first, and name one of them.")

    # --- where it goes ----------------------------------------------------------------------------------------

    def document(self, profile: Profile) -> tuple[str, str]:
        """data_discovery.md as it is, and as it would be."""
        file = self.app.root / DOCUMENT
        old = read_text(file, DOCUMENT) if file.is_file() else ""
        new = old or self.app.phases.model("requirements/data_discovery.md") or "# Data Discovery\n"
        for table in profile.tables:
            new = placed(new, begin_of(table), self.redact(as_markdown(profile, table)))
        return old, new

    def write(self, text: str) -> str:
        """The document, written beside and renamed."""
        write_file(self.app.root / DOCUMENT, text, DOCUMENT)
        return DOCUMENT

    def suites(self, profile: Profile, asked: Asked) -> tuple[str, ...]:
        """One for each table; those that people wrote are not touched."""
        made = tuple(self.suite_paths(asked.suite, profile.tables))
        for path, _ in made:
            self.refuse_foreign(path)
        for path, table in made:
            suite = suite_of(Path(path).stem, table, profile.at, whole=not asked.columns)
            write_file(self.app.root / path, json.dumps(suite, indent=2, ensure_ascii=False) + "\n", path)
        return tuple(path for path, _ in made)

    def suite_paths(self, name: str, tables: Sequence[TableProfile]) -> Iterator[tuple[str, TableProfile]]:
        """By its name alone where there is one table."""
        for table in tables:
            more = "" if len(tables) == 1 else "_" + re.sub(r"\W+", "_", table.name)
            yield f"{SUITES}/{name}{more}.json", table

    def refuse_suite(self, asked: Asked) -> None:
        """Before an hour of measuring."""
        if asked.suite and not NAME.fullmatch(asked.suite):
            raise UsageError(f"{asked.suite} is no name for a suite", hint="letters, digits and _, a letter first.")
        if asked.suite:
            self.refuse_foreign(f"{SUITES}/{asked.suite}.json")

    def refuse_foreign(self, path: str) -> None:
        """A suite that a person wrote stays."""
        file = self.app.root / path
        if not file.exists():
            return
        try:
            mine = json.loads(file.read_bytes()).get("meta", {}).get("made_by") == MADE_BY
        except (ValueError, AttributeError):
            mine = False
        if not mine:
            raise UsageError(f"{path} was not made by agentic profile", path=path, hint="name another suite.")


def finished(profile: Profile, document: str, suites: tuple[str, ...]) -> Profile:
    """With what was written."""
    return replace(profile, document=document, suites=suites)


def named(wanted: tuple[Wanted, ...], table: str) -> tuple[Wanted, ...]:
    """With the name that people use for it in rules; two tables of one name get numbers."""
    if table and len(wanted) != 1:
        raise UsageError(f"--table names one table, and {len(wanted)} are measured", hint="profile them one by one.")
    if table:
        return (replace(wanted[0], name=table),)
    seen: dict[str, int] = {}
    made = []
    for one in wanted:
        seen[one.name] = seen.get(one.name, 0) + 1
        made.append(one if seen[one.name] == 1 else replace(one, name=f"{one.name}_{seen[one.name]}"))
    return tuple(made)


def of_files(files: Sequence[SourceFile], where: str) -> Iterator[Wanted]:
    """Those of one table together."""
    for table in dict.fromkeys(one.table for one in files):
        mine = [one for one in files if one.table == table]
        first = mine[0]
        reading: dict[str, Any] = {
            "delimiter": first.delimiter, "quote": first.quote, "encoding": first.encoding, "header": first.header,
            "columns": list(first.columns), "null_values": list(first.null_values),
        }  # fmt: skip
        shown = first.file if len(mine) == 1 else where
        yield Wanted(table, "files", shown, first.format, tuple(one.path for one in mine), reading)


def format_of(path: Path) -> str:
    """By its ending; empty where it has none that we know."""
    return ENDINGS.get(Path(path.name.lower().removesuffix(".gz")).suffix, "")


def named_there(one: Database, table: str) -> DatabaseTable | str:
    """As the registry knows it, if it does."""
    known = (each for each in one.tables if isinstance(each, DatabaseTable))
    return next((each for each in known if table in (each.name, f"{each.schema}.{each.name}")), table)


def connection_of(order: Mapping[str, Any]) -> dict[str, Any]:
    """What psycopg needs: an address, in which its own sslmode counts, or the parts of one."""
    if order["url"]:
        url = re.sub(r"^postgres(ql)?(\+\w+)?://", "postgresql://", order["url"])
        return {"conninfo": url, **({} if "sslmode=" in url else {"sslmode": order["sslmode"]})}
    names = {"host": "host", "port": "port", "dbname": "database", "user": "user", "password": "password"}
    parts = {"sslmode": order["sslmode"], **{ours: order[theirs] for ours, theirs in names.items()}}
    return {key: value for key, value in parts.items() if value}


def command_of(asked: Asked) -> str:
    """The same once more."""
    words = ["agentic", "profile", *asked.sources]
    for flag, value in (("--table", asked.table), ("--sample", asked.sample), ("--suite", asked.suite)):
        words += [flag, str(value)] if value else []
    words += [word for column in asked.columns for word in ("--columns", column)]
    return " ".join(map(shlex.quote, [*words, *(["--write"] if asked.write else [])]))
