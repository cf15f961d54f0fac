"""Does every rule still bite?"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from agentic.settings import Settings
from agentic.specs.selftest import Proof, alarms, known, prove
from agentic.values import Finding
from agentic.values.noun import Noun

if TYPE_CHECKING:
    from agentic.app.core import App


class SelftestReport(Noun, frozen=True):
    """What the planted defects have shown."""

    passed: bool
    defects: int
    proofs: tuple[Proof, ...]
    alarms: tuple[Finding, ...] = ()
    """What was found in the clean project: false alarms."""


@dataclass(frozen=True)
class Selftest:
    """The desk where the rules are tried. It needs no project: it brings one along."""

    app: App

    def run(self, show: Callable[[Proof], None] = lambda proof: None) -> SelftestReport:
        """Every rule, each defect in a project of its own. `show` hears of each rule as it is done."""
        roots = Settings().workspace.roots
        with tempfile.TemporaryDirectory(prefix="agentic-selftest-") as folder:
            false, proofs = alarms(Path(folder), roots), []
            for proof in prove(Path(folder), roots, known()):
                proofs.append(proof)
                show(proof)
        passed = not false and all(proof.bites for proof in proofs)
        return SelftestReport(passed, sum(proof.defects for proof in proofs), tuple(proofs), false)
