"""What a check, a rule or the policy has to say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from agentic.values.noun import Noun

Severity = Literal["error", "warning", "note"]
ROWS = "rows of "
"""How evidence begins to tell of a table that was written: `rows of bronze.flights` is 334,264."""


class Finding(Noun, frozen=True):
    """One thing a check or a rule has to say: on the screen, in the next prompt and in the archive alike."""

    source: str
    """The check or rule that speaks."""
    message: str
    path: str = ""
    line: int = 0
    severity: Severity = "error"
    code: str = ""
    detail: str = ""
    """What backs it: the end of an output, a sample of rows."""
    fix: str = ""
    """What to do now, where the code alone does not say it."""


class Verdict(Noun, frozen=True):
    """The answer of a check ("does it work?") or of the policy ("may it land?")."""

    source: str
    """`job: src/ingestion/flights.py`, as the task spec says it."""
    status: Literal["passed", "failed", "not run"]
    findings: tuple[Finding, ...] = ()
    evidence: Mapping[str, Any] = {}
    """Exit code, milliseconds, digests, counts: integers, strings, lists and maps of them; no floats."""

    @property
    def passed(self) -> bool:
        """A check that did not run has not passed."""
        return self.status == "passed"

    @property
    def kind(self) -> str:
        """The check's kind: `job` of `job: src/ingestion/flights.py`."""
        return self.source.split(":", 1)[0]

    @property
    def written(self) -> dict[str, str]:
        """Table -> its rows, as people read them: of every table that was written."""
        return {key.removeprefix(ROWS): rows for key, rows in self.evidence.items() if key.startswith(ROWS)}
