"""Objects into an Iceberg table by Spark, by PyIceberg and by DuckDB, side by side: `python benchmarks/object_to_iceberg.py [ROWS ...]`.

CSV objects of half a million rows and 8 columns, made by the script, lie in a folder, so that no store's own speed is measured. Each way is
a process of its own, from its start to its end, into a fresh lake with a catalog in SQLite; each reads with the same declared types,
drops the rows without a key, and commits once. Two clocks: the wall, and the CPU (user and system, of the process and all that
it started); and the most memory that one process held. The table is counted afterwards by PyIceberg. What counts are the ratios.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/reference/benchmarks-object-to-iceberg.md"
WAYS = ("spark", "pyiceberg", "duckdb")
NAMES = {
    "spark": "Spark, local[2]",
    "pyiceberg": "PyIceberg, Arrow",
    "duckdb": "DuckDB, Parquet files added by PyIceberg",
}
PER_OBJECT = 500_000
TABLE = "bronze.orders"
DDL = "id BIGINT, customer BIGINT, ordered_at TIMESTAMP, origin STRING, note STRING, quantity INT, amount DOUBLE, weekday INT"
DATA = """COPY (SELECT CASE WHEN i % 1000 = 0 THEN NULL ELSE i END AS id, (i * 7919) % 100003 AS customer,
  TIMESTAMP '2013-01-01' + to_seconds(i) AS ordered_at, ['EWR', 'JFK', 'LGA'][1 + i % 3] AS origin, 'order ' || (i % 9999) AS note,
  (i % 9 + 1)::INTEGER AS quantity, ((i * 31) % 100000) / 100.0 AS amount, (i % 7)::INTEGER AS weekday
  FROM range({first}, {last}) t(i)) TO '{path}' (HEADER, TIMESTAMPFORMAT '%Y-%m-%d %H:%M:%S')"""
KEPT = 0.999
"""One row in a thousand has no key."""


# --- the three ways: each runs in a process of its own -----------------------------------------------------------


def spark(objects: Path, lake: Path) -> None:
    """The project's own session; what every Spark job of it uses."""
    os.environ |= {
        "LAKE_URI": f"jdbc:sqlite:{lake}/catalog.db",
        "LAKE_WAREHOUSE": str(lake / "warehouse"),
        "SPARK_MASTER": "local[2]",
    }
    sys.path.insert(0, str(ROOT / "src"))
    from common.lake import create_session, read_settings

    session = create_session("benchmark", read_settings(ROOT))
    session.sql(f"CREATE NAMESPACE IF NOT EXISTS {TABLE.split('.', maxsplit=1)[0]}")
    session.sql(f"CREATE TABLE {TABLE} ({DDL}) USING iceberg")
    rows = session.read.schema(DDL).option("header", True).csv(str(objects))
    rows.where("id IS NOT NULL").writeTo(TABLE).append()
    session.stop()


def pyiceberg(objects: Path, lake: Path) -> None:
    """Object by object through Arrow, all of them in one transaction."""
    import pyarrow.compute as pc
    from pyarrow import csv

    table = made(lake)
    schema = table.schema().as_arrow()
    convert = csv.ConvertOptions(column_types={field.name: field.type for field in schema}, strings_can_be_null=True)
    with table.transaction() as change:
        for path in sorted(objects.glob("*.csv")):
            rows = csv.read_csv(path, convert_options=convert)
            change.append(rows.filter(pc.is_valid(rows["id"])).cast(schema))


def duckdb(objects: Path, lake: Path) -> None:
    """Parquet files written by DuckDB where the table keeps its own, then made known in one commit."""
    import duckdb as engine

    table = made(lake)
    folder = Path(table.location().removeprefix("file://")) / "data"
    folder.mkdir(parents=True, exist_ok=True)
    types = {part.split()[0]: part.split()[1].replace("STRING", "VARCHAR") for part in DDL.split(", ")}
    with engine.connect(config={"temp_directory": str(lake)}) as con:
        con.execute(
            f"COPY (SELECT * FROM read_csv('{objects}/*.csv', columns = {types}, header = true, auto_detect = false) WHERE id IS NOT NULL)"
            f" TO '{folder}/load' (FORMAT parquet, COMPRESSION zstd, PER_THREAD_OUTPUT true)"
        )
    table.add_files([str(path) for path in sorted((folder / "load").glob("*.parquet"))])


def made(lake: Path):  # type: ignore[no-untyped-def]
    """The empty table, by PyIceberg."""
    from pyiceberg.schema import Schema
    from pyiceberg.types import DoubleType, IntegerType, LongType, NestedField, StringType, TimestampType

    kinds = {
        "BIGINT": LongType(),
        "TIMESTAMP": TimestampType(),
        "STRING": StringType(),
        "INT": IntegerType(),
        "DOUBLE": DoubleType(),
    }
    fields = [
        NestedField(n, *((part.split()[0], kinds[part.split()[1]])), required=False)
        for n, part in enumerate(DDL.split(", "), 1)
    ]
    catalog = opened(lake)
    catalog.create_namespace_if_not_exists(TABLE.split(".", maxsplit=1)[0])
    return catalog.create_table(TABLE, Schema(*fields))


def opened(lake: Path):  # type: ignore[no-untyped-def]
    """The catalog."""
    from pyiceberg.catalog.sql import SqlCatalog

    return SqlCatalog("lake", uri=f"sqlite:///{lake}/catalog.db", warehouse=f"{lake}/warehouse")


# --- measuring them -------------------------------------------------------------------------------------------------


