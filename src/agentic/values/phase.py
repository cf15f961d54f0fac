"""The seven phases, as `meta/phases.yaml` says them."""

from __future__ import annotations

from typing import Literal

from agentic.values.noun import Noun

Kind = Literal["document", "governance", "folder", "code"]


class PhaseDocument(Noun, frozen=True):
    """One file that a step asks for."""

    path: str
    """From the project's root."""
    purpose: str
    required: bool = False
    kind: Kind = "document"
    context: tuple[str, ...] = ()
    """What a draft is made from, besides the required documents of earlier phases."""
    checks: tuple[str, ...] = ()
    ask: str = ""
    """What Claude is asked to do for it, beyond the activities of its step."""

    @property
    def name(self) -> str:
        """`requirements/business_requirements`: as people call it."""
        return self.path.removeprefix("agent-prompts/").rpartition(".")[0] or self.path.removeprefix("agent-prompts/")


class PhaseStep(Noun, frozen=True):
    """`1.1 Business Requirements Analysis`."""

    id: str
    title: str
    activities: tuple[str, ...] = ()
    with_claude: str = ""
    """What Claude does in this step; empty: nothing."""
    documents: tuple[PhaseDocument, ...] = ()


class ChecklistItem(Noun, frozen=True):
    """One line of a phase's checklist, and what shows it."""

    item: str
    documents: tuple[str, ...] = ()
    folder: str = ""
    phases: tuple[int, ...] = ()
    task: Literal["", "ready", "done"] = ""
    """ready: a task spec without a finding; done: every task is done with evidence."""


class Phase(Noun, frozen=True):
    """One of the seven."""

    number: int
    title: str
    after: tuple[int, ...] = ()
    """It does not begin while one of these is incomplete, unless that is waived."""
    deliverables: tuple[str, ...] = ()
    steps: tuple[PhaseStep, ...] = ()
    checklist: tuple[ChecklistItem, ...] = ()

    @property
    def documents(self) -> tuple[PhaseDocument, ...]:
        """Of all its steps."""
        return tuple(document for step in self.steps for document in step.documents)
