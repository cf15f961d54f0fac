"""A task as a person wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from agentic.values.digest import digest
from agentic.values.noun import Noun


class Budget(Noun, frozen=True):
    """What one execution may use. None: no limit of that kind."""

    micro_usd: int | None = None
    """Millionths of a US dollar."""
    tokens: int | None = None


class CheckSpec(Noun, frozen=True):
    """One line under `checks:`."""

    kind: str
    """python, pytest, job, expectations, dbt or command; document, review and yaml in tasks that agentic writes itself."""
    target: str = ""
    """What the check looks at: a file, a suite, a command."""
    options: Mapping[str, Any] = {}

    @property
    def label(self) -> str:
        """As the spec says it: `job: src/ingestion/flights.py`."""
        return f"{self.kind}: {self.target}" if self.target else self.kind


class Criterion(Noun, frozen=True):
    """One line under SUCCESS CRITERIA; done when the check it names has passed, and only then."""

    text: str
    line: int
    id: str = ""
    """`AC-1`, where the line begins with one."""
    check: str = ""
    """The kind of check that measures it; empty: nothing does."""
    ticked: bool = False
    """As the person left it."""


class ContextFile(Noun, frozen=True):
    """A file that the prompt carries."""

    label: str
    path: str
    """From `agent-prompts/`, or from the project's root for code."""
    line: int = 0


class TaskSpec(Noun, frozen=True):
    """One task: what shall be made, from what, and how it is judged."""

    path: str
    """`tasks/ingestion/s3.md`, from `agent-prompts/`."""
    text: str
    """The file, byte for byte."""
    title: str
    module: str
    feature: str
    deliverables: tuple[str, ...]
    id: str = ""
    type: Literal["implementation", "integration"] = "implementation"
    requirements: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    template: str = ""
    parameters: Mapping[str, Any] = {}
    checks: tuple[CheckSpec, ...] = ()
    publish: tuple[str, ...] = ()
    """Jobs to run on the project's own lake once every check has passed."""
    attempts: int | None = None
    budget: Budget = Budget()
    criteria: tuple[Criterion, ...] = ()
    context_files: tuple[ContextFile, ...] = ()
    objective: str = ""
    specifications: str = ""
    constraints: str = ""

    @property
    def digest(self) -> str:
        """`sha256:` of the file."""
        return digest(self.text)
