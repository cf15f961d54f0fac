"""A task -> what it is proven against: the wording of its requirements, and the contract of the data that it names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from agentic.values import Requirement, TaskSpec
from agentic.values.digest import digest


class Column(Protocol):
    """One column, as the data context describes it."""

    @property
    def name(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def nullable(self) -> bool: ...
    @property
    def meaning(self) -> str: ...


class Described(Protocol):
    """A dataset of the data context."""

    @property
    def name(self) -> str: ...
    @property
    def columns(self) -> Sequence[Column]: ...


def grounds_of(
    task: TaskSpec, requirements: Iterable[Requirement], datasets: Mapping[str, Described]
) -> dict[str, dict[str, str]]:
    """Name -> digest. A requirement that does not exist has no wording, so it is left out."""
    wordings, contracts = wordings_of(requirements), contracts_of(datasets)
    return {
        "requirements": {name: wordings[name].digest for name in task.requirements if name in wordings},
        "contract": {name: contracts[name] for name in named_in(task.text, contracts)},
    }


def wordings_of(requirements: Iterable[Requirement]) -> dict[str, Requirement]:
    """By id; of two with one id the first counts, and lint tells of the second."""
    found: dict[str, Requirement] = {}
    for one in requirements:
        found.setdefault(one.id, one)
    return found


def contracts_of(datasets: Mapping[str, Described]) -> dict[str, str]:
    """Digest of every dataset."""
    return {name: contract(dataset) for name, dataset in datasets.items()}


def contract(dataset: Described) -> str:
    """`sha256:` of its columns. Columns are found by name, so their order is layout, as is the width of the table."""
    return digest("\n".join(sorted("\t".join(cells(column)) for column in dataset.columns)))


def cells(column: Column) -> tuple[str, ...]:
    """One row of the table, without its layout."""
    said = (column.name, column.type, "nullable" if column.nullable else "not null", column.meaning)
    return tuple(" ".join(word.split()) for word in said)


def named_in(text: str, names: Iterable[str]) -> Iterator[str]:
    """Names that stand in the text as words of their own: `bronze.flights` names flights, `flights_to_iceberg` does not."""
    return (name for name in names if name in text and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text))
