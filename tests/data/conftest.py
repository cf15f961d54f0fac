"""Readers of files as modules: they lie in a folder from which a program of the project's Python runs."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

PROBES = Path(__file__).parents[2] / "src/agentic/data/probes"


@pytest.fixture(scope="module")
def probes() -> Iterator[dict[str, Any]]:
    """Name -> module."""
    sys.path.insert(0, str(PROBES))
    try:
        yield {
            name: importlib.import_module(name) for name in ("from_csv", "from_json", "json_array", "typed", "beside")
        }
    finally:
        sys.path.remove(str(PROBES))
