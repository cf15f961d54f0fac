"""One round of telling: what is remembered, what is secret, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from agentic.errors import AgenticError
from agentic.notices import memory as kept
from agentic.notices.channels import CODE, redactor
from agentic.notices.memory import Memory
from agentic.redact import Redactor
from agentic.settings import Notifications
from agentic.values.finding import Finding


@dataclass
class Desk:
    """Where one round is worked on."""

    places: Notifications
    environment: Mapping[str, str]
    file: Path
    """What is remembered."""
    run: str
    """The address of the run; empty where it has none."""
    moment: str
    findings: list[Finding] = field(default_factory=list)

    @cached_property
    def redact(self) -> Redactor:
        """For all that is told, and for all that is said of what went wrong."""
        return redactor(self.places, self.environment)

    @cached_property
    def memory(self) -> Memory:
        """Read once. A broken file is a warning, and is written anew."""
        with self.edge("memory"):
            return kept.read(self.file)
        return Memory()

    def keep(self, memory: Memory) -> None:
        """On disk at once: whoever is killed now repeats nothing."""
        self.memory = memory
        with self.edge("memory"):
            kept.write(self.file, memory)

    @contextmanager
    def edge(self, name: str, *, but: tuple[type[AgenticError], ...] = ()) -> Iterator[None]:
        """What goes wrong inside, but for these, becomes a warning that names the channel and holds no secret."""
        try:
            yield
        except but:
            raise
        except AgenticError as error:
            self.warn(name, error.message, error.cause, error.fix, error.code)
        except Exception as error:  # noqa: BLE001 (two libraries and what they call: a channel never ends a healing)
            self.warn(name, f"{name} failed", f"{type(error).__name__}: {error}", "agentic explain AGT330", CODE)

    def warn(self, name: str, message: str, cause: str, fix: str, code: str = CODE) -> None:
        """Once for each message: ten causes that find the same door closed are one warning."""
        message, cause, fix = self.redact(message), self.redact(cause), self.redact(fix)
        found = Finding(f"notices: {name}", message, severity="warning", code=code, detail=cause, fix=fix)
        if found not in self.findings:
            self.findings.append(found)
