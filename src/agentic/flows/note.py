"""The progress files, brought up to what the archive says now."""

from __future__ import annotations

from collections.abc import Iterator

from agentic.archive.archive import opened
from agentic.flows.tools import Tools
from agentic.progress import Choice, write_progress


def note_progress(tools: Tools, module: str) -> None:
    """`module`: the one that was worked on last; empty where it was none."""
    with tools.lock("progress"):
        write_progress(tools.root, tools.archive, module, tools.planned(), tuple(choices(tools)))


def choices(tools: Tools) -> Iterator[Choice]:
    """Files that a person adopted or discarded, of runs that landed."""
    for name in tools.archive.ids():
        first = opened(tools.archive.path(name))
        wishes = first.get("wishes", {})
        adopted, discarded = wishes.get("adopt") or (), wishes.get("discard") or ()
        if adopted or discarded:
            yield from heeded(tools, name, frozenset(adopted), frozenset(discarded))


def heeded(tools: Tools, name: str, adopted: frozenset[str], discarded: frozenset[str]) -> Iterator[Choice]:
    """Of one execution: only what was landed was decided by it."""
    story = tools.archive.readable(name)
    if not story.all("landed"):
        return
    at, who = story.steps[0].at, story.first("opened")["developer"]
    for file in story.last("landing")["files"]:
        path = file["path"]
        if file["kept"] and path in adopted:
            yield Choice(at, "adopted", path, who, name)
        elif file["was"] == "person" and path in discarded:
            yield Choice(at, "discarded", path, who, name)
