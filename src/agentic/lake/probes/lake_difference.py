"""Two snapshots -> the rows that came and went, and what happened to the columns.

Files that both hold are not read. Where only files came, or only went, their own counts tell; otherwise the rows of the
files that differ cancel each other out, as a multiset.
"""

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from lake_catalog import ancestors, current, figure, find_snapshot, load, stamp, tell
from lake_faults import Fault, near

STEP = 1_000_000
"""Rows that wait before they are set off against each other."""
NARROW = 1 << 30
"""Bytes up to which texts may be held with 32-bit offsets."""
SHOWN = 20
COUNT = "__count"


def diff(table: str, start: str, end: str, key: list[str]) -> dict[str, Any]:
    loaded = load(table)
    last = find_snapshot(loaded, end) if end else current(loaded)
    first = find_snapshot(loaded, start) if start else before(loaded, last)
    fields = common_fields(loaded, first, last)
    refuse_unknown(key, fields)
    gone, come = differing(files_at(loaded, first), files_at(loaded, last))
    counted = not key and (not gone or not come) and not any(task.delete_files for task in (*gone, *come))
    told = {"added": rows_in(come), "removed": rows_in(gone)} if counted else compared(loaded, fields, gone, come, key)
    return {
        "table": ".".join(loaded.name()), "start": said(first), "end": said(last),
        "columns": list(column_changes(loaded, first, last)), "compared": "files" if counted else "rows",
        "is_forward": first is None or first in ancestors(loaded.metadata, last), **told,
    }  # fmt: skip


def before(loaded: Any, last: Any) -> Any:
    """The parent; None for the first load of all. Raises Fault where it has expired."""
    parent = last.parent_snapshot_id
    found = loaded.metadata.snapshot_by_id(parent) if parent is not None else None
    held = (
        (figure(last, "total-records") or 0)
        - (figure(last, "added-records") or 0)
        + (figure(last, "deleted-records") or 0)
    )
    if found is None and (parent is not None or held):
        raise Fault(
            "no snapshot",
            f"the snapshot before {last.snapshot_id} has expired",
            "name one that is left: agentic lake history TABLE.",
        )
    return found


def said(snapshot: Any) -> dict[str, str]:
    return {"id": str(snapshot.snapshot_id), "at": stamp(snapshot.timestamp_ms)} if snapshot else {"id": "", "at": ""}


# --- columns ------------------------------------------------------------------------------------------------


def schema_at(loaded: Any, snapshot: Any) -> Any:
    known = loaded.schemas()
    return known.get(snapshot.schema_id, loaded.schema()) if snapshot else loaded.schema()


def common_fields(loaded: Any, first: Any, last: Any) -> list[Any]:
    """Columns of both, under their newer names: a renamed column is the same one."""
    earlier = {field.field_id for field in schema_at(loaded, first or last).fields}
    return [field for field in schema_at(loaded, last).fields if field.field_id in earlier]


def column_changes(loaded: Any, first: Any, last: Any) -> Iterator[str]:
    if first is None:
        return
    old = {field.field_id: field for field in schema_at(loaded, first).fields}
    new = {field.field_id: field for field in schema_at(loaded, last).fields}
    yield from (f"added {new[one].name} ({new[one].field_type})" for one in new if one not in old)
    yield from (f"removed {old[one].name} ({old[one].field_type})" for one in old if one not in new)
    for one in (one for one in new if one in old):
        if old[one].name != new[one].name:
            yield f"renamed {old[one].name} to {new[one].name}"
        if old[one].field_type != new[one].field_type:
            yield f"{new[one].name}: {old[one].field_type} became {new[one].field_type}"
        if old[one].required != new[one].required:
            yield f"{new[one].name}: {'required' if new[one].required else 'may be empty'} now"


def refuse_unknown(key: list[str], fields: list[Any]) -> None:
    names = [field.name for field in fields]
    for one in key:
        if one not in names:
            raise Fault("refused", f"no column {one} in both snapshots", near(one, names))


# --- files --------------------------------------------------------------------------------------------------


def files_at(loaded: Any, snapshot: Any) -> dict[Any, Any]:
    """What would be read: a data file together with what deletes from it."""
    if snapshot is None:
        return {}
    tell(f"planning snapshot {snapshot.snapshot_id}")
    return {
        (task.file.file_path, frozenset((one.file_path, one.record_count) for one in task.delete_files)): task
        for task in loaded.scan(snapshot_id=snapshot.snapshot_id).plan_files()
    }


def differing(old: dict[Any, Any], new: dict[Any, Any]) -> tuple[list[Any], list[Any]]:
    return [task for name, task in old.items() if name not in new], [
        task for name, task in new.items() if name not in old
    ]


def rows_in(tasks: list[Any]) -> int:
    return sum(task.file.record_count for task in tasks)


# --- rows ---------------------------------------------------------------------------------------------------


def compared(loaded: Any, fields: list[Any], gone: list[Any], come: list[Any], key: list[str]) -> dict[str, Any]:
    import pyarrow.compute as pc

    left = cancelled(loaded, fields, gone, come)
    counts = left[COUNT]
    added = pc.sum(pc.max_element_wise(counts, 0)).as_py() or 0
    removed = -(pc.sum(pc.min_element_wise(counts, 0)).as_py() or 0)
    return {"added": added, "removed": removed, **(keyed(left, key) if key and left.num_rows else {})}


