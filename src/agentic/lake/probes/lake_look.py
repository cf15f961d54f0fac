"""Tables with their size, and the history of one."""

from typing import Any

from lake_catalog import ancestors, figure, load, names_in, open_catalog, other_names, rows_of, stamp, tell
from lake_faults import Fault, fault_of


def tables() -> dict[str, Any]:
    catalog = open_catalog()
    names = names_in(catalog)
    found = []
    for number, name in enumerate(names, 1):
        tell(f"table {number} of {len(names)}: {name}")
        found.append(size_of(catalog, name))
    return {"tables": found, "others": other_names(catalog) if not names else []}


def size_of(catalog: Any, name: str) -> dict[str, Any]:
    """One that cannot be read says so, and the list goes on."""
    try:
        table = load(name, catalog)
        snapshot = table.current_snapshot()
        return {
            "name": name,
            "rows": rows_of(table, snapshot),
            "files": figure(snapshot, "total-data-files") if snapshot else 0,
            "bytes": figure(snapshot, "total-files-size") if snapshot else 0,
            "snapshot": str(snapshot.snapshot_id) if snapshot else "",
            "at": stamp(snapshot.timestamp_ms) if snapshot else "",
            "snapshots": len(table.metadata.snapshots),
        }
    except Exception as error:
        fault = fault_of(error)
        if fault["kind"] in ("locked", "unreachable", "not installed"):
            raise Fault(fault["kind"], fault["message"], cause=fault["cause"]) from error
        return {"name": name, "fault": f"{fault['message']}: {fault['cause']}"}


def history(table: str) -> dict[str, Any]:
    """Every snapshot that has not expired, newest first."""
    loaded = load(table)
    metadata, head = loaded.metadata, loaded.current_snapshot()
    line = {one.snapshot_id for one in ancestors(metadata, head)}
    names: dict[int, list[str]] = {}
    for name, ref in metadata.refs.items():
        names.setdefault(ref.snapshot_id, []).append(name)
    snapshots = sorted(metadata.snapshots, key=lambda one: (one.timestamp_ms, one.sequence_number or 0), reverse=True)
    return {
        "table": ".".join(loaded.name()),
        "current": str(head.snapshot_id) if head else "",
        "snapshots": [
            {**snapshot_row(one), "refs": sorted(names.get(one.snapshot_id, [])), "in_main": one.snapshot_id in line}
            for one in snapshots
        ],
        "refs": refs_of(metadata),
        "moves": [{"at": stamp(one.timestamp_ms), "snapshot": str(one.snapshot_id)} for one in metadata.snapshot_log],
    }


def snapshot_row(one: Any) -> dict[str, Any]:
    """What a snapshot did. A figure that its writer left out is null, not nought."""
    return {
        "id": str(one.snapshot_id),
        "parent": str(one.parent_snapshot_id) if one.parent_snapshot_id is not None else "",
        "at": stamp(one.timestamp_ms),
        "operation": one.summary.operation.value if one.summary else "",
        "added": counted(one, "added-records"),
        "removed": counted(one, "deleted-records"),
        "rows": figure(one, "total-records"),
        "by": writer(one),
    }


def counted(one: Any, name: str) -> int | None:
    """Writers leave out what is nought, if they count at all."""
    return figure(one, name) if figure(one, "total-records") is None else figure(one, name) or 0


def writer(one: Any) -> str:
    """The engine and its application, as far as the summary tells: Iceberg keeps no person."""
    said = one.summary.additional_properties if one.summary else {}
    engine = said.get("engine-name") or ("spark" if "spark.app.id" in said else "")
    return " ".join(word for word in (engine, said.get("app-id") or said.get("spark.app.id") or "") if word)


def refs_of(metadata: Any) -> list[dict[str, Any]]:
    """Branches and tags."""
    return [
        {
            "name": name,
            "kind": ref.snapshot_ref_type.value,
            "snapshot": str(ref.snapshot_id),
            "at": moment(metadata, ref),
        }
        for name, ref in sorted(metadata.refs.items())
    ]


def moment(metadata: Any, ref: Any) -> str:
    found = metadata.snapshot_by_id(ref.snapshot_id)
    return stamp(found.timestamp_ms) if found else ""
