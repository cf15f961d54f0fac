"""A project with a lake, suites and checkpoints."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from asked import Said, asked
from lake.pond import Pond

ROOT = Path(__file__).parents[2]
GREAT = "great-expectations"
ROWS = pa.table({"id": pa.array(range(100), pa.int64()), "carrier": ["UA"] * 100})
NOT_NULL = {"type": "expect_column_values_to_not_be_null", "kwargs": {"column": "id"}}
UNIQUE = {"type": "expect_column_values_to_be_unique", "kwargs": {"column": "id"}}


@dataclass
class Mill:
    """One project."""

    pond: Pond

    @classmethod
    def build(cls, root: Path) -> Mill:
        """With an empty lake."""
        mill = cls(Pond.build(root))
        text = (ROOT / GREAT / "great_expectations.yml").read_text(encoding="utf-8")
        mill.write(f"{GREAT}/great_expectations.yml", text)
        return mill

    @property
    def root(self) -> Path:
        return self.pond.root

    def write(self, path: str, text: str) -> Path:
        return self.pond.house.write(path, text)

    def suite(self, name: str, *expectations: dict[str, Any], version: str = "1.24.1") -> None:
        """As Great Expectations writes it."""
        written = [{"severity": "critical", "meta": {}, **one} for one in expectations]
        body = {"name": name, "expectations": written, "meta": {"great_expectations_version": version}, "notes": None}
        self.write(f"{GREAT}/expectations/{name}.json", json.dumps(body))

    def checkpoint(self, name: str, **body: Any) -> None:
        """JSON is YAML, too."""
        self.write(f"{GREAT}/checkpoints/{name}.yml", json.dumps(body))

    def parquet(self, path: str, rows: pa.Table) -> None:
        import pyarrow.parquet as pq

        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(rows, self.root / path)

    def warehouse(self, sql: str) -> None:
        path = self.root / "data/processed/warehouse.duckdb"
        path.parent.mkdir(parents=True, exist_ok=True)
        with duckdb.connect(str(path)) as connection:
            connection.execute(sql)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.root / "data/processed/warehouse.duckdb"), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def asked(self, *words: str) -> Said:
        """`agentic quality ...`."""
        return asked(self.root, "quality", *words)

    def checked(self, name: str, *words: str) -> dict[str, Any]:
        """The one checkpoint, as --json prints it."""
        found: dict[str, Any] = self.asked("check", name, "--json", *words).json["checkpoints"][0]
        return found

    def log(self) -> list[dict[str, Any]]:
        path = self.root / "logs/quality_results.jsonl"
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []

    def start(self, *words: str, **environment: str) -> subprocess.Popen[str]:
        """As a program of its own."""
        command = [sys.executable, "-m", "agentic", "quality", *words]
        return subprocess.Popen(
            command, cwd=self.root, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment}, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip

    def written(self) -> str:
        """Everything that the checks left in files that people read or git keeps."""
        folders = (self.root / "logs", self.root / GREAT / "uncommitted")
        files = [
            path
            for folder in folders
            for path in folder.rglob("*")
            if path.suffix in (".json", ".jsonl", ".html", ".part")
        ]
        return "\n".join(path.read_text(encoding="utf-8") for path in files)


def holder(path: Path) -> subprocess.Popen[str]:
    """Another process that has the warehouse open for writing, as dbt does."""
    code = f"import duckdb, sys; c = duckdb.connect({str(path)!r}); print('held', flush=True); sys.stdin.read()"
    made = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert made.stdout is not None and made.stdout.readline() == "held\n"
    return made
