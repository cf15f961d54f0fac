"""Azurite's own server process: Azure Blob over real HTTP on loopback, in memory. `make` puts a container into it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path

import pytest

from sample.project import free_port, is_open, wait_until

PROGRAM = Path(__file__).parents[2] / ".agentic/tools/azurite/node_modules/azurite/dist/src/blob/main.js"
ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
"""Not secret: Azurite has this account and this key on every machine."""
VERSION = "2021-12-02"


@dataclass(frozen=True)
class Azurite:
    """One server."""

    port: int

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}/{ACCOUNT}"

    def make(self, container: str) -> None:
        """An empty container; the same again is no error."""
        date = formatdate(usegmt=True)
        what = f"/{ACCOUNT}/{ACCOUNT}/{container}\nrestype:container"
        words = "PUT" + "\n" * 12 + f"x-ms-date:{date}\nx-ms-version:{VERSION}\n{what}"
        signed = base64.b64encode(hmac.new(base64.b64decode(KEY), words.encode(), hashlib.sha256).digest()).decode()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request(
            "PUT",
            f"/{ACCOUNT}/{container}?restype=container",
            headers={"x-ms-date": date, "x-ms-version": VERSION, "Authorization": f"SharedKey {ACCOUNT}:{signed}", "Content-Length": "0"},
        )  # fmt: skip
        answer = connection.getresponse()
        assert answer.status in (201, 409), answer.read()
        connection.close()


@pytest.fixture(scope="session")
def azurite() -> Iterator[Azurite]:
    """One for all tests of a worker."""
    if not PROGRAM.exists() or not shutil.which("node"):
        pytest.skip("Azurite is not installed: bash setup-scripts/test.sh brings it where npm is")
    port = free_port()
    server = subprocess.Popen(
        ["node", str(PROGRAM), "--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry", "--blobHost", "127.0.0.1",
         "--blobPort", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_until(lambda: is_open(port))
        yield Azurite(port)
    finally:
        server.kill()
        server.wait()
