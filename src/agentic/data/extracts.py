"""Registry -> what is asked of an API or a database, and the raw table that each answer goes to."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec

from agentic.data.registry import REGISTRY, Api, Auth, Database, DatabaseTable, Endpoint, Pagination, Registry
from agentic.data.secrets import Secrets
from agentic.errors import BadSources, UsageError
from agentic.values.noun import Noun

Kind = Literal["api", "database"]
READING = "2"
"""Raised when the same answer would give other rows: then everything is loaded anew."""


class Planned(Noun, frozen=True):
    """One endpoint or table, as `--list` shows it."""

    source: str
    kind: Kind
    name: str
    table: str
    """The raw table; empty where only the server knows which tables there are."""
    write: Literal["replace", "merge"]
    where: str
    enabled: bool = True
    key: tuple[str, ...] = ()
    """Empty for a table: its primary key."""
    cursor: str = ""


def planned(registry: Registry, kind: Kind) -> tuple[Planned, ...]:
    """Everything of that kind, switched on or not. Raises BadSources for what contradicts itself."""
    known = tuple(of_apis(registry) if kind == "api" else of_databases(registry))
    tables: dict[str, Planned] = {}
    for one in known:
        if one.table and (other := tables.setdefault(one.table, one)) is not one:
            said = f"{other.source}/{other.name} and {one.source}/{one.name} go to one table, {one.table}"
            raise BadSources(said, path=REGISTRY, hint="give one of them another `table`.")
    return known


def of_apis(registry: Registry) -> Iterator[Planned]:
    """A row an endpoint."""
    for name, api in registry.sources.apis.items():
        refuse_half(name, api)
        for one in api.endpoints:
            refuse_keyless(f"sources.apis.{name}.endpoints.{one.name}", one, keyed=bool(one.key))
            table = raw_name(one.table or f"{name}_{one.name}")
            yield Planned(
                name, "api", one.name, table, write_of(one), one.path, api.enabled and one.enabled, one.key, one.cursor
            )


def of_databases(registry: Registry) -> Iterator[Planned]:
    """A row a table; one for the whole schema where no table is named."""
    for name, database in registry.sources.databases.items():
        if not database.tables:
            yield Planned(name, "database", "*", "", "replace", f"{database.schema}.*", database.enabled)
        for one in tables_of(database):
            refuse_keyless(f"sources.databases.{name}.tables.{one.name}", one, keyed=True)
            table = raw_table(name, database, one.schema, one.name, one.table)
            on = database.enabled and one.enabled
            yield Planned(
                name, "database", one.name, table, write_of(one), f"{one.schema}.{one.name}", on, one.key, one.cursor
            )


def tables_of(database: Database) -> tuple[DatabaseTable, ...]:
    """Each with its schema."""
    named = [DatabaseTable(one) if isinstance(one, str) else one for one in database.tables]
    return tuple(with_schema(one, database.schema) for one in named)


def with_schema(one: DatabaseTable, default: str) -> DatabaseTable:
    """`sales.orders` is the table orders of the schema sales."""
    schema, dot, name = one.name.partition(".")
    if one.schema or not dot:
        return msgspec.structs.replace(one, schema=one.schema or default)
    return msgspec.structs.replace(one, schema=schema, name=name)


def raw_table(source: str, database: Database, schema: str, name: str, wanted: str = "") -> str:
    """`raw_crm_people`, `raw_crm_sales_orders`."""
    return raw_name(wanted or "_".join([source, *([schema] if schema != database.schema else []), name]))


def raw_name(wanted: str) -> str:
    """Small letters, and the prefix once."""
    return "raw_" + (re.sub(r"\W+", "_", wanted.lower()).strip("_").removeprefix("raw_") or "unnamed")


def write_of(one: Endpoint | DatabaseTable) -> Literal["replace", "merge"]:
    """With a cursor only what is new comes, so it is merged."""
    if one.write:
        return one.write
    return "merge" if one.cursor else "replace"


def refuse_keyless(place: str, one: Endpoint | DatabaseTable, *, keyed: bool) -> None:
    """Without a key nobody can tell whether a record is there already."""
    if write_of(one) == "merge" and not keyed:
        raise BadSources(f"{place} is merged and has no key", path=REGISTRY, hint="name the fields of its key: [id].")
    if one.cursor and write_of(one) == "replace":
        hint = "leave out cursor, or write: replace."
        raise BadSources(
            f"{place} has a cursor, so that only what is new comes, and is replaced", path=REGISTRY, hint=hint
        )


def scheme_of(url: str) -> str:
    """Empty where it is no address at all: `http://[x`, or a port that is none."""
    try:
        parts = urlsplit(url)
        whole = parts.hostname and parts.port != 0
    except ValueError:
        return ""
    return parts.scheme if whole else ""


NEEDED = {
    "basic": ("username", "password"), "bearer": ("token",), "api_key": ("key", "name"),
    "oauth2": ("token_url", "client_id", "client_secret"), "none": (),
}  # fmt: skip
"""Way of logging in -> the keys without which it cannot be."""


def refuse_half(name: str, api: Api) -> None:
    """An address that is none, and a way of logging in or turning pages that lacks a part."""
    if scheme_of(api.base_url) not in ("http", "https"):
        raise BadSources(f"sources.apis.{name}.base_url is not an address of the web: {api.base_url}", path=REGISTRY)
    missing = [key for key in NEEDED[api.auth.kind] if not getattr(api.auth, key)]
    if missing:
        raise BadSources(f"sources.apis.{name}.auth: {api.auth.kind} needs {', '.join(missing)}", path=REGISTRY)
    for one in (api.pagination, *(endpoint.pagination for endpoint in api.endpoints)):
        if one and one.kind == "cursor" and not (one.param and one.next):
            raise BadSources(f"sources.apis.{name}.pagination: cursor needs param and next", path=REGISTRY)


def chosen(known: tuple[Planned, ...], kind: Kind, source: str) -> tuple[Planned, ...]:
    """What is loaded: of the source named, else of all that are switched on. Raises UsageError with what was probably meant."""
    names = tuple(dict.fromkeys(one.source for one in known))
    if source and source not in names:
        raise UsageError(f"no {kind} {source} in {REGISTRY}", path=REGISTRY, hint=near(source, names, kind))
    wanted = tuple(one for one in known if one.enabled and source in ("", one.source))
    if not wanted:
        what = f"{source} has nothing that is switched on" if source else f"no {kind} is switched on"
        hint = f"docs/how-to/ingest-apis-and-databases.md shows how one is written into {REGISTRY}."
        raise UsageError(what, path=REGISTRY, hint=hint)
    return wanted


def near(source: str, names: tuple[str, ...], kind: Kind) -> str:
    """What was probably meant."""
    import difflib

    close = difflib.get_close_matches(source, names, n=1)
    known = f"known: {', '.join(names)}." if names else f"{REGISTRY} names no {kind} yet."
    return f"did you mean {close[0]}?" if close else known


def order_of(registry: Registry, one: Planned, secrets: Secrets) -> dict[str, Any]:
    """Everything that the program needs for one of them, secrets and all: this goes into its stdin and nowhere else."""
    if one.kind == "api":
        api = registry.sources.apis[one.source]
        endpoint = next(each for each in api.endpoints if each.name == one.name)
        how: dict[str, Any] = api_order(one.source, api, endpoint, secrets)
        reading = (
            READING,
            api.base_url,
            endpoint.path,
            endpoint.params,
            endpoint.records,
            one.key,
            one.cursor,
            endpoint.start,
        )
    else:
        database = registry.sources.databases[one.source]
        tables = [
            each for each in tables_of(database) if (each.name, f"{each.schema}.{each.name}") == (one.name, one.where)
        ]
        how = database_order(one.source, database, tables[0] if tables else None, secrets)
        reading = (READING, one.where, "", {}, "", one.key, one.cursor, "")
    digest = hashlib.sha256(msgspec.json.encode(reading, order="deterministic")).hexdigest()[:16]
    return {**msgspec.to_builtins(one), **how, "reading": digest}


def api_order(name: str, api: Api, endpoint: Endpoint, secrets: Secrets) -> dict[str, Any]:
    """How the API is asked."""
    place = f"sources.apis.{name}"
    pages: Pagination = endpoint.pagination or api.pagination
    return {
        "base_url": api.base_url, "timeout": api.timeout, "auth": auth_order(f"{place}.auth", api.auth, secrets),
        "headers": {key: secrets.open(value, f"{place}.headers.{key}") for key, value in api.headers.items()},
        "rate": [api.rate_limit.requests, api.rate_limit.seconds] if api.rate_limit else None,
        "pages": msgspec.to_builtins(pages), "endpoint": msgspec.to_builtins(endpoint),
    }  # fmt: skip


def auth_order(place: str, auth: Auth, secrets: Secrets) -> dict[str, str]:
    """Only what its kind needs is looked up."""
    used = {key: getattr(auth, key) for key in NEEDED[auth.kind]}
    opened = {key: secrets.open(value, f"{place}.{key}") for key, value in used.items()}
    return {"kind": auth.kind, "place": auth.place, "scope": auth.scope, **opened}


def database_order(name: str, database: Database, table: DatabaseTable | None, secrets: Secrets) -> dict[str, Any]:
    """How the database is reached, and which table is read."""
    place = f"sources.databases.{name}"
    parts = {key: secrets.open(getattr(database, key), f"{place}.{key}") for key in ("url", "user", "password")}
    return {
        **parts, "host": database.host, "port": database.port, "database": database.database, "sslmode": database.sslmode,
        "schema": table.schema if table else database.schema, "lag": table.lag if table else 0,
        "prefix": raw_name(name),
    }  # fmt: skip
