"""All kinds of fault, and the cases that are made of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from faults import meaning, names, places, rows, syntax
from faults.project import Edit, Kind, Project

KINDS: tuple[Kind, ...] = (*names.KINDS, *syntax.KINDS, *meaning.KINDS, *rows.KINDS, *places.KINDS)


@dataclass(frozen=True)
class Case:
    """One fault at one place of one project."""

    kind: Kind
    project: str
    place: int
    edit: Edit

    @property
    def name(self) -> str:
        return f"{self.kind.name} / {self.project} / {self.place}"


def cases(found: Sequence[Project], kinds: Sequence[Kind] = KINDS, most: int | None = None) -> Iterator[Case]:
    """Every place, or of each kind and project at most so many, drawn the same way every time."""
    for kind in kinds:
        for project in found:
            edits = list(enumerate(kind.places(project)))
            if most is not None and len(edits) > most:
                edits = sorted(Random(f"{kind.name}/{project.name}").sample(edits, most), key=lambda pair: pair[0])
            yield from (Case(kind, project.name, place, edit) for place, edit in edits)


def chosen(found: Sequence[Project], kinds: Sequence[Kind], count: int | None) -> list[Case]:
    """About `count` cases, as many of each kind and project as can be: the rarer kinds whole, the usual ones drawn."""
    if count is None:
        return list(cases(found, kinds))
    for most in range(1, 1000):
        picked = list(cases(found, kinds, most))
        if len(picked) >= count or len(picked) == len(list(cases(found, kinds, most + 1))):
            return picked
    return picked
