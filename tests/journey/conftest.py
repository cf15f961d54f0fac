"""One journey for all tests of it: it takes a while."""

from __future__ import annotations

import pytest

from agentic.app import App
from house.house import answered
from journey.scripted import claude_drafts
from journey.walk import Journey, walk


@pytest.fixture(scope="session")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Journey:
    """The whole way; each test below looks at one thing that it left."""
    patch = pytest.MonkeyPatch()
    patch.setenv("AGENTIC_DEVELOPER", "A Tester")
    root = tmp_path_factory.mktemp("journey") / "shop"
    App(root.parent).framework.init(root, "shop")
    journey = Journey(root)
    with answered(claude_drafts):
        walk(journey)
    patch.undo()
    return journey
