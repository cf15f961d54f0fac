"""A secret of configs/sources.yml that stands in a keyring: the real package, the whole command, a server that wants the secret."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from data.web import Ask, Reply, Web, serving
from house import House

duckdb = pytest.importorskip("duckdb")
pytest.importorskip("dlt")
pytest.importorskip("keyring")

TESTS = Path(__file__).parents[1]
SECRET = "open-sesame-4711"
DRAWER, LOCKED, BROKEN, NONE = (
    "data.drawer.Drawer",
    "data.drawer.Locked",
    "data.drawer.Broken",
    "keyring.backends.fail.Keyring",
)


@pytest.fixture
def web() -> Iterator[Web]:
    """A server that lets in who says the secret, and repeats what it was told."""

    def behave(ask: Ask) -> Reply:
        said = ask.headers.get("Authorization", "")
        return Reply([{"id": 1}]) if said == f"Bearer {SECRET}" else Reply({"error": f"who is {said}?"}, 401)

    with serving() as one:
        one.paths["/orders"] = behave
        yield one


@pytest.fixture
def shop(house: House, web: Web) -> House:
    """A project whose token stands in the keyring."""
    auth = {"kind": "bearer", "token": {"keyring": "the shop/token"}}
    entry = {"base_url": web.address, "endpoints": [{"name": "orders", "path": "/orders"}], "auth": auth}
    house.write("configs/sources.yml", yaml.safe_dump({"sources": {"apis": {"shop": entry}}}))
    return house


def run(house: House, *words: str, backend: str = DRAWER, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """A program with that keyring; its drawer lies beside the project."""
    own = {"PYTHON_KEYRING_BACKEND": backend, "DRAWER": str(house.root.with_name("drawer.json"))}
    return subprocess.run(
        [sys.executable, "-m", *words], cwd=house.root, input=stdin, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), *sys.path]), **own},
    )  # fmt: skip


def load(house: House, *words: str, backend: str = DRAWER) -> subprocess.CompletedProcess[str]:
    return run(house, "agentic", "ingest", "api", "--api", "shop", *words, backend=backend)


def error_of(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    return json.loads(done.stdout)["error"]


def everything(house: House, *runs: subprocess.CompletedProcess[str]) -> bytes:
    """All that was said, and all that was written into the project."""
    files = [path.read_bytes() for path in sorted(house.root.rglob("*")) if path.is_file()]
    return b"\n".join([*files, *(f"{one.stdout}{one.stderr}".encode() for one in runs)])


def test_a_token_in_the_keyring_opens_the_api_and_is_seen_nowhere(shop: House, web: Web) -> None:
    missing = load(shop, "--json")
    error = error_of(missing)
    assert (missing.returncode, error["code"], web.asked) == (4, "AGT301", [])
    assert error["message"] == "sources.apis.shop.auth.token has no value in the shop/token"
    # What the message says to do is done as it says it.
    stored = run(shop, *shlex.split(error["fix"]), stdin=SECRET)
    assert stored.returncode == 0, stored.stderr

    done = load(shop)
    assert done.returncode == 0, done
    assert web.asked[0].headers["Authorization"] == f"Bearer {SECRET}"
    with duckdb.connect(str(shop.root / "data/processed/warehouse.duckdb"), read_only=True) as con:
        assert con.execute("SELECT id FROM raw_shop_orders").fetchall() == [(1,)]
        assert SECRET not in str(con.execute("FROM raw__extracts").fetchall())
    assert shop.exists("logs/pipeline_runs.log")
    assert SECRET.encode() not in everything(shop, missing, stored, done)


def test_a_wrong_token_of_the_keyring_is_refused_and_is_seen_nowhere(shop: House) -> None:
    wrong = "no-such-sesame-4712"
    assert run(shop, "keyring", "set", "the shop", "token", stdin=wrong).returncode == 0
    said, told = load(shop), load(shop, "--json")
    assert (said.returncode, told.returncode) == (4, 4) and "AGT302" in said.stdout
    assert wrong.encode() not in everything(shop, said, told)


@pytest.mark.chaos(
    source="api",
    given="its secret stands in a keyring that is not there, is locked, breaks, or is named wrongly",
    data="exit code 4 and what to do; nothing is asked or loaded",
)
@pytest.mark.parametrize(
    ("backend", "cause", "fix"),
    [
        (NONE, "No recommended backend", "install a keyring"),
        (LOCKED, "Failed to unlock", "unlock it"),
        (BROKEN, "the bus has gone", "PYTHON_KEYRING_BACKEND"),
        ("nowhere.at.All", "No module named 'nowhere'", "PYTHON_KEYRING_BACKEND"),
        ("data.drawer.Cupboard", "Cupboard", "PYTHON_KEYRING_BACKEND"),
    ],
)
def test_a_keyring_that_cannot_be_asked_is_told(shop: House, web: Web, backend: str, cause: str, fix: str) -> None:
    done = load(shop, "--json", backend=backend)
    error = error_of(done)
    assert (done.returncode, error["code"]) == (4, "AGT301"), done
    assert error["message"].startswith("sources.apis.shop.auth.token: ") and cause in error["cause"]
    assert fix in error["fix"] and "{env: NAME}" in error["fix"] and "Traceback" not in done.stderr
    assert web.asked == [] and not shop.exists("data/processed/warehouse.duckdb")
