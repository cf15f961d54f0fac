"""What a run has spent, and whether the next request still fits its budget: asked before it leaves, never after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from agentic.budget.prices import cost, worst_case
from agentic.errors import LimitReached, PriceUnknown
from agentic.values import Budget, Usage
from agentic.values.noun import Noun


class Entry(Noun, frozen=True):
    """One request: what it has cost, or what it may cost at most."""

    tokens: int
    micro_usd: int | None
    """None: the price is not known."""
    certain: bool = True
    """False: nobody told what it really cost; it is counted at its worst case."""


class Reservation(Noun, frozen=True):
    """A request that may leave, counted at its worst case until it is settled."""

    number: int
    model: str
    worst: Entry


class Spent(Noun, frozen=True):
    """What a run has spent so far."""

    tokens: int
    micro_usd: int | None


class Ledger:
    """The requests of one run against its budget."""

    def __init__(
        self,
        budget: Budget,
        on: date,
        prices: Mapping[str, Any] | None = None,
        entries: Iterable[Entry] = (),
    ) -> None:
        self.budget = budget
        self._on = on
        self._prices = prices
        self._entries = dict(enumerate(entries))
        """By number, also those that are still open. A resumed run brings the entries of before."""

    @property
    def spent(self) -> Spent:
        """Everything so far; open and lost requests at their worst case."""
        costs = [entry.micro_usd for entry in self._entries.values()]
        known = [cost for cost in costs if cost is not None]
        tokens = sum(entry.tokens for entry in self._entries.values())
        return Spent(tokens, sum(known) if len(known) == len(costs) else None)

    @property
    def certain(self) -> bool:
        """Whether `spent` is exact; otherwise it is "at most"."""
        return all(entry.certain for entry in self._entries.values())

    def reserve(
        self,
        model: str,
        *,
        prompt_bytes: int,
        max_output: int,
        known: Usage | None = None,
        new_bytes: int = 0,
    ) -> Reservation:
        """Room for one more request, or LimitReached or PriceUnknown: called before the request leaves."""
        tokens, micro_usd = worst_case(
            model, prompt_bytes, known, new_bytes=new_bytes, max_output=max_output, on=self._on, extra=self._prices
        )
        worst = Entry(tokens, micro_usd, certain=False)
        self._refuse_unknown_price(model, worst)
        self._refuse_too_much(worst)
        reservation = Reservation(len(self._entries), model, worst)
        self._entries[reservation.number] = worst
        return reservation

    def settle(self, reservation: Reservation, usage: Usage, model: str = "") -> Entry:
        """The request came back and told its usage; `model`: the one that answered, where it is another."""
        entry = self.entry(usage, model or reservation.model)
        self._entries[reservation.number] = entry
        return entry

    def note(self, usage: Usage, model: str) -> Entry:
        """A request that was settled before this ledger began: a resumed run counts what it has spent already."""
        entry = self.entry(usage, model)
        self._entries[len(self._entries)] = entry
        return entry

    def lose(self, reservation: Reservation) -> Entry:
        """Nobody knows what the request has cost: it stays at its worst case, and the sum is "at most"."""
        return self._entries[reservation.number]

    def release(self, reservation: Reservation) -> None:
        """The request cost nothing: it was refused, or it never left."""
        self._entries[reservation.number] = Entry(0, 0)

    def entry(self, usage: Usage, model: str) -> Entry:
        """What this usage comes to, for a request of now or of an archived run."""
        return Entry(usage.total, cost(usage, model, self._on, self._prices))

    def __str__(self) -> str:
        spent = self.spent
        about = "" if self.certain else "at most "
        return f"{about}{dollars(spent.micro_usd)}, {spent.tokens:,} tokens"

    def _refuse_unknown_price(self, model: str, worst: Entry) -> None:
        if self.budget.micro_usd is None:
            return
        if worst.micro_usd is None:
            raise PriceUnknown(f"the price of {model} is not known, so {dollars(self.budget.micro_usd)} cannot be held")
        if self.spent.micro_usd is None:
            raise PriceUnknown(
                f"a model without a known price answered, so {dollars(self.budget.micro_usd)} cannot be held any longer"
            )

    def _refuse_too_much(self, worst: Entry) -> None:
        spent, about = self.spent, "" if self.certain else "at most "
        limit, used, next_one = self.budget.micro_usd, spent.micro_usd or 0, worst.micro_usd or 0
        if limit is not None and used + next_one > limit:
            raise LimitReached(
                f"the budget is {dollars(limit)}: {about}{dollars(used)} are spent, and the next request may cost "
                f"up to {dollars(next_one)}"
            )
        if self.budget.tokens is not None and spent.tokens + worst.tokens > self.budget.tokens:
            raise LimitReached(
                f"the budget is {self.budget.tokens:,} tokens: {about}{spent.tokens:,} are spent, and the next request "
                f"may use up to {worst.tokens:,}"
            )


def dollars(micro_usd: int | None) -> str:
    """`$0.4312`: to a hundredth of a cent, rounded up."""
    if micro_usd is None:
        return "an unknown sum"
    hundredths = -(-micro_usd // 100)
    return f"${hundredths // 10_000:,}.{hundredths % 10_000:04d}"
