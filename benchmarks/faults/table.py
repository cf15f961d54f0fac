"""Rows of a run -> a page: `python benchmarks/faults/table.py FILE.jsonl [COLD.jsonl]` writes docs/reference/benchmarks-healing.md."""

from __future__ import annotations

import itertools
import json
import math
import statistics
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/reference/benchmarks-healing.md"
COLD = "No database, no artifacts: the fault is there before the first build (`--cold`)."
EDGES = (0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)
Row = dict[str, Any]

HEAD = """<!-- made by benchmarks/faults/table.py: run the benchmark again, then make it anew -->

# How well a dbt pipeline heals

`python benchmarks/faults/run.py{asked}` builds {projects} small dbt projects on DuckDB ({names}), breaks copies of
them in {kinds} kinds of ways, one fault a copy, and lets `agentic pipeline run build --mode autonomous` mend each, with nobody looking
and no model asked. `python benchmarks/faults/table.py` makes this page of it. {versions}.

The end is judged by a build of the benchmark's own, in a fresh database (in the one that was left, where the fault lies in it). It is
**right** when that build is green, every relation holds the rows of the unbroken project (in any order, numbers to nine digits), and no
test or contract is gone. A name that the fault itself changed on purpose may be followed or taken back. **Proposed right**: nothing was
applied, and the first proposal would have been right. **Wrong**: green with other data, a file changed without saying so, less green than
before, or something applied that was a person's to decide and changed the data. **Not healed**: applied or taken back, and broken as before.

Kinds of the first table have one right answer. Those of the second are a person's: to leave them or to propose something is
right. A fault that broke nothing (a comma that becomes an alias) is counted as silent and left out.
"""


def main(paths: Sequence[str]) -> int:
    text = "\n".join(line for at, path in enumerate(paths) for line in run(Path(path), first=at == 0))
    PAGE.write_text(text.rstrip() + "\n", encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)}\n")
    return 0


def read(path: Path) -> tuple[Row, list[Row]]:
    first, *rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return first["about"], rows


def run(path: Path, *, first: bool) -> Iterator[str]:
    """The page of one run; what follows the first is a chapter."""
    about, rows = read(path)
    counted = [row for row in rows if row["verdict"] != "silent"]
    fix, person = ([row for row in counted if row["right"] == right] for right in ("fix", "person"))
    if first:
        yield head(about)
    if about["cold"]:
        yield f"## Cold: nothing of an earlier run\n\n{COLD}\n"
    yield totals(rows, counted, fix, person)
    word = ", cold" if about["cold"] else ""
    if fix:
        yield from section(f"Kinds with one right answer{word}", fixed(by(fix, "kind")))
    if person:
        yield from section(f"Kinds that are a person's{word}", left(by(person, "kind")))
    yield from section(f"By project{word}", projects(by(counted, "project")))
    yield from section(f"The wrong ones{word}", wrong(counted))
    yield from section(f"Confidence claimed, confidence earned{word}", calibration(counted))
    yield from section(f"What it costs{word}", cost(counted))


def head(about: Row) -> str:
    return HEAD.format(
        asked=f" {about['asked']}" if about["asked"] else "",
        projects=len(about["projects"]),
        names=", ".join(about["projects"]),
        kinds=about["kinds"],
        versions=", ".join(f"{name} {number}" for name, number in about["versions"].items()),
    )


def totals(rows: Sequence[Row], counted: Sequence[Row], fix: Sequence[Row], person: Sequence[Row]) -> str:
    kept = sum(row["verdict"] in ("right", "rightly left") for row in person)
    return (
        f"**{len(counted)} cases (and {len(rows) - len(counted)} silent): of {len(fix)} with one right answer "
        f"{share(fix, is_verdict('right'))} mended, {share(fix, is_verdict('right', 'proposed right'))} mended or proposed right; "
        f"of {len(person)} that are a person's {percent(kept, len(person))} left to one; class right in "
        f"{share(counted, class_is_right)}; {sum(map(is_verdict('wrong'), counted))} wrong.**\n"
    )


def section(title: str, lines: Iterable[str]) -> Iterator[str]:
    yield f"## {title}\n"
    yield from lines
    yield ""


def fixed(groups: dict[str, list[Row]]) -> Iterator[str]:
    yield "| kind | n | class right | mended right | proposed right | proposed wrong | left | not healed | wrong |\n|---|---|---|---|---|---|---|---|---|"
    for name, rows in groups.items():
        told = [sum(map(is_verdict(one), rows)) for one in ("proposed right", "proposed wrong", "left", "not healed")]
        bad = sum(map(is_verdict("wrong", "crashed"), rows))
        yield cells(name, len(rows), share(rows, class_is_right), share(rows, is_verdict("right")), *told, bad)


