"""configs/sources.yml -> every source there is, typed. A secret stands there by reference only."""

from __future__ import annotations

import difflib
import re
import types
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import yaml

from agentic.errors import BadSources
from agentic.redact import MARK, Redactor, names_secret
from agentic.text import read_text
from agentic.text.loader import Loader

REGISTRY = "configs/sources.yml"
NAME = re.compile(r"\w[\w .-]{0,99}")
FORMATS = ("csv", "parquet", "json", "jsonl")
Format = Literal["csv", "parquet", "json", "jsonl"]


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the registry. An unknown key is an error."""


class Secret(Entry, frozen=True):
    """Where a secret is: `{env: NAME}`, `{keyring: service/name}` or `{file: PATH}`. The secret itself is never written down."""

    env: str = ""
    """A variable of the environment."""
    keyring: str = ""
    """Service and name in the system's keyring."""
    file: str = ""
    """A file that holds nothing else: outside of the project, or ignored by git."""

    def __post_init__(self) -> None:
        """One place, not two."""
        if sum(map(bool, (self.env, self.keyring, self.file))) != 1:
            raise ValueError("a secret stands in one place: {env: NAME}, {keyring: service/name} or {file: PATH}")


class Files(Entry, frozen=True):
    """Files in a folder: `sources: files: NAME`."""

    path: str
    """The folder, from the project's root. SOURCE_<NAME>_PATH in the environment moves it."""
    pattern: str = "*"
    """Which files, `*.csv` for instance; the same with .gz is found as well."""
    enabled: bool = True
    format: Format | None = None
    """By default the source's name where that is a format, else what the file's name ends in."""
    table: str = ""
    """One raw table for all files of the source. By default each file has its own where the source is named for a format,
    else the table is named for the source."""
    delimiter: Annotated[str, msgspec.Meta(min_length=1, max_length=1)] | None = None
    quote: Annotated[str, msgspec.Meta(min_length=1, max_length=1)] | None = None
    encoding: str = ""
    header: bool | None = None
    columns: tuple[str, ...] = ()
    """Names, where the file has no header."""
    null_values: tuple[str, ...] | None = None
    """What means that there is no value; by default nothing between two delimiters."""
    bad_lines: Literal["quarantine", "fail"] = "quarantine"
    """quarantine: good rows are loaded, bad ones are kept beside them. fail: one bad row, and nothing of the file is loaded."""
    options: dict[str, str | bool | int | float | None] = {}
    """Spark's options for a job that reads the same files; sep, quote, encoding, header and nullValue hold here too."""


class Pagination(Entry, frozen=True):
    """How an API divides a long answer."""

    kind: Literal["none", "page", "offset", "cursor", "link"] = "none"
    param: str = ""
    """Of the page, the offset or the cursor; by default it is called so."""
    size_param: str = ""
    """By default `limit` for an offset, and not sent otherwise."""
    size: Annotated[int, msgspec.Meta(ge=1)] = 100
    first: Annotated[int, msgspec.Meta(ge=0)] = 1
    """The number of the first page."""
    next: str = ""
    """Where in the answer the next cursor is."""
    total: str = ""
    """Where in the answer it says how many records there are in all: then they are counted against it."""


class Endpoint(Entry, frozen=True):
    """One list of things that an API has."""

    name: str
    path: str
    enabled: bool = True
    table: str = ""
    """By default raw_<api>_<name>."""
    params: dict[str, str | int | float | bool] = {}
    records: str = ""
    """Where in the answer the list is, `data.items` for instance; by default the answer is the list. `.`: the answer is one record."""
    key: tuple[str, ...] = ()
    """What makes two records the same."""
    cursor: str = ""
    """A field by which only what is new is asked for."""
    cursor_param: str = ""
    """The parameter that asks for it; by default the cursor's name."""
    start: str | int | float = ""
    """What the first load asks for."""
    write: Literal["", "replace", "merge"] = ""
    """By default merge with a cursor, else replace."""
    may_be_empty: bool = False
    """Else no record at all is refused where the table has some."""
    pagination: Pagination | None = None
    """By default the API's."""


class Auth(Entry, frozen=True):
    """How an API knows us."""

    kind: Literal["none", "basic", "bearer", "api_key", "oauth2"] = "none"
    username: Secret | str = ""
    password: Secret | None = None
    token: Secret | None = None
    key: Secret | None = None
    name: str = ""
    """Of the header or parameter that carries the key."""
    place: Literal["header", "query"] = "header"
    token_url: str = ""
    client_id: Secret | str = ""
    client_secret: Secret | None = None
    scope: str = ""


class RateLimit(Entry, frozen=True):
    """At most so many requests in so many seconds."""

    requests: Annotated[int, msgspec.Meta(ge=1)]
    seconds: Annotated[float, msgspec.Meta(gt=0)] = 1


