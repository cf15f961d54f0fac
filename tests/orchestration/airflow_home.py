"""A real Airflow in an environment of its own, on a project in a folder of the test."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get("AGENTIC_AIRFLOW") or ROOT / ".agentic/tools/airflow/bin/airflow")
FOREIGN = ("LAKE_", "SOURCE_", "AWS_", "S3_", "SPARK_", "CORRELATION_ID", "AIRFLOW_", "AGENTIC_PROJECT")

needs_airflow = pytest.mark.skipif(
    not PROGRAM.is_file(), reason="Airflow is not installed: bash setup-scripts/airflow.sh"
)


@dataclass
class Orchestrated:
    """A project with DAGs, and what Airflow made of it."""

    root: Path

    def run(self, dag: str = "pipeline") -> subprocess.CompletedProcess[str]:
        """scripts/orchestrate.py to its end."""
        own = {key: value for key, value in os.environ.items() if not key.startswith(FOREIGN)}
        return subprocess.run(
            [sys.executable, str(self.root / "scripts/orchestrate.py"), "--dag", dag, "--log", str(self.log)],
            cwd=self.root, env={**own, "AGENTIC_AIRFLOW": str(PROGRAM)}, capture_output=True, text=True, check=False, timeout=900,
        )  # fmt: skip

    @property
    def log(self) -> Path:
        return self.root / "run.log"

    def dag(self, name: str, text: str) -> None:
        """One more DAG."""
        (self.root / f"src/orchestration/{name}_dag.py").write_text(text, encoding="utf-8")


def project_with_dags(folder: Path) -> Orchestrated:
    """The DAGs and the program that runs them; nothing else of the project."""
    shutil.copytree(
        ROOT / "src/orchestration", folder / "src/orchestration", ignore=shutil.ignore_patterns("__pycache__")
    )
    (folder / "scripts").mkdir()
    shutil.copy(ROOT / "scripts/orchestrate.py", folder / "scripts/orchestrate.py")
    return Orchestrated(folder)


def orchestrate() -> ModuleType:
    """scripts/orchestrate.py as a module."""
    spec = importlib.util.spec_from_file_location("orchestrate", ROOT / "scripts/orchestrate.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
