"""agentic's profiling beside DuckDB's SUMMARIZE on the same Parquet file: `python benchmarks/profiling.py [MILLIONS] [ROUNDS]`.

Both run in a process of their own and take turns, so that they meet the same machine. Two clocks: the wall's, from the start of
the process to its end, and the CPU that the kernel charged (user and system). What counts are the ratios.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/reference/benchmarks-profile.md"
PROGRAM = ROOT / "src/agentic/profile/probes/profile_tables.py"
LIMIT = 2.0
WHOLE = 10_000_000
"""Rows that the limit is about."""
SUMMARIZE = "import duckdb, sys; duckdb.connect().execute(f\"SUMMARIZE SELECT * FROM read_parquet('{sys.argv[1]}')\").fetchall()"
ROWS = """
SELECT i AS order_id, (hash(i) % 1000000)::BIGINT AS customer_id, (hash(i + 7) % 500)::INT AS product_id,
  (hash(i + 1) % 10)::INT AS quantity, round((hash(i + 2) % 1000000) / 100.0, 2)::DOUBLE AS amount,
  ln(1 + hash(i + 3) % 100000)::DOUBLE AS score, TIMESTAMP '2025-01-01' + to_seconds((i * 3)::BIGINT) AS ordered_at,
  DATE '2025-01-01' + (hash(i + 4) % 365)::INT AS day, 'AB-' || lpad((hash(i + 5) % 10000)::VARCHAR, 4, '0') AS code,
  chr((65 + hash(i + 6) % 5)::INT) AS status, 'user' || (hash(i + 8) % 500000) || '@example.org' AS email,
  'Text number ' || (hash(i + 9) % 3000000) AS note, (hash(i + 10) % 2 = 0) AS paid,
  CASE WHEN hash(i + 11) % 20 = 0 THEN NULL ELSE (hash(i + 12) % 1000)::INT END AS discount, md5(i::VARCHAR) AS token,
  (hash(i + 13) % 250)::SMALLINT AS country, (hash(i + 14) % 100000) / 7.0 AS weight,
  (hash(i + 15) % 40)::DECIMAL(10, 2) AS tax, 'city ' || (hash(i + 16) % 2000) AS city,
  (hash(i + 17) % 2147483647)::BIGINT AS reference
FROM range({rows}) t(i)
"""


def main() -> int:
    millions = float(sys.argv[1]) if len(sys.argv) > 1 else 10
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    rows = round(millions * 1_000_000)
    with tempfile.TemporaryDirectory(prefix="profile-") as folder:
        path = Path(folder) / "rows.parquet"
        make(path, rows)
        times: dict[str, list[tuple[float, float]]] = {"SUMMARIZE": [], "agentic": []}
        for _ in range(rounds):
            times["SUMMARIZE"].append(timed([sys.executable, "-c", SUMMARIZE, str(path)], ""))
            times["agentic"].append(timed([sys.executable, "-I", str(PROGRAM)], order(path, Path(folder))))
        size = path.stat().st_size
    text = page(times, rows, size, rounds)
    sys.stdout.write(text)
    PAGE.write_text(text, encoding="utf-8")
    return 0 if held(times) else 1


def make(path: Path, rows: int) -> None:
    import duckdb

    duckdb.sql(f"COPY ({ROWS.format(rows=rows)}) TO '{path}' (FORMAT parquet)")


def order(path: Path, folder: Path) -> str:
    """What `agentic profile` asks its program for."""
    table = {
        "name": "raw_rows",
        "kind": "files",
        "shown": "rows",
        "format": "parquet",
        "paths": [str(path)],
        "reading": {},
    }
    return json.dumps({"folder": str(folder), "sample": None, "columns": [], "lake_probes": "", "tables": [table]})


def timed(command: list[str], stdin: str) -> tuple[float, float]:
    """(wall, CPU) in seconds."""
    for left in Path(json.loads(stdin)["folder"]).glob("stage.duckdb*") if stdin else ():
        left.unlink()
    began, before = time.monotonic(), os.times()
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, check=True)
    after = os.times()
    if stdin:
        found = json.loads(done.stdout)["tables"][0]
        if not found["keys"] or not any(column.get("regex") for column in found["columns"]):
            raise SystemExit("the profile found no key or no pattern: nothing was measured")
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return time.monotonic() - began, spent


def ratios(times: dict[str, list[tuple[float, float]]]) -> tuple[float, float]:
    """Of the medians: wall, CPU."""
    wall, cpu = (
        statistics.median(one[clock] for one in times["agentic"])
        / statistics.median(one[clock] for one in times["SUMMARIZE"])
        for clock in (0, 1)
    )
    return wall, cpu


def held(times: dict[str, list[tuple[float, float]]]) -> bool:
    return max(ratios(times)) <= LIMIT


def page(times: dict[str, list[tuple[float, float]]], rows: int, size: int, rounds: int) -> str:
    import duckdb

    lines = [
        "# Benchmark: profiling beside SUMMARIZE",
        "",
        "Written by `python benchmarks/profiling.py`.",
        "",
        f"{rows:,} rows by 20 columns in one Parquet file of {size / 1e6:,.0f} MB; {rounds} rounds in turns; DuckDB {duckdb.__version__}, Python"
        f" {platform.python_version()}, {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f} at the end (a busy machine moves the wall's clock,"
        " hardly that of the CPU).",
        "",
        "| what | wall, median | wall, least | CPU, median |",
        "|---|---|---|---|",
    ]
    for name, label in (("SUMMARIZE", "DuckDB `SUMMARIZE`"), ("agentic", "`agentic profile`, with keys and patterns")):
        wall, cpu = zip(*times[name], strict=True)
        lines.append(
            f"| {label} | {statistics.median(wall):.1f} s | {min(wall):.1f} s | {statistics.median(cpu):.1f} s |"
        )
    wall_ratio, cpu_ratio = ratios(times)
    lines += [
        f"| ratio | {wall_ratio:.2f} | | {cpu_ratio:.2f} |",
        "",
        f"At most {LIMIT:g} is asked for, with 10 million rows: {'held' if held(times) else 'NOT held'}"
        f"{'' if rows >= WHOLE else f' with {rows:,}. This is a short run; what counts is `python benchmarks/profiling.py 10 3` on a quiet machine'}.",
        "",
        "`agentic profile` also counts columns of few values value by value, finds and proves keys on all rows, finds shapes and formats in a"
        " sample and checks them on all rows, and counts outliers and sentinels. It leaves out what takes `SUMMARIZE` most of its time:"
        " approximate quantiles and deviations over all rows. Its quartiles are those of 50,000 rows, and it says so.",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