class Api(Entry, frozen=True):
    """`sources: apis: NAME`."""

    base_url: str
    enabled: bool = True
    endpoints: tuple[Endpoint, ...] = ()
    auth: Auth = Auth()
    headers: dict[str, Secret | str] = {}
    pagination: Pagination = Pagination()
    rate_limit: RateLimit | None = None
    timeout: Annotated[float, msgspec.Meta(gt=0)] = 30


class DatabaseTable(Entry, frozen=True):
    """One table that is read."""

    name: str
    """Also with its schema: `sales.orders`."""
    schema: str = ""
    """By default the database's."""
    enabled: bool = True
    table: str = ""
    """By default raw_<database>_<table>, with the schema between them where it is not the database's."""
    key: tuple[str, ...] = ()
    """By default the table's primary key."""
    cursor: str = ""
    """A column that grows with each change: then only what is new is read."""
    lag: Annotated[float, msgspec.Meta(ge=0)] = 0
    """How far behind the last cursor reading begins anew, in seconds or in the column's unit: for changes that are committed late."""
    write: Literal["", "replace", "merge"] = ""
    """By default merge with a cursor, else replace."""


class Database(Entry, frozen=True):
    """`sources: databases: NAME`. Either `url`, or its parts."""

    kind: Literal["postgresql"] = "postgresql"
    enabled: bool = True
    url: Secret | str = ""
    host: str = ""
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 5432
    database: str = ""
    user: Secret | str = ""
    password: Secret | None = None
    schema: str = "public"
    sslmode: Literal["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] = "prefer"
    tables: tuple[DatabaseTable | str, ...] = ()
    """By default every table of the schema, whole."""


class ObjectStore(Entry, frozen=True):
    """`sources: object_stores: NAME`."""

    kind: Literal["s3", "azure"]
    bucket: str = ""
    """The bucket, or the container: raw, duckdb and logs are folders in it. Without it each of them is a container of its own."""
    containers: dict[Literal["raw", "duckdb", "logs"], str] = {}
    """Other names, where the three are containers of their own."""
    enabled: bool = True
    prefix: str = ""
    parallel: Annotated[int, msgspec.Meta(ge=1, le=64)] = 8
    """So many files at once."""
    pattern: str = "*"
    format: Format | None = None
    endpoint: str = ""
    region: str = ""
    account: Secret | str = ""
    """Of Azure; by default AZURE_STORAGE_ACCOUNT."""
    access_key: Secret | None = None
    """Of S3: its id. Of Azure: the account's key, by default AZURE_STORAGE_KEY."""
    secret_key: Secret | None = None
    session_token: Secret | None = None
    sas_token: Secret | None = None
    tenant: Secret | str = ""
    """With client_id and client_secret: a service principal of Azure."""
    client_id: Secret | str = ""
    client_secret: Secret | None = None


class Sources(Entry, frozen=True):
    """`sources:`."""

    files: dict[str, Files] = {}
    apis: dict[str, Api] = {}
    databases: dict[str, Database] = {}
    object_stores: dict[str, ObjectStore] = {}


class IngestionSettings(Entry, frozen=True):
    """`ingestion:`."""

    database: str = "data/processed/warehouse.duckdb"
    """The DuckDB file that holds the raw tables, from the project's root."""


class Registry(Entry, frozen=True):
    """The whole file."""

    sources: Sources = Sources()
    ingestion: IngestionSettings = IngestionSettings()


Lines = dict[tuple[str, ...], int]


def read_registry(root: Path) -> Registry:
    """configs/sources.yml; an empty registry where there is none. Raises BadSources with the line."""
    if not (root / REGISTRY).is_file():
        return Registry()
    text = read_text(root / REGISTRY, REGISTRY)
    try:
        tree = yaml.compose(text, Loader=Loader)
        values = yaml.load(text, Loader=Loader)  # noqa: S506 (a safe loader, in C where there is one)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise BadSources(f"{REGISTRY} is not YAML", path=REGISTRY, line=line, cause=str(error.problem)) from error
    # A bad date is a ValueError, a map as a key a TypeError, an endless nesting a RecursionError.
    except (yaml.YAMLError, ValueError, TypeError, RecursionError, OverflowError, AttributeError) as error:
        raise BadSources(f"{REGISTRY} is not YAML", path=REGISTRY, cause=str(error)) from error
    if values is None:
        return Registry()
    if not isinstance(values, dict) or tree is None:
        raise BadSources(f"{REGISTRY} is not a map: it begins with `sources:`", path=REGISTRY, line=1)
    lines = dict(lines_of(tree))
    refuse_secrets(values, lines)
    refuse_names(values, lines)
    refuse_unknown(Registry, values, lines)
    return typed(values, lines)


def lines_of(node: yaml.Node, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], int]]:
    """Where each key and item stands. A key that stands twice would hide the first: refused."""
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            name, line = str(key.value), key.start_mark.line + 1
            if name in seen:
                raise BadSources(f"the key {name} stands twice, first in line {seen[name]}", path=REGISTRY, line=line)
            seen[name] = line
            yield (*place, name), line
            yield from lines_of(value, (*place, name))
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield (*place, str(number)), value.start_mark.line + 1
            yield from lines_of(value, (*place, str(number)))


