"""Sync of 10,000 objects with 1 % changed beside 1,000 with as many changed: `python benchmarks/sync.py [ROUNDS [MANY FEW CHANGED]]`.

With sizes of one's own nothing is written: that is to see whether it works.

The store is moto's server on this machine, so that what is measured is our own work and one machine's HTTP, not a line. Both
sizes take turns. What counts are the ratios: the figures themselves are those of one machine.
"""

from __future__ import annotations

import json
import os
import platform
import resource
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
SIZES = (10_000, 1_000, 100)
GIVEN = [int(word) for word in sys.argv[1:]]
COUNT = GIVEN[0] if GIVEN else 4
MANY, FEW, CHANGED = GIVEN[1:] or SIZES
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


def spent() -> float:
    """Seconds of processor of all processes of ours that have ended, and of theirs: the store is none of them."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def agentic(root: Path, *words: str) -> tuple[float, float, dict]:
    """Seconds of the whole process, by clock and by processor, and what it said."""
    began, before = time.monotonic(), spent()
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
    took, used = time.monotonic() - began, spent() - before
    said = json.loads(done.stdout)
    if "error" in said:
        raise SystemExit(done.stdout)
    return took, used, said


def change(root: Path, turn: str) -> None:
    """As many files in each project."""
    paths = sorted((root / "data/raw").rglob("*.csv"))
    for path in paths[:: len(paths) // CHANGED][:CHANGED]:
        path.write_text(f"id,value\n{path.stem},{turn}\n" * 20, encoding="utf-8")
    time.sleep(1.2)


WORDS = {
    "status": f"status, {CHANGED} changed", "sync": f"upload, {CHANGED} changed", "nothing": "upload, nothing changed",
    "quick": f"upload --quick, {CHANGED} changed", "quick nothing": "upload --quick, nothing changed",
}  # fmt: skip
QUICK = ("upload", "--quick")
Times = dict[str, dict[int, list[tuple[float, float]]]]
"""What -> objects -> seconds by clock and by processor, of each round."""


def rounds(roots: dict[int, Path], endpoint: str) -> Times:
    """Both sizes in turns."""
    times: Times = {name: {MANY: [], FEW: []} for name in (*WORDS, "list")}
    for turn in range(COUNT):
        for objects, root in roots.items():
            for name, one in once(root, turn, objects, endpoint).items():
                times[name][objects].append(one)
            print(f"round {turn + 1}, {objects:,} objects: {times['sync'][objects][-1][0]:.2f} s", file=sys.stderr)
    return times


def once(root: Path, turn: int, objects: int, endpoint: str) -> dict[str, tuple[float, float]]:
    """Each way once, over as many changes."""
    change(root, f"turn {turn}")
    times = {"list": (listed(objects, endpoint), 0.0), "status": agentic(root, "status")[:2]}
    times["sync"] = sent(agentic(root, "upload"), CHANGED)
    times["nothing"] = sent(agentic(root, "upload"), 0)
    change(root, f"turn {turn}, quick")
    times["quick"] = sent(agentic(root, *QUICK), CHANGED)
    times["quick nothing"] = sent(agentic(root, *QUICK), 0)
    return times


def sent(one: tuple[float, float, dict], count: int) -> tuple[float, float]:
    """Its times, where it did what it was to do."""
    *times, said = one
    if sum(row["did"] == "sent" for row in said["files"]) != count:
        raise SystemExit(f"not {count} files were sent: {said}")
    return times[0], times[1]


def row(words: str, times: dict[int, list[tuple[float, float]]], lists: dict[int, float]) -> str:
    """One way; the ratio without the list only where it makes one."""
    (many, few), (many_used, few_used) = (
        [min(one[at] for one in times[size]) for size in (MANY, FEW)] for at in (0, 1)
    )
    rest = "" if "--quick" in words else f"{(many - lists[MANY]) / (few - lists[FEW]):.2f}"
    return (
        f"| {words} | {many:.2f} | {few:.2f} | {many / few:.2f} | {rest} "
        f"| {many_used:.2f} | {few_used:.2f} | {many_used / few_used:.2f} |"
    )


def page(times: Times, first: dict[int, float]) -> str:
    """As it is published."""
    lists = {objects: min(one[0] for one in found) for objects, found in times["list"].items()}
    rows = [row(words, times[name], lists) for name, words in WORDS.items()]
    for words, one in {"the list alone, by obstore": lists, "first upload, all sent": first}.items():
        rows.append(f"| {words} | {one[MANY]:.2f} | {one[FEW]:.2f} | {one[MANY] / one[FEW]:.2f} | | | | |")
    return f"""<!-- made by benchmarks/sync.py -->

# Sync by what changed

`python benchmarks/sync.py {COUNT}` keeps {MANY:,} files in one bucket and {FEW:,} in another, changes {CHANGED} in each, and times whole
processes (`agentic store status` and `agentic store upload`, start included), {COUNT} rounds in turns; the least of each, since neighbours on the machine only add. A ratio of 10 would be time by what is there, 1 by what
changed. Requests: one list for each 1,000 objects, one for each file that changed, one or two for the manifest; none for an object that is the
same. Without the list, what others changed would not be seen; `--quick` leaves it out and says so, and asks one HEAD and one PUT
for each file that changed. The store is moto's server on the same machine, which sorts
all names again for each page of a list: its list alone, asked by obstore, is shown, and one column leaves it out. What is left of the ratio is a
`stat` for each file and its line in the list, the manifest and the memory. Processor: of our processes, not of the store's.

| what | {MANY:,} objects, s | {FEW:,} objects, s | ratio | ratio without the list | {MANY:,}, s of processor | {FEW:,} | ratio |
|---|---|---|---|---|---|---|---|
{chr(10).join(rows)}

Python {platform.python_version()} on {platform.system()}, {os.cpu_count()} processors, other work beside it.
"""


def main() -> int:
    """Measure and write the page."""
    folder = Path(tempfile.mkdtemp(prefix="sync-"))
    try:
        with moto() as endpoint:
            roots = {objects: project(folder, objects, endpoint) for objects in (MANY, FEW)}
            first = {objects: agentic(root, "upload")[0] for objects, root in roots.items()}
            print(f"first upload: {first}", file=sys.stderr)
            text = page(rounds(roots, endpoint), first)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if (MANY, FEW, CHANGED) == SIZES:
        PAGE.write_text(text, encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
