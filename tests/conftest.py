"""Every test stands in an environment without credentials and without CI."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from house import House


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No ANTHROPIC_ variable, no setting from outside."""
    for name in list(os.environ):
        if name.startswith(("ANTHROPIC_", "AWS_", "LAKE_", "SOURCE_")) or (
            name.startswith("AGENTIC_") and name not in ("AGENTIC_JARS", "AGENTIC_WRITE_DOCS", "AGENTIC_TEST_CLAUDE")
        ):
            monkeypatch.delenv(name)
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    monkeypatch.setenv("AGENTIC_DEVELOPER", "A Tester")


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A small project."""
    return House.build(tmp_path / "house")
