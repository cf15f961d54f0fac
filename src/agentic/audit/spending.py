"""Steps -> what each request has cost, on the day on which it left; what nobody knows is bounded, and never 0."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from agentic.audit.steps import first
from agentic.values import Step, Usage
from agentic.values.noun import Noun


class Spent(Noun, frozen=True):
    """One request to somebody who costs something."""

    at: str
    """When it left: UTC, ISO 8601, seconds."""
    id: str
    """The execution that asked."""
    model: str
    """The one that answered; where none did, the one that was asked."""
    usage: Usage = Usage()
    micro_usd: int | None = None
    """None: not known."""
    at_most_micro_usd: int | None = None
    """The most it can have cost; None: without a bound, since its price is not known."""
    answered: bool = True
    """False: no answer has come (yet), so its cost is only bounded."""

    @property
    def day(self) -> str:
        """The day (UTC) on which it left."""
        return self.at[:10]


class Cost(Noun, frozen=True):
    """What requests cost together."""

    micro_usd: int | None = 0
    """Exactly; None: not known of one or more."""
    at_least_micro_usd: int = 0
    """What is known of it."""
    at_most_micro_usd: int | None = 0
    """With every request of unknown cost at its worst; None: no bound is known of one or more."""
    requests: int = 0
    unknown: int = 0
    """Requests whose cost is not known."""

    @property
    def words(self) -> str:
        """`$1.2000`; `at least $1.2000, at most $1.5400 (1 of 4 requests unknown)`."""
        if self.micro_usd is not None:
            return dollars(self.micro_usd) if self.requests else "nothing"
        most = f", at most {dollars(self.at_most_micro_usd)}" if self.at_most_micro_usd is not None else ""
        least = f"at least {dollars(self.at_least_micro_usd)}" if self.unknown < self.requests else "unknown"
        return f"{least}{most} ({self.unknown:,} of {self.requests:,} requests unknown)"


def dollars(micro_usd: int) -> str:
    """`$1.2000`."""
    return f"${micro_usd / 1_000_000:,.4f}"


def spending(steps: Sequence[Step]) -> tuple[Spent, ...]:
    """Every request of one execution that may have cost something. Templates and replays cost nothing."""
    return tuple(one for one in requests(steps) if one.micro_usd != 0 or one.usage.total)


def requests(steps: Sequence[Step]) -> Iterator[Spent]:
    """Every request; what cost nothing by its kind tells neither money nor tokens."""
    opened = dict(first(steps, "opened"))
    open_: Step | None = None
    for step in steps:
        if step.kind == "requested":
            open_ = step
        elif step.kind == "reply" and open_:
            yield answered(opened, open_, step.body)
            open_ = None
        elif step.kind == "unanswered" and open_:
            if step.body["lost"]:
                yield unanswered(opened, open_, step.body["at_most_micro_usd"])
            open_ = None
    if open_ and open_.body["worst_tokens"]:
        yield unanswered(opened, open_, open_.body["worst_micro_usd"])


def answered(opened: dict[str, Any], asked: Step, body: Any) -> Spent:
    """A request with its answer. A worst case of no token at no price: it was asked of a template or of the archive."""
    cost = body["micro_usd"]
    free = cost == 0 and not asked.body["worst_tokens"]
    usage = Usage() if free else msgspec.convert(body["reply"].get("usage", {}), Usage)
    return Spent(asked.at, opened["id"], body["reply"]["model"] or opened["model"], usage, cost, cost)


def unanswered(opened: dict[str, Any], asked: Step, most: int | None) -> Spent:
    """A request without an answer: lost, cut off, or still under way."""
    return Spent(asked.at, opened["id"], opened["model"], Usage(), None, most, answered=False)


def cost_of(spent: Iterable[Spent]) -> Cost:
    """All of them together."""
    found = list(spent)
    known = [one.micro_usd for one in found if one.micro_usd is not None]
    bounds = [one.at_most_micro_usd for one in found if one.at_most_micro_usd is not None]
    return Cost(
        sum(known) if len(known) == len(found) else None,
        sum(known),
        sum(bounds) if len(bounds) == len(found) else None,
        len(found),
        len(found) - len(known),
    )


def usage_of(spent: Iterable[Spent]) -> Usage:
    """Tokens of every answer."""
    return sum((one.usage for one in spent), Usage())
