"""The lake in words and tables, for people."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from agentic.cli.output import harmless, say, table, tell

if TYPE_CHECKING:
    from agentic.lake import Change, Difference, Explained, History, Ref, Rows, Snapshot, Tables

UNITS = ("B", "kB", "MB", "GB", "TB", "PB")
YOUNG = "a file of the last days may belong to a load that is under way"


def show_tables(found: Tables) -> None:
    """The lake, a line for each table; what cannot be read below."""
    rows = [
        (harmless(one.name), number(one.rows), number(one.files), size(one.bytes), one.snapshot or "-", moment(one.at))
        for one in found.tables
        if not one.fault
    ]
    if rows:
        table(("table", "rows", "files", "size", "snapshot", "when"), rows)
    for one in found.tables:
        if one.fault:
            say(f"cannot be read: {one.name}: {one.fault}")
    if not found.tables:
        say(f"no table in the catalog {found.catalog} ({found.place})")
    if found.others:
        say(f"the database holds other catalogs: {', '.join(found.others)} (LAKE_NAME, or name: in configs/lake.yaml)")


def show_history(found: History) -> None:
    """A line for each snapshot; what main does not come from is marked."""
    if not found.snapshots:
        return say(f"{found.table}: nothing was ever written")
    rows = [(*cells(one), harmless(one.by) or "-", harmless(", ".join(marks(one))) or "-") for one in found.snapshots]
    table(("snapshot", "when", "operation", "added", "removed", "rows", "by", "named"), rows)
    return None


def show_rows(found: Rows) -> None:
    """A table, and of which moment it is."""
    if found.rows:
        table(found.columns, [tuple(harmless(shown(value)) for value in row) for row in found.rows])
    more = "; there are more" if found.more else ""
    say(f"{len(found.rows):,} row(s) of {found.table} as of {moment(found.at.at)} (snapshot {found.at.id}){more}")


def shown(value: Any) -> str:
    """A value in a cell; nothing for none, as a CSV has it."""
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def marks(one: Snapshot) -> Iterator[str]:
    """Branches and tags; `undone` where main does not come from it and nothing names it."""
    yield from one.refs
    if not one.in_main and not one.refs:
        yield "not in main"


def cells(one: Snapshot) -> tuple[str, ...]:
    """What every list of snapshots shows."""
    return (one.id, moment(one.at), one.operation, number(one.added), number(one.removed), number(one.rows))


def show_refs(kind: str, found: Sequence[Ref]) -> None:
    """Branches, or tags."""
    if found:
        table((kind, "snapshot", "when"), [(harmless(one.name), one.snapshot, moment(one.at)) for one in found])
    else:
        say(f"no {kind}")


def show_difference(found: Difference) -> None:
    """Counts, columns, keys."""
    say(f"{found.table}: {found.start.id or 'nothing'} -> {found.end.id}")
    say(f"  rows: {found.added:,} added, {found.removed:,} removed")
    for words in found.columns:
        say(f"  column: {words}")
    if not found.is_forward:
        say("  the second does not come from the first: one of them was rolled back, or belongs to a branch")
    if found.sample:
        say(
            f"  keys: {found.added_keys:,} added, {found.removed_keys:,} removed, {found.changed_keys:,} changed; the first:"
        )
    for one in found.sample:
        key = ", ".join(f"{name}={value}" for name, value in one.key.items())
        columns = ", ".join(one.columns)
        say(f"    {one.kind:<8} {key}{f'  ({columns})' if columns else ''}")


def show_explained(found: Explained) -> None:
    """Each finding with its place and what to change; or that there is none."""
    looked = ", ".join(
        f"{size(value) if name == 'bytes' else number(value)} {name}" for name, value in found.looked_at.items()
    )
    say(f"{found.about}: {len(found.findings)} finding(s) in {looked}")
    for one in found.findings:
        say(harmless(f"{one.code}  {one.message}"))
        if one.about not in ("", found.about):
            say(harmless(f"  in:   {one.about}"))
        if one.node:
            say(harmless(f"  node: {one.node[:160]}"))
        say(harmless(f"  fix:  {one.fix}"))
    for note in found.notes:
        say(harmless(f"note: {note}"))
    if found.exit_code:
        say(f"note: the job itself ended with {found.exit_code}")


def show_change(one: Change, *, aside: bool = False) -> None:
    """What would happen, or what did."""
    put = tell if aside else say
    for line in lines_of(one):
        put(harmless(line))


def lines_of(one: Change) -> Iterator[str]:
    """The head, then what it concerns."""
    yield HEADS[one.action](one)
    if one.done:
        return
    yield from (f"  {word}: {snapshot_words(snapshot)}" for word, snapshot in concerned(one))
    yield from (f"  note: {note}" for note in one.notes)
    if one.action in ("expiry", "orphans"):
        yield from files_of(one)


def concerned(one: Change) -> Iterator[tuple[str, Snapshot]]:
    """Snapshots, each with what happens to it."""
    word = {"rollback": "undoes", "expiry": "expires"}.get(one.action, "held by nothing else")
    yield from ((word, snapshot) for snapshot in one.snapshots)
    yield from (("brings back", snapshot) for snapshot in one.restored)


def snapshot_words(one: Snapshot) -> str:
    """`4711 2026-11-20 10:00:00 append, 300 added, 0 removed`."""
    return f"{one.id} {moment(one.at)} {one.operation}, {number(one.added)} added, {number(one.removed)} removed"


def files_of(one: Change) -> Iterator[str]:
    """What expiry leaves behind, and what lies there already."""
    if one.freed_files:
        yield f"  files that nothing needs afterwards: {one.freed_files:,} ({size(one.freed_bytes)}); they stay on disk"
    yield f"  files that nothing refers to: {one.orphan_files:,} ({size(one.orphan_bytes)})"
    yield from (f"    {orphan.path}  {size(orphan.bytes)}  {moment(orphan.modified)}" for orphan in one.orphans)
    if one.orphan_files > len(one.orphans):
        yield f"    and {one.orphan_files - len(one.orphans):,} more"
    if one.orphans and one.action == "expiry":
        yield f"  note: {YOUNG}; --orphans removes those older than 3 days"


def head_of_rollback(one: Change) -> str:
    """From where to where."""
    if one.is_empty:
        return f"{one.table} shows {one.before} already"
    rows = f"{number(one.rows_before)} -> {number(one.rows_after)} rows"
    kept = f"; kept as {one.decision}" if one.decision else ""
    return f"{'rolled back' if one.done else 'would roll back'} {one.table}: {one.before} -> {one.after}, {rows}{kept}"


def head_of_expiry(one: Change) -> str:
    """How many go, how many stay."""
    if one.is_empty:
        return f"{one.table}: no snapshot to expire, {one.kept} kept"
    verb = "expired" if one.done else "would expire"
    return f"{one.table}: {verb} {len(one.snapshots)} snapshot(s), {one.kept} kept"


def head_of_mark(one: Change) -> str:
    """A new name."""
    return f"{one.action} {one.name} of {one.table}: {one.after}, {number(one.rows_after)} rows"


def head_of_drop(one: Change) -> str:
    """A name that goes."""
    kind = one.action.removeprefix("drop ")
    return f"{'deleted' if one.done else 'would delete'} {kind} {one.name} of {one.table}, at {one.before}"


def head_of_compaction(one: Change) -> str:
    """How many files become how many."""
    if one.is_empty:
        return f"{one.table}: no small files to merge"
    if one.done:
        made = (
            f"{one.rewritten_files:,} files became {one.added_files:,}, {one.rewritten_manifests:,} manifests rewritten"
        )
        return f"compacted {one.table}: {made}; {number(one.rows_after)} rows as before"
    return f"would compact {one.table}: {one.merged_files:,} small files ({size(one.merged_bytes)})"


def head_of_orphans(one: Change) -> str:
    """How many files go."""
    if one.is_empty:
        return f"{one.table}: no file older than {moment(one.until)} that nothing refers to"
    if one.done:
        return f"{one.table}: removed {one.removed_files:,} of {one.orphan_files:,} files that nothing refers to"
    return f"{one.table}: would remove {one.orphan_files:,} files written before {moment(one.until)}"


HEADS = {
    "branch": head_of_mark,
    "tag": head_of_mark,
    "drop branch": head_of_drop,
    "drop tag": head_of_drop,
    "rollback": head_of_rollback,
    "expiry": head_of_expiry,
    "compaction": head_of_compaction,
    "orphans": head_of_orphans,
}


def number(value: int | None) -> str:
    """`12,345`; `-` where nobody counted."""
    return "-" if value is None else f"{value:,}"


def size(value: int | None) -> str:
    """`1.2 MB`."""
    if value is None:
        return "-"
    amount, unit = float(value), 0
    while amount >= 1000 and unit < len(UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    return f"{amount:.1f} {UNITS[unit]}" if unit else f"{value} B"


def moment(at: str) -> str:
    """`2026-11-20 10:00:00`, UTC; to the second is enough for people."""
    return at[:19].replace("T", " ") or "-"
