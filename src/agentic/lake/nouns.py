"""What is in the lake, and what changes in it. Ids are text: they have 64 bits, and JSON's numbers have 53."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from agentic.values.noun import Noun

Action = Literal["branch", "tag", "drop branch", "drop tag", "rollback", "expiry", "compaction", "orphans"]


class LakeTable(Noun, frozen=True):
    """One table as it stands."""

    name: str
    rows: int = 0
    files: int | None = None
    bytes: int | None = None
    """None: its writer did not say."""
    snapshot: str = ""
    """The newest of main; empty where nothing was ever written."""
    at: str = ""
    snapshots: int = 0
    fault: str = ""
    """Why it cannot be read."""


class Tables(Noun, frozen=True):
    """The whole lake."""

    catalog: str
    place: str
    """The catalog's address, without a password."""
    tables: tuple[LakeTable, ...]
    others: tuple[str, ...] = ()
    """Where this catalog is empty: other catalogs in the same database."""


class Snapshot(Noun, frozen=True):
    """One commit. A figure that its writer left out is None."""

    id: str
    at: str
    parent: str = ""
    operation: str = ""
    added: int | None = None
    removed: int | None = None
    rows: int | None = None
    by: str = ""
    """The engine, as far as the snapshot tells."""
    refs: tuple[str, ...] = ()
    in_main: bool = True
    """False: main does not come from it; it was rolled back, or belongs to a branch."""


class Ref(Noun, frozen=True):
    """A branch or a tag."""

    name: str
    kind: Literal["branch", "tag"]
    snapshot: str
    at: str = ""


class Move(Noun, frozen=True):
    """When main came to show a snapshot; a rollback is seen here and nowhere else."""

    at: str
    snapshot: str


class History(Noun, frozen=True):
    """One table over time, newest first."""

    table: str
    current: str
    snapshots: tuple[Snapshot, ...]
    refs: tuple[Ref, ...]
    moves: tuple[Move, ...] = ()


class Moment(Noun, frozen=True):
    """One end of a comparison; empty: before the first load."""

    id: str
    at: str


class Rows(Noun, frozen=True):
    """Some rows of a table, as they were."""

    table: str
    at: Moment
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    """Each with a value for each column. Whole numbers of 54 bits and more, dates, times and decimals are text."""
    more: bool
    """Whether there are others."""


class KeyedRow(Noun, frozen=True):
    """One key that came, went or changed. Of the other columns only names are told, never values."""

    key: Mapping[str, Any]
    kind: Literal["added", "removed", "changed"]
    columns: tuple[str, ...] = ()


class Difference(Noun, frozen=True):
    """What parted two snapshots."""

    table: str
    start: Moment
    end: Moment
    added: int
    removed: int
    columns: tuple[str, ...] = ()
    """What happened to the columns. Rows are compared in the columns that both have."""
    compared: Literal["files", "rows"] = "files"
    """files: their counts told enough; nothing was read."""
    is_forward: bool = True
    added_keys: int = 0
    removed_keys: int = 0
    changed_keys: int = 0
    sample: tuple[KeyedRow, ...] = ()


class Orphan(Noun, frozen=True):
    """A file in the table's folder to which nothing refers."""

    path: str
    bytes: int
    modified: str


class Change(Noun, frozen=True):
    """A change of the lake: as previewed, then as carried out."""

    action: Action
    table: str
    done: bool = False
    name: str = ""
    """Of the branch or tag."""
    before: str = ""
    after: str = ""
    """Snapshots."""
    rows_before: int | None = None
    rows_after: int | None = None
    snapshots: tuple[Snapshot, ...] = ()
    """Undone, expired, or held by nothing else."""
    restored: tuple[Snapshot, ...] = ()
    """Undone once, and brought back now."""
    kept: int = 0
    freed_files: int = 0
    freed_bytes: int = 0
    """Needed by expiring snapshots only: orphans afterwards."""
    orphan_files: int = 0
    orphan_bytes: int = 0
    orphans: tuple[Orphan, ...] = ()
    """The first of them."""
    merged_files: int = 0
    merged_bytes: int = 0
    """Small files that compaction merges: before."""
    rewritten_files: int = 0
    added_files: int = 0
    """What compaction did: files gone, files made of them."""
    manifests_before: int = 0
    rewritten_manifests: int = 0
    removed_files: int = 0
    until: str = ""
    """Orphans younger than that are left."""
    notes: tuple[str, ...] = ()
    decision: str = ""
    """The record in the archive."""
    metadata: str = ""
    """The very state that was looked at; a commit after it makes the change stop."""

    @property
    def is_empty(self) -> bool:
        """Nothing to carry out."""
        if self.action == "rollback":
            return self.before == self.after
        if self.action == "compaction":
            return not self.merged_files
        if self.action == "orphans":
            return not self.orphan_files
        return self.action == "expiry" and not self.snapshots
