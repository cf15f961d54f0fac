"""Registry -> the files that wait, and the tables they go to."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from agentic.data.registry import FORMATS, REGISTRY, Files, Registry
from agentic.errors import BadSources
from agentic.values.noun import Noun

READING = "2"
"""Raised when the same bytes would be read in another way: then every file is loaded anew."""
SCHEME = re.compile(r"^[a-z][a-z0-9+.-]+://", re.IGNORECASE)
STORES = ("s3://", "az://")
CACHE = ".agentic/sources"
"""Where files of an object store lie that were fetched to be loaded."""
ENDINGS = {".csv": "csv", ".tsv": "csv", ".txt": "csv", ".parquet": "parquet", ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl"}  # fmt: skip


class Column(Noun, frozen=True):
    """One column of a raw table, as a file would make it."""

    name: str
    type: str


class Columns(Noun, frozen=True):
    """What `--schema` tells of one file."""

    file: str
    table: str
    columns: tuple[Column, ...]
    rows: int
    bad_rows: int


class SourceFile(Noun, frozen=True):
    """One file, where it goes, and how it is read."""

    file: str
    """From the project's root; as the ledger names it."""
    source: str
    table: str
    format: str
    bytes: int
    path: str
    delimiter: str = ","
    quote: str = '"'
    encoding: str = "utf-8"
    header: bool = True
    columns: tuple[str, ...] = ()
    null_values: tuple[str, ...] = ("",)
    bad_lines: str = "quarantine"

    @property
    def reading(self) -> str:
        """Changes whenever the same bytes would give other rows."""
        how = (
            READING,
            self.format,
            self.delimiter,
            self.quote,
            self.encoding,
            self.header,
            self.columns,
            self.null_values,
        )
        return hashlib.sha256(msgspec.json.encode(how)).hexdigest()[:16]


class SourceRow(Noun, frozen=True):
    """One source of the registry, as `--list` shows it."""

    name: str
    kind: str
    enabled: bool
    where: str
    files: tuple[SourceFile, ...] = ()
    note: str = ""
    """Why nothing of it can be loaded now; empty where it can."""


Far = Callable[[str], tuple[Sequence[tuple[str, int]], str]]
"""`s3://bucket/folder` -> name and bytes of every object below it; or why that cannot be said."""


def rows_of(
    registry: Registry, root: Path, environment: Mapping[str, str], far: Far | None = None
) -> tuple[SourceRow, ...]:
    """Every source there is. `far`: who lists object stores; without it their files are not told."""
    sources = registry.sources
    rows = [row_of(root, name, one, environment, far) for name, one in sources.files.items()]
    rows += [SourceRow(name, "api", one.enabled, one.base_url) for name, one in sources.apis.items()]
    rows += [
        SourceRow(name, one.kind, one.enabled, one.host or one.database) for name, one in sources.databases.items()
    ]
    rows += [
        SourceRow(name, one.kind, one.enabled, f"{one.bucket}/{one.prefix}")
        for name, one in sources.object_stores.items()
    ]
    return tuple(rows)


def row_of(root: Path, name: str, one: Files, environment: Mapping[str, str], far: Far | None) -> SourceRow:
    """A source of files, with the files that are there."""
    moved = environment.get(f"SOURCE_{name.upper()}_PATH", "")
    where = moved or one.path
    if far and one.enabled and where.startswith(STORES):
        return far_row(root, name, one, where.rstrip("/"), far)
    if SCHEME.match(where):
        return SourceRow(name, "files", one.enabled, where, note="not a folder: agentic ingest files reads folders")
    folder = root / where
    if not is_folder(folder):
        return SourceRow(name, "files", one.enabled, where, note=f"there is no folder {where}")
    files = tuple(find_files(root, folder, name, one))
    # Nobody could say its name in JSON, in a log or in the ledger; it is told, and stops no other.
    sound = tuple(file for file in files if is_utf8(file.file))
    if len(sound) < len(files):
        odd = next(file.file for file in files if not is_utf8(file.file)).encode(errors="backslashreplace").decode()
        return SourceRow(name, "files", one.enabled, where, sound, f"a file's name is not UTF-8: {odd}")
    return SourceRow(name, "files", one.enabled, where, files, "" if files else f"nothing matches {one.pattern}")


def is_folder(path: Path) -> bool:
    """A name that is too long is none."""
    try:
        return path.is_dir()
    except OSError:
        return False


