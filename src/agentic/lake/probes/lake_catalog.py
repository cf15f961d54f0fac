"""LAKE_* -> the catalog; a name -> a table; an id, a branch, a tag or a time -> a snapshot."""

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lake_faults import Fault, near

SQLITE, POSTGRESQL = "jdbc:sqlite:", "jdbc:postgresql:"
PATIENCE = "20"
"""Seconds that SQLite waits for another process."""
ARROW = "pyiceberg.io.pyarrow.PyArrowFileIO"


def tell(words: str) -> None:
    """What goes on: one line."""
    print(words, file=sys.stderr, flush=True)


def open_catalog() -> Any:
    """The catalog, or None where there is none yet: looking must not make one."""
    uri = os.environ["LAKE_URI"]
    if uri.startswith(SQLITE) and not Path(uri.removeprefix(SQLITE)).exists():
        return None
    tell("opening the catalog")
    from pyiceberg.catalog.sql import SqlCatalog
    from sqlalchemy import inspect

    catalog = SqlCatalog(
        os.environ["LAKE_NAME"], uri=address(uri), warehouse=os.environ["LAKE_WAREHOUSE"],
        init_catalog_tables="false", **{"py-io-impl": ARROW}, **storage(),
    )  # fmt: skip
    return catalog if inspect(catalog.engine).has_table("iceberg_tables") else None


def address(uri: str) -> str:
    """As Spark writes it -> as SQLAlchemy does."""
    from sqlalchemy import URL, make_url

    if uri.startswith(SQLITE):
        made = URL.create("sqlite", database=uri.removeprefix(SQLITE), query={"timeout": PATIENCE})
    elif uri.startswith(POSTGRESQL):
        url = make_url("postgresql+psycopg:" + uri.removeprefix(POSTGRESQL))
        user, password = os.environ.get("LAKE_USER"), os.environ.get("LAKE_PASSWORD")
        made = url.set(username=user or url.username, password=password or url.password)
        if "connect_timeout" not in made.query:
            made = made.update_query_dict({"connect_timeout": "10"})
    else:
        raise Fault(
            "refused",
            f"no catalog of this kind: {uri.partition('//')[0]}",
            "jdbc:sqlite:FILE or jdbc:postgresql://HOST:PORT/DB",
        )
    return made.render_as_string(hide_password=False)


def storage() -> dict[str, str]:
    """An S3 endpoint of one's own; keys come from AWS_* by themselves."""
    names = ("S3_ENDPOINT", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
    endpoint = next((os.environ[name] for name in names if os.environ.get(name)), "")
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    return {**({"s3.endpoint": endpoint} if endpoint else {}), **({"s3.region": region} if region else {})}


def names_in(catalog: Any) -> list[str]:
    """Every table."""
    if catalog is None:
        return []
    found = (catalog.list_tables(namespace) for namespace in all_namespaces(catalog, ()))
    return sorted(".".join(identifier) for some in found for identifier in some)


def all_namespaces(catalog: Any, parent: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for namespace in catalog.list_namespaces(parent):
        if namespace != parent:
            yield namespace
            yield from all_namespaces(catalog, namespace)


def other_names(catalog: Any) -> list[str]:
    """Other catalogs in the same database: the name is part of the key, so a wrong one shows an empty lake."""
    if catalog is None:
        return []
    from sqlalchemy import text

    with catalog.engine.connect() as connection:
        rows = connection.execute(text("SELECT DISTINCT catalog_name FROM iceberg_tables")).scalars().all()
    return sorted(set(rows) - {catalog.name})


def load(name: str, catalog: Any = None) -> Any:
    """The table. Raises Fault."""
    from pyiceberg.exceptions import NoSuchTableError

    catalog = catalog or open_catalog()
    wish = name.removeprefix(f"{os.environ['LAKE_NAME']}.")
    if catalog is None:
        raise Fault(
            "no table",
            f"no table {name}: there is no lake yet",
            "run a job that writes one; configs/lake.yaml says where the lake is.",
        )
    try:
        if "." not in wish:
            raise NoSuchTableError(wish)
        return catalog.load_table(wish)
    except NoSuchTableError as error:
        raise Fault(
            "no table",
            f"no table {name} in the catalog {catalog.name}",
            near(name, names_in(catalog)) or elsewhere(catalog),
        ) from error
    except FileNotFoundError as error:
        raise Fault("gone", f"the metadata file of {name} is gone", cause=str(error)) from error


def elsewhere(catalog: Any) -> str:
    """What to do where the catalog is empty."""
    others = ", ".join(other_names(catalog))
    return (
        f"the database holds other catalogs: {others}. The name is LAKE_NAME, or name: in configs/lake.yaml."
        if others
        else ""
    )


# --- snapshots ----------------------------------------------------------------------------------------------


def find_snapshot(table: Any, wish: str) -> Any:
    """An id, a branch, a tag, or a time (UTC where it says nothing else). Raises Fault."""
    metadata = table.metadata
    if wish in metadata.refs:
        return metadata.snapshot_by_id(metadata.refs[wish].snapshot_id)
    if wish.isdigit():
        found = metadata.snapshot_by_id(int(wish))
    elif moment := moment_of(wish):
        found = at_time(metadata, moment)
    else:
        found = None
    if found is None:
        known = [*metadata.refs, *(str(one.snapshot_id) for one in metadata.snapshots)]
        raise Fault("no snapshot", f"{'.'.join(table.name())} has no snapshot {wish}", near(wish, known))
    return found


def moment_of(wish: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(wish)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def at_time(metadata: Any, moment: datetime) -> Any:
    """What main showed then: the log of main knows rollbacks, the ages of snapshots do not."""
    until = moment.timestamp() * 1000
    entries = [entry for entry in metadata.snapshot_log if entry.timestamp_ms <= until]
    return metadata.snapshot_by_id(max(entries, key=lambda entry: entry.timestamp_ms).snapshot_id) if entries else None


def current(table: Any) -> Any:
    """The newest snapshot of main. Raises Fault where nothing was ever written."""
    found = table.current_snapshot()
    if found is None:
        raise Fault(
            "no snapshot", f"{'.'.join(table.name())} is empty: nothing was ever written", "load something first."
        )
    return found


def ancestors(metadata: Any, snapshot: Any) -> list[Any]:
    """The snapshot and those it was made from, newest first, as far as they have not expired."""
    found = []
    while snapshot is not None:
        found.append(snapshot)
        parent = snapshot.parent_snapshot_id
        snapshot = metadata.snapshot_by_id(parent) if parent is not None else None
    return found


def stamp(milliseconds: int) -> str:
    """`2026-11-20T10:00:00.123Z`."""
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def figure(snapshot: Any, name: str) -> int | None:
    """One figure of its summary; None where its writer left it out."""
    said = (snapshot.summary.additional_properties if snapshot.summary else {}).get(name)
    return int(said) if said is not None else None


def rows_of(table: Any, snapshot: Any) -> int:
    """From the summary where it tells; delete files make it lie, and then the files are asked."""
    if snapshot is None:
        return 0
    total = figure(snapshot, "total-records")
    if total is not None and not figure(snapshot, "total-delete-files"):
        return total
    return int(table.scan(snapshot_id=snapshot.snapshot_id).count())
