"""Notices -> one message for mails and chats: an entry for each cause that is news, and how many others are known already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from agentic.notices.notice import Notice
from agentic.notices.plain import line
from agentic.values.noun import Noun

MOST = 20
"""Entries of one message; more are counted."""
LONGEST_TITLE = 150


class Digest(Noun, frozen=True):
    """One message."""

    title: str
    text: str
    mood: Literal["failure", "warning", "success"]
    causes: tuple[Mapping[str, object], ...] = ()
    """The same for programs."""


def digest(entries: Sequence[Notice], known: int, run: str, links: Mapping[str, str]) -> Digest:
    """`links`: cause -> its issue. `known`: causes that are broken still and were told before."""
    blocks = [entry(number, one, links.get(one.id, "")) for number, one in enumerate(entries[:MOST], 1)]
    return Digest(
        title=title(entries),
        text="\n\n".join((*blocks, *last_words(len(entries) - MOST, known, entries[0].healing, run))),
        mood=mood(entries),
        causes=tuple(for_programs(one, links.get(one.id, "")) for one in entries[:MOST]),
    )


def title(entries: Sequence[Notice]) -> str:
    """`dbt: 2 causes of failure, 1 mended`; of a single one what it is."""
    mended = sum(one.is_over for one in entries)
    if len(entries) == 1:
        return line(f"dbt: {entries[0].outcome}: {entries[0].cause}", LONGEST_TITLE)
    return f"dbt: {len(entries)} causes of failure, {mended or 'none'} mended"


def mood(entries: Sequence[Notice]) -> Literal["failure", "warning", "success"]:
    """The colour of the message."""
    if all(one.is_over for one in entries):
        return "success"
    return "warning" if all(one.is_over or one.outcome == "waits for approval" for one in entries) else "failure"


def entry(number: int, notice: Notice, link: str) -> str:
    """A cause in a few lines."""
    return "\n   ".join(
        (f"{number}. {notice.error_class}, {notice.outcome}: {line(notice.cause)}", *details(notice, link))
    )


def details(notice: Notice, link: str) -> Iterator[str]:
    """What a person asks next."""
    if notice.place or notice.nodes:
        yield f"where: {line(', '.join(filter(None, (notice.place, *notice.nodes[:2]))), 200)}{more(len(notice.nodes) - 2)}"
    if notice.fix:
        yield f"fix: {line(notice.fix.title)} (confidence {notice.fix.confidence:.2f}, touches {len(notice.fix.blast_radius):,})"
    if now := what_to_do(notice):
        yield f"now: {now}"
    if link:
        yield f"issue: {link}"


def what_to_do(notice: Notice) -> str:
    """In one line; empty where there is nothing to do."""
    if notice.is_over:
        return ""
    if notice.outcome == "waits for approval" and notice.fix:
        return f"agentic pipeline fix --approve {notice.fix.id}"
    return line(notice.hint) or "agentic pipeline diagnose"


def more(count: int) -> str:
    """` and 3 more`"""
    return f" and {count:,} more" if count > 0 else ""


def last_words(left: int, known: int, healing: str, run: str) -> Iterator[str]:
    """What is not in the entries."""
    if left > 0:
        yield f"{left:,} more causes: agentic pipeline history"
    if known:
        yield f"{known:,} known already and still there."
    yield f"healing {healing}" + (f", {run}" if run else "")


def for_programs(notice: Notice, link: str) -> Mapping[str, object]:
    """Plain JSON."""
    return {
        "id": notice.id,
        "class": notice.error_class,
        "outcome": notice.outcome,
        "priority": notice.priority,
        "cause": notice.cause,
        "confidence": notice.confidence,
        "nodes": list(notice.nodes[:MOST]),
        "place": notice.place,
        "fix": notice.fix.id if notice.fix else "",
        "issue": link,
    }


def recovered(causes: Mapping[str, str], run: str) -> Digest:
    """Cause -> its sentence: these are gone."""
    lines = [f"- {line(words)}" for words in list(causes.values())[:MOST]]
    rest = [f"- {len(causes) - MOST:,} more"] if len(causes) > MOST else []
    what = "1 cause of failure is" if len(causes) == 1 else f"{len(causes)} causes of failure are"
    return Digest(
        title=f"dbt: green again, {what} gone",
        text="\n".join((*lines, *rest, *([run] if run else []))),
        mood="success",
        causes=tuple({"id": cause, "outcome": "green", "cause": words} for cause, words in list(causes.items())[:MOST]),
    )
