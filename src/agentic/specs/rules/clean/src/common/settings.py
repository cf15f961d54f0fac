"""Where the orders are: from the environment, with defaults for a laptop."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """What every job needs to know."""

    source: Path
    """Where the shop delivers."""
    landing: Path
    """Where deliveries are kept as they came."""


def read_settings() -> Settings:
    """Of this environment."""
    return Settings(
        source=Path(os.environ.get("ORDERS_SOURCE", "incoming")),
        landing=Path(os.environ.get("ORDERS_LANDING", "landing")),
    )
