"""How much agentic itself costs, as ratios to `python -c pass`, measured in one run: `python benchmarks/run.py [N]`.

CPU is what the kernel says of a child that has ended (`RUSAGE_CHILDREN`: user and system). Each command takes turns with
`python -c pass` of the same interpreter, so that both meet the same machine; the median of N turns counts. Bytecode is
allowed and warmed up: without that, the first call after an installation compiles everything.

Two figures leave out what is not the runner's. The replay is of a task without checks; below it, for comparison, the
same with two quick checks. Of a live run the record tells the milliseconds of provider and checks; the rest, without
the start of Python, is the runner's.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "src")]

from claude_server import Slow, Writes  # noqa: E402 (the path comes first)
from house import ADDING, House, spec  # noqa: E402
from house.house import answered  # noqa: E402

PAGE = ROOT / "docs/reference/benchmarks.md"
FILES = {"src/adding.py": ADDING}
Row = tuple[str, float, str, bool]


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with tempfile.TemporaryDirectory() as folder:
        rows = list(measured(Path(folder), rounds))
    page = "\n".join(told(rows, rounds)) + "\n"
    sys.stdout.write(page)
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page, encoding="utf-8")
    return 0 if all(held for *_, held in rows) else 1


def measured(folder: Path, rounds: int):
    """One row after the other."""
    house, bare = prompting(folder / "prompting"), replaying(folder / "replaying", ())
    checked = replaying(folder / "checked", ("python", {"command": "python -c pass"}))
    task = House.TASK
    yield bound("`agentic --version`", ratio(["--version"], house.root, rounds), 6)
    yield bound("`agentic --help`", ratio(["--help"], house.root, rounds), 6)
    yield bound("`agentic prompt TASK`, 20 context files", ratio(["prompt", task], house.root, rounds), 15)
    yield bound(
        "`agentic replay ID`, a task without checks", ratio(["replay", newest(bare), "--quiet"], bare.root, rounds), 25
    )
    whole = ratio(["replay", newest(checked), "--quiet"], checked.root, rounds)
    yield ("`agentic replay ID`, a task with two quick checks, their processes included", whole, "-", True)
    yield live(folder / "live")


def bound(name: str, value: float, most: int) -> Row:
    """A ratio against its bound."""
    return (name, value, f"{most}", value <= most)


# --- what is measured --------------------------------------------------------------------------------------


def ratio(words: list[str], folder: Path, rounds: int) -> float:
    """CPU of `agentic ...` to that of `python -c pass`, in turns."""
    ours = [sys.executable, "-c", "from agentic.__main__ import main; main()", *words]
    nothing = [sys.executable, "-c", "pass"]
    cpu(ours, folder), cpu(nothing, folder)
    pairs = [(cpu(ours, folder), cpu(nothing, folder)) for _ in range(rounds)]
    return statistics.median(one for one, _ in pairs) / statistics.median(other for _, other in pairs)


def cpu(command: list[str], folder: Path) -> float:
    """Seconds of CPU, user and system, of one child and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, env=clean(), stdin=subprocess.DEVNULL, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def clean() -> Mapping[str, str]:
    """An environment with nothing in it but what a program needs to start."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT / "src"), "AGENTIC_DEVELOPER": "bench"}


def prompting(root: Path) -> House:
    """A task with 20 context files of 4 kB."""
    house = House.build(root)
    names = [f"context/part_{number:02}.md" for number in range(20)]
    for name in names:
        house.write(f"agent-prompts/{name}", f"# {name}\n" + "Words that say something of the data.\n" * 100)
    house.write(f"agent-prompts/{House.TASK}", spec(context=names))
    return house


def replaying(root: Path, checks: tuple[object, ...]) -> House:
    """A project in which one task was executed."""
    house = House.build(root)
    house.write(f"agent-prompts/{House.TASK}", spec(deliverables=tuple(FILES), checks=checks, criteria=()))
    execution = house.run(script=lambda request: Writes(FILES, finish="done"))
    if execution.status != "done":
        raise SystemExit(f"the task to be replayed was not done: {execution.findings}")
    return house


def newest(house: House) -> str:
    """The execution to replay."""
    return house.app().archive.ids()[0]


def live(root: Path) -> Row:
    """The runner's share of a live run whose answer takes two seconds: 2 % or 250 ms, whichever is more."""
    house = House.build(root)
    house.write(f"agent-prompts/{House.TASK}", spec(deliverables=tuple(FILES), checks=("python",), criteria=()))
    with answered(lambda request: Slow(2, Writes(FILES, finish="done"))) as server:
        command = [
            sys.executable,
            "-c",
            "from agentic.__main__ import main; main()",
            "run",
            House.TASK,
            "--json",
            "--quiet",
        ]
        environment = {**clean(), **server.environment}
        done = subprocess.run(command, cwd=house.root, env=environment, capture_output=True, text=True, check=True)
    time = json.loads(done.stdout)["milliseconds"]
    most = max(250, time["total"] * 0.02)
    return (
        f"runner's own milliseconds in a live run of {time['total']:,} ms",
        time["runner"],
        "250 ms or 2 %",
        time["runner"] <= most,
    )


# --- what is told ------------------------------------------------------------------------------------------


def told(rows: list[Row], rounds: int):
    """The page."""
    yield "# What the runner itself costs"
    yield ""
    yield "Made by `python benchmarks/run.py`, which tells how it measures. Ratios are CPU to that of `python -c pass` of the"
    yield f"same interpreter, the median of {rounds} turns, on a machine with {os.cpu_count()} cores ({platform.machine()}, {platform.system()}), Python {platform.python_version()}."
    yield ""
    yield "| what | figure | at most | held |"
    yield "|---|---|---|---|"
    for name, value, most, held in rows:
        yield f"| {name} | {value:.1f} | {most} | {'yes' if held else 'NO'} |"


if __name__ == "__main__":
    sys.exit(main())
