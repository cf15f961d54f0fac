"""What all nouns are."""

from __future__ import annotations

import msgspec


class Noun(msgspec.Struct, frozen=True):
    """A frozen value. A struct of msgspec and no dataclass: twenty of those take longer to make than a task to read."""
