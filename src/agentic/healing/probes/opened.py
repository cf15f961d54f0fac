"""A database, opened to be read."""

import contextlib
import os
import threading
from collections.abc import Iterator
from typing import Any

LONGEST = 20.0
"""Seconds that one query may take."""


def opened(database: dict[str, Any]) -> Any:
    """A connection that cannot write, with what the profile attaches and loads."""
    import duckdb

    path = database["path"]
    there = path != ":memory:" and os.path.isfile(path)
    connection = duckdb.connect(path if there else ":memory:", read_only=there)
    for name in database.get("extensions", ()):
        # An extension that is not there is felt by the queries that need it.
        with contextlib.suppress(duckdb.Error):
            connection.load_extension(name)
    for each in database.get("attach", ()):
        with contextlib.suppress(duckdb.Error):
            alias = f' AS "{each["alias"]}"' if each.get("alias") else ""
            connection.execute(f"ATTACH '{each['path']}'{alias} (READ_ONLY)")
    return connection


@contextlib.contextmanager
def limited(connection: Any, seconds: float = LONGEST) -> Iterator[None]:
    """What takes longer is broken off."""
    timer = threading.Timer(seconds, connection.interrupt)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
