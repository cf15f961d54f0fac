"""Trace and metrics -> one HTML file each: no network, no script, light and dark, on paper and on a telephone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from agentic.evidence import tally
from agentic.evidence.figures import Coverage, Share
from agentic.evidence.metrics import TARGETS, Figures, Metrics, Point
from agentic.evidence.sheet import data, share, whole
from agentic.evidence.trace import Link, Trace, Traced
from agentic.text import pages
from agentic.text.spell import clock
from agentic.values.noun import Noun

TEMPLATES = Path(__file__).parent / "templates"


class Tile(Noun, frozen=True):
    """One figure at the top of a page."""

    figure: str
    words: str
    percent: int | None = None
    name: str = ""
    target: int | None = None


class Row(Noun, frozen=True):
    """One requirement in the matrix."""

    one: Traced
    marks: str
    """What the filter looks for."""
    parted: bool
    deliverables: str
    checks: str
    data: str


class Bar(Noun, frozen=True):
    """One period in a picture."""

    x: int
    y: int
    width: int
    height: int
    first_y: int
    first_height: int
    middle: int
    number: int
    label: str
    words: str


class Chart(Noun, frozen=True):
    """A picture of runs over time."""

    width: int
    height: int
    base: int
    bars: tuple[Bar, ...]
    words: str


@cache
def environment() -> Any:
    """The templates of this room, with the words that they need."""
    made = pages.environment(TEMPLATES)
    made.filters |= {"anchor": anchor, "short": short, "moment": moment, "taken": taken, "took": took, "spark": spark}
    return made


def trace_page(trace: Trace, project: str) -> str:
    """The matrix, each requirement, each task."""
    rows, tasks = [row(one) for one in trace.requirements], each_task(trace)
    counts = {name: sum(name in one.marks.split() for one in rows) for name in ("shown", "partly", "gap", "parted")}
    page: str = environment().get_template("trace.html.j2").render(
        title=f"{project}: from requirement to evidence", project=project, trace=trace, rows=rows, tasks=tasks,
        counts={"all": len(rows), **counts}, tiles=[*trace_tiles(trace, tasks, counts["parted"])],
    )  # fmt: skip
    return page


def row(one: Traced) -> Row:
    """One requirement in short."""
    files = [file for task in one.tasks for file in task.deliverables]
    checks = [check for task in one.tasks for check in task.checks]
    parted = any(has_parted(task) for task in one.tasks)
    return Row(
        one,
        f"{one.state} parted" if parted else one.state,
        parted,
        whole(files),
        f"{share(sum(check.status == 'passed' for check in checks), len(checks))} passed" if checks else "",
        "; ".join(dict.fromkeys(words for task in one.tasks for words in data(task))),
    )


def has_parted(task: Link) -> bool:
    """Is anything of it known to be otherwise than it was proven? What a person adopted is theirs to change."""
    return task.wording == "changed" or any(
        one.now in ("changed", "gone") and not one.kept for one in task.deliverables
    )


def each_task(trace: Trace) -> list[Link]:
    """Every task once."""
    links = [*(task for one in trace.requirements for task in one.tasks), *trace.unlinked]
    return sorted({one.task: one for one in links}.values(), key=lambda one: one.task)


def trace_tiles(trace: Trace, tasks: Sequence[Link], parted: int) -> Iterator[Tile]:
    """What a reader wants to know first."""
    files = [file for task in tasks for file in task.deliverables]
    checks = [check for task in tasks for check in task.checks]
    yield tile("requirements shown by evidence", trace.shown, len(trace.requirements))
    yield tile("tasks done", sum(one.done for one in tasks), len(tasks))
    yield tile("deliverables as they were landed", sum(one.now == "as landed" for one in files), len(files))
    yield tile("checks passed", sum(one.status == "passed" for one in checks), len(checks))
    yield Tile(str(parted), "requirements with something that has parted since")
    if rows := sum({table.name: table.rows for task in tasks for table in task.tables}.values()):
        yield Tile(f"{rows:,}", "rows in tables, as runs have shown them")


def tile(words: str, part: int, of: int) -> Tile:
    """A share, with its bar."""
    return Tile(f"{part} of {of}", words, Share(part, of).percent)


def metrics_page(metrics: Metrics, project: str) -> str:
    """The figures, their course, each group."""
    page: str = environment().get_template("metrics.html.j2").render(
        title=f"{project}: how well it goes", project=project, metrics=metrics, tiles=[*metrics_tiles(metrics.total)],
        chart=chart(metrics.total.over_time, metrics.period), remarks=[*tally.remarks(metrics)],
    )  # fmt: skip
    return page


def metrics_tiles(total: Figures) -> Iterator[Tile]:
    """All in all."""
    yield figure("First pass", total.first_pass, TARGETS["first_pass"])
    yield figure("Adherence", total.adherence, TARGETS["adherence"])
    yield figure("Coverage", total.coverage, TARGETS["coverage"])
    yield figure("Documentation", total.documentation, TARGETS["documentation"])
    yield figure("From a template", total.reuse, None)
    yield Tile(took(total), f"{total.time.known.part} of {total.time.known.of} executions", name="Time")
    yield Tile(f"{total.usage.total:,}", f"{total.usage.prompt:,} in, {total.usage.output:,} out", name="Tokens")
    known = f"known of {total.money.known.part} of {total.money.known.of} executions"
    yield Tile(total.money.words, known, name="Cost")


def figure(name: str, value: Share | Coverage, target: int | None) -> Tile:
    """A share with what it is taken from, and what was aimed at."""
    aim = f"target {target} %" if target else ""
    if value.percent is None:
        return Tile("not measured", aim, name=name)
    return Tile(f"{value.percent} %", ", ".join(filter(None, (taken(value.words), aim))), value.percent, name, target)


def took(one: Figures) -> str:
    """The time in one word or two."""
    return clock(one.time.total) if one.time.known.part else "not measured"


def taken(words: str) -> str:
    """`3 of 4` of `75 % (3 of 4)`."""
    return words.partition("(")[2].rstrip(")")


def chart(points: Sequence[Point], period: str) -> Chart:
    """Bars on a line, with as many labels as there is room for."""
    width, height, base, gap = 900, 190, 160, 6
    most = max((point.runs for point in points), default=0)
    if not most:
        return Chart(width, height, base, (), "")
    step = min(90, width // len(points))
    # A label takes about 70 units.
    every = -(-70 // step)
    bars = tuple(
        bar(point, place, step, gap, (120, base), most, label=place % every == 0) for place, point in enumerate(points)
    )
    return Chart(
        width, height, base, bars, f"finished runs by {period}, from {points[0].period} to {points[-1].period}"
    )


def spark(one: Figures) -> Chart:
    """The same in one line of a table."""
    points = one.over_time
    step = max(2, min(8, 130 // max(1, len(points))))
    most = max((point.runs for point in points), default=0)
    bars = tuple(bar(point, place, step, 1, (20, 21), most, label=False) for place, point in enumerate(points) if most)
    words = ", ".join(said(point) for point in points if point.runs)
    return Chart(max(step, step * len(points)), 22, 21, bars, words or "no finished run")


def bar(point: Point, place: int, step: int, gap: int, size: tuple[int, int], most: int, *, label: bool) -> Bar:
    """One of them. `size`: the tallest bar, and the line it stands on."""
    tall, base = size
    # Whatever is there is seen.
    height, first = (-(-number * tall // most) for number in (point.runs, point.first_pass))
    left = place * step + gap // 2
    return Bar(
        left, base - height, step - gap, height, base - first, first, left + (step - gap) // 2,
        point.runs, point.period if label else "", said(point),
    )  # fmt: skip


def said(point: Point) -> str:
    """One period in words."""
    return f"{point.period}: {point.runs} finished, {point.first_pass} at the first attempt"


def anchor(task: str) -> str:
    """A place in the page that no requirement's id can be."""
    return f"task-{re.sub(r'[^A-Za-z0-9]+', '-', task)}"


def short(task: str) -> str:
    """`ingestion/s3` of `tasks/ingestion/s3.md`."""
    return task.removeprefix("tasks/").removesuffix(".md")


def moment(at: str) -> str:
    """`2026-11-20 20:47 UTC`."""
    return f"{at[:16].replace('T', ' ')} UTC"
