"""An archived execution answers again: offline, byte for byte."""

from __future__ import annotations

from collections.abc import Iterator

from agentic.errors import ReplayDiffers
from agentic.values import Conversation, Reply


class Replay:
    """Implements `ports.Provider` with the answers of an execution, in their order."""

    name = "replay"
    costs = False
    max_output_tokens = 0

    def __init__(self, recorded: str, replies: tuple[Reply, ...]) -> None:
        self.model = next((reply.model for reply in replies if reply.model), "")
        self._recorded = recorded
        self._left: Iterator[Reply] = iter(replies)

    def answer(self, conversation: Conversation) -> Reply:
        """The next archived answer. Raises ReplayDiffers where the archive holds no more."""
        reply = next(self._left, None)
        if reply is None:
            raise ReplayDiffers(f"{self._recorded} holds no further answer: a check that passed then fails now")
        return reply
