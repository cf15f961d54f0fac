"""The nouns of this room: a task with what proves it, and the project as it is now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from agentic.values import Execution, Owned, Requirement, TaskSpec
from agentic.values.noun import Noun

Now = Literal["as landed", "changed", "gone", "not recorded"]


class Deliverable(Noun, frozen=True):
    """One file of a task: as it was landed, and as it is now."""

    path: str
    digest: str
    """As it was landed; empty where no run landed it."""
    now: Now
    execution: str = ""
    """The one that landed it."""
    kept: bool = False
    """A person's own version, adopted."""
    commit: str = ""
    """The newest commit that touched it; empty: not committed, or no git."""


class Again(Noun, frozen=True):
    """Checks of a task that is done, run once more."""

    execution: str
    at: str
    status: str


class Proof(Noun, frozen=True):
    """One task, and what shows it."""

    task: str
    """`tasks/ingestion/s3.md`, from `agent-prompts/`."""
    module: str
    state: str
    """`done`, `failed`, `not started`, ...: by executions alone."""
    spec: TaskSpec | None = None
    """As it is now; None: gone, or it cannot be read."""
    fault: str = ""
    """Why it cannot be read."""
    standing: Execution | None = None
    """The execution whose files stand; None: nothing is proven."""
    proven: TaskSpec | None = None
    """The spec as it was executed; None: today's reader cannot read it."""
    proven_text: str = ""
    deliverables: tuple[Deliverable, ...] = ()
    again: Again | None = None
    """The newest time its checks were run again on the files as they stood; None: never."""


class Today(Noun, frozen=True):
    """The project as it is now."""

    requirements: Mapping[str, Requirement] = {}
    contract: Mapping[str, str] = {}
    """Dataset -> digest."""
    context: Mapping[str, str] = {}
    """Context file as tasks name it -> digest; empty where it is gone."""
    files: Mapping[str, str] = {}
    """Path from the root -> digest; empty where it is gone."""
    places: Mapping[str, str] = {}
    """Context file as tasks name it -> path from the root; those that are gone are not in it."""


class Closure(Noun, frozen=True):
    """A module that a person has closed."""

    module: str
    id: str
    """The record in the archive."""
    at: str
    files: Mapping[str, str]
    """Path -> digest, as they were when it was closed."""


def deliverable(path: str, said: Owned | None, digest: str, commit: str = "") -> Deliverable:
    """One file held against the archive. `digest`: of the file now; empty where it is gone."""
    if not digest:
        return Deliverable(path, said.digest if said else "", "gone", said.id if said else "")
    if said is None or not said.digest:
        return Deliverable(path, "", "not recorded", commit=commit)
    return Deliverable(
        path, said.digest, "as landed" if digest == said.digest else "changed", said.id, said.kept, commit
    )
