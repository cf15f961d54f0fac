"""What the corridor works with. `app/core.py` puts it together; nobody here knows an implementation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from filelock import FileLock, Timeout

from agentic.archive import Archive
from agentic.errors import Busy, DiskFailed
from agentic.ports import Check, Provider, Runner
from agentic.redact import Redactor
from agentic.settings import Lake, Policy, Settings
from agentic.values import Owned, Reply, TaskSpec

Watch = Callable[[str, str], None]
"""Told what goes on: (task, words). For the display only; the journal is told separately."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the person asks of this run."""

    provider: str = ""
    """Empty: template where the task names one, else the setting."""
    staged: bool = False
    """Run everything, land nothing."""
    attempts: int | None = None
    micro_usd: int | None = None
    tokens: int | None = None
    follow_up: str = ""
    send_redacted: bool = False
    """A person consents to send texts that hold secrets: without the secrets."""
    adopt: tuple[str, ...] = ()
    discard: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tools:
    """Everything that a run needs, chosen."""

    root: Path
    settings: Settings
    policy: Policy
    lake: Lake
    archive: Archive
    redact: Redactor
    runner: Runner
    sandbox: str
    """`bubblewrap`, or `none (reason)`."""
    checks: Mapping[str, Check]
    provider: Callable[[str, TaskSpec], Provider]
    """name, task -> who answers. Raises UnknownProvider."""
    replay: Callable[[str, tuple[Reply, ...]], Provider]
    """Archived answers as a provider."""
    person: Callable[[], str]
    commit: Callable[[], str]
    files: Callable[[], tuple[str, ...] | None]
    """What a scratch tree is made of."""
    grounds: Callable[[TaskSpec], Mapping[str, Mapping[str, str]]]
    """What a task is proven against, as it reads now: `requirements` and `contract`, name -> digest."""
    planned: Callable[[], tuple[str, ...]]
    """Modules that are to be built, in building order."""
    watch: Watch
    version: str
    brought: Callable[[], Mapping[str, Owned]]
    """What the framework wrote when the project began: as long as it is untouched, it is nobody's work."""
    end_commands: Callable[[], None]
    """Kills every command under way."""
    stop: Event = field(default_factory=Event)
    """Set when a person wants it all to end: no run takes a further step."""

    @contextmanager
    def lock(self, name: str = "landing") -> Iterator[None]:
        """One at a time in this project. Raises Busy where another holds it for two minutes."""
        folder = self.root / ".agentic"
        try:
            folder.mkdir(exist_ok=True)
            with FileLock(folder / f"{name}.lock", timeout=120):
                yield
        except Timeout as error:
            raise Busy(f"another run of agentic holds the lock for {name}", cause=str(error)) from error
        except OSError as error:
            raise DiskFailed(".agentic cannot be written", cause=str(error)) from error
