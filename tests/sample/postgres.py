"""The PostgreSQL of src/common/postgres.py as a catalog of the lake: its address in JDBC's words."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from common import postgres
from common.postgres import find_binaries

__all__ = ["find_binaries", "running"]


@contextmanager
def running(binaries: Path, port: int) -> Iterator[str]:
    """The server's JDBC address, without the login."""
    with postgres.running(binaries, port):
        yield f"jdbc:postgresql://127.0.0.1:{port}/postgres"
