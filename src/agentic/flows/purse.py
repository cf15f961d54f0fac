"""What a run may use: reserved at its worst before each request, settled after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from agentic.budget import Entry, Ledger, Reservation
from agentic.ports import Provider
from agentic.values import Ask, Budget, Conversation, Reply

NOTHING = Entry(0, 0)


class Purse:
    """A ledger that knows conversations. What costs nothing is not counted at all."""

    def __init__(
        self, budget: Budget, prices: Mapping[str, Any], provider: Provider, lost: Sequence[Mapping[str, Any]] = ()
    ) -> None:
        before = [Entry(body["at_most_tokens"], body["at_most_micro_usd"], certain=False) for body in lost]
        self._ledger = Ledger(budget, datetime.now(UTC).date(), prices, before)
        self._provider = provider
        self._open: Reservation | None = None

    def reserve(self, conversation: Conversation) -> Entry:
        """Room for the next request, at its worst. Raises LimitReached or PriceUnknown: nothing has left yet."""
        if not self._provider.costs:
            return NOTHING
        known = conversation.replies[-1].usage if conversation.replies else None
        self._open = self._ledger.reserve(
            self._provider.model,
            prompt_bytes=size(conversation),
            max_output=self._provider.max_output_tokens,
            known=known,
            new_bytes=size(conversation.turns[-1]) if isinstance(conversation.turns[-1], Ask) else 0,
        )
        return self._open.worst

    def settle(self, reply: Reply) -> int | None:
        """What an answer has cost: None where its price is not known. An archived one is counted like a fresh one."""
        if not self._provider.costs:
            return 0
        model = reply.model or self._provider.model
        if self._open is None:
            return self._ledger.note(reply.usage, model).micro_usd
        settled, self._open = self._ledger.settle(self._open, reply.usage, model), None
        return settled.micro_usd

    def lose(self) -> Entry:
        """No answer came, and it may have cost something: counted at its worst."""
        worst, self._open = self._open.worst if self._open else NOTHING, None
        return worst

    def release(self) -> Entry:
        """No answer came, and it cost nothing."""
        if self._open:
            self._ledger.release(self._open)
        self._open = None
        return NOTHING


def size(part: Any) -> int:
    """Bytes of it as JSON: no token is less than one of them."""
    return len(msgspec.json.encode(part))
