"""What dbt-duckdb cannot do by itself: read Iceberg tables of the lake, and blobs, with extensions that came as packages.

A plugin of dbt-duckdb, named in profiles.yml; a source with `meta: {plugin: open_lake}` is read by it. LAKE_* and
configs/lake.yaml say where the lake is, as for every job.
"""

import json
import os
import re
import sqlite3
import sys
import threading
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin

PROJECT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(PROJECT / "src"))

from common.lake import ENDPOINTS, SQLITE, LakeSettings, read_settings  # noqa: E402

POSTGRESQL = "jdbc:postgresql:"
NEWEST = "SELECT table_namespace || '.' || table_name, metadata_location FROM iceberg_tables WHERE catalog_name = "


class LakeNotRead(RuntimeError):
    """The lake or the blob store cannot be read as configured."""


class Plugin(BasePlugin):
    """One for each run of dbt, so what it remembers holds for the whole run."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        self._azure = bool(plugin_config.get("azure"))
        self._lock = threading.Lock()
        self._tables: dict[str, str] = {}

    def update_connection_config(self, creds: Any, config: dict[str, Any]) -> None:
        """The database's path is seen from the project's root, wherever dbt was started."""
        if creds.path != ":memory:":
            creds.path = str(PROJECT / creds.path)
            Path(creds.path).parent.mkdir(parents=True, exist_ok=True)

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Once, when the warehouse is opened."""
        self._conn = conn
        if self._azure:
            use_azure(conn, os.environ)

    def load(self, source_config: Any) -> Any:
        """The rows of one Iceberg table; dbt-duckdb copies them into the warehouse under the source's name."""
        name = f"{source_config.schema}.{source_config.identifier}"
        with self._lock:
            # The catalog is asked once: every table is read as it was at that moment, whatever is loaded meanwhile.
            self._tables = self._tables or newest_tables(read_settings(PROJECT))
            if name not in self._tables:
                raise LakeNotRead(f"no table {name} in the lake; it has: {', '.join(sorted(self._tables)) or 'none'}.")
            return read_table(self._conn, name, self._tables[name])


def newest_tables(lake: LakeSettings) -> dict[str, str]:
    """`bronze.flights` -> its current metadata file, of every table, in one question."""
    try:
        rows = ask_sqlite(lake) if lake.uri.startswith(SQLITE) else ask_postgresql(lake)
    except Exception as error:  # sqlite3's and psycopg's errors have no kin; both say what is wrong in their first line
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise LakeNotRead(
            f"the catalog {lake.uri} cannot be read: {reason}. LAKE_* or configs/lake.yaml says where it is."
        ) from error
    return {str(name): str(place) for name, place in rows}


def ask_sqlite(lake: LakeSettings) -> list[Any]:
    """Opened for reading only: looking must not make a catalog."""
    with closing(sqlite3.connect(f"file:{lake.uri.removeprefix(SQLITE)}?mode=ro", uri=True, timeout=20)) as catalog:
        return catalog.execute(f"{NEWEST} ?", (lake.name,)).fetchall()


def ask_postgresql(lake: LakeSettings) -> list[Any]:
    """The address as JDBC has it is one of libpq, but for its first word."""
    if not lake.uri.startswith(POSTGRESQL):
        raise LakeNotRead("no catalog of this kind; jdbc:sqlite:FILE or jdbc:postgresql://HOST:PORT/DB")
    import psycopg

    login = {key: value for key, value in (("user", lake.user), ("password", lake.password)) if value}
    with psycopg.connect(lake.uri.removeprefix("jdbc:"), connect_timeout=10, **login) as catalog:
        return catalog.execute(f"{NEWEST} %s", (lake.name,)).fetchall()


def read_table(conn: duckdb.DuckDBPyConnection, name: str, place: str) -> Any:
    """The rows as a stream, and a note of which snapshot they are."""
    cursor = conn.cursor()
    load_extensions(cursor, "avro", "iceberg")
    if re.match(r"s3a?://", place):
        use_s3(cursor, os.environ)
    place = re.sub(r"^s3a://", "s3://", re.sub(r"^file:(//)?", "", place))
    snapshot = current_snapshot(cursor, place)
    note_reading(cursor, name, place, snapshot)
    if snapshot is None:
        return cursor.execute("SELECT * FROM iceberg_scan(?)", [place]).to_arrow_reader()
    # By its id: the newest snapshot is not the current one after a rollback.
    return cursor.execute(
        "SELECT * FROM iceberg_scan(?, snapshot_from_id := ?)", [place, snapshot[0]]
    ).to_arrow_reader()


