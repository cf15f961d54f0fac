"""Sync of 10,000 objects with 1 % changed beside 1,000 with as many changed: `python benchmarks/sync.py [ROUNDS]`.

The store is moto's server on this machine, so that what is measured is our own work and one machine's HTTP, not a line. Both
sizes take turns. What counts are the ratios: the figures themselves are those of one machine.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/reference/benchmarks-sync.md"
MANY, FEW, CHANGED = 10_000, 1_000, 100
SECRETS = {"BENCH_ID": "test", "BENCH_SECRET": "test"}
REGISTRY = """\
sources:
  object_stores:
    store: {kind: s3, bucket: %s, endpoint: "%s", region: us-east-1, access_key: {env: BENCH_ID}, secret_key: {env: BENCH_SECRET}}
"""


@contextmanager
def moto() -> Iterator[str]:
    """Its server."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


def listed(objects: int, endpoint: str) -> float:
    """Seconds of the list alone: what the server itself takes for it, by the library that agentic uses."""
    import obstore
    from obstore.store import S3Store

    store = S3Store(
        f"bench-{objects}", endpoint=endpoint, region="us-east-1", access_key_id="test", secret_access_key="test",
        client_options={"allow_http": True, "timeout": "300s"},
    )  # fmt: skip
    began = time.monotonic()
    found = len(obstore.list(store).collect())
    if found < objects:
        raise SystemExit(f"{found} of {objects} objects are there")
    return time.monotonic() - began


def project(folder: Path, objects: int, endpoint: str) -> Path:
    """So many files, all of them in the store."""
    import boto3

    bucket = f"bench-{objects}"
    boto3.client(
        "s3", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
    ).create_bucket(Bucket=bucket)
    root = folder / str(objects)
    (root / "agent-prompts").mkdir(parents=True)
    (root / "configs").mkdir()
    (root / "configs/sources.yml").write_text(REGISTRY % (bucket, endpoint), encoding="utf-8")
    for number in range(objects):
        path = root / f"data/raw/{number // 100:03}/{number:05}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"id,value\n{number},first\n" * 20, encoding="utf-8")
    time.sleep(1.2)
    return root


def agentic(root: Path, *words: str) -> tuple[float, dict]:
    """Seconds of the whole process, and what it said."""
    began = time.monotonic()
    command = [
        sys.executable,
        "-m",
        "agentic",
        "store",
        *words,
        "--container",
        "raw",
        "--json",
        "--quiet",
        "--project",
        str(root),
    ]
    environment = {**os.environ, **SECRETS, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    said = json.loads(done.stdout)
    if "error" in said:
        raise SystemExit(done.stdout)
    return time.monotonic() - began, said


def change(root: Path, turn: int) -> None:
    """As many files in each project."""
    paths = sorted((root / "data/raw").rglob("*.csv"))
    for path in paths[:: len(paths) // CHANGED][:CHANGED]:
        path.write_text(f"id,value\n{path.stem},turn {turn}\n" * 20, encoding="utf-8")
    time.sleep(1.2)


def rounds(roots: dict[int, Path], count: int, endpoint: str) -> dict[str, dict[int, list[float]]]:
    """Both sizes in turns."""
    times: dict[str, dict[int, list[float]]] = {
        name: {MANY: [], FEW: []} for name in ("status", "sync", "nothing", "list")
    }
    for turn in range(count):
        for objects, root in roots.items():
            change(root, turn)
            times["list"][objects].append(listed(objects, endpoint))
            times["status"][objects].append(agentic(root, "status")[0])
            seconds, said = agentic(root, "upload")
            if sum(row["did"] == "sent" for row in said["files"]) != CHANGED:
                raise SystemExit(f"not {CHANGED} files were sent: {said}")
            times["sync"][objects].append(seconds)
            times["nothing"][objects].append(agentic(root, "upload")[0])
            print(f"round {turn + 1}, {objects:,} objects: {seconds:.2f} s", file=sys.stderr)
    return times


WORDS = {
    "status": f"status, {CHANGED} changed", "sync": f"upload, {CHANGED} changed", "nothing": "upload, nothing changed",
}  # fmt: skip


def page(times: dict[str, dict[int, list[float]]], first: dict[int, float], count: int) -> str:
    """As it is published."""
    middle = {name: {objects: min(found) for objects, found in of.items()} for name, of in times.items()}
    lists, rows = middle.pop("list"), []
    for name, words in WORDS.items():
        many, few = middle[name][MANY], middle[name][FEW]
        rest = (many - lists[MANY]) / (few - lists[FEW])
        rows.append(f"| {words} | {many:.2f} | {few:.2f} | {many / few:.2f} | {rest:.2f} |")
    rows.append(
        f"| the list alone, by obstore | {lists[MANY]:.2f} | {lists[FEW]:.2f} | {lists[MANY] / lists[FEW]:.2f} | |"
    )
    rows.append(f"| first upload, all sent | {first[MANY]:.2f} | {first[FEW]:.2f} | {first[MANY] / first[FEW]:.2f} | |")
    return f"""<!-- made by benchmarks/sync.py -->

# Sync by what changed

`python benchmarks/sync.py {count}` keeps {MANY:,} files in one bucket and {FEW:,} in another, changes {CHANGED} in each, and times whole
processes (`agentic store status` and `agentic store upload`, start included), {count} rounds in turns; the least of each, since neighbours on the machine only add. A ratio of 10 would be time by what is there, 1 by what
changed. Requests: one list for each 1,000 objects, one for each file that changed, one or two for the manifest; none for an object that is the
same. The list cannot be left out, or what others changed would not be seen. The store is moto's server on the same machine, which sorts
all names again for each page of a list: its list alone, asked by obstore, is shown, and the last column leaves it out. What is left of the ratio is a
`stat` for each file and its line in the list, the manifest and the memory.

| what | {MANY:,} objects, s | {FEW:,} objects, s | ratio | ratio without the list |
|---|---|---|---|---|
{chr(10).join(rows)}

Python {platform.python_version()} on {platform.system()}, {os.cpu_count()} processors, other work beside it.
"""


def main() -> int:
    """Measure and write the page."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 4
    folder = Path(tempfile.mkdtemp(prefix="sync-"))
    try:
        with moto() as endpoint:
            roots = {objects: project(folder, objects, endpoint) for objects in (MANY, FEW)}
            first = {objects: agentic(root, "upload")[0] for objects, root in roots.items()}
            print(f"first upload: {first}", file=sys.stderr)
            text = page(rounds(roots, count, endpoint), first, count)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    PAGE.write_text(text, encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