def left(groups: dict[str, list[Row]]) -> Iterator[str]:
    yield "| kind | n | class right | rightly left | of them proposed, and it would be right | mended, data as before | wrong |\n|---|---|---|---|---|---|---|"
    for name, rows in groups.items():
        offered = sum(row["verdict"] == "rightly left" and bool(row["fix_is_right"]) for row in rows)
        said = [sum(map(is_verdict(one), rows)) for one in ("rightly left", "right")]
        bad = sum(map(is_verdict("wrong", "crashed", "not healed"), rows))
        yield cells(name, len(rows), share(rows, class_is_right), said[0], offered, said[1], bad)


def projects(groups: dict[str, list[Row]]) -> Iterator[str]:
    yield "| project | n | class right | with one right answer | mended right | mended or proposed right | a person's | left to one | wrong |\n|---|---|---|---|---|---|---|---|---|"
    for name, rows in sorted(groups.items()):
        fix, person = ([row for row in rows if row["right"] == right] for right in ("fix", "person"))
        yield cells(
            name, len(rows), share(rows, class_is_right), len(fix), share(fix, is_verdict("right")),
            share(fix, is_verdict("right", "proposed right")), len(person), share(person, is_verdict("right", "rightly left")),
            sum(map(is_verdict("wrong", "crashed"), rows)),
        )  # fmt: skip


def wrong(rows: Sequence[Row]) -> Iterator[str]:
    found = [row for row in rows if row["verdict"] in ("wrong", "crashed")]
    if not found:
        yield "None."
    for row in found:
        yield f"### {row['kind']} / {row['project']} / {row['place']}\n"
        yield f"{plain(row['what'])}. {row['verdict'].capitalize()}: {plain(row['why'])}\n"
        if row["diff"]:
            yield f"```diff\n{row['diff'].rstrip()}\n```\n"


def calibration(rows: Sequence[Row]) -> Iterator[str]:
    """What was claimed beside what was earned."""
    fixes = [(row["fix_confidence"], bool(row["fix_is_right"])) for row in rows if row["fix_is_right"] is not None]
    causes = [(row["diagnosis_confidence"], class_is_right(row)) for row in rows]
    yield "Fixes that were applied, or else proposed first; diagnoses by their class.\n"
    yield "| claimed | fixes | right | diagnoses | right |\n|---|---|---|---|---|"
    for low, high in itertools.pairwise(EDGES):
        yield cells(f"{low:g} to {high:g}", *binned(fixes, low, high), *binned(causes, low, high))


def binned(pairs: Iterable[tuple[float | None, bool]], low: float, high: float) -> tuple[int, str]:
    held = [right for said, right in pairs if said is not None and (low <= said < high or said == high == EDGES[-1])]
    return len(held), percent(sum(held), len(held))


def cost(rows: Sequence[Row]) -> Iterator[str]:
    timed = [row for row in rows if row["clean"] and row["healing"] is not None]
    yield "Seconds from the end of the run that failed to the end of `agentic`, divided by those of one build of the clean project, which is"
    yield "timed right before, in every sixth case or so. dbt is warm in both: it is imported once and forked for every call, so that what it"
    yield "loads counts neither here nor there.\n"
    yield "| what came of it | timed | median | nine in ten below | runs of dbt, median |\n|---|---|---|---|---|"
    for name, those in [("all", timed), *sorted(by(timed, "verdict").items())]:
        ratios = sorted(row["healing"] / row["clean"] for row in those)
        if ratios:
            runs = statistics.median(row["runs"] for row in those)
            yield cells(
                name,
                len(ratios),
                f"{statistics.median(ratios):.2f}",
                f"{ratios[math.ceil(0.9 * len(ratios)) - 1]:.2f}",
                f"{runs:g}",
            )


def by(rows: Iterable[Row], key: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[key]].append(row)
    return dict(found)


def is_verdict(*names: str) -> Callable[[Row], bool]:
    return lambda row: row["verdict"] in names


def class_is_right(row: Row) -> bool:
    # What went away by itself was never diagnosed, and needed no diagnosis.
    return bool(row["class_is_right"]) or (row["status"] == "healthy" and row["verdict"] == "right")


def share(rows: Sequence[Row], holds: Callable[[Row], bool]) -> str:
    return percent(sum(map(holds, rows)), len(rows))


def percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"


def cells(*values: object) -> str:
    return f"| {' | '.join(map(str, values))} |"


def plain(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "\\<")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
