"""The master DAG as it is, on the sample's data: Airflow starts the real programs, and marts and verdicts are there afterwards."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.airflow_home import PROGRAM, ROOT, Orchestrated, needs_airflow

PARTS = (
    "configs",
    "scripts",
    "src/common",
    "src/ingestion",
    "src/transformation",
    "src/orchestration",
    "great-expectations",
    "data/raw",
)
FILES = ("agent-prompts/context",)


def whole_project(folder: Path) -> Orchestrated:
    """What the pipeline needs of the repository, with the bucket of the sample and an empty lake."""
    kept = subprocess.run(["git", "ls-files", *PARTS, *FILES], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in kept.stdout.splitlines():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    (folder / ".venv").symlink_to(Path(sys.prefix))
    shutil.copytree(ROOT / "data/bucket", folder / "data/bucket")
    return Orchestrated(folder)


@needs_airflow
@pytest.mark.spark
@pytest.mark.skipif(not (ROOT / "data/bucket/planes").is_dir(), reason="no bucket: setup-scripts/test.sh makes it")
def test_the_master_dag_brings_files_and_flights_to_judged_marts(tmp_path):
    project = whole_project(tmp_path)
    done = project.run()
    assert done.returncode == 0, f"{PROGRAM}\n{done.stdout[-6000:]}\n{done.stderr[-2000:]}"
    assert counted(tmp_path, "SELECT sum(flights) FROM daily_punctuality") == 336_776
    assert counted(tmp_path, "SELECT count(*) FROM raw_customers") > 0
    checked = [json.loads(line) for line in (tmp_path / "logs/quality_results.jsonl").read_text().splitlines()]
    assert {one["name"] for one in checked} >= {"bronze_flights", "marts_daily_punctuality"}
    assert (tmp_path / "great-expectations/uncommitted/data_docs").exists() or list(
        (tmp_path / "great-expectations/uncommitted").rglob("index.html")
    )
    (run,) = {word.split()[1].rstrip(":") for word in done.stdout.splitlines() if word.startswith("run ")}
    begun = [line.split()[0] for line in done.stdout.split(f"run {run}: success")[1].splitlines() if line.strip()]
    steps = [name for name in begun if not name.startswith("pipeline.")]
    assert set(steps[:2]) == {"ingestion.files", "ingestion.flights"}
    assert steps[2:] == ["transformation.dbt", "quality.checkpoints"]
    assert "--- quality.checkpoints" in project.log.read_text()
    assert run in (tmp_path / "logs/pipeline_runs.log").read_text(), (
        "the master's id is the correlation id of the programs"
    )


def counted(project: Path, query: str) -> int:
    """Asked of the warehouse, in a process of its own."""
    program = f"import duckdb; print(duckdb.connect('data/processed/warehouse.duckdb', read_only=True).sql({query!r}).fetchone()[0])"
    said = subprocess.run([sys.executable, "-c", program], cwd=project, capture_output=True, text=True, check=True)
    return int(said.stdout)
