"""Which snapshots may go, which files nothing refers to."""

from datetime import UTC, datetime, timedelta
from typing import Any

from lake_catalog import load, stamp, tell
from lake_change import seen
from lake_look import snapshot_row

SHOWN = 200
"""Orphan files that are named; all are counted."""
DATA, METADATA = "write.data.path", "write.metadata.path"


def preview_expiry(table: str, keep: int | None, older_than: float | None) -> dict[str, Any]:
    """Snapshots that would expire, files that only they need, and files that nothing needs already."""
    loaded = load(table)
    metadata = loaded.metadata
    expiring = expired_by(metadata, keep, older_than)
    kept = [one for one in metadata.snapshots if one not in expiring]
    there = files_under(loaded)
    needed = needed_by(loaded, kept)
    freed = needed_by(loaded, expiring) - needed
    orphans = sorted(set(there) - needed - freed - own_files(loaded))
    shown = [{"path": one, "bytes": there[one][0], "modified": there[one][1]} for one in orphans[:SHOWN]]
    return {
        **seen(loaded),
        "snapshots": [snapshot_row(one) for one in expiring],
        "kept": len(kept),
        "freed_files": len(freed),
        "freed_bytes": sum(there[one][0] for one in freed if one in there),
        "orphan_files": len(orphans),
        "orphan_bytes": sum(there[one][0] for one in orphans),
        "orphans": shown,
    }


def expired_by(metadata: Any, keep: int | None, older_than: float | None) -> list[Any]:
    """Both wishes have to agree; neither: none. What a branch or a tag names stays, main's newest among them."""
    if keep is None and older_than is None:
        return []
    named = {ref.snapshot_id for ref in metadata.refs.values()} | {metadata.current_snapshot_id}
    newest_first = sorted(
        metadata.snapshots, key=lambda one: (one.timestamp_ms, one.sequence_number or 0), reverse=True
    )
    old = newest_first[keep:] if keep is not None else newest_first
    if older_than is not None:
        before = (datetime.now(UTC) - timedelta(days=older_than)).timestamp() * 1000
        old = [one for one in old if one.timestamp_ms < before]
    return [one for one in old if one.snapshot_id not in named and one.snapshot_id != newest_first[0].snapshot_id]


def needed_by(loaded: Any, snapshots: list[Any]) -> set[str]:
    """Manifest lists, manifests, data and delete files. Snapshots share manifests: each is read once."""
    found, manifests = set(), {}
    for one in snapshots:
        found.add(place(loaded, one.manifest_list))
        manifests.update({manifest.manifest_path: manifest for manifest in one.manifests(loaded.io)})
    for number, (path, manifest) in enumerate(manifests.items(), 1):
        if number % 50 == 0:
            tell(f"manifest {number} of {len(manifests)}")
        found.add(place(loaded, path))
        for entry in manifest.fetch_manifest_entry(loaded.io, discard_deleted=True):
            found.add(place(loaded, entry.data_file.file_path))
    return found


def own_files(loaded: Any) -> set[str]:
    """Metadata files that the log knows, and statistics."""
    metadata = loaded.metadata
    statistics = [*metadata.statistics, *metadata.partition_statistics]
    paths = [
        loaded.metadata_location,
        *(one.metadata_file for one in metadata.metadata_log),
        *(one.statistics_path for one in statistics),
    ]
    return {place(loaded, path) for path in paths}


def files_under(loaded: Any) -> dict[str, tuple[int, str]]:
    """Every file in the table's folders: its bytes, and when it was written."""
    from pyarrow.fs import FileSelector, FileType

    found = {}
    for folder in {
        loaded.location(),
        *(loaded.properties[key] for key in (DATA, METADATA) if key in loaded.properties),
    }:
        scheme, host, path = loaded.io.parse_location(folder)
        tell(f"listing {folder}")
        for info in loaded.io.fs_by_scheme(scheme, host).get_file_info(
            FileSelector(path, recursive=True, allow_not_found=True)
        ):
            if info.type == FileType.File and not info.base_name.startswith((".", "version-hint")):
                found[info.path] = (info.size, stamp((info.mtime_ns or 0) // 1_000_000))
    return found


def place(loaded: Any, path: str) -> str:
    """Spark writes `file:/a`, PyIceberg `/a` or `file:///a`: one file, one name."""
    return str(loaded.io.parse_location(path)[2])
