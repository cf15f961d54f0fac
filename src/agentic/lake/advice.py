"""What makes a job or a table slow: each with its evidence, and what to change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from agentic.values.noun import Noun


class Advice(Noun, frozen=True):
    """One thing that costs time, and what to do about it."""

    code: str
    message: str
    fix: str
    about: str = ""
    """The table, or the query as Spark describes it."""
    stage: int | None = None
    node: str = ""
    """The plan node, as Spark writes it."""
    evidence: Mapping[str, Any] = {}
    """The figures behind it."""


class Explained(Noun, frozen=True):
    """What was looked at, and what was found."""

    about: str
    kind: Literal["table", "job"]
    findings: tuple[Advice, ...]
    looked_at: Mapping[str, Any] = {}
    """How much: files, queries, stages."""
    exit_code: int = 0
    """Of the job, where it was run."""
    notes: tuple[str, ...] = ()


# --- an event log, as the program reads it --------------------------------------------------------------------


class Node(Noun, frozen=True):
    """One node of a physical plan."""

    name: str
    words: str
    figures: Mapping[str, int] = {}
    stages: tuple[int, ...] = ()
    children: tuple[Node, ...] = ()

    def walk(self) -> Iterator[Node]:
        """It and all below."""
        yield self
        for child in self.children:
            yield from child.walk()

    def figure(self, *names: str) -> int:
        """The first of these that was counted."""
        return next((self.figures[name] for name in names if name in self.figures), 0)


class Query(Noun, frozen=True):
    """One SQL execution."""

    id: int
    words: str
    plan: Node
    settings: Mapping[str, str] = {}
    """Changed for this query."""
    failed: bool = False

    @property
    def about(self) -> str:
        """`query 3: count at ...`."""
        return f"query {self.id}: {self.words}"


class Stage(Noun, frozen=True):
    """Tasks that did the same on different parts of the data."""

    id: int
    name: str
    query: int
    tasks: int
    sums: Mapping[str, int]
    largest: Mapping[str, int]
    median: Mapping[str, int]


class EventLog(Noun, frozen=True):
    """One application."""

    application: str
    cores: int
    settings: Mapping[str, str]
    queries: tuple[Query, ...]
    stages: tuple[Stage, ...]


class Shape(Noun, frozen=True):
    """One table's metadata in numbers."""

    table: str
    snapshots: int
    target: int
    partition: tuple[str, ...]
    sorted_by: tuple[str, ...]
    metrics_off: bool
    specs: int
    files: int
    bytes: int
    rows: int
    small_files: int
    small_bytes: int
    delete_files: int
    manifests: int
    without_bounds: int
    parts: int
    largest_part: Mapping[str, Any]
    median_part_bytes: int
    other_specs: int
    overlaps: Mapping[str, float]
    one_file_parts: int
