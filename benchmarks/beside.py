"""agentic beside dbt-spec-kit (PyPI) and OpenSpec (npm): start, scaffold, lint: `python benchmarks/beside.py [ROUNDS]`.

Both are installed into a temporary folder outside of the repository, if the network allows; where a tool does not
install, its rows say so. All commands of one row take turns, so that all of them meet the same machine; the least and
the median of the rounds are kept. Two clocks: that of the wall, from the start of the process to its end, and the CPU
that the kernel charged it with (user and system), which neighbours on the machine disturb less. What counts are the
ratios: the figures themselves are those of one machine.
"""

from __future__ import annotations

import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "benchmarks")]

from defects.write import Job, Need, Pen, as_heading, long_task, patterns  # noqa: E402 (the path comes first)

PAGE = ROOT / "docs/reference/benchmarks-beside.md"
MANY = 500
QUIET = {"OPENSPEC_TELEMETRY": "0", "DO_NOT_TRACK": "1", "CI": "true", "NO_COLOR": "1", "OPENSPEC_NO_UPDATE_CHECK": "1"}
Folders = Callable[[], Path]


@dataclass(frozen=True)
class Tool:
    """How one of the three is called. Each `make` prepares a folder; only the command in it is timed."""

    name: str
    program: tuple[str, ...]
    init: tuple[str, ...]
    lint: tuple[str, ...]
    prepare: Callable[[Path], None]
    """What has to be there before it can scaffold."""
    specs: Callable[[Path, int], None]
    """A project with so many specs, in its own format."""
    version: str = ""
    missing: str = ""
    """Why it is not there; empty: it is."""


@dataclass(frozen=True)
class Times:
    """Of one command, in seconds."""

    least: float
    median: float
    cpu: float
    """Median."""


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    with tempfile.TemporaryDirectory(prefix="beside-") as folder:
        tools = [agentic(), dbt_spec_kit(Path(folder)), openspec(Path(folder))]
        measured = {name: dict(row) for name, row in rows(Path(folder), tools, rounds)}
    text = page(tools, measured, rounds)
    sys.stdout.write(text)
    PAGE.write_text(text, encoding="utf-8")
    return 0 if all(held for *_, held in bars(measured)) else 1


# --- the three -----------------------------------------------------------------------------------------------


def agentic() -> Tool:
    """From this repository: the installed command where there is one."""
    script = Path(sys.executable).parent / "agentic"
    program = (str(script),) if script.is_file() else (sys.executable, "-m", "agentic")
    return Tool(
        "agentic", program, ("init", ".", "--quiet"), ("lint", "--quiet"), nothing, agentic_specs, version(program)
    )


def dbt_spec_kit(folder: Path) -> Tool:
    """Into an environment of its own, of the same Python."""
    place, name = folder / "environment", "dbt-spec-kit"
    uv = shutil.which("uv")
    steps = [
        [uv, "venv", "-q", "--python", sys.executable, str(place)],
        [uv, "pip", "install", "-q", "--python", str(place), name],
    ]
    if uv is None:
        steps = [
            [sys.executable, "-m", "venv", str(place)],
            [str(place / "bin/python"), "-m", "pip", "install", "-q", name],
        ]
    missing = first_failure(steps)
    program = (str(place / "bin/dbt-specify"),)
    init = ("init", "shop", "--warehouse", "duckdb")
    return Tool(
        name,
        program,
        init,
        ("validate", "project", "--target", "."),
        a_dbt_project,
        dbt_specs,
        "" if missing else version(program),
        missing,
    )


