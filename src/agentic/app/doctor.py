"""The desk where this machine is examined: what is installed, reachable, allowed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agentic.errors import SpecError
from agentic.flows.diagnose_machine import Machine, Remark, examine
from agentic.outside.sandbox import choose
from agentic.values import CheckSpec

if TYPE_CHECKING:
    from agentic.app.core import App


@dataclass(frozen=True)
class Doctor:
    """Looks at the machine with the eyes of this project: what its tasks need and do not find is missing."""

    app: App

    def examine(self, *, online: bool) -> tuple[Remark, ...]:
        """All there is to say. `online`: ask the provider, too."""
        return tuple(examine(self.machine(), online=online))

    def machine(self) -> Machine:
        """What is looked at."""
        name, reason = choose(self.app.settings.checks.sandbox)
        return Machine(
            self.app.root,
            self.app.interpreter,
            f"{name} ({reason})" if reason else name,
            os.environ,
            frozenset(check.kind for path in self.app.task_paths() for check in self.checks_of(path)),
            lambda: self.app.providers.anthropic().reachable(),
        )

    def checks_of(self, path: str) -> tuple[CheckSpec, ...]:
        """Those of one task; none where it cannot be read, which lint tells."""
        try:
            return self.app.task(path).checks
        except SpecError:
            return ()
