"""Changes to the framework itself: a proposal lies beside what it would replace, until a person accepts it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from agentic.errors import NoSuchDocument
from agentic.framework.manifest import MANIFEST
from agentic.framework.upgrade import diff
from agentic.text.between import END
from agentic.values.noun import Noun
from agentic.values.path import normalise

PROMPTS = "agent-prompts/"
PROPOSED = "agent-prompts/meta/proposed"
EVOLVING = ("agent-prompts/meta/", "agent-prompts/standards/", "agent-prompts/examples/")
"""What the framework is made of; everything else is changed by tasks."""
CHANGELOG = "agent-prompts/meta/framework_changelog.md"


class Proposal(Noun, frozen=True):
    """One file as it is, and as it would be."""

    path: str
    """From the root."""
    proposed: str
    """Where the proposal lies."""
    diff: str
    """Unified; empty where nothing would change."""


def evolving(wish: str) -> str:
    """The file of the framework that is meant: from the root, or from `agent-prompts/`. Raises NoSuchDocument."""
    path, fault = normalise(wish)
    path = path if path.startswith(PROMPTS) else f"{PROMPTS}{path}"
    if fault or not path.startswith(EVOLVING) or path.startswith(f"{PROPOSED}/") or path == MANIFEST:
        hint = f"files of the framework are below {', '.join(EVOLVING)}."
        raise NoSuchDocument(f"{wish or 'that'} is no part of the framework", hint=hint)
    return path


def place_of(path: str) -> str:
    """Where a proposal for a file of the framework lies."""
    return f"{PROPOSED}/{path.removeprefix(PROMPTS)}"


def proposals(root: Path) -> Iterator[Proposal]:
    """Every proposal that waits."""
    base = root / PROPOSED
    for file in sorted(base.rglob("*")):
        if file.is_file() and not file.name.startswith("."):
            yield proposal(root, f"{PROMPTS}{file.relative_to(base).as_posix()}")


def proposal(root: Path, wish: str) -> Proposal:
    """One of them. Raises NoSuchDocument where there is none."""
    path = evolving(wish)
    place = place_of(path)
    if not (root / place).is_file():
        raise NoSuchDocument(
            f"nothing is proposed for {path}", hint=f"write {place}, or agentic framework propose {path} --wish TEXT."
        )
    before = (root / path).read_bytes() if (root / path).is_file() else b""
    return Proposal(path, place, diff(path, before, (root / place).read_bytes()))


def logged(changelog: str, entry: str) -> str:
    """The changelog with one entry more, below the others between its markers; without markers, at its end."""
    before, end, after = changelog.rpartition(END)
    return f"{before}{entry}\n{end}{after}" if end else f"{changelog.rstrip()}\n\n{entry}\n"


def entry(day: str, one: Proposal, who: str, why: str) -> str:
    """One line of the changelog."""
    lines = one.diff.splitlines()
    plus = sum(line.startswith("+") and not line.startswith("+++") for line in lines)
    minus = sum(line.startswith("-") and not line.startswith("---") for line in lines)
    return f"- {day}: {one.path} (+{plus} -{minus}), accepted by {who}: {why}"