def cancelled(loaded: Any, fields: list[Any], gone: list[Any], come: list[Any]) -> Any:
    """Rows that are left, with how many more (or fewer) of them there are now.

    Both sides are read in turn, so that a rewritten file cancels out soon, and memory holds the difference only.
    """
    import pyarrow as pa

    names = [field.name for field in fields]
    total, done, waiting = rows_in(gone) + rows_in(come), 0, 0
    held, some = None, []
    for sign, batch in in_turn(read(loaded, fields, gone), read(loaded, fields, come)):
        columns = [comparable(column) for column in batch.columns]
        some.append(pa.table([*columns, pa.repeat(pa.scalar(sign, pa.int64()), batch.num_rows)], names=[*names, COUNT]))
        waiting, done = waiting + batch.num_rows, done + batch.num_rows
        if waiting >= max(STEP, held.num_rows if held else 0):
            held, some, waiting = offset(held, some, names), [], 0
            tell(f"compared {done:,} of {total:,} rows")
    empty = pa.table({**{name: pa.nulls(0) for name in names}, COUNT: pa.array([], pa.int64())})
    return offset(held, some, names) if some else held if held is not None else empty


def in_turn(old: Iterator[Any], new: Iterator[Any]) -> Iterator[tuple[int, Any]]:
    for one, other in zip_longest(old, new):
        if one is not None:
            yield -1, one
        if other is not None:
            yield 1, other


def read(loaded: Any, fields: list[Any], tasks: list[Any]) -> Iterator[Any]:
    """File by file, in the order of their partitions as far as their names tell."""
    import pyarrow as pa
    from pyiceberg.expressions import AlwaysTrue
    from pyiceberg.io.pyarrow import ArrowScan, schema_to_pyarrow
    from pyiceberg.schema import Schema

    schema = Schema(*fields)
    target = schema_to_pyarrow(schema)
    scan = ArrowScan(loaded.metadata, loaded.io, schema, AlwaysTrue())
    for task in sorted(tasks, key=lambda one: one.file.file_path):
        batches = scan.to_record_batches([task])
        yield from pa.RecordBatchReader.from_batches(target, batches).cast(target)


def comparable(column: Any) -> Any:
    """Nested values as text, since Arrow groups by plain ones only."""
    import pyarrow as pa

    if isinstance(column, pa.ExtensionArray):
        return column.storage
    if pa.types.is_nested(column.type):
        return pa.array([None if one is None else repr(one) for one in column.to_pylist()], pa.large_string())
    return column


def offset(held: Any, some: list[Any], names: list[str]) -> Any:
    """Equal rows as one, with the sum of their counts; those that come to nought are gone."""
    import pyarrow as pa
    import pyarrow.compute as pc

    whole = slimmed(pa.concat_tables([*([held.cast(some[0].schema)] if held is not None else []), *some]))
    summed = whole.group_by(names).aggregate([(COUNT, "sum")])
    summed = summed.select([*names, f"{COUNT}_sum"]).rename_columns([*names, COUNT])
    return summed.filter(pc.not_equal(summed[COUNT], 0))


def slimmed(whole: Any) -> Any:
    """Arrow groups by short texts ten times as fast as by long ones; their offsets end at 2 GB."""
    import pyarrow as pa

    if whole.nbytes > NARROW:
        return whole
    short = {pa.large_string(): pa.string(), pa.large_binary(): pa.binary()}
    return whole.cast(pa.schema([field.with_type(short.get(field.type, field.type)) for field in whole.schema]))


# --- keys ---------------------------------------------------------------------------------------------------


def keyed(left: Any, key: list[str]) -> dict[str, Any]:
    """How many keys came, went and changed; the first of them, with the columns that changed. No values but keys."""
    groups = left.group_by(key).aggregate([(COUNT, "max"), (COUNT, "min")]).sort_by([(one, "ascending") for one in key])
    rows: dict[tuple[Any, ...], list[Any]] = {}
    shown = groups.slice(0, SHOWN)
    for row in left.join(shown.select(key), keys=key, join_type="left semi").to_pylist():
        rows.setdefault(tuple(row[one] for one in key), []).append(row)
    kinds = [
        kind(most, least)
        for most, least in zip(groups[f"{COUNT}_max"].to_pylist(), groups[f"{COUNT}_min"].to_pylist(), strict=True)
    ]
    sample = [
        {
            "key": {one: plain(row[one]) for one in key},
            "kind": what,
            "columns": changed(rows.get(tuple(row[one] for one in key), [])),
        }
        for row, what in zip(shown.to_pylist(), kinds, strict=False)
    ]
    counts = {f"{what}_keys": kinds.count(what) for what in ("added", "removed", "changed")}
    return {**counts, "sample": sample}


def kind(most: int, least: int) -> str:
    return "changed" if most > 0 > least else "added" if most > 0 else "removed"


def changed(rows: list[Any]) -> list[str]:
    """Of one row that was and one that is."""
    if len(rows) != 2 or rows[0][COUNT] * rows[1][COUNT] >= 0:
        return []
    return [name for name in rows[0] if name != COUNT and rows[0][name] != rows[1][name]]


def plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
