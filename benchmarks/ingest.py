"""Files into raw tables, beside DuckDB's own ways and dlt: `python benchmarks/ingest.py [ROWS] [ROUNDS]`.

The data are files of 8 columns (numbers, a date, a time, texts, a boolean), made by the script; of JSON lines a tenth of the rows.
Each way is a process of its own, from its start to its end, into a fresh database on the disk; all take turns, so that all meet the
same machine; the medians are kept. Two clocks: the wall, and the CPU (user and system, of the process and all that it started). What
counts are the ratios: DuckDB's COPY into a table whose schema is given, divided by ours. `agentic ingest files` is stated twice: the
whole command, and its probe alone, which is what a longer run pays for more files. Both ways of DuckDB keep no digest, no ledger and
no quarantine, COPY finds no types, and neither is told of rows that it reads otherwise than they are written. dlt goes over fewer
rows, since it takes so long; its times are per million rows.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/reference/benchmarks-ingest.md"
LIMIT = 0.8
"""Of DuckDB's COPY, for CSV and Parquet."""
PROMISED = ("CSV", "Parquet")
FEWER = 50_000
"""Rows for dlt."""
TYPES = """id BIGINT, customer BIGINT, amount DOUBLE, day DATE, moment TIMESTAMP, origin VARCHAR, note VARCHAR, paid BOOLEAN"""
DATA = """SELECT i AS id, (i * 7919) % 1000003 AS customer, ((i * 31) % 100000) / 100.0 AS amount, DATE '2013-01-01' + (i % 3650)::INTEGER AS day,
  TIMESTAMP '2013-01-01' + to_seconds(i) AS moment, ['EWR', 'JFK', 'LGA'][1 + i % 3] AS origin, 'some text ' || (i % 9999) AS note,
  i % 2 = 0 AS paid FROM range({rows}) t(i)"""
FILES = {
    "CSV": ("csv.csv", "FORMAT csv, HEADER", 1),
    "CSV, gzipped": ("gzip.csv.gz", "FORMAT csv, HEADER, COMPRESSION gzip", 1),
    "Parquet": ("parquet.parquet", "FORMAT parquet", 1),
    "JSON lines": ("json.jsonl", "FORMAT json", 10),
}
"""File, how DuckDB writes and reads it, and by what its rows are divided."""
REGISTRY = """sources:
  files:
    csv: {path: data/raw, pattern: "*.csv"}
    parquet: {path: data/raw, pattern: "*.parquet"}
    jsonl: {path: data/raw, pattern: "*.jsonl"}
"""
PYTHON = """#!/bin/bash
{python} "$@"
code=$?
times > {folder}/probe.times
exit $code
"""
"""The project's interpreter, and what of the CPU it took."""
OURS, PROBE = "`agentic ingest files`", "of it the probe alone"
COPY, SNIFFED = "DuckDB, COPY into a given schema", "DuckDB, CREATE TABLE AS"
DUCKDB = "import duckdb; con = duckdb.connect('other.duckdb'); {}; con.close()"
DLT = """
import os; os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
import dlt
from dlt.sources.filesystem import filesystem, {reader}
found = filesystem(bucket_url="few", file_glob="{file}") | {reader}({how})
dlt.pipeline("bench", destination=dlt.destinations.duckdb("other.duckdb"), dataset_name="raw", pipelines_dir="dlt").run(found.with_name("rows"))
"""
DLT_WAYS = {
    "dlt, default, CSV": ("csv.csv", "read_csv", ""),
    "dlt, quickest, CSV": ("csv.csv", "read_csv_duckdb", "use_pyarrow=True"),
    "dlt, default, Parquet": ("parquet.parquet", "read_parquet", ""),
    "dlt, quickest, Parquet": ("parquet.parquet", "read_parquet", "use_pyarrow=True"),
}
Clocks = tuple[float, float]
Times = dict[str, dict[str, list[Clocks]]]
Middle = dict[str, dict[str, Clocks]]


def main() -> int:
    given = [int(word) for word in sys.argv[1:] if word.isdigit()]
    rows, rounds = [*given, *(10_000_000, 3)[len(given) :]]
    times: Times = {}
    with tempfile.TemporaryDirectory(prefix="ingest-") as name:
        folder = Path(name)
        make(folder, rows)
        for turn in range(rounds):
            for title in FILES:
                for way, command in ways(title).items():
                    measure(times.setdefault(title, {}), way, command, folder, turn)
            # One turn of dlt is enough: it is an order of magnitude away.
            for way, (file, reader, how) in DLT_WAYS.items() if not turn else ():
                command = [sys.executable, "-c", DLT.format(file=file, reader=reader, how=how)]
                measure(times.setdefault("dlt", {}), way, command, folder, turn)
    middle: Middle = {
        title: {way: median(found) for way, found in measured.items()} for title, measured in times.items()
    }
    text, held = page(middle, rows, rounds)
    sys.stdout.write(text)
    PAGE.write_text(text, encoding="utf-8")
    return 0 if held else 1


def make(folder: Path, rows: int) -> None:
    """The files, and a project as small as one may be."""
    import duckdb

    for part, most in (("data/raw", rows), ("few", FEWER)):
        (folder / part).mkdir(parents=True)
        for file, form, divided in FILES.values():
            duckdb.sql(f"COPY ({DATA.format(rows=most // divided)}) TO '{folder / part / file}' ({form})")
    written = {
        "agent-prompts/README.md": "A benchmark.\n",
        "configs/sources.yml": REGISTRY,
        "configs/agentic.yaml": f"checks: {{python: {folder}/python}}\n",
        "python": PYTHON.format(python=sys.executable, folder=folder),
    }
    for name, text in written.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "python").chmod(0o755)


