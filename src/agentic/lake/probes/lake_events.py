"""Spark's event log -> its queries and stages, with what each plan node and each task counted.

The log is JSON lines: one file, or a folder of parts (rolling), plain or compressed (zstd, gz). A run that was killed leaves
a last line that is cut; what came before it counts.
"""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from lake_catalog import tell
from lake_faults import Fault

SQL = "org.apache.spark.sql.execution.ui."
START, ADAPTED = SQL + "SparkListenerSQLExecutionStart", SQL + "SparkListenerSQLAdaptiveExecutionUpdate"
DRIVER, ENDED = SQL + "SparkListenerDriverAccumUpdates", SQL + "SparkListenerSQLExecutionEnd"
MORE_METRICS = SQL + "SparkListenerSQLAdaptiveSQLMetricUpdates"
PART = re.compile(r"events_(\d+)_")
OTHERS = (".lz4", ".lzf", ".snappy")
SETTINGS = (
    "spark.sql.autoBroadcastJoinThreshold",
    "spark.driver.maxResultSize",
    "spark.sql.shuffle.partitions",
    "spark.sql.adaptive.enabled",
)


def read_log(path: str) -> dict[str, Any]:
    """The log as numbers."""
    log = Log()
    for number, event in enumerate(events(Path(path)), 1):
        if number % 100_000 == 0:
            tell(f"{number:,} events read")
        log.take(event)
    if not log.seen:
        raise Fault(
            "refused",
            f"{path} is no event log of Spark",
            "name the file that spark.eventLog.dir holds for the application, or its folder eventlog_v2_...",
        )
    return log.told()


def events(path: Path) -> Iterator[dict[str, Any]]:
    """One event a line; only the very last line may be cut."""
    for part in parts(path):
        cut = ""
        for line in lines(part):
            if cut:
                raise Fault("refused", f"{part} holds a line that is no event: {cut[:80]!r}", "is it an event log?")
            try:
                event = json.loads(line)
            except ValueError:
                cut = line
                continue
            if isinstance(event, dict) and "Event" in event:
                yield event
        if cut:
            tell(f"the last line of {part.name} is cut, as a killed run leaves it")


def parts(path: Path) -> list[Path]:
    """The files in the order in which they were written."""
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise Fault("refused", f"there is no event log {path}", "spark.eventLog.dir says where Spark writes them.")
    found = sorted(
        (one for one in path.iterdir() if PART.match(one.name)), key=lambda one: int(PART.match(one.name).group(1))
    )
    if found:
        return found
    logs = sorted((one for one in path.iterdir() if not one.name.startswith(".")), key=lambda one: one.stat().st_mtime)
    if not logs:
        raise Fault("refused", f"there is no event log in {path}", "spark.eventLog.dir says where Spark writes them.")
    return parts(logs[-1])


def lines(path: Path) -> Iterator[str]:
    """Text, whatever it is packed in; what is cut ends it."""
    name = path.name.removesuffix(".inprogress")
    if name.endswith(OTHERS):
        raise Fault(
            "refused",
            f"{path.name} is packed by a codec that only Spark reads",
            "write it with zstd (Spark's default).",
        )
    try:
        if name.endswith((".zstd", ".zst")):
            import io

            import pyarrow

            with pyarrow.input_stream(str(path), compression="zstd") as stream:
                yield from io.TextIOWrapper(stream, encoding="utf-8", errors="replace")
        else:
            opened = gzip.open if name.endswith(".gz") else open
            with opened(path, "rt", encoding="utf-8", errors="replace") as stream:
                yield from stream
    except (EOFError, OSError) as error:
        if not isinstance(error, EOFError) and "truncated" not in str(error).lower():
            raise
        tell(f"{path.name} ends in the middle, as a killed run leaves it")


