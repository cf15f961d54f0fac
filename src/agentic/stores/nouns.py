"""What lies in an object store, what differs from here, and what was moved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from agentic.values import Finding
from agentic.values.noun import Noun

Name = Literal["raw", "duckdb", "logs"]
CONTAINERS: tuple[Name, ...] = ("raw", "duckdb", "logs")
"""In this order, so that the logs of a transfer go with it."""
State = Literal[
    "same", "only here", "only there", "changed here", "changed there", "changed on both sides", "differs", "unknown"
]
"""differs: both have it, and nobody knows who changed it. unknown: of the same size, and nobody told the object's digest."""


class Place(Noun, frozen=True):
    """Where a container is. `login` holds secrets: a place is never shown, logged or written down."""

    kind: Literal["s3", "azure"]
    where: str
    """For people: `s3://bucket/raw`."""
    bucket: str
    prefix: str
    endpoint: str
    region: str
    login: Mapping[str, str]


class Container(Noun, frozen=True):
    """A container and the folder that it is held against."""

    name: str
    place: Place
    folder: str
    only: str = ""
    """The one file that belongs to it; empty: all of them."""
    shown: str = ""
    """The folder or file, from the project's root."""


class Object(Noun, frozen=True):
    """One object."""

    path: str
    size: int
    modified: str
    etag: str


class Contents(Noun, frozen=True):
    """All objects of one container."""

    container: str
    where: str
    objects: tuple[Object, ...]


class Listing(Noun, frozen=True):
    """What lies in a store."""

    store: str
    containers: tuple[Contents, ...]


class Difference(Noun, frozen=True):
    """One name that is not the same on both sides; a size is None where it is not."""

    path: str
    state: State
    here: int | None = None
    there: int | None = None


class Compared(Noun, frozen=True):
    """One container held against its folder."""

    container: str
    where: str
    folder: str
    counts: Mapping[str, int]
    """State -> how many files."""
    files: tuple[Difference, ...]
    """All but those that are the same."""
    notes: tuple[str, ...] = ()
    """What was left aside."""
    asked: int = 0
    """Objects whose digest had to be asked for one by one."""


class Status(Noun, frozen=True):
    """What differs."""

    store: str
    containers: tuple[Compared, ...]


class Moved(Noun, frozen=True):
    """What came of one file."""

    container: str
    path: str
    state: State
    """Before."""
    did: Literal["sent", "fetched", "same", "waits", "kept", "failed"]
    """same: read, and found to be so. waits: a preview; it would be moved. kept: moving it would lose something."""
    bytes: int = 0
    finding: Finding | None = None


class Transfer(Noun, frozen=True):
    """One upload or download."""

    store: str
    direction: Literal["upload", "download"]
    preview: bool
    status: Literal["done", "failed"]
    files: tuple[Moved, ...]
    """All that were not the same."""
    same: int
    bytes: int
    milliseconds: int
    notes: tuple[str, ...] = ()
    unlisted: tuple[str, ...] = ()
    """Containers of which the memory was believed (--quick): what others did there is seen only for files that changed here."""
