"""What time it is: always UTC, so that records made in two places are in one order."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> str:
    """`2026-11-20T20:47:03Z`: the moment of a step."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def today() -> str:
    """`2026-11-20`: the day of a record, a decision, a plan."""
    return datetime.now(UTC).strftime("%Y-%m-%d")


def day_of(moment: float) -> str:
    """The day of a moment in seconds since 1970, as a file system tells it."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d")