def is_utf8(name: str) -> bool:
    """Linux takes any bytes for a name."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def far_row(root: Path, name: str, one: Files, where: str, far: Far) -> SourceRow:
    """A source in an object store: what is there, and where it will lie when it was fetched."""
    refuse_climbing(name, one)
    found, note = far(where)
    files = tuple(
        described(f"{where}/{inner}", root / CACHE / name / inner, size, name, one)
        for inner, size in sorted(found)
        if fits(inner, one.pattern)
    )
    return SourceRow(
        name, "files", one.enabled, where, files, note or ("" if files else f"nothing matches {one.pattern}")
    )


def fits(inner: str, pattern: str) -> bool:
    """As `glob` of a folder would find it, with .gz behind it or not; `**/` stands for any folders."""
    path, deep = PurePosixPath(inner), pattern.startswith("**/")
    wish = pattern.removeprefix("**/")
    if not deep and len(path.parts) != len(PurePosixPath(pattern).parts):
        return False
    return path.match(wish) or path.match(f"{wish}.gz")


def refuse_climbing(name: str, one: Files) -> None:
    """Raises BadSources."""
    if not one.pattern or one.pattern.startswith("/") or ".." in PurePosixPath(one.pattern).parts:
        raise BadSources(f"sources.files.{name}.pattern climbs out of its folder: {one.pattern}", path=REGISTRY)
    parts = PurePosixPath(one.pattern).parts
    if not parts or any("**" in part and part != "**" for part in parts):
        hint = "`*.csv`, or `**/*.csv` for folders below as well."
        raise BadSources(f"sources.files.{name}.pattern is none: {one.pattern}", path=REGISTRY, hint=hint)


def find_files(root: Path, folder: Path, name: str, one: Files) -> Iterator[SourceFile]:
    """Files that fit the pattern, with .gz behind it or not; hidden ones are still being written, or nobody's data."""
    refuse_climbing(name, one)
    found = {*folder.glob(one.pattern), *folder.glob(f"{one.pattern}.gz")}
    for path in sorted(found):
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts):
            shown = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()
            yield described(shown, path, path.stat().st_size, name, one)


def described(shown: str, path: Path, size: int, name: str, one: Files) -> SourceFile:
    """One file with everything that decides how it is read."""
    options = one.options
    nulls = one.null_values if one.null_values is not None else ("", *texts(options, "nullValue"))
    header = one.header if one.header is not None else str(options.get("header", "true")).lower() != "false"
    default = "\t" if path.name.removesuffix(".gz").endswith(".tsv") else ","
    return SourceFile(
        file=shown,
        source=name,
        table=table_of(name, one, path),
        format=format_of(name, one, path),
        bytes=size,
        path=str(path),
        delimiter=one.delimiter or letter(options, default, "sep", "delimiter"),
        quote=one.quote or letter(options, '"', "quote"),
        encoding=known_encoding(one.encoding or next(texts(options, "encoding", "charset"), "utf-8"), name),
        header=header and not one.columns,
        columns=one.columns,
        null_values=nulls,
        bad_lines=one.bad_lines,
    )


def texts(options: Mapping[str, Any], *names: str) -> Iterator[str]:
    """What Spark's options say under one of these names."""
    return (str(options[name]) for name in names if options.get(name) is not None)


def letter(options: Mapping[str, Any], default: str, *names: str) -> str:
    """One letter; Spark writes a tab as two."""
    said = next(texts(options, *names), default).replace("\\t", "\t")
    return said if len(said) == 1 else default


def known_encoding(name: str, source: str) -> str:
    """Raises BadSources for an encoding that nobody knows."""
    try:
        # base64 and rot13 are codecs as well, and no encodings: this one asks for text.
        "".encode(name)
        return codecs.lookup(name).name
    except (LookupError, ValueError) as error:
        raise BadSources(f"sources.files.{source}.encoding: there is no {name}", path=REGISTRY) from error


def format_of(name: str, one: Files, path: Path) -> str:
    """As the source says, as it is named, or as the file is."""
    if one.format or name in FORMATS:
        return one.format or name
    return ENDINGS.get(Path(path.name.removesuffix(".gz")).suffix.lower(), "csv")


def table_of(name: str, one: Files, path: Path) -> str:
    """`raw_customers`."""
    stem = path.name.removesuffix(".gz").partition(".")[0] or path.name
    wanted = one.table or (stem if name in FORMATS else name)
    return "raw_" + (re.sub(r"\W+", "_", wanted.lower()).strip("_").removeprefix("raw_") or "unnamed")
