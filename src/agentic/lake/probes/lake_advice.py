"""What a table's metadata tells of how it will be read: sizes, parts, snapshots, bounds. No row is read."""

from collections import defaultdict
from typing import Any

from lake_catalog import load, tell

TARGET = 512 * 1024 * 1024
SHOWN = 5


def shape(table: str) -> dict[str, Any]:
    """The table in numbers."""
    loaded = load(table)
    metadata, head = loaded.metadata, loaded.current_snapshot()
    spec = loaded.spec()
    told = {
        "table": ".".join(loaded.name()),
        "snapshots": len(metadata.snapshots),
        "target": int(loaded.properties.get("write.target-file-size-bytes", TARGET)),
        "partition": [f"{one.transform}({loaded.schema().find_column_name(one.source_id)})" for one in spec.fields],
        "sorted_by": [loaded.schema().find_column_name(one.source_id) or "?" for one in loaded.sort_order().fields],
        "metrics_off": metrics_off(loaded.properties),
        "specs": len(metadata.partition_specs),
    }
    return {**told, **(files_of(loaded, head) if head else EMPTY)}


EMPTY: dict[str, Any] = {
    "files": 0, "bytes": 0, "rows": 0, "small_files": 0, "small_bytes": 0, "delete_files": 0, "manifests": 0,
    "without_bounds": 0, "parts": 0, "largest_part": {}, "median_part_bytes": 0, "other_specs": 0, "overlaps": {},
    "one_file_parts": 0,
}  # fmt: skip


def metrics_off(properties: dict[str, str]) -> bool:
    """Whether its writers are told to keep no bounds."""
    return properties.get("write.metadata.metrics.default", "") in ("none", "counts")


def files_of(loaded: Any, head: Any) -> dict[str, Any]:
    """Every live file of main, from the manifests."""
    manifests = head.manifests(loaded.io)
    target = int(loaded.properties.get("write.target-file-size-bytes", TARGET))
    parts: dict[str, list[Any]] = defaultdict(list)
    deletes = 0
    for number, manifest in enumerate(manifests, 1):
        if number % 50 == 0:
            tell(f"manifest {number} of {len(manifests)}")
        for entry in manifest.fetch_manifest_entry(loaded.io, discard_deleted=True):
            file = entry.data_file
            if file.content.name != "DATA":
                deletes += 1
                continue
            parts[f"{manifest.partition_spec_id} {file.partition!r}"].append((file, manifest.partition_spec_id))
    files = [pair for some in parts.values() for pair in some]
    # One small file in a part is the end of it; there is nothing to merge it with.
    small = [file for some in parts.values() for file in mergeable([one for one, _ in some], target)]
    sizes = sorted(sum(file.file_size_in_bytes for file, _ in some) for some in parts.values())
    largest = max(parts, key=lambda key: sum(file.file_size_in_bytes for file, _ in parts[key]), default="")
    return {
        "files": len(files),
        "bytes": sum(file.file_size_in_bytes for file, _ in files),
        "rows": sum(file.record_count for file, _ in files),
        "small_files": len(small),
        "small_bytes": sum(file.file_size_in_bytes for file in small),
        "delete_files": deletes,
        "manifests": len(manifests),
        "without_bounds": sum(not file.lower_bounds for file, _ in files),
        "parts": len(parts),
        "largest_part": part_told(largest, parts.get(largest, [])),
        "median_part_bytes": sizes[len(sizes) // 2] if sizes else 0,
        "other_specs": sum(spec != loaded.spec().spec_id for _, spec in files),
        "overlaps": overlaps(loaded, [file for file, _ in files]),
        "one_file_parts": sum(len(some) == 1 for some in parts.values()),
    }


def mergeable_files(loaded: Any, head: Any) -> list[Any]:
    """All of main that would be merged."""
    target = int(loaded.properties.get("write.target-file-size-bytes", TARGET))
    parts: dict[str, list[Any]] = defaultdict(list)
    for manifest in head.manifests(loaded.io):
        for entry in manifest.fetch_manifest_entry(loaded.io, discard_deleted=True):
            if entry.data_file.content.name == "DATA":
                parts[f"{manifest.partition_spec_id} {entry.data_file.partition!r}"].append(entry.data_file)
    return [file for some in parts.values() for file in mergeable(some, target)]


def mergeable(files: list[Any], target: int) -> list[Any]:
    """What rewrite_data_files would take: below three quarters of the target, and not alone."""
    small = [one for one in files if one.file_size_in_bytes < 0.75 * target]
    return small if len(small) > 1 else []


def part_told(key: str, some: list[Any]) -> dict[str, Any]:
    if not some:
        return {}
    return {
        "part": key.partition(" ")[2],
        "files": len(some),
        "bytes": sum(file.file_size_in_bytes for file, _ in some),
        "rows": sum(file.record_count for file, _ in some),
    }


def overlaps(loaded: Any, files: list[Any]) -> dict[str, float]:
    """Column -> the share of files that a look for one value would open, for the columns with bounds in all of them."""
    from pyiceberg.conversions import from_bytes
    from pyiceberg.types import PrimitiveType

    told = {}
    for field in loaded.schema().fields:
        if not isinstance(field.field_type, PrimitiveType) or len(files) < 2 or len(files) > 20_000:
            continue
        bounds = [(file.lower_bounds or {}).get(field.field_id) for file in files]
        if any(one is None for one in bounds):
            continue
        spans = []
        for file in files:
            high = (file.upper_bounds or {}).get(field.field_id)
            if high is None:
                break
            spans.append(
                (from_bytes(field.field_type, file.lower_bounds[field.field_id]), from_bytes(field.field_type, high))
            )
        if len(spans) == len(files):
            told[field.name] = share_opened(spans)
    return told


def share_opened(spans: list[tuple[Any, Any]]) -> float:
    """How many of the spans hold the middle of one of them, on average, as a share of all."""
    probes = [low for low, _ in spans[:: max(1, len(spans) // 50)]]
    held = [sum(low <= probe <= high for low, high in spans) for probe in probes]
    return round(sum(held) / len(held) / len(spans), 3)
