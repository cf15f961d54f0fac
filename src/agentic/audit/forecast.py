"""What was spent, day by day -> how long budgets last, and what if: another model, more tasks. Ranges, never a lone number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from random import Random

from agentic.audit.spending import Cost, Spent, cost_of
from agentic.values import Execution, Usage
from agentic.values.noun import Noun

WINDOW = 28
"""Days that a rate is taken from."""
RECENT = 50
"""Executions that the cost of the next ones is taken from."""
FEWEST = 5
"""Executions, or days, below which no range is stated."""
DRAWS = 2_000
HORIZON = 366
"""Days that are looked ahead."""
METHOD = (
    f"rate: the days (UTC) since the first request, at most the last {WINDOW}, days without one counted as 0; "
    f"next executions: the last {RECENT} runs and refinements that asked somebody who costs; "
    f"ranges: the 10th, 50th and 90th of 100 sums, from {DRAWS:,} draws with replacement, the same at every call; "
    "a request of unknown cost counts at its worst case"
)


class Range(Noun, frozen=True):
    """Of ten outcomes, one is below `low` and one above `high`."""

    low: int
    middle: int
    high: int


class Dates(Noun, frozen=True):
    """The same of days; an empty one: not within a year."""

    low: str
    middle: str
    high: str


class BudgetLeft(Noun, frozen=True):
    """One budget of the project."""

    name: str
    """`limits.usd_per_day` or `limits.usd_total`."""
    micro_usd: int
    spent: Cost
    left_micro_usd: int | None
    """With requests of unknown cost at their worst; None: no bound of one of them is known, so nobody can tell."""
    executions: Range | None
    """How many more executions like the last ones fit. None: too few to tell from."""
    ends: Dates | None
    """When it is used up at the present rate; None: too few days to tell from, or a budget that begins anew every day."""


class OtherModel(Noun, frozen=True):
    """The recorded tokens at the price of another model."""

    model: str
    micro_usd: int | None
    """None: its price is not known."""
    recorded_micro_usd: int
    """What these very requests did cost."""
    requests: int
    """Answered requests of known cost that were priced anew."""
    left_out: int
    """Requests without an answer or without a known cost."""


class More(Noun, frozen=True):
    """The cost of further executions like the last ones."""

    executions: int
    micro_usd: Range | None
    """None: too few executions to tell from."""


class Forecast(Noun, frozen=True):
    """What the archive lets expect."""

    today: str
    """The day (UTC) that is today."""
    spent_today: Cost
    spent: Cost
    days: int
    """Days that the rate is taken from."""
    micro_usd_per_day: Range | None
    """Of single days. None: too few."""
    runs: int
    """Executions that the cost of the next ones is taken from."""
    micro_usd_per_execution: Range | None
    budgets: tuple[BudgetLeft, ...]
    more: More | None
    other_model: OtherModel | None
    without_bound: int = 0
    """Requests whose cost nobody knows, and no bound of it: they are in no range, so ranges are too low by them."""
    method: str = METHOD


def forecast(
    executions: Sequence[Execution],
    spent: Sequence[Spent],
    today: str,
    budgets: dict[str, int],
    more: int = 0,
    other: OtherModel | None = None,
) -> Forecast:
    """`budgets`: setting -> millionths of a dollar; `more`: how many further executions."""
    bounded = [one for one in spent if one.at_most_micro_usd is not None]
    days, costs = per_day(bounded, today), per_execution(executions, bounded)
    now, all_ = cost_of(one for one in spent if one.day == today), cost_of(spent)
    left = tuple(
        budget(name, limit, now if name.endswith("per_day") else all_, days, costs, today)
        for name, limit in budgets.items()
    )
    further = More(more, sums(costs, more)) if more else None
    return Forecast(
        today, now, all_, len(days), spread(days), len(costs), spread(costs), left, further, other, len(spent) - len(bounded),
    )  # fmt: skip


def per_day(spent: Sequence[Spent], today: str) -> list[int]:
    """What each day of the window cost; the present day is not over, so it is left out."""
    days = sorted(one.day for one in spent if one.day < today)
    if not days:
        return []
    end = date.fromisoformat(today)
    length = min(WINDOW, (end - date.fromisoformat(days[0])).days)
    costs = summed((one.day, one) for one in spent)
    names = [(end - timedelta(days=back)).isoformat() for back in range(length, 0, -1)]
    return [costs.get(name, 0) for name in names]


def per_execution(executions: Sequence[Execution], spent: Iterable[Spent]) -> list[int]:
    """What each of the last runs and refinements cost that asked somebody who costs."""
    costs = summed((one.id, one) for one in spent)
    meant = [one.id for one in executions if one.purpose in ("run", "refinement") and one.id in costs]
    return [costs[name] for name in meant[-RECENT:]]


def summed(named: Iterable[tuple[str, Spent]]) -> dict[str, int]:
    """Name -> what its requests cost at most."""
    costs: dict[str, int] = {}
    for name, one in named:
        costs[name] = costs.get(name, 0) + (one.at_most_micro_usd or 0)
    return costs


def quantiles(found: Sequence[int]) -> Range:
    """Of what is there, sorted or not."""
    ordered = sorted(found)
    low, middle, high = (ordered[round(part * (len(ordered) - 1))] for part in (0.1, 0.5, 0.9))
    return Range(low, middle, high)


def spread(found: Sequence[int]) -> Range | None:
    """How single ones differ; None where there are too few."""
    return quantiles(found) if len(found) >= FEWEST else None


def sums(costs: Sequence[int], number: int) -> Range | None:
    """What so many more may cost together."""
    if len(costs) < FEWEST:
        return None
    chance = Random(0)  # noqa: S311 (no secret; the same range at every call)
    return quantiles([sum(chance.choices(costs, k=number)) for _ in range(DRAWS)])


def budget(name: str, limit: int, spent: Cost, days: Sequence[int], costs: Sequence[int], today: str) -> BudgetLeft:
    """How far one budget reaches."""
    left = None if spent.at_most_micro_usd is None else max(0, limit - spent.at_most_micro_usd)
    fits = lasting(costs, left, HORIZON * 10) if left is not None else None
    lasts = None if left is None or name.endswith("per_day") else lasting(days, left, HORIZON)
    return BudgetLeft(name, limit, spent, left, fits, dates(today, lasts) if lasts else None)


def lasting(costs: Sequence[int], left: int, longest: int) -> Range | None:
    """How many draws fit into what is left: executions, or days."""
    if len(costs) < FEWEST or not any(costs):
        return None
    chance = Random(0)  # noqa: S311 (as above)
    return quantiles([how_many(costs, left, longest, chance) for _ in range(DRAWS // 10)])


def how_many(costs: Sequence[int], left: int, longest: int, chance: Random) -> int:
    """Of one course of things."""
    for number in range(longest):
        left -= chance.choice(costs)
        if left < 0:
            return number
    return longest


def dates(today: str, days: Range) -> Dates:
    """Days from now as dates."""
    start = date.fromisoformat(today)
    low, middle, high = (
        "" if number >= HORIZON else (start + timedelta(days=number)).isoformat()
        for number in (days.low, days.middle, days.high)
    )
    return Dates(low, middle, high)


def other_model(spent: Iterable[Spent], model: str, price: Callable[[Usage], int | None]) -> OtherModel:
    """The tokens of every answer, at another price. `price`: usage -> millionths of a dollar."""
    found = list(spent)
    priced = [one for one in found if one.answered and one.micro_usd is not None]
    costs = [price(one.usage) for one in priced]
    known = [cost for cost in costs if cost is not None]
    return OtherModel(
        model, sum(known) if len(known) == len(costs) else None, sum(one.micro_usd or 0 for one in priced), len(priced),
        len(found) - len(priced),
    )  # fmt: skip


def told(found: Forecast) -> list[str]:
    """For people, line by line."""
    lines = [
        f"spent today ({found.today}, UTC): {found.spent_today.words}",
        f"spent in all: {found.spent.words}",
        f"a day: {words(found.micro_usd_per_day)}, from {found.days} days",
        f"an execution: {words(found.micro_usd_per_execution)}, from the last {found.runs}",
    ]
    lines += [line for one in found.budgets for line in budget_told(one)]
    if not found.budgets:
        lines.append("no budget of the project is set: limits.usd_per_day, limits.usd_total in configs/agentic.yaml")
    if found.more:
        lines.append(
            f"{found.more.executions} more executions: {words(found.more.micro_usd)}, from the last {found.runs}"
        )
    if found.other_model:
        lines.append(model_told(found.other_model))
    if found.without_bound:
        lines.append(
            f"{found.without_bound} requests have no known price: they are in no range, so every range is too low"
        )
    return [*lines, f"method: {found.method}"]


def words(found: Range | None) -> str:
    """`$0.0100 to $0.0300, half of them up to $0.0200`."""
    if found is None:
        return f"too few to tell (at least {FEWEST} are needed)"
    low, middle, high = (f"${number / 1_000_000:,.4f}" for number in (found.low, found.middle, found.high))
    return f"{low} to {high}, half of them up to {middle}"


def budget_told(one: BudgetLeft) -> list[str]:
    """One budget."""
    left = "nobody can tell what" if one.left_micro_usd is None else f"${one.left_micro_usd / 1_000_000:,.4f}"
    lines = [f"{one.name}: ${one.micro_usd / 1_000_000:,.4f}, {left} is left"]
    if one.executions:
        lines.append(f"  executions that still fit: {one.executions.low} to {one.executions.high}")
    if one.ends:
        lines.append(
            f"  used up between {one.ends.low or 'a year from now'} and {one.ends.high or 'a year from now or later'}"
        )
    return lines


def model_told(one: OtherModel) -> str:
    """What if it had been another model."""
    cost = f"${one.micro_usd / 1_000_000:,.4f}" if one.micro_usd is not None else "an unknown sum (no price is known)"
    rest = f"; {one.left_out} requests left out" if one.left_out else ""
    return (
        f"with {one.model}: {cost} instead of ${one.recorded_micro_usd / 1_000_000:,.4f} for the same tokens of {one.requests} requests"
        f"{rest}. Another model would have used other tokens, and other attempts"
    )