def current_snapshot(cursor: duckdb.DuckDBPyConnection, place: str) -> tuple[int, datetime] | None:
    """Its id and when it was committed; None for a table that never had a row."""
    (text,) = cursor.execute("SELECT content FROM read_text(?)", [place]).fetchone() or ("{}",)
    metadata = json.loads(text)
    chosen = metadata.get("current-snapshot-id")
    moment = next((one["timestamp-ms"] for one in metadata.get("snapshots", []) if one["snapshot-id"] == chosen), None)
    return (chosen, datetime.fromtimestamp(moment / 1000, UTC).replace(tzinfo=None)) if moment else None


def note_reading(
    cursor: duckdb.DuckDBPyConnection, name: str, place: str, snapshot: tuple[int, datetime] | None
) -> None:
    """`lake_readings`: for each table of the lake, what the warehouse holds of it."""
    cursor.execute(
        "CREATE TABLE IF NOT EXISTS lake_readings (table_name VARCHAR PRIMARY KEY, snapshot_id BIGINT, "
        "snapshot_at TIMESTAMP, metadata_file VARCHAR, read_at TIMESTAMP)"
    )
    snapshot_id, snapshot_at = snapshot or (None, None)
    read_at = datetime.now(UTC).replace(tzinfo=None)
    cursor.execute("INSERT OR REPLACE INTO lake_readings VALUES (?, ?, ?, ?, ?)",
                   [name, snapshot_id, snapshot_at, Path(place).name, read_at])  # fmt: skip


def load_extensions(cursor: duckdb.DuckDBPyConnection, *names: str) -> None:
    """By file path, from the packages duckdb-extension-*: nothing is fetched."""
    for name in names:
        package = find_spec(f"duckdb_extension_{name}")
        place = Path(package.origin).parent / "extensions" if package and package.origin else None
        file = place / f"v{duckdb.__version__}" / f"{name}.duckdb_extension" if place else None
        if file is None or not file.exists():
            raise LakeNotRead(
                f"DuckDB's extension {name} for {duckdb.__version__} is not installed: add the extra dbt."
            )
        cursor.execute(f"LOAD {quoted(str(file))}")


def use_s3(cursor: duckdb.DuckDBPyConnection, env: Mapping[str, str]) -> None:
    """Keys and endpoint from the environment, as for Spark."""
    load_extensions(cursor, "httpfs")
    endpoint = next((env[key] for key in ENDPOINTS if env.get(key)), "")
    wishes = {
        "KEY_ID": env.get("AWS_ACCESS_KEY_ID", ""),
        "SECRET": env.get("AWS_SECRET_ACCESS_KEY", ""),
        "SESSION_TOKEN": env.get("AWS_SESSION_TOKEN", ""),
        "REGION": env.get("AWS_REGION") or env.get("AWS_DEFAULT_REGION") or "",
        "ENDPOINT": endpoint.partition("://")[2],
        "URL_STYLE": "path" if endpoint else "",
        "USE_SSL": "false" if endpoint.startswith("http://") else "",
    }
    make_secret(cursor, "lake_s3", "s3", wishes)


def use_azure(cursor: duckdb.DuckDBPyConnection, env: Mapping[str, str]) -> None:
    """The names that the Azure command line itself uses."""
    load_extensions(cursor, "httpfs", "azure")
    account, key = env.get("AZURE_STORAGE_ACCOUNT"), env.get("AZURE_STORAGE_KEY")
    address = env.get("AZURE_STORAGE_CONNECTION_STRING")
    if not address and not (account and key):
        raise LakeNotRead(
            "target azure: set AZURE_STORAGE_CONNECTION_STRING, or AZURE_STORAGE_ACCOUNT and AZURE_STORAGE_KEY."
        )
    address = address or (
        f"DefaultEndpointsProtocol=https;AccountName={account};AccountKey={key};EndpointSuffix=core.windows.net"
    )
    make_secret(cursor, "blobs", "azure", {"CONNECTION_STRING": address})


def make_secret(cursor: duckdb.DuckDBPyConnection, name: str, kind: str, wishes: Mapping[str, str]) -> None:
    """Held in memory for this run, never in the warehouse."""
    words = ", ".join(f"{key} {quoted(value)}" for key, value in wishes.items() if value)
    cursor.execute(f"CREATE OR REPLACE SECRET {name} (TYPE {kind}{', ' if words else ''}{words})")


def quoted(value: str) -> str:
    """A literal of SQL."""
    return "'" + value.replace("'", "''") + "'"
