"""setup-scripts/azure/ against a stand-in that writes down each call of `az`. Azure itself has never been asked."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

SCRIPTS = Path(__file__).parents[2] / "setup-scripts/azure"
READS = ("show", "list", "exists")


@dataclass
class Cloud:
    """The stand-in and a folder to work in."""

    folder: Path

    def run(self, script: str, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ,
            "PATH": f"{self.folder}/bin:{os.environ['PATH']}",
            "AZ_STANDIN": str(self.folder),
            **more,
        }
        return subprocess.run(
            ["bash", str(SCRIPTS / script), *words], cwd=self.folder, env=environment, capture_output=True, text=True,
            stdin=subprocess.DEVNULL, timeout=60, check=False,
        )  # fmt: skip

    @property
    def state(self) -> dict[str, Any]:
        path = self.folder / "state.json"
        return json.loads(path.read_text()) if path.exists() else {}

    def changes(self) -> list[list[str]]:
        """Calls that are no questions."""
        path = self.folder / "calls.jsonl"
        calls = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
        return [one for one in calls if not {*READS} & {*one[:4]}]

    def credentials(self) -> dict[str, str]:
        lines = (self.folder / ".env.azure").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    for name in list(os.environ):
        if name.startswith("AZURE_"):
            monkeypatch.delenv(name)
    (tmp_path / "bin").mkdir()
    shutil.copy(Path(__file__).parent / "az", tmp_path / "bin/az")
    return Cloud(tmp_path)


def test_shellcheck_finds_nothing() -> None:
    if not shutil.which("shellcheck"):
        pytest.skip("shellcheck is not installed: bash setup-scripts/test.sh brings it")
    scripts = sorted(map(str, SCRIPTS.glob("*.sh")))
    done = subprocess.run(
        ["shellcheck", "-x", *scripts], cwd=SCRIPTS.parents[1], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "") and len(scripts) == 4


def test_setup_makes_three_containers_and_a_principal_with_rights_in_these_alone(cloud: Cloud) -> None:
    done = cloud.run("setup.sh", "data", "northeurope")
    assert done.returncode == 0, done.stderr
    assert set(cloud.state["container"]) == {"raw", "duckdb", "logs"} and list(cloud.state["group"]) == ["data"]
    grants = cloud.state["grant"]
    assert {scope.rpartition("/containers/")[2] for scope in grants} == {"raw", "duckdb", "logs"}
    assert {one["role"] for one in grants.values()} == {"Storage Blob Data Contributor"}
    (account,) = cloud.state["account"]
    assert cloud.credentials() == {
        "AZURE_STORAGE_ACCOUNT": account, "AZURE_TENANT_ID": "tenant-1", "AZURE_CLIENT_ID": "client-1", "AZURE_CLIENT_SECRET": "made-secret-1",
    }  # fmt: skip
    assert stat.S_IMODE((cloud.folder / ".env.azure").stat().st_mode) == 0o600
    assert "made-secret" not in done.stdout + done.stderr and account.isalnum() and 3 <= len(account) <= 24


def test_the_second_setup_changes_nothing_and_keeps_the_secret(cloud: Cloud) -> None:
    cloud.run("setup.sh", "data")
    before, credentials = (cloud.state, len(cloud.changes())), cloud.credentials()
    assert cloud.run("setup.sh", "data").returncode == 0
    assert (cloud.state, len(cloud.changes())) == before and cloud.credentials() == credentials
    assert cloud.run("setup.sh", "--new-secret", "data").returncode == 0
    assert cloud.credentials() == credentials | {"AZURE_CLIENT_SECRET": "made-secret-2"}


def test_a_preview_of_each_script_changes_nothing(cloud: Cloud) -> None:
    for script, words in {
        "setup.sh": (),
        "teardown.sh": (),
        "setup-logic-app.sh": ("data", "westeurope", "a@example.com"),
    }.items():
        done = cloud.run(script, "--dry-run", *words)
        assert done.returncode == 0 and "a preview: nothing was" in done.stdout, done.stderr
    assert cloud.changes() == [] and not (cloud.folder / ".env.azure").exists()
    assert "would run: az group create" in cloud.run("setup.sh", "--dry-run").stdout


def test_teardown_takes_away_what_setup_made_and_twice_is_no_error(cloud: Cloud) -> None:
    cloud.run("setup.sh", "data")
    refused = cloud.run("teardown.sh", "data")
    assert refused.returncode == 2 and "--yes" in refused.stderr and cloud.state["group"]
    assert cloud.run("teardown.sh", "--yes", "data").returncode == 0
    assert (cloud.state["group"], cloud.state["principal"], cloud.state["account"]) == ({}, {}, {})
    count = len(cloud.changes())
    assert cloud.run("teardown.sh", "--yes", "data").returncode == 0 and len(cloud.changes()) == count


def test_teardown_leaves_a_group_alone_that_was_there_before(cloud: Cloud) -> None:
    (cloud.folder / "state.json").write_text(json.dumps({"group": {"data": {"mark": ""}}}))
    cloud.run("setup.sh", "data")
    assert cloud.run("teardown.sh", "--yes", "data").returncode == 0
    assert (list(cloud.state["group"]), cloud.state["account"]) == (["data"], {})
    (cloud.folder / "state.json").write_text(json.dumps({"group": {"other": {"mark": ""}}}))
    assert "so it stays" in cloud.run("teardown.sh", "--yes", "other").stdout and list(cloud.state["group"]) == [
        "other"
    ]


def test_the_logic_app_writes_to_the_address_and_its_own_address_is_kept_as_a_secret(cloud: Cloud) -> None:
    cloud.run("setup.sh", "data")
    done = cloud.run("setup-logic-app.sh", "data", "westeurope", "team@example.com")
    assert done.returncode == 0 and "sig=abc" not in done.stdout, done.stderr
    (flow,) = (one["body"] for url, one in cloud.state["rest"].items() if "/workflows/" in url)
    assert flow["properties"]["definition"]["actions"]["send"]["inputs"]["body"]["To"] == "team@example.com"
    assert cloud.credentials()["LOGIC_APP_EMAIL_URL"] == "'https://example.invalid/hook?sig=abc&sv=1.0'"
    assert cloud.run("setup-logic-app.sh", "data", "westeurope", 'x" , "y@z').returncode == 2


def test_without_az_or_a_subscription_the_script_says_what_to_do(cloud: Cloud) -> None:
    (cloud.folder / "bin/az").write_text("#!/bin/sh\nexit 1\n")
    assert "az login" in cloud.run("setup.sh").stderr
    bare = cloud.folder / "bare"
    bare.mkdir()
    for name in ("bash", "dirname", "sed"):
        (bare / name).symlink_to(str(shutil.which(name)))
    assert "not installed" in cloud.run("setup.sh", PATH=str(bare)).stderr
