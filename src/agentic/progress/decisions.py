"""decisions_log.md: what persons decided, newest first, each with its record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agentic.values import Decision
from agentic.values.noun import Noun

NOBODY = "Nobody has decided anything yet."
PAGES = "executed_prompts"


class Choice(Noun, frozen=True):
    """A file that a person kept as their own, or gave up, when a run would have overwritten it."""

    at: str
    """UTC, ISO 8601, seconds."""
    kind: str
    """adopted or discarded."""
    path: str
    who: str
    record: str
    """The execution that heeded it."""


WHY = {
    "adopted": "kept as the person's own version",
    "discarded": "given up for the generated version; a backup is kept",
}


class Entry(Noun, frozen=True):
    """One row of the log."""

    at: str
    kind: str
    about: str
    who: str
    why: str
    record: str


def decisions_page(decisions: Sequence[Decision], choices: Sequence[Choice]) -> Iterator[str]:
    """The whole page; what was decided of the same thing before is named, so that its evolution can be read."""
    rows = entries(decisions, choices)
    yield "# Decisions Log"
    if not rows:
        yield NOBODY
        return
    yield "| date | decision | about | by | why | record |"
    yield "|---|---|---|---|---|---|"
    for number, one in enumerate(rows):
        before = next((old for old in rows[number + 1 :] if (old.kind, old.about) == (one.kind, one.about)), None)
        after = f", after {linked(before.record)}" if before else ""
        cells = (one.at[:10], one.kind, one.about, one.who, one.why, f"{linked(one.record)}{after}")
        yield f"| {' | '.join(cell(text) for text in cells)} |"


def entries(decisions: Sequence[Decision], choices: Sequence[Choice]) -> list[Entry]:
    """Newest first; of one second, the one that was recorded later first."""
    found = [Entry(one.at, one.kind, one.about, one.who, one.why, one.id) for one in decisions]
    found += [Entry(one.at, one.kind, one.path, one.who, WHY[one.kind], one.record) for one in choices]
    order = {id(one): number for number, one in enumerate(found)}
    return sorted(found, key=lambda one: (one.at, order[id(one)]), reverse=True)


def linked(record: str) -> str:
    """To its page in the archive."""
    return f"[{record}]({PAGES}/{record}.md)"


def cell(text: str) -> str:
    """On one line, and within its column."""
    return " ".join(text.split()).replace("|", "\\|")
