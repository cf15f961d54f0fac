"""A table's metadata -> what will make its readers slow."""

from __future__ import annotations

from collections.abc import Iterator

from agentic.lake.advice import Advice, Shape
from agentic.lake.slow import MB, bytes_of

MANY_FILES, MANY_SNAPSHOTS, MANY_MANIFESTS, MANY_PARTS = 20, 100, 50, 50
SKEW, SKEW_BYTES = 10, 8 * MB
DELETED = 0.1
"""Delete files for each data file."""
OPENED = 0.8
"""Of all files, for a look at one value."""
LARGE = 64 * MB


def explain_table(table: Shape) -> tuple[Advice, ...]:
    """Everything the rules have to say."""
    return tuple(one for rule in RULES for one in rule(table))


def small_files(table: Shape) -> Iterator[Advice]:
    """Many files where few would do."""
    wanted = table.small_bytes // table.target + 1
    if table.small_files >= MANY_FILES and table.small_files >= 4 * wanted:
        yield Advice(
            "AGT690", f"{table.small_files:,} of {table.files:,} files are small: {bytes_of(table.small_bytes)} in all",
            f"agentic lake maintain {table.table} --compact", table.table,
            evidence={"files": table.files, "small_files": table.small_files, "small_bytes": table.small_bytes,
                      "target_bytes": table.target},
        )  # fmt: skip


def skewed(table: Shape) -> Iterator[Advice]:
    """One partition has most of the table."""
    size = int(table.largest_part.get("bytes", 0))
    if table.parts >= 3 and size >= SKEW_BYTES and size >= SKEW * max(1, table.median_part_bytes):
        yield Advice(
            "AGT691", f"the largest of {table.parts} partitions has {bytes_of(size)}, the median one "
            f"{bytes_of(table.median_part_bytes)}",
            "partition by something that spreads: bucket(n, key), or a finer time; a reader of that partition has the table's "
            "work to do.",
            table.table, node=str(table.largest_part.get("part", "")),
            evidence={"parts": table.parts, "largest": dict(table.largest_part), "median_bytes": table.median_part_bytes},
        )  # fmt: skip


def old(table: Shape) -> Iterator[Advice]:
    """Metadata that every reader and writer carries along."""
    if table.snapshots >= MANY_SNAPSHOTS:
        yield Advice(
            "AGT692", f"{table.snapshots:,} snapshots are kept, and every commit writes the list of them again",
            f"agentic lake maintain {table.table} --keep 20 --older-than 7", table.table,
            evidence={"snapshots": table.snapshots},
        )  # fmt: skip
    if table.manifests >= MANY_MANIFESTS and table.manifests * 10 > table.files:
        yield Advice(
            "AGT692", f"{table.manifests:,} manifests list {table.files:,} files; a plan opens each of them",
            f"agentic lake maintain {table.table} --compact rewrites the manifests, too", table.table,
            evidence={"manifests": table.manifests, "files": table.files},
        )  # fmt: skip


def deleted(table: Shape) -> Iterator[Advice]:
    """Each reader applies the deletes anew."""
    if table.delete_files and table.delete_files >= DELETED * table.files:
        yield Advice(
            "AGT693", f"{table.delete_files:,} delete files lie beside {table.files:,} data files; every reader applies them",
            f"agentic lake maintain {table.table} --compact, or write.delete.mode=copy-on-write where reads are many.",
            table.table, evidence={"delete_files": table.delete_files, "files": table.files},
        )  # fmt: skip


def blind(table: Shape) -> Iterator[Advice]:
    """No reader can leave a file out."""
    if table.files < 2 or table.bytes < MB:
        return
    if table.metrics_off or table.without_bounds * 2 > table.files:
        yield Advice(
            "AGT694", f"{table.without_bounds:,} of {table.files:,} files say nothing of the values in them",
            "take write.metadata.metrics.default=none out, and rewrite the files: agentic lake maintain TABLE --compact.",
            table.table, evidence={"files": table.files, "without_bounds": table.without_bounds},
        )  # fmt: skip
    elif not table.partition and not table.sorted_by and table.overlaps and min(table.overlaps.values()) >= OPENED:
        yield Advice(
            "AGT694", f"neither partitioned nor sorted: a look for one value of any column opens {100 * OPENED:.0f} % or more of "
            f"{table.files:,} files",
            "sort it by the column that readers filter: ALTER TABLE ... WRITE ORDERED BY column, then compact.",
            table.table, evidence={"files": table.files, "overlaps": dict(table.overlaps)},
        )  # fmt: skip


def unfit(table: Shape) -> Iterator[Advice]:
    """Partitions that hold next to nothing, or files of an earlier partitioning."""
    each = table.bytes // table.parts if table.parts else 0
    if (
        table.partition
        and table.parts >= MANY_PARTS
        and each < table.target // 64
        and table.bytes < table.parts * LARGE
    ):
        yield Advice(
            "AGT695", f"{table.parts:,} partitions by {', '.join(table.partition)} hold {bytes_of(each)} each on average",
            "a coarser transform (months instead of days, bucket(n, key), or none), then compact.",
            table.table, evidence={"parts": table.parts, "bytes_each": each, "partition": list(table.partition)},
        )  # fmt: skip
    if table.other_specs:
        yield Advice(
            "AGT695", f"{table.other_specs:,} of {table.files:,} files were written under an earlier partitioning",
            f"agentic lake maintain {table.table} --compact writes them as the table is now.",
            table.table, evidence={"files": table.other_specs, "specs": table.specs},
        )  # fmt: skip


RULES = (small_files, skewed, old, deleted, blind, unfit)
