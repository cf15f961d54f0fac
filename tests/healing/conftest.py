"""One warm dbt, and one green build, for all tests here."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from healing.pipelines import PROJECTS, Shop, copied

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))


@pytest.fixture(scope="session")
def warm_path() -> Iterator[str]:
    """PATH with a dbt whose imports are done."""
    from faults.warm import warm_dbt

    with tempfile.TemporaryDirectory(prefix="warm-") as name, warm_dbt(Path(name)) as dbt:
        yield f"{dbt.bin('tests')}{os.pathsep}{os.environ['PATH']}"


@pytest.fixture(scope="session")
def built(warm_path: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop, green."""
    root = copied(PROJECTS / "shop", tmp_path_factory.mktemp("built") / "shop")
    done = subprocess.run(
        ["dbt", "build"], cwd=root, env={**os.environ, "PATH": warm_path}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    return root


@pytest.fixture
def shop(
    built: Path, warm_path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shop:
    """A copy of it, to be broken."""
    monkeypatch.setenv("PATH", warm_path)
    for name in ("GITHUB_ACTIONS", "GITLAB_CI", "TF_BUILD", "BUILDKITE", "JENKINS_URL", "GITHUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    return Shop(copied(built, tmp_path / "shop"), capsys)
