"""configs/sources.yml -> how Spark reaches a database, and what of a table is new since last time."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import yaml

from common.sources import REGISTRY, SourceError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

FETCH_ROWS = 10_000
"""Rows that the server sends at a time: PostgreSQL's driver would take them all at once."""


@dataclass(frozen=True, slots=True)
class Database:
    """A PostgreSQL server as JDBC names it."""

    name: str
    url: str
    user: str = ""
    password: str = field(default="", repr=False)

    def read(self, spark: "SparkSession", query: str) -> "DataFrame":
        """What a query gives. Raises SourceError where the server does not answer it."""
        options = {"url": self.url, "driver": "org.postgresql.Driver", "user": self.user, "password": self.password}
        reader = spark.read.format("jdbc").options(**{key: value for key, value in options.items() if value})
        try:
            return reader.option("query", query).option("fetchsize", FETCH_ROWS).load()
        except Exception as error:  # Py4J hands over any Java error as one of its own
            raise SourceError(f"database {self.name} does not answer: {first_line(error)}") from error


def first_line(error: Exception) -> str:
    """What the driver says, without Java's list of places."""
    said = str(getattr(error, "java_exception", error)).splitlines()
    return said[0] if said else type(error).__name__


def read_database(name: str, project: Path | None = None, env: Mapping[str, str] = os.environ) -> Database:
    """The database of that name; SOURCE_<NAME>_URL (postgresql://user:password@host/database) takes the registry's place."""
    if moved := env.get(f"SOURCE_{name.upper()}_URL"):
        return from_url(name, moved)
    registry = yaml.safe_load(((project or Path.cwd()) / REGISTRY).read_text(encoding="utf-8")) or {}
    known: dict[str, Any] = (registry.get("sources") or {}).get("databases") or {}
    if name not in known:
        raise SourceError(f"no database {name} in {REGISTRY}; it knows: {', '.join(sorted(known)) or 'none'}.")
    entry = known[name]
    if not entry.get("enabled", True):
        raise SourceError(
            f"database {name} is switched off in {REGISTRY}; set SOURCE_{name.upper()}_URL, or enable it."
        )
    if entry.get("url"):
        return from_url(name, resolve(name, entry["url"], env))
    place = f"{entry.get('host', 'localhost')}:{entry.get('port', 5432)}/{entry.get('database', '')}"
    user, password = (resolve(name, entry.get(key) or "", env) for key in ("user", "password"))
    return Database(name, f"jdbc:postgresql://{place}?sslmode={entry.get('sslmode', 'prefer')}", user, password)


def resolve(name: str, value: Any, env: Mapping[str, str]) -> str:
    """A value, or what the variable holds that it refers to."""
    if not isinstance(value, Mapping):
        return str(value)
    if "env" not in value:
        raise SourceError(
            f"database {name}: a job reads secrets from the environment, {{env: NAME}}, not from {', '.join(value)}. "
            f"Write that, or set SOURCE_{name.upper()}_URL."
        )
    if not (found := env.get(str(value["env"]))):
        raise SourceError(f"database {name} needs the variable {value['env']}, and it is not set.")
    return found


def from_url(name: str, url: str) -> Database:
    """postgresql://user:password@host:port/database as JDBC has it."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres") or not parts.hostname:
        raise SourceError(f"the address of database {name} is not postgresql://user:password@host:port/database.")
    place = f"{parts.hostname}:{parts.port or 5432}{parts.path}{'?' + parts.query if parts.query else ''}"
    return Database(name, f"jdbc:postgresql://{place}", unquote(parts.username or ""), unquote(parts.password or ""))


def name_sql(name: str) -> str:
    """A name as PostgreSQL writes it."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in name.split("."))


def write_query(table: str, columns: Sequence[str], cursor: str, since: str) -> str:
    """Every declared column as text, of rows that are new since then; a row without a cursor is always read."""
    # As text: a value that is not what was declared must survive to be quarantined.
    texts = ", ".join(f"CAST({name_sql(name)} AS text) AS {name_sql(name)}" for name in columns)
    where = f" WHERE {name_sql(cursor)} >= {since} OR {name_sql(cursor)} IS NULL" if since else ""
    return f"SELECT {texts} FROM {name_sql(table)}{where}"  # noqa: S608 (names are quoted, `since` is ours)
