"""Branches, tags, rollback: looked at first, then carried out exactly as looked at, or not at all."""

import re
from typing import Any, Literal

from lake_catalog import ancestors, current, find_snapshot, load, rows_of, tell
from lake_faults import Fault
from lake_look import snapshot_row
from pyiceberg.exceptions import CommitFailedException
from pyiceberg.table.update import (
    AssertTableUUID,
    RemoveSnapshotRefUpdate,
    RemoveSnapshotsUpdate,
    SetSnapshotRefUpdate,
    ValidatableTableRequirement,
)

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
ATTEMPTS = 5


class Unchanged(ValidatableTableRequirement):
    """No commit since the preview: checked by the catalog against what it is about to replace."""

    type: Literal["assert-unchanged"] = "assert-unchanged"
    seen: str

    def validate(self, base_metadata: Any) -> None:
        if base_metadata is None or print_of(base_metadata) != self.seen:
            raise CommitFailedException("another commit came first")


def print_of(metadata: Any) -> str:
    """All that a commit can change, in short."""
    refs = sorted((name, ref.snapshot_id) for name, ref in metadata.refs.items())
    snapshots = sorted(one.snapshot_id for one in metadata.snapshots)
    return repr((metadata.last_updated_ms, metadata.last_sequence_number, metadata.current_schema_id, refs, snapshots))


# --- previews -----------------------------------------------------------------------------------------------


def preview_rollback(table: str, to: str) -> dict[str, Any]:
    """What would be undone, and brought back where the target was itself rolled back before."""
    loaded = load(table)
    metadata, head = loaded.metadata, current(loaded)
    target = find_snapshot(loaded, to)
    now, then = ancestors(metadata, head), ancestors(metadata, target)
    undone = [one for one in now if one not in then]
    return {
        **seen(loaded),
        "snapshots": [snapshot_row(one) for one in undone],
        "restored": [snapshot_row(one) for one in then if one not in now],
        "before": str(head.snapshot_id),
        "after": str(target.snapshot_id),
        "rows_before": rows_of(loaded, head),
        "rows_after": rows_of(loaded, target),
        "notes": schema_notes(metadata, head, target),
    }


def schema_notes(metadata: Any, head: Any, target: Any) -> list[str]:
    """A rollback brings rows back, never columns."""
    if None in (head.schema_id, target.schema_id) or head.schema_id == target.schema_id:
        return []
    return [
        "the columns stay as they are now: a rollback moves rows, not the schema; agentic lake diff shows the difference"
    ]


def preview_drop(table: str, kind: str, name: str) -> dict[str, Any]:
    """The snapshots that nothing else would hold."""
    loaded = load(table)
    metadata = loaded.metadata
    ref = metadata.refs.get(name)
    if ref is None or ref.snapshot_ref_type.value != kind:
        there = [one for one, said in metadata.refs.items() if said.snapshot_ref_type.value == kind]
        raise Fault(
            "no snapshot", f"{table} has no {kind} {name}", f"there are: {', '.join(sorted(there))}" if there else ""
        )
    if name == "main":
        raise Fault("refused", "main is the table itself", "agentic lake rollback moves it.")
    held = {
        one.snapshot_id
        for other, said in metadata.refs.items()
        if other != name
        for one in ancestors(metadata, metadata.snapshot_by_id(said.snapshot_id))
    }
    lost = [one for one in ancestors(metadata, metadata.snapshot_by_id(ref.snapshot_id)) if one.snapshot_id not in held]
    notes = [f"{len(lost)} snapshot(s) are held by nothing else; the next expiry may take them"] if lost else []
    head = metadata.snapshot_by_id(ref.snapshot_id)
    return {
        **seen(loaded), "snapshots": [snapshot_row(one) for one in lost], "notes": notes, "before": str(ref.snapshot_id),
        "rows_before": rows_of(loaded, head),
    }  # fmt: skip


def seen(loaded: Any) -> dict[str, Any]:
    """The very state that was looked at."""
    return {"table": ".".join(loaded.name()), "metadata": loaded.metadata_location}


# --- changes ------------------------------------------------------------------------------------------------


def mark(table: str, kind: str, name: str, at: str) -> dict[str, Any]:
    """A new branch or tag. It takes nothing away, so a commit in between is no reason to stop."""
    if not NAME.fullmatch(name):
        raise Fault(
            "refused",
            f"{name!r} is no name for a {kind}",
            "letters, figures, `_`, `-` and `.`, beginning with a letter or figure.",
        )
    if name.isdigit():
        raise Fault("refused", f"{name} would be taken for the id of a snapshot", "let the name hold a letter.")
    for attempt in range(1, ATTEMPTS + 1):
        loaded = load(table)
        if name in loaded.metadata.refs:
            taken = loaded.metadata.refs[name]
            raise Fault(
                "refused",
                f"{table} has a {taken.snapshot_ref_type.value} {name} already, at {taken.snapshot_id}",
                "take another name, or --delete that one first.",
            )
        target = find_snapshot(loaded, at) if at else current(loaded)
        update = SetSnapshotRefUpdate(ref_name=name, type=kind, snapshot_id=target.snapshot_id)
        try:
            commit(loaded, update)
            break
        except CommitFailedException:
            if attempt == ATTEMPTS:
                raise
            tell("another commit came first; trying again")
    return {"table": ".".join(loaded.name()), "after": str(target.snapshot_id), "rows_after": rows_of(loaded, target)}


def carry_out(table: str, metadata: str, action: str, **what: Any) -> dict[str, Any]:
    """What was previewed on `metadata`, and nothing else. Raises Fault where another commit came first."""
    loaded = load(table)
    if loaded.metadata_location != metadata:
        raise Fault("moved", f"{table} has changed since the preview; nothing was done")
    tell(f"committing the {action}")
    commit(loaded, UPDATES[action](loaded, **what))
    return {}


def moved_main(loaded: Any, snapshot: str) -> Any:
    """main, with the retention that it had."""
    kept = loaded.metadata.refs["main"]
    return SetSnapshotRefUpdate(
        ref_name="main", type="branch", snapshot_id=int(snapshot), max_ref_age_ms=kept.max_ref_age_ms,
        max_snapshot_age_ms=kept.max_snapshot_age_ms, min_snapshots_to_keep=kept.min_snapshots_to_keep,
    )  # fmt: skip


def without_ref(loaded: Any, name: str) -> Any:
    return RemoveSnapshotRefUpdate(ref_name=name)


def without_snapshots(loaded: Any, snapshots: list[str]) -> Any:
    """Iceberg would drop a branch together with its snapshot; ours was seen to name none of them."""
    named = {ref.snapshot_id for ref in loaded.metadata.refs.values()}
    if found := named & {int(one) for one in snapshots}:
        raise Fault("refused", f"a branch or tag names the snapshot {min(found)}")
    return RemoveSnapshotsUpdate(snapshot_ids=[int(one) for one in snapshots])


UPDATES = {"rollback": moved_main, "drop": without_ref, "expiry": without_snapshots}


def commit(loaded: Any, update: Any) -> None:
    """One commit, only on the very metadata that was loaded."""
    requirements = (AssertTableUUID(uuid=loaded.metadata.table_uuid), Unchanged(seen=print_of(loaded.metadata)))
    loaded.catalog.commit_table(loaded, requirements, (update,))
