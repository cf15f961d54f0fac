"""What the whole project may spend, on a day and in all: counted from the archive itself before a request leaves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache

from agentic.archive import Archive
from agentic.audit.spending import Cost, Spent, cost_of, dollars, spending
from agentic.budget import Entry
from agentic.errors import AgenticError, BudgetUncountable, ProjectBudgetReached
from agentic.flows.tools import Tools
from agentic.outside import clock


@contextmanager
def room_for(worst: Entry, tools: Tools) -> Iterator[None]:
    """Room for one more request in every budget of the project; whoever enters writes the request down before leaving.

    One at a time, so that two runs do not both take the last of it. Raises ProjectBudgetReached or BudgetUncountable: the
    request may not leave.
    """
    limits = tools.settings.limits
    if not worst.tokens or (limits.usd_per_day is None and limits.usd_total is None):
        yield
        return
    with tools.lock("spending"):
        day = clock.today()
        if limits.usd_per_day is not None:
            found = tuple(one for one in spent(tools.archive, day) if one.day == day)
            refuse(f"on {day} (UTC)", "limits.usd_per_day", limits.usd_per_day, found, worst)
        if limits.usd_total is not None:
            refuse("in all", "limits.usd_total", limits.usd_total, spent(tools.archive), worst)
        yield


def refuse(when: str, setting: str, usd: float, found: Sequence[Spent], worst: Entry) -> None:
    """Raises where the budget does not hold one more request at its worst, or where nobody can tell whether it does."""
    limit, cost = round(usd * 1_000_000), cost_of(found)
    if cost.at_most_micro_usd is None or worst.micro_usd is None:
        message = f"{setting} is {dollars(limit)}, and nobody can tell what was spent {when}: a price is not known"
        raise BudgetUncountable(message, cause=unpriced(found))
    if cost.at_most_micro_usd + worst.micro_usd > limit:
        raise ProjectBudgetReached(
            f"{setting} is {dollars(limit)}: {told(cost)} spent {when} by {len({one.id for one in found})} execution(s), and the "
            f"next request may cost up to {dollars(worst.micro_usd)}"
        )


def told(cost: Cost) -> str:
    """`$1.2000 are`; with a request that is under way or was lost: `at most $1.5400 are`."""
    about = "" if cost.micro_usd is not None else "at most "
    return f"{about}{dollars(cost.at_most_micro_usd or 0)} are"


def unpriced(found: Sequence[Spent]) -> str:
    """The first request without a price."""
    one = next((one for one in found if one.at_most_micro_usd is None), None)
    return f"{one.id} asked {one.model}" if one else "of the model that is asked now"


def spent(archive: Archive, since: str = "") -> tuple[Spent, ...]:
    """Every request in the archive. `since`: a day (UTC); what was written last before it holds none of that day."""
    found: list[Spent] = []
    for name in archive.ids():
        status = archive.path(name).stat()
        if clock.day_of(status.st_mtime) >= since:
            found += spent_in(archive, name, (status.st_mtime_ns, status.st_size))
    return tuple(found)


@lru_cache(maxsize=100_000)
def spent_in(archive: Archive, name: str, stamp: tuple[int, int]) -> tuple[Spent, ...]:  # noqa: ARG001 (a key of the cache)
    """The requests of one execution. It is read again when it has grown, which `stamp` tells: when it was changed, and its size.

    Raises BudgetUncountable where its journal does not verify: what it has cost would be missing from the sum.
    """
    try:
        return spending(archive.story(name).steps)
    except AgenticError as error:
        message = f"nobody can tell what was spent: {name} does not verify"
        raise BudgetUncountable(message, cause=error.message, hint="agentic audit verify tells more.") from error
