"""Figures that never stand without what they are taken from."""

from __future__ import annotations

from agentic.values.noun import Noun


class Share(Noun, frozen=True):
    """`3 of 4`. Of nothing there is no share."""

    part: int = 0
    of: int = 0

    @property
    def percent(self) -> int | None:
        """In whole per cent, rounded down: 99.9 % is not all. None where there is nothing to take it from."""
        return 100 * self.part // self.of if self.of else None

    @property
    def words(self) -> str:
        """`75 % (3 of 4)`."""
        return f"{self.percent} % ({self.part:,} of {self.of:,})" if self.of else "not measured"
