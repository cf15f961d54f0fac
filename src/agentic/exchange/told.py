"""An execution with everything that the archive tells of it: what each form of export is made of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from agentic.values import Execution, Step, TaskSpec
from agentic.values.digest import digest
from agentic.values.noun import Noun

SAID_AT = "said_at"
"""In the steps of an import: when it really was. The step itself says when it was imported."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Project(Noun, frozen=True):
    """Whose executions they are."""

    name: str
    repository: str = ""
    """Where git fetches it from, as a URL without credentials; empty: nobody knows."""

    @property
    def namespace(self) -> str:
        """The name in small letters, digits and hyphens."""
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-") or "project"


class Told(Noun, frozen=True):
    """One execution."""

    execution: Execution
    steps: tuple[Step, ...]
    """At least the one that opened it."""
    task: TaskSpec | None = None
    """The spec as it was executed; None: there was none, or today's reader cannot read it."""
    journal: str = ""
    """Digest of the journal's file."""
    page: str = ""
    """Digest of the Markdown; empty where it is not written."""

    @property
    def opened(self) -> Mapping[str, Any]:
        """How it began."""
        return self.steps[0].body

    @property
    def ended(self) -> bool:
        """Was it closed, and not resumed since? Otherwise it is under way, or was killed."""
        return self.steps[-1].kind == "closed"

    @property
    def began_at(self) -> str:
        """UTC, ISO 8601."""
        return when(self.steps[0])

    @property
    def ended_at(self) -> str:
        """When its last step was taken: UTC, ISO 8601."""
        return when(self.steps[-1])

    @property
    def identity(self) -> str:
        """64 hexadecimal digits: the same in every export, another one in every project."""
        one = self.execution
        return hexadecimal(digest("\n".join((one.id, one.at, one.task, one.task_digest, one.commit))))

    def all(self, kind: str) -> Iterator[Mapping[str, Any]]:
        """Bodies of every step of a kind, in order."""
        return (step.body for step in self.steps if step.kind == kind)


def when(step: Step) -> str:
    """The moment of a step: UTC, ISO 8601."""
    return str(step.body.get(SAID_AT) or step.at)


def instant(at: str) -> datetime:
    """`2026-11-20T20:47:03Z`, with or without a fraction of a second. Raises ValueError."""
    moment = datetime.fromisoformat(at)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def nanoseconds(at: str) -> int:
    """Since 1970."""
    passed = instant(at) - EPOCH
    return (passed.days * 86_400 + passed.seconds) * 1_000_000_000 + passed.microseconds * 1_000


def hexadecimal(named: str) -> str:
    """A digest without the name of its algorithm: `sha256:ab12` -> `ab12`."""
    return named.partition(":")[2]
