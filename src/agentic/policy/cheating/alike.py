"""Two names -> is one the other with a slip of the finger?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

LONGEST = 200
"""Characters; no name is longer, and the distance of two texts costs their product."""


@lru_cache(maxsize=4096)
def typo(one: str, other: str) -> bool:
    """At most three slips, fewer in short names; `amount1` and `amount2` are two names and no slip."""
    one, other = one.lower(), other.lower()
    if one == other:
        return True
    if digits(one) != digits(other) or max(len(one), len(other)) > LONGEST:
        return False
    return distance(one, other) <= slips(min(len(one), len(other)))


def digits(text: str) -> str:
    """The figures in a name."""
    return re.sub(r"\D", "", text)


def slips(length: int) -> int:
    """How many a name of this length may have."""
    return 0 if length < 2 else 1 if length <= 4 else 2 if length <= 10 else 3


def distance(one: str, other: str) -> int:
    """Letters added, left out, replaced or swapped with their neighbour."""
    before, last = [0] * (len(other) + 1), list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        line = [row]
        for column, other_letter in enumerate(other, 1):
            cost = min(last[column] + 1, line[-1] + 1, last[column - 1] + (letter != other_letter))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == other_letter:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        before, last = last, line
    return last[-1]


def closest(name: str, names: Iterable[str]) -> str:
    """The name that this one may be a slip of; empty where there is none."""
    return min((one for one in names if typo(name, one)), key=lambda one: distance(name, one), default="")