def refuse_secrets(values: Any, lines: Lines) -> None:
    """A literal that looks like a secret is refused, and never shown."""
    redact = Redactor({})
    for place, text in leaves(values):
        named = next((name for name in reversed(place) if not name.isdigit()), "")
        if text and (
            MARK in redact(text) or (is_secret_key(named) and place[-1:] not in (("env",), ("keyring",), ("file",)))
        ):
            raise BadSources(
                f"{'.'.join(place)} holds a secret itself",
                path=REGISTRY,
                line=lines.get(place, 0),
                hint="put it into the environment and write {env: NAME} here, or {keyring: service/name}. It was in a file: give it up and make a new one.",
            )


def refuse_names(values: Mapping[str, Any], lines: Lines) -> None:
    """Locks, memories and fetched files are called as their source: a name that is a way would lead out of .agentic/."""
    sources = values.get("sources")
    for kind, named in sources.items() if isinstance(sources, dict) else ():
        for name in named if isinstance(named, dict) else ():
            if isinstance(name, str) and not NAME.fullmatch(name):
                place = ("sources", str(kind), name)
                hint = "letters, digits, `_`, `-`, `.` and spaces, a letter, digit or `_` first, at most 100."
                raise BadSources(f"no name of a source: {name!r}", path=REGISTRY, line=lines.get(place, 0), hint=hint)


def is_secret_key(name: str) -> bool:
    """Does a key of the registry ask for a secret? Keys of rows, and how one logs in, are none."""
    return names_secret(name) and name not in ("key", "auth", "token_url", "kind", "author", "authors")


def leaves(values: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every text with the way to it."""
    if isinstance(values, Mapping):
        for key, value in values.items():
            yield from leaves(value, (*place, str(key)))
    elif isinstance(values, list):
        for number, value in enumerate(values):
            yield from leaves(value, (*place, str(number)))
    elif isinstance(values, str):
        yield place, values


def refuse_unknown(kind: Any, values: Any, lines: Lines, place: tuple[str, ...] = ()) -> None:
    """An unknown key is a typo until proven otherwise. Walks values and classes side by side."""
    if isinstance(values, dict) and (found := struct_in(kind)):
        fields = {field.name: field.type for field in msgspec.structs.fields(found)}
        for key, value in values.items():
            if key not in fields:
                near = difflib.get_close_matches(str(key), fields, n=1)
                hint = f"did you mean {near[0]}?" if near else f"known here: {', '.join(fields)}."
                where = (*place, str(key))
                raise BadSources(f"unknown key: {'.'.join(where)}", path=REGISTRY, line=lines.get(where, 0), hint=hint)
            refuse_unknown(fields[key], value, lines, (*place, str(key)))
    elif isinstance(values, dict) and typing.get_origin(kind) is dict:
        for key, value in values.items():
            refuse_unknown(typing.get_args(kind)[1], value, lines, (*place, str(key)))
    elif isinstance(values, list) and typing.get_origin(kind) is tuple:
        for number, value in enumerate(values):
            refuse_unknown(typing.get_args(kind)[0], value, lines, (*place, str(number)))


def struct_in(kind: Any) -> type[msgspec.Struct] | None:
    """The class that a map is read into, also where it is one of several kinds."""
    kinds = typing.get_args(kind) if typing.get_origin(kind) in (typing.Union, types.UnionType) else (kind,)
    return next((one for one in kinds if isinstance(one, type) and issubclass(one, msgspec.Struct)), None)


def typed(values: Any, lines: Lines) -> Registry:
    """Values -> nouns; a wrong type names its line."""
    try:
        return msgspec.convert(values, Registry)
    except msgspec.ValidationError as error:
        message, _, where = str(error).partition(" - at `")
        place, line = nearest(where.rstrip("`"), values, lines)
        raise BadSources(f"{'.'.join(place) or REGISTRY}: {message}", path=REGISTRY, line=line) from error


def nearest(where: str, values: Any, lines: Lines) -> tuple[tuple[str, ...], int]:
    """A msgspec error says `$.sources.files[...].path`: which of several it means is found by trying each."""
    for place in lines:
        shown = "$" + "".join(f"[{name}]" if name.isdigit() else f".{name}" for name in place)
        if shown == where:
            return place, lines[place]
    wide = [
        place for place in lines if len(place) == 3 and place[0] == "sources" and f"$.sources.{place[1]}[...]" in where
    ]
    for place in wide:
        try:
            msgspec.convert(values["sources"][place[1]][place[2]], KINDS[place[1]])
        except msgspec.ValidationError as error:
            inner = str(error).partition(" - at `$.")[2].rstrip("`")
            deeper = (*place, *(name for name in inner.replace("[", ".").replace("]", "").split(".") if name))
            return deeper, lines.get(deeper, lines[place])
    return (), 0


KINDS: Mapping[str, Any] = {"files": Files, "apis": Api, "databases": Database, "object_stores": ObjectStore}