class Log:
    """What was seen so far."""

    def __init__(self) -> None:
        self.seen = False
        self.application = ""
        self.cores = 0
        self.settings: dict[str, str] = {}
        self.queries: dict[int, dict[str, Any]] = {}
        self.query_of: dict[int, int] = {}
        self.stages: dict[int, dict[str, Any]] = {}
        self.counted: dict[int, float] = {}

    def take(self, event: dict[str, Any]) -> None:
        doer = DOERS.get(event["Event"])
        if doer:
            self.seen = True
            doer(self, event)

    def begun(self, event: dict[str, Any]) -> None:
        self.application = event.get("App Name", "")

    def environment(self, event: dict[str, Any]) -> None:
        said = event.get("Spark Properties") or {}
        pairs = said.items() if isinstance(said, dict) else said
        self.settings = {key: value for key, value in pairs if key in SETTINGS}

    def executor(self, event: dict[str, Any]) -> None:
        self.cores += int(event["Executor Info"]["Total Cores"])

    def query(self, event: dict[str, Any]) -> None:
        own = {key: value for key, value in (event.get("modifiedConfigs") or {}).items() if key in SETTINGS}
        self.queries[event["executionId"]] = {
            "id": event["executionId"], "words": event.get("description", ""), "plan": event["sparkPlanInfo"],
            "settings": own, "failed": False,
        }  # fmt: skip

    def adapted(self, event: dict[str, Any]) -> None:
        """The newest plan is the one that ran."""
        if event["executionId"] in self.queries:
            self.queries[event["executionId"]]["plan"] = event["sparkPlanInfo"]

    def ended(self, event: dict[str, Any]) -> None:
        if event["executionId"] in self.queries and event.get("errorMessage"):
            self.queries[event["executionId"]]["failed"] = True

    def driver(self, event: dict[str, Any]) -> None:
        for key, value in event["accumUpdates"]:
            self.counted[key] = self.counted.get(key, 0) + max(0, value)

    def job(self, event: dict[str, Any]) -> None:
        said = event.get("Properties") or {}
        number = said.get("spark.sql.execution.id")
        for stage in event["Stage IDs"]:
            if number is not None:
                self.query_of.setdefault(stage, int(number))

    def task(self, event: dict[str, Any]) -> None:
        info, figures = event["Task Info"], event.get("Task Metrics")
        for one in info.get("Accumulables", ()):
            if one.get("Metadata") == "sql" and not info.get("Failed"):
                self.counted[one["ID"]] = self.counted.get(one["ID"], 0) + max(0.0, number_of(one.get("Update")))
        if figures is None or info.get("Failed"):
            return
        stage = self.stages.setdefault(
            event["Stage ID"], {"id": event["Stage ID"], "name": "", "tasks": [], "nodes": set()}
        )
        stage["nodes"].update(one["ID"] for one in info.get("Accumulables", ()) if one.get("Metadata") == "sql")
        stage["tasks"].append(task_of(figures))

    def stage(self, event: dict[str, Any]) -> None:
        info = event["Stage Info"]
        if info["Stage ID"] in self.stages:
            self.stages[info["Stage ID"]]["name"] = info.get("Stage Name", "")

    def told(self) -> dict[str, Any]:
        return {
            "application": self.application,
            "cores": self.cores,
            "settings": self.settings,
            "queries": [self.query_told(one) for one in self.queries.values()],
            "stages": [self.stage_told(one) for one in self.stages.values()],
        }

    def query_told(self, one: dict[str, Any]) -> dict[str, Any]:
        mine = [stage for stage in self.stages.values() if self.query_of.get(stage["id"]) == one["id"]]
        return {**one, "plan": self.node_told(one["plan"], mine)}

    def node_told(self, node: dict[str, Any], stages: list[dict[str, Any]]) -> dict[str, Any]:
        """A plan node with its figures, and the stages in which it worked."""
        ids = {one["name"]: one["accumulatorId"] for one in node.get("metrics", ())}
        return {
            "name": node["nodeName"],
            "words": node["simpleString"][:2000],
            "figures": {name: int(self.counted[key]) for name, key in ids.items() if key in self.counted},
            "stages": sorted(one["id"] for one in stages if one["nodes"] & set(ids.values())),
            "children": [self.node_told(child, stages) for child in node.get("children", ())],
        }

    def stage_told(self, one: dict[str, Any]) -> dict[str, Any]:
        tasks = one["tasks"]
        return {
            "id": one["id"], "name": one["name"], "query": self.query_of.get(one["id"], -1), "tasks": len(tasks),
            "sums": {key: sum(task[key] for task in tasks) for key in tasks[0]},
            "largest": {key: max(task[key] for task in tasks) for key in tasks[0]},
            "median": {key: int(median(task[key] for task in tasks)) for key in tasks[0]},
        }  # fmt: skip


DOERS = {
    "SparkListenerApplicationStart": Log.begun,
    "SparkListenerEnvironmentUpdate": Log.environment,
    "SparkListenerExecutorAdded": Log.executor,
    "SparkListenerJobStart": Log.job,
    "SparkListenerTaskEnd": Log.task,
    "SparkListenerStageCompleted": Log.stage,
    START: Log.query,
    ADAPTED: Log.adapted,
    ENDED: Log.ended,
    DRIVER: Log.driver,
}


def task_of(figures: dict[str, Any]) -> dict[str, int]:
    """What one task did."""
    read, written = figures.get("Shuffle Read Metrics") or {}, figures.get("Shuffle Write Metrics") or {}
    given = figures.get("Input Metrics") or {}
    return {
        "milliseconds": figures.get("Executor Run Time", 0),
        "gc": figures.get("JVM GC Time", 0),
        "result": figures.get("Result Size", 0),
        "memory_spill": figures.get("Memory Bytes Spilled", 0),
        "disk_spill": figures.get("Disk Bytes Spilled", 0),
        "shuffle_bytes": read.get("Remote Bytes Read", 0) + read.get("Local Bytes Read", 0),
        "shuffle_rows": read.get("Total Records Read", 0),
        "written_bytes": written.get("Shuffle Bytes Written", 0),
        "input_bytes": given.get("Bytes Read", 0),
        "input_rows": given.get("Records Read", 0),
    }


def number_of(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return 0.0
