"""One execution under way: the task, who asks, who answers, where it is written down, and what it works with."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from agentic.flows.purse import Purse
from agentic.flows.record import Record
from agentic.flows.tools import Tools, Wishes
from agentic.ports import Provider
from agentic.values import Budget, TaskSpec
from agentic.workspace import Belonging, Fence, belongings


@dataclass(frozen=True, slots=True)
class Run:
    """Handed down the corridor."""

    task: TaskSpec
    wishes: Wishes
    provider: Provider
    record: Record
    tools: Tools
    expected: str = ""
    """Digest of the deliverables that a replay has to come to; empty: whatever comes."""
    began: float = field(default_factory=time.monotonic)

    def tell(self, words: str) -> None:
        """For the display."""
        self.tools.watch(self.task.path, words)

    @property
    def attempts(self) -> int:
        """The flag, else the task, else the setting."""
        return self.wishes.attempts or self.task.attempts or self.tools.settings.limits.attempts

    @property
    def fence(self) -> Fence:
        """What may be written."""
        largest = self.tools.settings.workspace.max_file_kilobytes * 1024
        return Fence(self.tools.root, self.task.deliverables, largest, self.tools.redact.found_in)

    def purse(self) -> Purse:
        """The flag's budget, else the task's, else the setting's."""
        limits, own = self.tools.settings.limits, self.task.budget
        setting = None if limits.usd is None else round(limits.usd * 1_000_000)
        micro_usd = next(
            (value for value in (self.wishes.micro_usd, own.micro_usd, setting) if value is not None), None
        )
        tokens = next((value for value in (self.wishes.tokens, own.tokens, limits.tokens) if value is not None), None)
        return Purse(Budget(micro_usd, tokens), self.tools.settings.prices, self.provider, self.record.story.lost)

    def owners(self) -> tuple[Belonging, ...]:
        """Whose is each deliverable?"""
        return belongings(
            self.tools.root, self.task.deliverables, {**self.tools.brought(), **self.tools.archive.owned()}
        )

    def kept(self) -> frozenset[str]:
        """Deliverables that are a person's: adopted now or before, and not discarded."""
        theirs = {one.path for one in self.owners() if one.state == "kept"}
        return frozenset((theirs | set(self.wishes.adopt)) - set(self.wishes.discard))
