"""A run, told by its steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from agentic.values.change import Refusal
from agentic.values.conversation import Usage
from agentic.values.finding import Finding, Verdict
from agentic.values.noun import Noun
from agentic.values.spec import Criterion

Status = Literal["done", "failed", "refused", "stopped", "interrupted", "staged", "undone"]


class Step(Noun, frozen=True):
    """One line of a journal."""

    number: int
    kind: str
    """opened prompt requested reply refused changes check looked landing landed closed, ...; wrote: a file, by hand."""
    at: str
    """UTC, ISO 8601, seconds."""
    body: Mapping[str, Any]


class Landed(Noun, frozen=True):
    """One file that was written to the project."""

    path: str
    lines: int
    digest: str
    state: Literal["new", "changed", "same", "kept", "gone"] = "new"
    """same: these very bytes were there before. kept: a person's own version, left as it is."""


class Owned(Noun, frozen=True):
    """What the archive last said of one file of the project."""

    digest: str
    """As it was landed; empty where an undo gave it back to a person."""
    id: str
    """The execution that landed it."""
    kept: bool
    """A person's version, adopted: it is theirs."""


class Execution(Noun, frozen=True):
    """One run of one task, as the archive tells it."""

    id: str
    """`2026-11-20_s3_v1`: the name of its two files in the archive."""
    task: str
    module: str
    status: Status
    provider: str
    purpose: str = "run"
    """run, refinement, replay, undo; verification: checks run once more; decision: a person's word; import: work by hand in another tool."""
    of: str = ""
    """The execution that it refines, replays, takes back, verifies or goes on from."""
    model: str = ""
    files: tuple[Landed, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    findings: tuple[Finding, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    """Ticked where the check named has passed."""
    attempts: int = 0
    requests: int = 0
    usage: Usage = Usage()
    micro_usd: int | None = 0
    """What it cost; None: not known."""
    milliseconds: Mapping[str, int] = {}
    """`total`, `provider`, `checks`, `runner`."""
    notes: tuple[str, ...] = ()
    archive: str = ""
    """The Markdown, from the project's root."""
    exit_status: int = 0
    at: str = ""
    """When it began: UTC, ISO 8601, seconds."""
    commit: str = ""
    """What was checked out when it began; empty without git."""
    task_digest: str = ""
    """Of the spec as it was then."""
    template: str = ""
    """The code template that answered; empty: none did."""
    grounds: Mapping[str, Mapping[str, str]] | None = None
    """What it was proven against: `requirements` and `contract`, name -> digest. None: not recorded, which says nothing."""
    context: Mapping[str, str] = {}
    """Context file as the task names it -> digest of what was sent."""
    first_look: Mapping[str, int] = {}
    """Check -> its findings at the first attempt, notes left out; a check that did not run is not in it."""
    redacted: Mapping[str, int] = {}
    """What was taken out before anything was kept: rule -> how often, over all steps."""
    consent: str = ""
    """Who let a text with secrets leave, without them; empty: nobody, or none was in it."""
    suppressed: tuple[str, ...] = ()
    """What a person allowed in the spec, against lint: `AGT022 (the reason)`."""
    developer: str = ""
    """The person who began it."""

    @property
    def may_land(self) -> bool:
        """Could this runner have written files? A verification looks, a decision is a person's word, an import was done elsewhere."""
        return self.purpose not in ("verification", "decision", "import")