def openspec(folder: Path) -> Tool:
    """Into a folder of its own."""
    place = folder / "node"
    missing = first_failure(
        [["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(place), "@fission-ai/openspec"]]
    )
    program = (str(place / "node_modules/.bin/openspec"),)
    init = ("init", "--tools", "claude", "--no-animation", ".")
    lint = ("validate", "--specs", "--strict", "--no-interactive")
    return Tool("OpenSpec", program, init, lint, nothing, open_specs, "" if missing else version(program), missing)


def first_failure(steps: Sequence[Sequence[str | None]]) -> str:
    """Why it could not be installed; empty where it could."""
    for step in steps:
        try:
            done = subprocess.run(
                [str(word) for word in step], capture_output=True, text=True, timeout=240, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"{step[0]}: {type(error).__name__}"
        if done.returncode:
            return (done.stderr.strip() or done.stdout.strip() or f"exit {done.returncode}").splitlines()[-1][:120]
    return ""


def version(program: Sequence[str]) -> str:
    done = subprocess.run([*program, "--version"], capture_output=True, text=True, env=environment(), check=False)
    return done.stdout.strip().split()[-1] if done.stdout.strip() else "?"


def environment() -> Mapping[str, str]:
    return {**os.environ, **QUIET}


# --- specs, to each its own ----------------------------------------------------------------------------------


def nothing(_: Path) -> None:
    """Nothing has to be there."""


def a_dbt_project(root: Path) -> None:
    """It scaffolds into dbt projects only."""
    (root / "dbt_project.yml").write_text('name: shop\nversion: "1.0"\nprofile: shop\n', encoding="utf-8")


def agentic_specs(root: Path, many: int) -> None:
    """Tasks that depend on each other, and the requirements they serve."""
    pen = Pen(root)
    patterns(pen)
    accepted = ("given a day, when it is loaded, then rows in table plus quarantine equal rows in the source.",)
    needs = [
        Need(f"BR-{one}", f"Day {one} is complete", "Every row must be in the table or in quarantine.", accepted)
        for one in range(1, min(many, 10) + 1)
    ]
    pen.page(
        "requirements/business_requirements.md",
        "Business Requirements",
        "What is asked for",
        (),
        "\n\n".join(["## Requirements", *map(as_heading, needs)]),
    )
    for number in range(many):
        name = f"feature_{number}"
        job = Job(
            f"module_{number % 10}/{name}",
            f"Land feature {number}",
            (f"src/module_{number % 10}/{name}.py", f"tests/module_{number % 10}/test_{name}.py"),
            (
                ("rows in table plus quarantine equal rows in the source", "pytest"),
                ("the code compiles and lints", "python"),
            ),
            ("One file a day, with a header.", "A killed run is simply run again."),
            serves=(f"BR-{number % 10 + 1}",),
            after=(f"module_{(number - 10) % 10}/feature_{number - 10}",) if number >= 10 else (),
            checks=("python", f"pytest: tests/module_{number % 10}/test_{name}.py"),
            id=f"F-{number}",
        )
        pen.put(job.file, long_task(job))


def dbt_specs(root: Path, many: int) -> None:
    """Specs with acceptance criteria in EARS."""
    a_dbt_project(root)
    (root / ".dbt-specify").mkdir()
    (root / ".dbt-specify/constitution.md").write_text(
        "# Constitution\n\n- Every model has a grain.\n", encoding="utf-8"
    )
    for number in range(many):
        words = f"""# Feature {number}

**Ticket:** SHOP-{number}
**Author:** data team
**Date:** 2026-10-12
**Status:** approved

## Problem

Orders of day {number} are landed by hand, and now and then one is lost.

## Users

| User | Job to be done |
|---|---|
| finance | read the revenue of yesterday |

## What this is

A model with one row for each order of the day. It is built each night and tested before anybody reads it.

## Acceptance criteria

- AC1: The system shall keep every row of the source in the table or in quarantine.
- AC2: When a day is loaded twice, the system shall leave the table as it is.
- AC3: If the header lacks a column, then the system shall stop and write nothing.

## Out of scope

- Forecasts

## Constraints

- Warehouse: duckdb
- Materialization: table
- Grain: one order
- Refresh cadence: daily
- Downstream consumers: the revenue report

## Open questions

None.
"""
        place = root / f"specs/{number:03}-feature/spec.md"
        place.parent.mkdir(parents=True)
        place.write_text(words, encoding="utf-8")


def open_specs(root: Path, many: int) -> None:
    """Requirements with scenarios."""
    (root / "openspec/changes/archive").mkdir(parents=True)
    (root / "openspec/config.yaml").write_text("schema: spec-driven\n", encoding="utf-8")
    for number in range(many):
        words = f"""# feature-{number}

## Purpose
Land the orders of feature {number} in the lakehouse: every row is in the table or, with the reason, in quarantine.

## Requirements

### Requirement: Orders of feature {number} are complete
The system SHALL keep every order of the source in the table or in quarantine.

#### Scenario: a day of orders
- **WHEN** the orders of one day are loaded
- **THEN** rows in table plus quarantine equal rows in the source

### Requirement: A second run changes nothing
The system SHALL leave the table as it is when the same day is loaded again.

#### Scenario: a second run
- **WHEN** a day is loaded twice
- **THEN** no order is there twice
"""
        place = root / f"openspec/specs/feature-{number}/spec.md"
        place.parent.mkdir(parents=True)
        place.write_text(words, encoding="utf-8")


# --- measuring -----------------------------------------------------------------------------------------------


def rows(folder: Path, tools: Sequence[Tool], rounds: int) -> Iterator[tuple[str, Iterator[tuple[str, Times]]]]:
    """Start, scaffold, lint of one, lint of many."""
    there = [tool for tool in tools if not tool.missing]
    empty = folder / "empty"
    empty.mkdir()
    bare = {"python -c pass": ((sys.executable, "-c", "pass"), lambda: empty)}
    yield (
        "start",
        in_turns({**bare, **{one.name: ((*one.program, "--version"), lambda: empty) for one in there}}, rounds),
    )
    yield (
        "scaffold",
        in_turns({one.name: ((*one.program, *one.init), fresh(folder / "scaffold", one)) for one in there}, rounds),
    )
    commands = {}
    for tool in there:
        for many in (1, MANY):
            place = folder / f"specs-{tool.name}-{many}"
            place.mkdir()
            tool.specs(place, many)
            commands[f"{tool.name} {many}"] = ((*tool.program, *tool.lint), lambda place=place: place)
    yield "lint", in_turns(commands, max(3, rounds // 2))


def fresh(base: Path, tool: Tool) -> Folders:
    """A new folder each time."""

    def make() -> Path:
        base.mkdir(exist_ok=True)
        place = Path(tempfile.mkdtemp(dir=base))
        tool.prepare(place)
        return place

    return make


def in_turns(commands: Mapping[str, tuple[Sequence[str], Folders]], rounds: int) -> Iterator[tuple[str, Times]]:
    """One round that is not counted, then `rounds` of them; every command once in each."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, (command, folders) in commands.items():
            spent = timed(name, command, folders())
            if number:
                found[name].append(spent)
    return ((name, times(spent)) for name, spent in found.items())


def times(spent: Sequence[tuple[float, float]]) -> Times:
    """Of all rounds."""
    wall, cpu = ([one[clock] for one in spent] for clock in (0, 1))
    return Times(min(wall), statistics.median(wall), statistics.median(cpu))


def timed(name: str, command: Sequence[str], folder: Path) -> tuple[float, float]:
    """Seconds of wall and of CPU. A tool that fails is not quick but broken."""
    with tempfile.TemporaryFile("w+") as told:
        begun = time.perf_counter()
        child = subprocess.Popen(
            command, cwd=folder, env=environment(), stdin=subprocess.DEVNULL, stdout=told, stderr=told
        )
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - begun
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            told.seek(0)
            raise SystemExit(f"{name}: exit {child.returncode}: {told.read().strip()[-400:]}")
    return wall, usage.ru_utime + usage.ru_stime


# --- telling -------------------------------------------------------------------------------------------------

Row = Mapping[str, Times]


def bars(measured: Mapping[str, Row]) -> Iterator[tuple[str, float, float, float, bool]]:
    """(what, ratio of CPU, ratio of the wall, bar, held)."""
    start, scaffold, lint = measured["start"], measured["scaffold"], measured["lint"]
    yield bar("start of agentic, times `python -c pass`", start["agentic"], start["python -c pass"], 6)
    if "dbt-spec-kit" in scaffold:
        yield bar("scaffold of agentic, times that of dbt-spec-kit", scaffold["agentic"], scaffold["dbt-spec-kit"], 1.5)
    yield bar(f"lint of {MANY} specs, times that of one", lint[f"agentic {MANY}"], lint["agentic 1"], 3)


def bar(what: str, one: Times, other: Times, most: float) -> tuple[str, float, float, float, bool]:
    """Held where the CPU says so: all of these run in one thread."""
    return what, one.cpu / other.cpu, one.median / other.median, most, one.cpu <= most * other.cpu


def page(tools: Sequence[Tool], measured: Mapping[str, Row], rounds: int) -> str:
    """The whole page."""
    return "\n".join([*head(tools, rounds), *told_bars(measured), *told_rows(tools, measured)]) + "\n"


def head(tools: Sequence[Tool], rounds: int) -> Iterator[str]:
    yield "<!-- made by benchmarks/beside.py -->\n\n# Beside other tools\n"
    yield "`python benchmarks/beside.py` installs dbt-spec-kit (PyPI) and OpenSpec (npm) into a temporary folder and times whole processes,"
    yield f"from start to end, in turns: {rounds} rounds for start and scaffold, {max(3, rounds // 2)} for lint, after one that is not counted."
    yield "The ratios are what can be compared; milliseconds are those of one machine. Each tool lints specs in its own format, without"
    yield "a fault in them, and checks what it checks: agentic also reads the graph between the specs.\n"
    yield "| tool | version | how |\n|---|---|---|"
    for tool in tools:
        yield f"| {tool.name} | {tool.version or '-'} | {f'does not install here: {tool.missing}' if tool.missing else 'installed and run'} |"
    yield f"\nPython {platform.python_version()} on {platform.system()}, {os.cpu_count()} processors.\n"


def told_bars(measured: Mapping[str, Row]) -> Iterator[str]:
    yield "## Bars\n"
    yield "| what | ratio of CPU | of the wall | bar | held |\n|---|---|---|---|---|"
    for what, cpu, wall, most, held in bars(measured):
        yield f"| {what} | {cpu:.2f} | {wall:.2f} | {most} | {'yes' if held else 'no'} |"
    yield ""


def told_rows(tools: Sequence[Tool], measured: Mapping[str, Row]) -> Iterator[str]:
    yield "## Start and scaffold\n"
    yield "Ratios are of the medians of CPU, to agentic. OpenSpec writes for one assistant (`--tools claude`).\n"
    yield "| what | tool | least, ms | median, ms | CPU, ms | times agentic |\n|---|---|---|---|---|---|"
    for what in ("start", "scaffold"):
        ours = measured[what]["agentic"].cpu
        for name in (*(["python -c pass"] if what == "start" else []), *(tool.name for tool in tools)):
            yield told_row(what, name, measured[what].get(name), ours)
    yield f"\n## Lint of {MANY} specs\n"
    yield f"| tool | one: median, CPU in ms | {MANY}: median, CPU in ms | {MANY}, times one | {MANY}, times agentic |\n|---|---|---|---|---|"
    lint = measured["lint"]
    for tool in tools:
        one, many = lint.get(f"{tool.name} 1"), lint.get(f"{tool.name} {MANY}")
        if one and many:
            beside = many.cpu / lint[f"agentic {MANY}"].cpu
            yield f"| {tool.name} | {told(one)} | {told(many)} | {many.cpu / one.cpu:.2f} | {beside:.2f} |"
        else:
            yield f"| {tool.name} | does not install here | - | - | - |"


def told_row(what: str, name: str, times: Times | None, ours: float) -> str:
    if times is None:
        return f"| {what} | {name} | does not install here | - | - | - |"
    wall = f"{times.least * 1000:.0f} | {times.median * 1000:.0f}"
    return f"| {what} | {name} | {wall} | {times.cpu * 1000:.0f} | {times.cpu / ours:.2f} |"


def told(times: Times) -> str:
    """`123, 110`."""
    return f"{times.median * 1000:.0f}, {times.cpu * 1000:.0f}"


if __name__ == "__main__":
    raise SystemExit(main())
