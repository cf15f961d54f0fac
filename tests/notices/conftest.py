"""Servers for each test, and an environment in which nobody is told by accident."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from notices.chats import Inbox, proxy, webhook
from notices.hub import Hub, hub


@pytest.fixture(autouse=True)
def nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy but ours."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def github() -> Iterator[Hub]:
    """A repository."""
    with hub() as state:
        yield state


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    """A webhook."""
    with webhook() as state:
        yield state


@pytest.fixture
def outside(tmp_path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Inbox]:
    """Slack and Teams."""
    with proxy(tmp_path) as state:
        monkeypatch.setenv("HTTPS_PROXY", state.url)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
        yield state
