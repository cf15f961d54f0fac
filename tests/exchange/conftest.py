"""One project with one finished run, for tests that only look."""

from __future__ import annotations

import pytest

from corridor.liars import turns, written
from house import House, spec


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A task that sends a context file along; no test writes to it."""
    house = House.build(tmp_path_factory.mktemp("lived_in") / "house")
    house.write("agent-prompts/context/data_context.md", "# Data Context\n\nNumbers.\n")
    house.write(f"agent-prompts/{House.TASK}", spec(context=("Schema: context/data_context.md",)))
    house.run(script=turns(written()))
    return house
