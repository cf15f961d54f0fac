"""Told -> the datasets that were read and written, as far as the archive knows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from agentic.exchange.told import Told
from agentic.values import TaskSpec, Verdict
from agentic.values.noun import Noun

LEDGERS = ("_loads", "_quarantine", "_backfills")
"""How tables end that a job keeps beside the one it is about: nobody reads them for their rows."""
SOURCES = ("source", "api", "database")
"""Parameters that name a source of configs/sources.yml."""


class Dataset(Noun, frozen=True):
    """A table, a source or a file."""

    name: str
    place: Literal["lake", "scratch", "declared", "source", "project"]
    """lake: the project's own. scratch: a lake that a check made for itself. declared: the task names it, nobody has seen it."""
    rows: int | None = None
    version: str = ""
    """Snapshot of a table; digest of a file."""
    columns: tuple[tuple[str, str], ...] = ()
    """Name and type."""


def read_and_written(told: Told) -> tuple[tuple[Dataset, ...], tuple[Dataset, ...]]:
    """What was read, what was written; a table that a job wrote is not read by it as well.

    Files are told where no table is known: what an execution writes first of all is code.
    """
    run = tables_of_jobs(told)
    written = {one.name: one for one in (*declared(told.task, ("table",)), *run[1], *published(told))}
    wishes = tuple(sources(told.task))
    read = {one.name: one for one in (*(() if wishes else run[0]), *wishes) if one.name not in written}
    return tuple(read.values()), tuple(written.values()) or tuple(files(told))


def files(told: Told) -> Iterator[Dataset]:
    """Files that were landed; of work by hand those that it wrote, each as it was last."""
    by_hand = {body["path"]: str(body["digest"]) for body in told.all("wrote")}
    yield from (Dataset(path, "project", version=named) for path, named in by_hand.items())
    yield from (Dataset(one.path, "project", version=one.digest) for one in told.execution.files)


def sources(task: TaskSpec | None) -> Iterator[Dataset]:
    """What the task says that it reads."""
    said = task.parameters if task else {}
    named = [str(said[key]) for key in SOURCES if isinstance(said.get(key), str)]
    yield from (Dataset(name, "source") for name in named if "source_table" not in said)
    if named and "source_table" in said:
        # A table of another system, as that system calls it.
        yield Dataset(f"{named[0]}.{said['source_table']}", "source")
    else:
        yield from declared(task, ("source_table",))


def declared(task: TaskSpec | None, keys: tuple[str, ...]) -> Iterator[Dataset]:
    """Tables that parameters of the task name."""
    said = task.parameters if task else {}
    yield from (Dataset(str(said[key]), "declared") for key in keys if isinstance(said.get(key), str))


def tables_of_jobs(told: Told) -> tuple[tuple[Dataset, ...], tuple[Dataset, ...]]:
    """Read and written by the task's own jobs, in the lake of its checks.

    Jobs run one after the other over one lake. A table with another snapshot than before was written; those that were
    there before and stayed as they are, a job could read. A job that is no deliverable only lays out what is read.
    """
    before: dict[str, Dataset] = {}
    read: dict[str, Dataset] = {}
    written: dict[str, Dataset] = {}
    for verdict in told.execution.verdicts:
        after = seen(verdict, "scratch") if verdict.kind == "job" else {}
        if after and is_own(told, verdict):
            changed = {name for name, one in after.items() if before.get(name) != one}
            written |= {name: after[name] for name in after if name in changed}
            read |= {name: one for name, one in after.items() if name not in changed and not name.endswith(LEDGERS)}
        before = after or before
    return tuple(read.values()), tuple(written.values())


def is_own(told: Told, verdict: Verdict) -> bool:
    """Is the job that was run what the task makes?"""
    target = verdict.source.partition(": ")[2]
    return target in (told.task.deliverables if told.task else [one.path for one in told.execution.files])


def published(told: Told) -> Iterator[Dataset]:
    """Tables of the project's own lake that have a new snapshot."""
    for verdict in told.execution.verdicts:
        if verdict.kind == "publish":
            found = seen(verdict, "lake")
            yield from (found[name] for name in verdict.written if name in found)


def seen(verdict: Verdict, place: Literal["lake", "scratch"]) -> dict[str, Dataset]:
    """The tables that a job left, as the catalog tells them."""
    tables: Mapping[str, Mapping[str, Any]] = verdict.evidence.get("tables", {})
    return {name: dataset(name, table, place) for name, table in tables.items()}


def dataset(name: str, table: Mapping[str, Any], place: Literal["lake", "scratch"]) -> Dataset:
    """One table."""
    columns = tuple((str(column), str(kind)) for column, kind in table.get("columns", ()))
    return Dataset(name, place, int(table["rows"]), str(table.get("snapshot", "")), columns)