def main() -> int:
    wish = arguments()
    if wish.way:
        {"spark": spark, "pyiceberg": pyiceberg, "duckdb": duckdb}[wish.way](wish.objects, wish.lake)
        return 0
    measured = {}
    with tempfile.TemporaryDirectory(prefix="objects-", dir=wish.folder) as folder:
        for rows in sorted(wish.rows):
            objects = Path(folder) / f"objects-{rows}"
            tell(f"{rows:,} rows: making the objects")
            make(objects, rows)
            rounds = wish.rounds if rows <= 10_000_000 else 1
            measured[rows] = compare(objects, rows, rounds, Path(folder))
            remove(objects)
            PAGE.write_text(page(measured, wish.rounds), encoding="utf-8")
    tell(f"{PAGE.relative_to(ROOT)} written")
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Objects into Iceberg: Spark, PyIceberg, DuckDB.")
    parser.add_argument("rows", nargs="*", type=int, default=[1_000_000, 10_000_000, 50_000_000])
    parser.add_argument("--rounds", type=int, default=3, help="of each way; above 10 million rows one")
    parser.add_argument("--folder", help="where objects and lakes are made for the time of the run")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--objects", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--lake", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def make(objects: Path, rows: int) -> None:
    """CSV objects of half a million rows."""
    import duckdb as engine

    objects.mkdir()
    with engine.connect() as con:
        for number, first in enumerate(range(0, rows, PER_OBJECT)):
            con.execute(DATA.format(first=first, last=min(first + PER_OBJECT, rows), path=objects / f"{number:04}.csv"))


Measure = dict[str, float]


def compare(objects: Path, rows: int, rounds: int, folder: Path) -> dict[str, Measure]:
    """In turns, so that all meet the same machine; the medians."""
    found: dict[str, list[Measure]] = {way: [] for way in WAYS}
    for number in range(rounds):
        for way in WAYS:
            lake = folder / f"lake-{way}-{number}"
            lake.mkdir()
            found[way].append(run(way, objects, lake))
            counted = sum(file.record_count for file in files_of(lake))
            if counted != round(rows * KEPT):
                raise SystemExit(f"{way}: {counted:,} rows in the table, {round(rows * KEPT):,} expected")
            tell(f"{rows:,} rows, {way}: {found[way][-1]}")
            remove(lake)
    return {way: {key: statistics.median(one[key] for one in ones) for key in ones[0]} for way, ones in found.items()}


def run(way: str, objects: Path, lake: Path) -> Measure:
    """One process: seconds on the wall, seconds of CPU, GiB at the most."""
    command = [sys.executable, __file__, "--way", way, "--objects", str(objects), "--lake", str(lake)]
    begun = time.monotonic()
    program = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    most, cpu = 0.0, {}
    while program.poll() is None:
        seen = {process: found for process in family(program.pid) if (found := used(process))}
        most = max(most, sum(gib for gib, _ in seen.values()))
        cpu |= {process: seconds for process, (_, seconds) in seen.items()}
        time.sleep(0.1)
    wall = time.monotonic() - begun
    if program.returncode:
        raise SystemExit(f"{way} failed: {program.stderr.read()[-2000:] if program.stderr else ''}")
    return {"wall": round(wall, 1), "cpu": round(sum(cpu.values()), 1), "gib": round(most, 1)}


def used(process: int) -> tuple[float, float] | None:
    """GiB and CPU seconds of a process until now. Asked ten times a second, since Java outlives whoever started it and is in no sum."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
        fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except (OSError, IndexError):
        return None
    return pages * resource.getpagesize() / 2**30, (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def family(process: int) -> list[int]:
    """A process and its children, whatever threads they hang on. Any of them may end while it is looked at."""
    found = [process]
    for one in found:
        try:
            for task in Path(f"/proc/{one}/task").glob("*/children"):
                found += [int(child) for child in task.read_text(encoding="ascii").split()]
        except OSError:
            continue
    return found


def files_of(lake: Path):  # type: ignore[no-untyped-def]
    """Data files of the table, as its newest snapshot lists them."""
    return [task.file for task in opened(lake).load_table(TABLE).scan().plan_files()]


def remove(folder: Path) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)


def tell(words: str) -> None:
    print(f"  {words}", file=sys.stderr, flush=True)


def page(measured: dict[int, dict[str, Measure]], rounds: int) -> str:
    """Times of this machine, and the ratios, which are what others can compare."""
    lines = [f"# Objects into Iceberg: which way wins where\n\n{__doc__.split(chr(10) * 2, 1)[1].strip()}\n"]
    lines.append(
        f"Medians of {rounds} round(s) up to 10 million rows, of one above; {os.cpu_count()} cores, Python {platform.python_version()}.\n\n"
        "| rows | way | wall, s | to the quickest | CPU, s | most memory, GiB |\n|---|---|---|---|---|---|"
    )
    for rows, ways in measured.items():
        best = min(one["wall"] for one in ways.values())
        for way, one in ways.items():
            lines.append(
                f"| {rows:,} | {NAMES[way]} | {one['wall']:.1f} | {one['wall'] / best:.2f} | {one['cpu']:.1f} | {one['gib']:.1f} |"
            )
    lines.append("\n" + verdict(measured))
    return "\n".join(lines) + "\n"


def verdict(measured: dict[int, dict[str, Measure]]) -> str:
    """In words, from the numbers alone."""
    said: Sequence[str] = [
        f"- {rows:,} rows: {NAMES[min(ways, key=lambda way: ways[way]['wall'])]} is quickest; Spark takes "
        f"{ways['spark']['wall'] / min(one['wall'] for one in ways.values()):.1f} times as long."
        for rows, ways in measured.items()
    ]
    return "## Where each wins\n\n" + "\n".join(said)


if __name__ == "__main__":
    sys.exit(main())
