"""An event log -> what made the job slow. Each rule reads figures that Spark counted, and says what to change."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from agentic.lake.advice import Advice, EventLog, Node, Query, Stage

MB = 1024 * 1024
SKEW, SKEW_ROWS = 5, 50_000
"""The largest task has so many times the rows of the median one, and so many at least."""
SMALL_FILE, MANY_FILES = 16 * MB, 32
SCANNED, WASTED = 100_000, 10
"""Rows read at least; and how many times those that a filter let through."""
TASK_TOO_SMALL, MANY_TASKS = 64 * 1024, 100
TASK_TOO_LARGE = 32 * MB
BROADCAST = 10 * MB
FEWER = 10
"""One side of a join is so many times smaller than the other."""
PAIRS = 1_000_000
RESULT_SHARE = 0.01
"""Of spark.driver.maxResultSize."""
GC_SHARE, GC_TIME = 0.2, 10_000
UNITS = {"": 1, "b": 1, "k": 1024, "m": MB, "g": 1024 * MB, "t": 1024 * 1024 * MB}
PASSING = ("ColumnarToRow", "InputAdapter", "Project", "WholeStageCodegen", "ArrowEvalPython", "BatchEvalPython")
SHUFFLES = ("Exchange",)


def explain_log(log: EventLog) -> tuple[Advice, ...]:
    """Everything the rules have to say, query by query."""
    by_id = {one.id: one for one in log.queries}
    said: list[Advice] = []
    for stage in log.stages:
        query = by_id.get(stage.query)
        said += (one for rule in STAGE_RULES for one in rule(stage, query, log))
    for query in log.queries:
        said += (one for rule in QUERY_RULES for one in rule(query, log))
    return tuple(sorted(said, key=lambda one: (one.about, one.code)))


def about(query: Query | None, log: EventLog) -> str:
    """A stage without a query belongs to the application."""
    return query.about if query else log.application


def bytes_of(value: int) -> str:
    """`12.0 MB`."""
    return f"{value / MB:.1f} MB" if value >= MB else f"{value / 1024:.1f} kB"


# --- stages -------------------------------------------------------------------------------------------------


def skewed(stage: Stage, query: Query | None, log: EventLog) -> Iterator[Advice]:
    """One task has most of the rows."""
    for kind in ("shuffle", "input"):
        rows, usual = stage.largest[f"{kind}_rows"], stage.median[f"{kind}_rows"]
        if stage.tasks < 2 or rows < SKEW_ROWS or rows < SKEW * max(1, usual):
            continue
        what = "reads of the shuffle" if kind == "shuffle" else "reads of the source"
        yield Advice(
            "AGT680", f"stage {stage.id}: one of {stage.tasks} tasks {what} {rows:,} rows, the median one {usual:,}",
            "find the key that so many rows share; filter it, handle it apart, or salt it. spark.sql.adaptive.enabled and "
            "spark.sql.adaptive.skewJoin.enabled split such a part of a join by themselves.",
            about(query, log), stage.id, working(query, stage, SHUFFLES if kind == "shuffle" else ("Scan", "BatchScan")),
            {"tasks": stage.tasks, "largest_rows": rows, "median_rows": usual,
             "largest_bytes": stage.largest[f"{kind}_bytes"], "median_bytes": stage.median[f"{kind}_bytes"],
             "largest_ms": stage.largest["milliseconds"], "median_ms": stage.median["milliseconds"]},
        )  # fmt: skip
        return


def spilled(stage: Stage, query: Query | None, log: EventLog) -> Iterator[Advice]:
    """Memory did not suffice."""
    memory, disk = stage.sums["memory_spill"], stage.sums["disk_spill"]
    if memory or disk:
        yield Advice(
            "AGT681", f"stage {stage.id}: {bytes_of(memory)} did not fit into memory, {bytes_of(disk)} went to disk",
            "more and smaller parts (spark.sql.shuffle.partitions), fewer columns before the sort or join, or more memory "
            "(spark.executor.memory; local: spark.driver.memory).",
            about(query, log), stage.id, working(query, stage, ("Sort", "Window", "HashAggregate", "SortMergeJoin")),
            {"memory_bytes": memory, "disk_bytes": disk, "tasks": stage.tasks},
        )  # fmt: skip


def collecting(stage: Stage, query: Query | None, log: EventLog) -> Iterator[Advice]:
    """Results come to one process."""
    limit = size_of(log.settings.get("spark.driver.maxResultSize", "1g")) or 1024 * MB
    if stage.sums["result"] < RESULT_SHARE * limit:
        return
    yield Advice(
        "AGT688", f"stage {stage.id}: {bytes_of(stage.sums['result'])} of results were brought to the driver",
        "write them to a table, or aggregate or limit() before collect() and toPandas(); all of it has to fit into one "
        "process (spark.driver.maxResultSize).",
        about(query, log), stage.id, "", {"result_bytes": stage.sums["result"], "limit_bytes": limit},
    )  # fmt: skip


def cleaning(stage: Stage, query: Query | None, log: EventLog) -> Iterator[Advice]:
    """The garbage collector took the time."""
    spent, whole = stage.sums["gc"], stage.sums["milliseconds"]
    if whole >= GC_TIME and spent >= GC_SHARE * whole:
        yield Advice(
            "AGT689", f"stage {stage.id}: {100 * spent // whole} % of {whole:,} ms went into garbage collection",
            "more memory for each task (spark.executor.memory, or fewer spark.executor.cores), smaller parts, and nothing "
            "cached that is read once.",
            about(query, log), stage.id, "", {"gc_ms": spent, "run_ms": whole},
        )  # fmt: skip


# --- plans --------------------------------------------------------------------------------------------------


def small_files(query: Query, _: EventLog) -> Iterator[Advice]:
    """Opening takes longer than reading."""
    for node in query.plan.walk():
        files = node.figure("number of result data files", "number of files read")
        size = node.figure("total data file size (bytes)", "size of files read")
        if is_scan(node) and files >= MANY_FILES and size < files * SMALL_FILE:
            yield Advice(
                "AGT682", f"{target(node)}: {files:,} files of {bytes_of(size // files)} on average are read",
                "agentic lake maintain TABLE --compact merges them; let the job write fewer: "
                "write.distribution-mode=hash, or repartition by the partition before it writes.",
                query.about, first(node.stages), node.words[:300], {"files": files, "bytes": size},
            )  # fmt: skip


def unpruned(query: Query, _: EventLog) -> Iterator[Advice]:
    """A filter lets few rows through, and everything was read for them."""
    for node in query.plan.walk():
        scan = scan_below(node) if node.name == "Filter" else None
        if scan is None:
            continue
        read, left = scan.figure("number of output rows"), node.figure("number of output rows")
        if read < SCANNED or read < WASTED * max(1, left) or scan.figure("number of skipped data files"):
            continue
        pushed = pushed_filters(scan)
        why = (
            f"the filters that reach the files ({pushed}) exclude none of them"
            if pushed
            else "no filter reaches the files: a function or a cast around the column hides it"
        )
        yield Advice(
            "AGT683", f"{target(scan)}: {read:,} rows are read for {left:,}; {why}",
            "compare the bare column with a literal of its own type; partition the table by it, or sort it "
            "(ALTER TABLE ... WRITE ORDERED BY), so that files can be left out.",
            query.about, first(scan.stages), node.words[:300],
            {"rows_read": read, "rows_left": left, "pushed": pushed, "files": scan.figure("number of result data files")},
        )  # fmt: skip


def shuffled(query: Query, log: EventLog) -> Iterator[Advice]:
    """Parts far too small, or far too large."""
    for node in query.plan.walk():
        if node.name != "Exchange":
            continue
        parts, size = node.figure("number of partitions"), node.figure("shuffle bytes written")
        read = reading(node, log) or parts
        if not read or not size:
            continue
        each = size // read
        evidence = {"parts": read, "bytes": size, "bytes_each": each, "cores": log.cores}
        if read >= MANY_TASKS and each < TASK_TOO_SMALL:
            yield Advice(
                "AGT684", f"a shuffle of {bytes_of(size)} into {read:,} parts of {bytes_of(each)}: starting tasks takes longer "
                "than their work",
                f"spark.sql.shuffle.partitions={max(log.cores, size // TASK_TOO_LARGE + 1)}, or leave it to "
                "spark.sql.adaptive.enabled.",
                query.about, first(node.stages), node.words[:300], evidence,
            )  # fmt: skip
        elif each >= TASK_TOO_LARGE and read < max(2, log.cores):
            yield Advice(
                "AGT684", f"a shuffle of {bytes_of(size)} into {read} part(s) of {bytes_of(each)}: {log.cores} cores share "
                f"{read} task(s)",
                f"spark.sql.shuffle.partitions={max(log.cores, size // TASK_TOO_LARGE + 1)}, or repartition() by a key.",
                query.about, first(node.stages), node.words[:300], evidence,
            )  # fmt: skip


def reading(node: Node, log: EventLog) -> int:
    """Tasks that read the shuffle: with adaptive execution fewer than its parts."""
    stages = [one for one in log.stages if one.id in node.stages and one.sums["shuffle_rows"]]
    return max((one.tasks for one in stages), default=0)


def joined(query: Query, log: EventLog) -> Iterator[Advice]:
    """Both sides were shuffled and sorted, though one would fit into memory."""
    said = query.settings.get("spark.sql.autoBroadcastJoinThreshold") or log.settings.get(
        "spark.sql.autoBroadcastJoinThreshold", ""
    )
    limit = max(size_of(said), BROADCAST)
    for node in query.plan.walk():
        if node.name not in ("SortMergeJoin", "ShuffledHashJoin") or "FullOuter" in node.words:
            continue
        sides = [(side_size(child), child) for child in node.children]
        if len(sides) != 2 or not all(size for size, _ in sides):
            continue
        (small, _), (large, _) = sorted(sides, key=lambda side: side[0])
        if small <= limit and large >= FEWER * small and large >= MB:
            yield Advice(
                "AGT685", f"{node.name}: one side is {bytes_of(small)}, the other {bytes_of(large)}; both were shuffled",
                "broadcast(small) in the job, or spark.sql.autoBroadcastJoinThreshold above the small side "
                f"(it is {said or 'Spark’s 10 MB, judged by an estimate'}).",
                query.about, first(node.stages), node.words[:300], {"small_bytes": small, "large_bytes": large},
            )  # fmt: skip


def multiplied(query: Query, _: EventLog) -> Iterator[Advice]:
    """Every row with every row."""
    for node in query.plan.walk():
        if node.name not in ("BroadcastNestedLoopJoin", "CartesianProduct"):
            continue
        counts = [rows_out(child) for child in node.children]
        pairs = counts[0] * counts[1] if len(counts) == 2 else 0
        if 0 < pairs < PAIRS:
            continue  # a table of one row beside another is a way to write a constant
        yield Advice(
            "AGT686", f"{node.name}: each of {counts[0]:,} rows is held against each of {counts[1]:,}"
            if pairs else f"{node.name}: every row of one side is held against every row of the other",
            "give the join an equality; a range (BETWEEN) becomes one by a bucket column of both sides.",
            query.about, first(node.stages), node.words[:300], {"pairs": pairs},
        )  # fmt: skip


def in_python(query: Query, _: EventLog) -> Iterator[Advice]:
    """Rows leave the JVM one by one."""
    for node in query.plan.walk():
        if node.name == "BatchEvalPython":
            rows = rows_out(node)
            yield Advice(
                "AGT687", f"a Python function is called for each of {rows:,} rows" if rows
                else "a Python function is called for each row",
                "say it with pyspark.sql.functions; where that cannot be, pandas_udf, which is called for a batch of rows.",
                query.about, first(node.stages), node.words[:300], {"rows": rows},
            )  # fmt: skip


# --- words in a plan ----------------------------------------------------------------------------------------


def is_scan(node: Node) -> bool:
    """It reads files."""
    return node.name.startswith(("BatchScan", "Scan ", "FileScan"))


def scan_below(node: Node) -> Node | None:
    """The scan that this filter is the filter of."""
    while len(node.children) == 1:
        node = node.children[0]
        if is_scan(node):
            return node
        if not node.name.startswith(PASSING):
            return None
    return None


def pushed_filters(scan: Node) -> str:
    """What the reader of the files was told; that a value is there excludes next to nothing."""
    found = re.search(r"\[filters=(.*?), groupedBy=", scan.words)
    if found:
        told = [one for one in found[1].split(", ") if one and not one.endswith("IS NOT NULL")]
    else:
        inside = [
            part
            for key in ("PartitionFilters", "PushedFilters")
            for part in re.findall(rf"{key}: \[(.*?)\]", scan.words)
        ]
        told = [
            one
            for part in inside
            for one in re.split(r", (?=\w+\()", part)
            if one and not one.lower().startswith("isnotnull")
        ]
    return ", ".join(told)


def target(scan: Node) -> str:
    """`lake.bronze.flights`."""
    return scan.name.partition(" ")[2].strip() or scan.name


def side_size(node: Node) -> int:
    """Bytes that came into a join from this side: those of its nearest shuffle."""
    return next((one.figure("data size") for one in node.walk() if one.name in SHUFFLES and one.figure("data size")), 0)


def rows_out(node: Node) -> int:
    """Rows that a node gave; one that does not count gives as many as it got."""
    return next(
        (one.figures["number of output rows"] for one in node.walk() if "number of output rows" in one.figures), 0
    )


def working(query: Query | None, stage: Stage, names: tuple[str, ...]) -> str:
    """The plan node that did the work of a stage."""
    nodes = [one for one in query.plan.walk() if stage.id in one.stages] if query else []
    wanted = [one for one in nodes if one.name.startswith(names)] or nodes
    return wanted[0].words[:300] if wanted else stage.name


def first(stages: tuple[int, ...]) -> int | None:
    """Where a node began its work."""
    return stages[0] if stages else None


def size_of(text: str) -> int:
    """`10MB`, `1g`, `-1` in bytes; 0 where that means none."""
    found = re.fullmatch(r"(-?\d+)\s*([bkmgt]?)b?", text.strip().lower())
    return max(0, int(found[1])) * UNITS[found[2]] if found else 0


STAGE_RULES: tuple[Callable[[Stage, Query | None, EventLog], Iterator[Advice]], ...] = (
    skewed, spilled, collecting, cleaning,
)  # fmt: skip
QUERY_RULES: tuple[Callable[[Query, EventLog], Iterator[Advice]], ...] = (
    small_files, unpruned, shuffled, joined, multiplied, in_python,
)  # fmt: skip
