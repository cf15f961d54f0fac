"""Metrics -> rows: for the screen with bars over time, for a spreadsheet with every number in a cell of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agentic.evidence.figures import Coverage, Share
from agentic.evidence.metrics import APART, TARGETS, Figures, Metrics
from agentic.evidence.sheet import Row, as_csv
from agentic.text.spell import clock

__all__ = ["aim", "bars", "clock", "heads", "remarks", "rows", "sheet"]

BARS = " ▁▂▃▄▅▆▇█"
CSV_HEADS = (
    "name", "runs_finished", "runs_begun", "first_pass", "first_pass_of", "adherent", "adherent_of", "coverage_percent",
    "coverage_files", "lines_covered", "lines_of", "documented", "documented_of", "from_template", "from_template_of",
    "templates", "milliseconds", "milliseconds_checks", "milliseconds_provider", "time_known", "time_known_of", "tokens_in",
    "tokens_out", "micro_usd", "micro_usd_known", "cost_known", "cost_known_of", "executions",
)  # fmt: skip


def heads(metrics: Metrics) -> Row:
    """What the columns of the screen are called."""
    return (
        metrics.by, "runs", "first pass", "adherence", "coverage", "documented", "from template", "time", "tokens", "cost",
        f"by {metrics.period}",
    )  # fmt: skip


def rows(metrics: Metrics) -> Iterator[Row]:
    """Each group, then all of them, then what was aimed at."""
    yield from (row(one) for one in metrics.groups)
    if metrics.groups:
        yield row(metrics.total)
        yield aims()


def row(one: Figures) -> Row:
    """One group."""
    return (
        one.name,
        f"{one.runs.part} of {one.runs.of}",
        one.first_pass.words,
        one.adherence.words,
        one.coverage.words,
        one.documentation.words,
        one.reuse.words,
        time_in(one),
        f"{one.usage.prompt:,} in, {one.usage.output:,} out",
        one.money.words,
        bars([point.runs for point in one.over_time]),
    )


def aims() -> Row:
    """The targets of seed 003."""
    said = [aim(name) for name in ("first_pass", "adherence", "coverage", "documentation")]
    return ("target", "", *said, "", "", "", "", "")


def aim(name: str) -> str:
    """`90 %`; empty where none is set."""
    target = TARGETS[name]
    return "" if target is None else f"{target} %"


def time_in(one: Figures) -> str:
    """`265.7 s (checks 263.6 s, provider 0.0 s)`, and of how many."""
    time = one.time
    if not time.known.part:
        return "not measured"
    of = "" if time.known.part == time.known.of else f", {time.known.part} of {time.known.of} known"
    return f"{clock(time.total)} (checks {clock(time.checks)}, provider {clock(time.provider)}{of})"


def bars(numbers: Sequence[int]) -> str:
    """One bar each; the tallest is the largest number, and nothing but 0 is flat."""
    most = max(numbers, default=0)
    return "".join(BARS[-(-number * (len(BARS) - 1) // most)] if most else BARS[0] for number in numbers)


def remarks(metrics: Metrics) -> Iterator[str]:
    """What the figures leave out, and what they cannot tell."""
    apart = {name: number for name, number in metrics.total.executions.items() if name in APART}
    if apart:
        told = ", ".join(f"{number} {name}" for name, number in apart.items())
        yield f"told apart, in no figure: {told}"
    shared = [one for one in metrics.total.templates if one.tasks > 1]
    if metrics.total.templates:
        yield f"templates that serve more than one task: {len(shared)} of {len(metrics.total.templates)}"
    if metrics.by == "requirement":
        yield "requirements are those that the spec cited when it was executed; a run counts for each of them, so rows do not add up"
    if metrics.unreadable:
        yield f"left out, since they do not verify: {', '.join(metrics.unreadable)} (agentic audit verify)"
    yield from missed(metrics.total)
    yield "not measured: 80 % less time (seed 003): nobody has recorded how long it takes by hand"


def missed(total: Figures) -> Iterator[str]:
    """How far from the targets."""
    told: tuple[tuple[str, Share | Coverage], ...] = (
        ("adherence", total.adherence), ("coverage", total.coverage), ("documentation", total.documentation),
    )  # fmt: skip
    for name, figure in told:
        target = TARGETS[name]
        if target is not None and figure.percent is None:
            yield f"target of {target} % {name}: not measured"
        elif target is not None and figure.percent is not None:
            met = "met" if figure.percent >= target else f"missed by {target - figure.percent} points"
            yield f"target of {target} % {name}: {met}, {figure.words}"


def sheet(metrics: Metrics) -> str:
    """CSV: a row for each group, and one for all."""
    return as_csv(CSV_HEADS, (line(one) for one in (*metrics.groups, metrics.total)))


def line(one: Figures) -> Row:
    """What is not known is an empty cell, never a 0."""
    shares = (one.first_pass, one.adherence)
    numbers = (
        *(number for share in (one.runs, *shares) for number in (share.part, share.of)),
        one.coverage.percent, one.coverage.files, *known_lines(one.coverage),
        *(number for share in (one.documentation, one.reuse) for number in (share.part, share.of)),
        "; ".join(f"{found.name}: {found.runs} runs of {found.tasks} tasks" for found in one.templates),
        *((one.time.total, one.time.checks, one.time.provider) if one.time.known.part else (None, None, None)),
        one.time.known.part, one.time.known.of, one.usage.prompt, one.usage.output,
        one.money.micro_usd, one.money.known_micro_usd, one.money.known.part, one.money.known.of,
        "; ".join(f"{number} {name}" for name, number in one.executions.items()),
    )  # fmt: skip
    return (one.name, *("" if number is None else str(number) for number in numbers))


def known_lines(coverage: Coverage) -> tuple[int | None, int | None]:
    """Lines covered, and all lines."""
    return (coverage.covered, coverage.lines) if coverage.lines else (None, None)
