"""A project with a lake of its own, and Great Expectations."""

from __future__ import annotations

from pathlib import Path

import pytest

from quality.mill import Mill


@pytest.fixture
def mill(tmp_path: Path) -> Mill:
    """Empty."""
    return Mill.build(tmp_path / "house")
