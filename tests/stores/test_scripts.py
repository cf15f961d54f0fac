"""The names that people know: thin fronts with the flags of old."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from stores.shop import Shop

SCRIPTS = Path(__file__).parents[2] / "scripts"


def run(shop: Shop, script: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPTS / script), *words], cwd=shop.root, capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "PYTHONPATH": str(SCRIPTS.parent / "src")},
    )  # fmt: skip


def test_upload_status_and_download_with_the_flags_of_old(blobs: Shop) -> None:
    path = blobs.raw("a.csv", "id\n1\n")
    assert run(blobs, "upload_to_azure.py", "--all").returncode == 0
    assert run(blobs, "sync_azure.py", "--status", "--container", "raw").returncode == 0
    path.unlink()
    done = run(blobs, "sync_azure.py", "--status", "--json", "--container", "raw")
    assert (done.returncode, json.loads(done.stdout)["containers"][0]["counts"]) == (1, {"only there": 1})
    assert (
        run(blobs, "sync_azure.py", "--download", "--container", "raw").returncode == 0
        and path.read_text() == "id\n1\n"
    )
    blobs.raw("b.csv", "id\n2\n")
    assert run(blobs, "sync_azure.py", "--upload", "--container", "raw").returncode == 0
    assert run(blobs, "sync_azure.py", "--upload", "--download").returncode == 1


def test_ingest_files_with_azure_loads_and_then_uploads(blobs: Shop) -> None:
    registry = blobs.house.read("configs/sources.yml") + '  files:\n    csv: {path: data/raw, pattern: "*.csv"}\n'
    blobs.house.write("configs/sources.yml", registry)
    blobs.raw("a.csv", "id\n1\n")
    done = run(blobs, "ingest_files.py", "--azure")
    assert done.returncode == 0 and "raw_a" in done.stdout and "3 files moved" in done.stdout, done.stdout + done.stderr
    assert run(blobs, "ingest_files.py", "--list", "--azure").returncode == 1
