"""Executions and requests -> pictures: cost and first pass over time, runs by status. Numbers only; the page draws them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta

from agentic.audit.spending import Cost, Spent, cost_of
from agentic.audit.stats import FINISHED, begins
from agentic.values import Execution
from agentic.values.noun import Noun

WIDTH, TALL, BASE = 900, 130, 160
"""Of a picture; the tallest bar; the line that bars stand on."""
MOST = 40
"""Bars that a person still takes in."""
LABEL, LETTER = 76, 7
"""Room that a day needs below the line, and one letter above a bar."""
STATUSES = ("done", "staged", "undone", "failed", "refused", "stopped", "interrupted")


class Bar(Noun, frozen=True):
    """One day, week or month."""

    x: int
    width: int
    middle: int
    height: int
    """Of what is known."""
    more: int
    """Height that a worst case adds to it."""
    label: str
    """Below the line; empty where there is no room."""
    value: str
    """Above the bar."""
    words: str
    """All of it, for whoever cannot see it."""


class Picture(Noun, frozen=True):
    """Bars over time."""

    period: str
    """day, week or month."""
    most: str
    """What the tallest possible bar stands for."""
    bars: tuple[Bar, ...]
    words: str
    width: int = WIDTH
    tall: int = TALL
    base: int = BASE


class Piece(Noun, frozen=True):
    """One status in the picture of all runs."""

    status: str
    number: int
    x: int
    width: int


def period_of(moments: Sequence[str]) -> str:
    """The shortest period that gives no more bars than a person takes in."""
    if not moments:
        return "day"
    days = (date.fromisoformat(max(moments)[:10]) - date.fromisoformat(min(moments)[:10])).days
    return "day" if days < MOST else "week" if days < 7 * MOST else "month"


def spelled(period: str, moments: Sequence[str]) -> list[str]:
    """Every period from the first moment to the last; one in which nothing happened is one, too."""
    if not moments:
        return []
    day, last = date.fromisoformat(min(moments)[:10]), date.fromisoformat(max(moments)[:10])
    days = [(day + timedelta(days=number)).isoformat() for number in range((last - day).days + 1)]
    return list(dict.fromkeys(begins(period, one) for one in days))


def costs(spent: Sequence[Spent]) -> Picture:
    """What each period cost: at least, and at most."""
    moments = [one.at for one in spent]
    period = period_of(moments)
    found = [
        (name, cost_of(one for one in spent if begins(period, one.at) == name)) for name in spelled(period, moments)
    ]
    highest = max((max(cost.at_least_micro_usd, cost.at_most_micro_usd or 0) for _, cost in found), default=0)
    made = [
        (
            name, share(cost.at_least_micro_usd, highest),
            share(max(0, (cost.at_most_micro_usd or 0) - cost.at_least_micro_usd), highest),
            summed(cost, whole=10_000_000), f"{name}: {cost.words}, {cost.requests} requests",
        )
        for name, cost in found
    ]  # fmt: skip
    return picture(period, f"${highest / 1_000_000:,.2f}", made, f"cost by {period}")


def first_pass(executions: Iterable[Execution]) -> Picture:
    """Of the runs that ended in each period, the share that was done at the first attempt."""
    finished = [one for one in executions if one.purpose == "run" and one.status in FINISHED]
    moments = [one.at for one in finished]
    period = period_of(moments)
    made = []
    for name in spelled(period, moments):
        mine = [one for one in finished if begins(period, one.at) == name]
        good = sum(one.status == "done" and one.attempts == 1 for one in mine)
        percent = 100 * good // len(mine) if mine else 0
        value = f"{percent} %" if mine else ""
        made.append((name, share(percent, 100), 0, value, f"{name}: {good} of {len(mine)} at the first attempt"))
    return picture(period, "100 %", made, f"runs done at the first attempt, by {period}")


def share(number: int, of: int) -> int:
    """A height: whatever is there is seen."""
    return -(-number * TALL // of) if of else 0


def summed(cost: Cost, whole: int = 1_000_000_000) -> str:
    """`$12.34`, or `≥ $12.34` where not all of it is known. `whole`: from so much on, without cents."""
    if not cost.requests:
        return ""
    if cost.unknown == cost.requests:
        return "unknown"
    return f"{'≥ ' if cost.unknown else ''}{short(cost.at_least_micro_usd, whole)}"


def short(micro_usd: int, whole: int) -> str:
    """`$12.34`; below ten cents with four digits."""
    dollars = micro_usd / 1_000_000
    if micro_usd >= whole:
        return f"${dollars:,.0f}"
    return f"${dollars:,.2f}" if dollars >= 0.1 or not micro_usd else f"${dollars:.4f}"


def picture(period: str, most: str, made: Sequence[tuple[str, int, int, str, str]], words: str) -> Picture:
    """Bars side by side, with as many labels as there is room for."""
    if not made:
        return Picture(period, most, (), words)
    step = min(130, WIDTH // len(made))
    every, gap = -(-LABEL // step), max(1, step // 8)
    place = placed(step, gap, every)
    told = f"{words}, from {made[0][0]} to {made[-1][0]}"
    return Picture(period, most, tuple(place(number, one) for number, one in enumerate(made)), told)


def placed(step: int, gap: int, every: int) -> Callable[[int, tuple[str, int, int, str, str]], Bar]:
    """A bar in its place."""

    def bar(number: int, one: tuple[str, int, int, str, str]) -> Bar:
        name, height, more, value, words = one
        left = number * step + gap
        width = step - 2 * gap
        # What has no room stands in the bar's title all the same.
        said = value if len(value) * LETTER <= step else ""
        return Bar(
            left, max(1, width), left + width // 2, height, more, name if number % every == 0 else "", said, words
        )

    return bar


def by_status(executions: Iterable[Execution]) -> tuple[Piece, ...]:
    """All runs and refinements as one bar."""
    counted = Counter(str(one.status) for one in executions if one.purpose in ("run", "refinement"))
    total, left, found = sum(counted.values()), 0, []
    for status in (name for name in STATUSES if counted[name]):
        width = max(2, WIDTH * counted[status] // total)
        found.append(Piece(status, counted[status], left, width))
        left += width
    return tuple(found)
