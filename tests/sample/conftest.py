"""A lake for each test, and an object store for those that want one."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sample.project import SampleProject, free_port, is_open, wait_until


@pytest.fixture
def project(tmp_path: Path) -> SampleProject:
    return SampleProject(
        tmp_path,
        {
            "LAKE_URI": f"jdbc:sqlite:{tmp_path}/lake/catalog.db",
            "LAKE_WAREHOUSE": str(tmp_path / "lake/warehouse"),
            "SOURCE_FLIGHTS_PATH": str(tmp_path / "source"),
        },
    )


@pytest.fixture
def object_store() -> Iterator[str]:
    """moto's own server process: S3 over real HTTP on loopback."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: is_open(port))
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()
