"""What a lint rule is: a code, words, a look at the library, and defects that prove that it bites."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from agentic.specs.library import Library
from agentic.values.finding import Severity
from agentic.values.noun import Noun


class Mend(Noun, frozen=True):
    """A mechanical repair: one line as it is, and as it shall be."""

    line: int
    before: str
    after: str


class Said(Noun, frozen=True):
    """What a rule says of one place."""

    path: str
    """From the project's root."""
    line: int
    message: str
    fix: str = ""
    """What to do now; empty: what the rule says in general."""
    mend: Mend | None = None


@dataclass(frozen=True, slots=True)
class Defect:
    """One way to break a clean project; `agentic selftest` plants it and expects the rule to speak."""

    name: str
    plant: Callable[[Path], None]
    """Changes the project at the path given."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. Its code never changes its meaning."""

    code: str
    name: str
    meaning: str
    fix: str
    look: Callable[[Library], Iterable[Said]]
    defects: tuple[Defect, ...]
    severity: Severity = "error"
    firm: bool = False
    """No suppression, no baseline and no setting can silence it."""


def write(path: str, text: str) -> Callable[[Path], None]:
    """A defect: a file with these words."""

    def plant(root: Path) -> None:
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    return plant


def swap(path: str, old: str, new: str) -> Callable[[Path], None]:
    """A defect: `old`, which stands in the file, becomes `new`."""

    def plant(root: Path) -> None:
        file = root / path
        text = file.read_text(encoding="utf-8")
        if old not in text:
            raise ValueError(f"{path} does not say: {old}")
        file.write_text(text.replace(old, new, 1), encoding="utf-8")

    return plant


def add(path: str, text: str) -> Callable[[Path], None]:
    """A defect: more words at the end of a file."""

    def plant(root: Path) -> None:
        with (root / path).open("a", encoding="utf-8") as file:
            file.write(text)

    return plant
