"""YAML is read in C where there is C; what nests so deep that it would take the process down is refused before."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import Any

import yaml

Fast: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DEEPEST = 1000
"""Levels; the reader in C follows each with a call of its own, and nobody tells it when its stack ends."""
BEGINS = re.compile(r"^[ \t?-]+", re.MULTILINE)
BRACKETS = re.compile(r"[\[\]{}]")


class Loader(Fast):  # type: ignore[misc]
    """A safe loader. Raises YAMLError for what nests too deep, as for everything else that is wrong."""

    def __init__(self, stream: str) -> None:
        if len(stream) > DEEPEST and depth(stream) > DEEPEST:
            raise yaml.YAMLError(f"it nests deeper than {DEEPEST} levels")
        super().__init__(stream)


def depth(text: str) -> int:
    """At most so many levels. Brackets in quotes count as well: nobody quotes a thousand that are never closed."""
    blocks = max((len(found[0]) for found in BEGINS.finditer(text)), default=0)
    steps = (1 if found[0] in "[{" else -1 for found in BRACKETS.finditer(text))
    return blocks + max(accumulate(steps), default=0)
