"""A project of one's own with the dbt project in it, a lake made by PyIceberg, and the programs run on them as people run them."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

REPOSITORY = Path(__file__).resolve().parents[2]
# Nothing of the machine's own lake, warehouse or cloud may leak into a test.
FOREIGN = ("LAKE_", "SOURCE_", "AWS_", "S3_", "AZURE_", "WAREHOUSE", "DBT_")
JANUARY = {"load": "2013/01", "flown": 30, "late": 4, "cancelled": 3, "diverted": 2, "apart": 2, "unusable": 1}
FEBRUARY = {"load": "2013/02", "flown": 20, "late": 1, "cancelled": 1, "diverted": 0, "apart": 1, "unusable": 0}


@dataclass
class Workshop:
    """One project."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)

    @classmethod
    def build(cls, root: Path) -> "Workshop":
        """The sample project, without what it made."""
        for name in ("src/transformation", "src/common", "data/raw"):
            ignored = shutil.ignore_patterns("target", "logs", "__pycache__")
            shutil.copytree(REPOSITORY / name, root / name, ignore=ignored)
        for name in ("scripts/transform.py", "scripts/report.py", "scripts/report.html.j2"):
            (root / "scripts").mkdir(exist_ok=True)
            shutil.copy(REPOSITORY / name, root / name)
        shop = cls(root)
        shop.write("configs/sources.yml", 'sources:\n  files:\n    csv: {path: data/raw, pattern: "*.csv"}\n')
        shop.write("agent-prompts/README.md", "")
        return shop

    @property
    def lake(self) -> dict[str, str]:
        return {"LAKE_URI": f"jdbc:sqlite:{self.root}/lake/catalog.db", "LAKE_WAREHOUSE": f"{self.root}/lake/warehouse"}

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def start(self, *words: str, **more: str) -> subprocess.Popen[str]:
        """A program of the project, from its root."""
        own = {key: value for key, value in os.environ.items() if not key.startswith(FOREIGN)}
        environment = own | {"PYTHONPATH": str(REPOSITORY / "src")} | self.lake | self.environment | more
        return subprocess.Popen(
            [sys.executable, *words], cwd=self.root, env=environment, text=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def run(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """To its end."""
        return end(self.start(*words, **more))

    def transform(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return self.run("scripts/transform.py", *words, **more)

    def ingest(self) -> None:
        done = self.run("-m", "agentic", "--project", str(self.root), "ingest", "files", "--all")
        assert done.returncode == 0, done.stdout + done.stderr

    def ask(self, query: str, warehouse: str = "data/processed/warehouse.duckdb") -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.root / warehouse), read_only=True) as conn:
            return conn.execute(query).fetchall()


def end(program: subprocess.Popen[str], seconds: float = 240) -> subprocess.CompletedProcess[str]:
    """What it said; one that takes longer is ended."""
    try:
        out, err = program.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        program.kill()
        raise
    return subprocess.CompletedProcess(program.args, program.returncode, out, err)


def open_catalog(environment: dict[str, str]) -> Any:
    """As Spark would make it, by PyIceberg."""
    from pyiceberg.catalog.sql import SqlCatalog

    uri = environment["LAKE_URI"]
    if uri.startswith("jdbc:sqlite:"):
        place = Path(uri.removeprefix("jdbc:sqlite:"))
        place.parent.mkdir(parents=True, exist_ok=True)
        uri = f"sqlite:///{place}"
    else:
        uri = uri.replace("jdbc:postgresql://", f"postgresql+psycopg://{environment['LAKE_USER']}@")
    return SqlCatalog("lake", uri=uri, warehouse=environment["LAKE_WAREHOUSE"])


def fill_lake(environment: dict[str, str], months: tuple[dict[str, Any], ...] = (JANUARY, FEBRUARY)) -> Any:
    """The three tables of the flights, as src/ingestion/flights_to_iceberg.py leaves them."""
    import pyarrow as pa

    catalog = open_catalog(environment)
    catalog.create_namespace_if_not_exists("bronze")
    for name, rows in (
        ("flights", [row for month in months for row in landed(month)]),
        ("flights_quarantine", [row for month in months for row in apart(month)]),
        ("flights_loads", [ledger(month) for month in months]),
    ):
        table = pa.Table.from_pylist(rows, schema=SCHEMAS()[name])
        catalog.create_table_if_not_exists(f"bronze.{name}", table.schema).overwrite(table)
    return catalog


def SCHEMAS() -> dict[str, Any]:  # noqa: N802 - a table of schemas; PyArrow is imported when it is asked for
    import pyarrow as pa

    numbers = ("year", "month", "day", "dep_time", "sched_dep_time", "dep_delay", "arr_time", "sched_arr_time", "arr_delay",
               "flight", "air_time", "distance", "hour", "minute")  # fmt: skip
    words = ("carrier", "tailnum", "origin", "dest", "_load_id", "_source_file")
    moment = pa.timestamp("us", tz="UTC")
    return {
        "flights": pa.schema(
            [(name, pa.int32()) for name in numbers] + [(name, pa.string()) for name in words] + [("time_hour", moment)]
        ),
        "flights_quarantine": pa.schema(
            [(name, pa.string()) for name in ("_reason", "_raw", "_load_id", "_source_file")]
        ),
        "flights_loads": pa.schema(
            [(name, pa.string()) for name in ("load_id", "fingerprint", "correlation_id")]
            + [(name, pa.int64()) for name in ("rows_read", "rows_loaded", "rows_quarantined")]
            + [("loaded_at", moment)]
        ),
    }


def landed(month: dict[str, Any]) -> list[dict[str, Any]]:
    """Flown, of which some late; then cancelled; then diverted."""
    flown, cancelled, number = month["flown"], month["cancelled"], int(month["load"][-2:])
    rows = []
    for flight in range(flown + cancelled + month["diverted"]):
        left, arrived = not flown <= flight < flown + cancelled, flight < flown
        rows.append({
            "year": 2013, "month": number, "day": 1 + flight % 28, "sched_dep_time": 515, "sched_arr_time": 819, "hour": 5, "minute": 15,
            "dep_time": 517 if left else None, "dep_delay": 2 if left else None,
            "arr_time": 830 if arrived else None, "arr_delay": (15 if flight < month["late"] else 14) if arrived else None,
            "air_time": 200 if arrived else None, "carrier": ("UA", "B6")[flight % 2], "flight": flight, "tailnum": f"N{flight:05d}",
            "origin": ("EWR", "JFK", "LGA")[flight % 3], "dest": "IAH", "distance": 1400, "_load_id": month["load"],
            "_source_file": f"{month['load']}/flights.csv", "time_hour": datetime(2013, number, 1 + flight % 28, 10, tzinfo=UTC),
        })  # fmt: skip
    return rows


def apart(month: dict[str, Any]) -> list[dict[str, Any]]:
    """Without a tail number; and, where asked for, a row that is no JSON at all."""
    number = int(month["load"][-2:])
    text = f'{{"year":"2013","month":"{number}","day":"7","carrier":"UA","flight":"900","origin":"EWR","dest":"IAH","minute":"5"}}'
    reasons = [("tailnum: missing", text)] * month["apart"] + [("not a row", 'UA,"half a')] * month["unusable"]
    return [{"_reason": why, "_raw": raw, "_load_id": month["load"], "_source_file": "f.csv"} for why, raw in reasons]


def ledger(month: dict[str, Any]) -> dict[str, Any]:
    loaded, set_apart = month["flown"] + month["cancelled"] + month["diverted"], month["apart"] + month["unusable"]
    return {
        "load_id": month["load"], "fingerprint": "x", "correlation_id": "test", "rows_read": loaded + set_apart,
        "rows_loaded": loaded, "rows_quarantined": set_apart, "loaded_at": datetime(2026, 11, 21, tzinfo=UTC),
    }  # fmt: skip
