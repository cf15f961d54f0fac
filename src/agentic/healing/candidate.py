"""What a fixer sees, and what it may give: a change that somebody still has to try."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from typing import Any, NamedTuple

from agentic.healing.causes import Cause
from agentic.healing.edit import Edit
from agentic.healing.project import DbtProject
from agentic.healing.warehouse import Warehouse
from agentic.values import Failure


@dataclass(frozen=True)
class Case:
    """One failure with everything that is known around it."""

    failure: Failure
    cause: Cause
    project: DbtProject
    warehouse: Warehouse

    @property
    def node(self) -> Mapping[str, Any]:
        """The node that failed; empty where dbt came to none."""
        return self.project.node(self.failure.node)

    @property
    def path(self) -> str:
        """The file that a person would open."""
        return self.failure.path or str(self.node.get("original_file_path", ""))

    @cached_property
    def raw(self) -> str:
        """That file; empty where it is not there."""
        return self.project.whole(self.path) if self.path in self.project.files else ""

    @property
    def compiled(self) -> str:
        """The SQL that the database was given."""
        return self.failure.compiled

    @property
    def relation(self) -> str:
        """What the node makes, as the database calls it."""
        return self.project.relation(self.failure.node)


class Candidate(NamedTuple):
    """A change that may mend it."""

    how: str
    """The fixer."""
    title: str
    files: Mapping[str, str | None]
    """Path -> the whole new text; None removes it."""
    prior: float
    """How likely it is right when nothing but its form speaks for it: 0 to 1; measured on the fault benchmark."""
    near: float = 0.0
    """How alike the names are: 0 to 1. Of candidates that are otherwise equal the nearest is taken."""
    needs_run: bool = False
    """Can only dbt tell whether it builds? False: its SQL was tried on the database."""
    rebuilt: bool = False
    """An incremental model keeps what it has: only built anew in the copy it shows whether it is right."""
    same: Mapping[str, Any] | None = None
    """What the data said, compared with how it was when all was well; None: nothing to compare with."""
    full_refresh: bool = False
    about: frozenset[str] = frozenset()
    """The names that it takes for one: a change here and a change there that say the same are no rivals."""
    only_person: bool = False
    """Never without a person: it touches data, or what somebody decided."""


class Attempt(NamedTuple):
    """An edit of the SQL that failed, not tried yet."""

    how: str
    title: str
    edits: tuple[Edit, ...]
    """On the compiled SQL."""
    prior: float
    near: float = 0.0
    again: tuple[str, str] | None = None
    """(Name that is missing, what stands for it), wherever it is missing again."""


def likeness(one: str, other: str) -> float:
    """How alike two names are, 0 to 1; a name that was typed wrong is above 0.8."""
    one, other = one.lower(), other.lower()
    if one == other:
        return 1.0
    if one.replace("_", "") == other.replace("_", ""):
        return 0.99
    slips = distance(one, other)
    longest = max(len(one), len(other))
    if slips == 1 and longest > 2:  # one letter more, less, other, or two exchanged
        return 1 - 0.1 * 4 / max(longest, 4)
    return min(0.89, SequenceMatcher(None, one, other, autojunk=False).ratio())


def distance(one: str, other: str) -> int:
    """Letters put in, taken out, changed, or exchanged with their neighbour (Damerau 1964, optimal string alignment)."""
    if abs(len(one) - len(other)) > 2:
        return 99
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        older, before = before, row
        row = [i]
        for j, each in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != each))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == each:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]


def nearest(name: str, known: tuple[str, ...], least: float = 0.6, most: int = 5) -> tuple[tuple[float, str], ...]:
    """Names that are like this one, the most alike first."""
    found = sorted(
        ((likeness(name, one), one) for one in dict.fromkeys(known) if one.lower() != name.lower()), reverse=True
    )
    return tuple(pair for pair in found[:most] if pair[0] >= least)
