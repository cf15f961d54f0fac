"""All kinds of fault, and the cases that are made of them."""

from __future__ import annotations

from collections import defaultdict
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


def cases(found: Sequence[Project], kinds: Sequence[Kind] = KINDS) -> Iterator[Case]:
    """Every place of every kind in every project."""
    for kind in kinds:
        for project in found:
            yield from (Case(kind, project.name, place, edit) for place, edit in enumerate(kind.places(project)))


def chosen(found: Sequence[Project], kinds: Sequence[Kind], count: int | None) -> list[Case]:
    """So many cases, drawn the same way every time: one of each kind and project, then a second of each, and so on."""
    every = list(cases(found, kinds))
    if count is None:
        return every
    groups: dict[tuple[str, str], list[Case]] = defaultdict(list)
    for case in every:
        groups[case.kind.name, case.project].append(case)
    turns = [
        (turn, Random(case.name).random(), case) for many in groups.values() for turn, case in enumerate(drawn(many))
    ]
    picked = {case.name for _, _, case in sorted(turns, key=lambda one: one[:2])[:count]}
    return [case for case in every if case.name in picked]


def drawn(many: Sequence[Case]) -> list[Case]:
    return Random(f"{many[0].kind.name}/{many[0].project}").sample(many, len(many))
