"""What is to be written: whole files, or nothing."""

from __future__ import annotations

from agentic.values.digest import digest
from agentic.values.noun import Noun


class Change(Noun, frozen=True):
    """One file as it shall be."""

    path: str
    """From the project's root, `/` between folders, normalised."""
    text: str | None
    """The whole new content; None removes the file (only `undo` does)."""

    @property
    def digest(self) -> str:
        """`sha256:` of the UTF-8 bytes; empty where the file shall be absent."""
        return "" if self.text is None else digest(self.text)

    @property
    def lines(self) -> int:
        """How many lines the file will have."""
        return len((self.text or "").splitlines())


class ChangeSet(Noun, frozen=True):
    """All files of one execution, each path once."""

    changes: tuple[Change, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths, in the order they were declared."""
        return tuple(change.path for change in self.changes)

    @property
    def digest(self) -> str:
        """One digest over all paths and contents: two change sets with it are the same bytes."""
        return digest("\n".join(sorted(f"{change.digest} {change.path}" for change in self.changes)))

    def text_of(self, path: str) -> str | None:
        """The new content of `path`, or None where this set does not touch it."""
        return next((change.text for change in self.changes if change.path == path), None)


class Refusal(Noun, frozen=True):
    """A write that was asked for and not done."""

    path: str
    rule: str
    reason: str
