"""A project with a lake of its own, written by PyIceberg: no JVM."""

from __future__ import annotations

from pathlib import Path

import pytest

from lake.pond import Pond


@pytest.fixture
def pond(tmp_path: Path) -> Pond:
    """Empty."""
    return Pond.build(tmp_path / "house")
