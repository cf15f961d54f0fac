"""What is sent: the stable parts first, the task last."""

from __future__ import annotations

from agentic.values.noun import Noun


class Part(Noun, frozen=True):
    """One named piece of a prompt."""

    name: str
    """`rules`, `context: standards/development_patterns.md`, `task`."""
    text: str
    digest: str = ""
    """Of the file it came from; empty for what the runner itself says."""


class Prompt(Noun, frozen=True):
    """A rendered prompt. No time, no run id, no absolute path and no user name in it: it is cached by its bytes."""

    system: Part
    context: tuple[Part, ...]
    task: Part

    @property
    def parts(self) -> tuple[Part, ...]:
        """In the order in which they are sent."""
        return (self.system, *self.context, self.task)
