"""Object stores as real server processes: moto for S3, Azurite for Azure."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from house import House
from sample.project import free_port, is_open, wait_until
from stores.azurite import Azurite, azurite
from stores.shop import SECRETS, Shop, azure_shop, s3_shop

__all__ = ["azurite"]


@pytest.fixture(scope="session")
def moto() -> Iterator[str]:
    """moto's own server, one for all tests of a worker: each test has a bucket of its own."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )  # fmt: skip
    try:
        wait_until(lambda: is_open(port))
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


@pytest.fixture(scope="session")
def owner(moto: str) -> Any:
    """The owner's client."""
    import boto3

    return boto3.client(
        "s3", endpoint_url=moto, region_name="eu-west-1", aws_access_key_id="test", aws_secret_access_key="test"
    )


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def shop(house: House, owner: Any, moto: str) -> Shop:
    """On S3."""
    return s3_shop(house, owner, f"b{uuid4().hex[:12]}", moto)


@pytest.fixture
def blobs(house: House, azurite: Azurite) -> Shop:
    """On Azure."""
    return azure_shop(house, azurite, f"t{uuid4().hex[:12]}")