def ways(title: str) -> Mapping[str, list[str]]:
    """The command of each, over one file."""
    file, form, _ = FILES[title]
    path = f"data/raw/{file}"
    options = form.partition(", COMPRESSION")[0]
    copy = f"con.execute('CREATE TABLE t ({TYPES})'); con.execute(\"COPY t FROM '{path}' ({options})\")"
    return {
        OURS: [sys.executable, "-m", "agentic", "ingest", "files", "--file", file, "--quiet", "--json"],
        COPY: [sys.executable, "-c", DUCKDB.format(copy)],
        SNIFFED: [sys.executable, "-c", DUCKDB.format(f"con.execute(\"CREATE TABLE t AS FROM '{path}'\")")],
    }


def measure(times: dict[str, list[Clocks]], way: str, command: list[str], folder: Path, turn: int) -> None:
    """One turn of one way."""
    for left in ("data/processed", "dlt"):
        shutil.rmtree(folder / left, ignore_errors=True)
    for path in folder.glob("other.duckdb*"):
        path.unlink()
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(command, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, capture_output=True, text=True, check=False)  # fmt: skip
    wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"{way} ended with {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-3000:]}")
    times.setdefault(way, []).append((wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime))
    if way == OURS:
        said = json.loads(done.stdout)
        times.setdefault(PROBE, []).append((said["files"][0]["milliseconds"] / 1000, probe_cpu(folder)))
    print(f"{turn + 1} {way} {command[-3:-2]}: {times[way][-1]}", file=sys.stderr, flush=True)


def probe_cpu(folder: Path) -> float:
    """User and system seconds, as the shell wrote them: its own, then those of its child, 0m1.5s 0m0.2s."""
    words = (folder / "probe.times").read_text(encoding="ascii").split()[2:]
    return sum(60 * float(minutes) + float(seconds.rstrip("s")) for minutes, seconds in (word.split("m") for word in words))  # fmt: skip


def median(found: list[Clocks]) -> Clocks:
    """Of each clock for itself."""
    wall, cpu = (statistics.median(clock) for clock in zip(*found, strict=True))
    return wall, cpu


def page(middle: Middle, rows: int, rounds: int) -> tuple[str, bool]:
    """The page, and whether what is promised is held."""
    ratios = {title: ratio(middle[title], OURS)[1] for title in PROMISED}
    held = all(found >= LIMIT for found in ratios.values())
    measured = "; ".join(
        f"{title} {found:.2f}, {'held' if found >= LIMIT else 'not held'}" for title, found in ratios.items()
    )
    parts = [
        f"# {rows:,} rows of files into raw tables\n\nMade by `python benchmarks/ingest.py`. {__doc__.split(chr(10) * 2, 1)[1].strip()}\n\n"
        f"{rounds} round(s), {os.cpu_count()} cores ({platform.machine()}, {platform.system()}), Python {platform.python_version()}.\n\n"
        f"Promised: CSV and Parquet of 10 million rows at {LIMIT} of COPY at least. By CPU: {measured}. By the CPU, since the wall of a machine "
        "that does other work, too, says more of that work.\n"
    ]
    parts += [section(title, middle[title], rows // FILES[title][2]) for title in FILES]
    return "\n".join([*parts, beside_dlt(middle, rows)]), held


def ratio(measured: Mapping[str, Clocks], way: str) -> Clocks:
    """COPY's time divided by that of a way: above 1 is quicker than COPY."""
    wall, cpu = (of_copy / own for of_copy, own in zip(measured[COPY], measured[way], strict=True))
    return wall, cpu


def section(title: str, measured: Mapping[str, Clocks], rows: int) -> str:
    """One format."""
    lines = [f"## {title}, {rows:,} rows\n", "| way | wall | CPU | wall, ratio | CPU, ratio |", "|---|---|---|---|---|"]
    for way in (OURS, PROBE, COPY, SNIFFED):
        wall, cpu = ratio(measured, way)
        lines.append(f"| {way} | {measured[way][0]:.1f} s | {measured[way][1]:.1f} s | {wall:.2f} | {cpu:.2f} |")
    return "\n".join(lines) + "\n"


def beside_dlt(middle: Middle, rows: int) -> str:
    """Seconds for a million rows, the start of the programs among them."""
    lines = [
        f"## dlt, per million rows\n\ndlt over {FEWER:,} rows, ours over {rows:,}; what starting takes is in both, and is nearly all\nof dlt's quickest ways over so few rows: their figures are no measure of a long load. Its default ways are.\n",
        "| way | wall | CPU |",
        "|---|---|---|",
    ]
    for title in PROMISED:
        wall, cpu = (clock / rows * 1e6 for clock in middle[title][OURS])
        lines.append(f"| {OURS}, {title} | {wall:.2f} s | {cpu:.2f} s |")
    for way, clocks in middle["dlt"].items():
        wall, cpu = (clock / FEWER * 1e6 for clock in clocks)
        lines.append(f"| {way} | {wall:.1f} s | {cpu:.1f} s |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
