"""Executions and their requests -> figures by day, week, month, module, requirement, person, model or task."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Literal

from agentic.audit.choose import Cited
from agentic.audit.spending import Cost, Spent, cost_of, usage_of
from agentic.text.sheet import Row, as_csv
from agentic.text.spell import clock
from agentic.values import Execution, Usage
from agentic.values.figures import Share
from agentic.values.noun import Noun

By = Literal["day", "week", "month", "module", "requirement", "person", "model", "task"]
TIMES = ("day", "week", "month")
FINISHED = ("done", "failed", "refused")
NONE = "(none)"


class Figures(Noun, frozen=True):
    """What was run and what it took, of one day, module, requirement, person, model or task."""

    name: str
    executions: int
    runs: Share
    """Finished runs, of all runs that began; refinements, replays and the like are no runs."""
    first_pass: Share
    """Runs done at the first attempt, of those that finished."""
    attempts: int
    usage: Usage
    cost: Cost
    """Of every request; of a time: of those that left in it."""
    milliseconds: int
    timed: Share
    """Executions that say how long they took."""


class Stats(Noun, frozen=True):
    """All of it."""

    by: By
    since: str
    """The first day that counts; empty: from the beginning."""
    total: Figures
    groups: tuple[Figures, ...]
    unreadable: tuple[str, ...] = ()
    """Journals that do not verify: nothing of them is in the figures."""


Names = Callable[[Execution, Spent | None], Sequence[str]]
"""The groups of an execution, or of one of its requests."""


def stats(
    executions: Sequence[Execution],
    spent: Iterable[Spent],
    by: By,
    since: str,
    cited: Cited,
    unreadable: tuple[str, ...] = (),
) -> Stats:
    """The whole, and each group. An execution counts for each requirement that its spec cited, and for each model that answered in it."""
    known = {one.id: one for one in executions}
    meant = [one for one in executions if one.at[:10] >= since]
    paid = [one for one in spent if one.day >= since and one.id in known]
    names = names_of(by, cited, paid)
    groups: dict[str, tuple[list[Execution], list[Spent]]] = {}
    for one in meant:
        for name in names(one, None):
            groups.setdefault(name, ([], []))[0].append(one)
    for request in paid:
        for name in names(known[request.id], request):
            groups.setdefault(name, ([], []))[1].append(request)
    rows = tuple(figures(name, *groups[name]) for name in sorted(groups, key=natural))
    return Stats(by, since, figures("all", meant, paid), rows, unreadable)


def natural(name: str) -> tuple[str, int, str]:
    """BR-2 before BR-10."""
    head, _, tail = name.rpartition("-")
    return (head, int(tail), name) if tail.isdigit() and head.isalpha() else (name, 0, name)


def names_of(by: By, cited: Cited, paid: Sequence[Spent]) -> Names:
    """How executions and requests are put together."""
    match by:
        case "requirement":
            return lambda one, spent: tuple(cited(one)) or (NONE,)
        case "module":
            return lambda one, spent: (one.module or "(project)",)
        case "person":
            return lambda one, spent: (one.developer or NONE,)
        case "task":
            return lambda one, spent: (one.task,)
        case "model":
            asked: dict[str, dict[str, None]] = {}
            for request in paid:
                asked.setdefault(request.id, {})[request.model or NONE] = None
            return lambda one, spent: (
                (spent.model or NONE,) if spent else tuple(asked.get(one.id, {one.model or NONE: None}))
            )
    return lambda one, spent: (begins(by, spent.at if spent else one.at),)


def begins(by: str, at: str) -> str:
    """The time that a moment lies in: the day, the Monday of its week, or `2026-11`."""
    if by == "month":
        return at[:7]
    day = date.fromisoformat(at[:10])
    return (day - timedelta(days=day.weekday() if by == "week" else 0)).isoformat()


def figures(name: str, executions: Sequence[Execution], spent: Sequence[Spent]) -> Figures:
    """Of these executions and requests."""
    runs = [one for one in executions if one.purpose == "run"]
    finished = [one for one in runs if one.status in FINISHED]
    timed = [one.milliseconds for one in executions if one.milliseconds]
    return Figures(
        name=name,
        executions=len(executions),
        runs=Share(len(finished), len(runs)),
        first_pass=Share(sum(one.status == "done" and one.attempts == 1 for one in finished), len(finished)),
        attempts=sum(one.attempts for one in executions),
        usage=usage_of(spent),
        cost=cost_of(spent),
        milliseconds=sum(one.get("total", 0) for one in timed),
        timed=Share(len(timed), len(executions)),
    )


HEADS = (
    "executions", "runs", "first pass", "attempts", "requests", "tokens in", "cached", "tokens out", "cost", "time",
)  # fmt: skip
CSV_HEADS = (
    "executions", "runs_finished", "runs_begun", "first_pass", "first_pass_of", "attempts", "requests", "tokens_in", "tokens_cached", "tokens_out",
    "micro_usd", "at_least_micro_usd", "at_most_micro_usd", "requests_unknown", "milliseconds", "timed", "timed_of",
)  # fmt: skip


def heads(found: Stats) -> Row:
    """What the columns of the screen are called."""
    return (found.by, *HEADS)


def rows(found: Stats) -> Iterator[Row]:
    """Each group, then all of them."""
    yield from map(row, (*found.groups, found.total))


def row(one: Figures) -> Row:
    """On the screen."""
    usage = one.usage
    return (
        one.name, f"{one.executions:,}", f"{one.runs.part:,} of {one.runs.of:,}", one.first_pass.words, f"{one.attempts:,}", f"{one.cost.requests:,}",
        f"{usage.prompt:,}", f"{usage.cache_read:,}", f"{usage.output:,}", one.cost.words, time_in(one),
    )  # fmt: skip


def time_in(one: Figures) -> str:
    """`41.2 s`, and of how many."""
    if not one.timed.part:
        return "not measured"
    of = "" if one.timed.part == one.timed.of else f" ({one.timed.part:,} of {one.timed.of:,} known)"
    return f"{clock(one.milliseconds)}{of}"


def remarks(found: Stats) -> Iterator[str]:
    """What the figures cannot tell."""
    if found.by in TIMES:
        yield "an execution counts on the day (UTC) on which it began, a request and its cost on the day on which it left"
    if found.by in ("requirement", "model"):
        yield f"an execution counts for each {found.by} of it, so rows do not add up"


def sheet(found: Stats) -> str:
    """CSV: a row for each group, and one for all."""
    return as_csv((found.by, *CSV_HEADS), map(line, (*found.groups, found.total)))


def line(one: Figures) -> Row:
    """What is not known is an empty cell, never a 0."""
    usage, cost = one.usage, one.cost
    numbers = (
        one.executions, one.runs.part, one.runs.of, one.first_pass.part, one.first_pass.of, one.attempts, cost.requests, usage.prompt,
        usage.cache_read, usage.output, cost.micro_usd, cost.at_least_micro_usd, cost.at_most_micro_usd, cost.unknown,
        one.milliseconds if one.timed.part else None, one.timed.part, one.timed.of,
    )  # fmt: skip
    return (one.name, *("" if number is None else str(number) for number in numbers))
