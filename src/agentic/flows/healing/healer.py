"""Who heals: what is worked on, who is asked, what it came to so far; one at a time for each database, and not for ever."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any, Literal, NamedTuple

from filelock import FileLock, Timeout

from agentic.errors import BreakerOpen, Busy
from agentic.healing.candidate import Candidate
from agentic.healing.diagnose import Diagnosed, database_of
from agentic.healing.ledger import Entry, Ledger
from agentic.healing.logs import Logs
from agentic.healing.project import DbtProject
from agentic.healing.warehouse import Warehouse
from agentic.outside import dbt
from agentic.outside.dbt import Place
from agentic.settings.execution import ExecutionMode
from agentic.values import ChangeSet, Finding, Fix, Healing, HealingStatus, Mode
from agentic.values.digest import digest

WAIT = 600
"""Seconds that a second healing of the same database waits for the first."""


class Answer(NamedTuple):
    """What a person says to a proposal."""

    word: Literal["approve", "reject", "later"]
    why: str = ""
    changes: ChangeSet | None = None
    """The fix as the person wants it; None: as it is."""


Judge = Callable[
    [Mapping[str, str], Mapping[str, str | None], Mapping[str, Any], Mapping[str, str]], tuple[Finding, ...]
]
"""Files before, files after, manifest, files as they were when all was well -> what speaks against the change."""
Ask = Callable[[Fix, Diagnosed], Answer]


@dataclass
class Healer:
    """One call: what it works on, who is asked, and what it came to so far."""

    place: Place
    settings: ExecutionMode
    mode: Mode
    ledger: Ledger
    logs: Logs
    redact: Callable[[str], str]
    judge: Judge
    person: str
    record: Callable[[Entry, Healing, Mapping[str, str]], str]
    """Keeps an applied fix as an execution; the path of its page, or nothing."""
    ask: Ask | None = None
    """None: nobody sits there."""
    claude: Callable[[Diagnosed], Candidate | None] | None = None
    """Asked where no rule is sure; None: nobody is."""
    tell: Callable[[str], None] = lambda words: None
    runs: int = 0
    began: float = field(default_factory=monotonic)
    seen: dict[str, Diagnosed] = field(default_factory=dict)
    """Every cause of this call, by its id: what is mended in one round is not seen in the next."""
    fixes: dict[str, Fix] = field(default_factory=dict)
    applied: list[str] = field(default_factory=list)
    compared: list[Mapping[str, Any]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    archive: str = ""

    @property
    def bar(self) -> float:
        """The confidence that a fix needs to be applied without a person; above 1 where a person decides."""
        own = self.settings.ci if self.mode == "autonomous-ci" else self.settings.autonomous
        return 2.0 if self.mode == "human-in-loop" else own.min_confidence

    def warehouse(self, project: DbtProject) -> Warehouse:
        """The project's database, read by the Python that runs its dbt."""
        return Warehouse(project.database, dbt.python_of(dbt.program(self.place)), self.place.root, self.redact)

    def ended(self, status: HealingStatus, diagnosed: Sequence[Diagnosed] = ()) -> Healing:
        """What it came to."""
        return Healing(
            id=self.logs.healing, status=status, mode=self.mode, diagnoses=tuple(one.diagnosis for one in diagnosed),
            fixes=tuple(self.fixes.values()), applied=tuple(self.applied), compared=tuple(self.compared), findings=tuple(self.findings),
            runs=self.runs, milliseconds=round((monotonic() - self.began) * 1000), archive=self.archive,
        )  # fmt: skip


@contextmanager
def one_at_a_time(healer: Healer) -> Iterator[None]:
    """DuckDB has one writer: one healing for each database. Raises Busy."""
    file = database_of(DbtProject(healer.place)) or healer.place.root
    folder = Path(tempfile.gettempdir()) / "agentic-healings"
    folder.mkdir(mode=0o777, exist_ok=True)
    lock = FileLock(folder / f"{digest(str(file))[7:39]}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        healer.tell("another healing works on this database; waiting for it")
        try:
            lock.acquire(timeout=WAIT)
        except Timeout as error:
            raise Busy(
                "another healing works on this database", hint="wait until it has ended, then repeat the command."
            ) from error
    try:
        yield
    finally:
        lock.release()


def refuse_open_breaker(healer: Healer) -> None:
    """Raises BreakerOpen."""
    failed, most = healer.ledger.failed_in_a_row, healer.settings.breaker.failures
    if failed >= most:
        raise BreakerOpen(f"the last {failed} healings failed; none is tried until a person has looked")
