"""A journal that is written once: what is recorded already is recalled, everything else is done and kept.

That is all there is to resuming: the corridor is walked again from its beginning, and asks for nothing that is known.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Mapping
from threading import Event
from typing import Any

from agentic.archive import Journal, Story
from agentic.redact import Redactor, Tally

ENDS = ("interrupted", "closed")
"""What may still be written when everything is to end."""


class Record:
    """The journal of one run."""

    def __init__(self, name: str, journal: Journal, redact: Redactor, stop: Event) -> None:
        self.name = name
        self._stop = stop
        self._journal = journal
        self._redact = redact
        self._known: dict[str, deque[Mapping[str, Any]]] = defaultdict(deque)
        for step in journal.steps:
            self._known[step.kind].append(step.body)

    def keep(self, kind: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Write a step down, without secrets, but with the rules that found them; on disk when this returns."""
        if self._stop.is_set() and kind not in ENDS:
            raise KeyboardInterrupt
        tally = Tally(self._redact)
        clean: dict[str, Any] = tally.deeply(body)
        if tally.rules:
            known = Counter(clean.get("redacted", {}))
            clean["redacted"] = dict(known + tally.rules)
        self._journal.append(kind, clean)
        return clean

    def once(self, kind: str, make: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        """The next recorded step of this kind; where there is none, make and keep it."""
        known = self._known[kind]
        return known.popleft() if known else self.keep(kind, make())

    def expect(self, kind: str, body: Mapping[str, Any]) -> None:
        """Keep a step now that will be asked for later: a replay brings its prompt along."""
        self._known[kind].append(self.keep(kind, body))

    def knows(self, kind: str) -> bool:
        """Is a step of this kind recorded that was not recalled yet?"""
        return bool(self._known[kind])

    @property
    def story(self) -> Story:
        """Everything so far."""
        return Story(tuple(self._journal.steps))

    def close(self) -> None:
        """Give the file back."""
        self._journal.close()
