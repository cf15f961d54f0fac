"""What was told, to whom and when: a small file, so that a restart repeats nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from agentic.errors import NoticeFailed
from agentic.notices.notice import Notice
from agentic.text.write import write_file
from agentic.values.noun import Noun

SHOWN = ".agentic/pipeline/notices.json"
"""How errors name the file."""


class Told(Noun, frozen=True):
    """What one channel knows of one cause."""

    what: str
    """`Notice.told`"""
    outcome: str
    at: str


class Cause(Noun, frozen=True):
    """One cause that was told somewhere and is not gone."""

    cause: str
    nodes: tuple[str, ...] = ()
    issue: int = 0
    """Its issue; 0 where there is none."""
    channels: Mapping[str, Told] = {}

    def is_open_in(self, channel: str) -> bool:
        """Does this channel believe that it is broken?"""
        return channel in self.channels and self.channels[channel].outcome != "mended"


class Memory(Noun, frozen=True):
    """All of them, by id."""

    version: int = 1
    causes: Mapping[str, Cause] = {}

    def told(self, notice: Notice, channel: str, moment: str) -> Memory:
        """One channel was told of one cause."""
        now = Told(notice.told, notice.outcome, moment)
        before = self.causes.get(notice.id, Cause(notice.cause))
        return self.put(notice, channels={**before.channels, channel: now})

    def has_issue(self, notice: Notice, number: int) -> Memory:
        """Its issue; 0 where it is closed."""
        return self.put(notice, issue=number)

    def put(self, notice: Notice, **changed: object) -> Memory:
        """The newest words of a cause."""
        before = self.causes.get(notice.id, Cause(notice.cause))
        now = msgspec.structs.replace(before, cause=notice.cause, nodes=notice.nodes, **changed)
        return msgspec.structs.replace(self, causes={**self.causes, notice.id: now})

    def gone(self, built: Collection[str] | None) -> Mapping[str, Cause]:
        """Those that are over when these nodes are green."""
        return {key: one for key, one in self.causes.items() if is_gone(one.nodes, built)}

    def without(self, causes: frozenset[str], failed: frozenset[str]) -> Memory:
        """These are gone; channels that could not be told of it keep them."""
        left = {key: one for key, one in self.causes.items() if key not in causes}
        for key in causes & self.causes.keys():
            channels = {name: told for name, told in self.causes[key].channels.items() if name in failed}
            if channels:
                left[key] = msgspec.structs.replace(self.causes[key], channels=channels)
        return msgspec.structs.replace(self, causes=left)


def is_gone(failed: Collection[str], built: Collection[str] | None, *, many: bool = False) -> bool:
    """Is a cause over when these nodes are green? Where not all of its own are known, only when everything ran (None)."""
    return built is None or (not many and set(failed) <= set(built))


def is_due(memory: Memory, notice: Notice, channel: str, moment: str, hours: float) -> bool:
    """Is it news for this channel, or so long ago that it is told again?"""
    before = memory.causes.get(notice.id, Cause("")).channels.get(channel)
    if before is None or before.what != notice.told:
        return True
    return hours > 0 and not notice.is_over and age(before.at, moment) >= timedelta(hours=hours)


def age(at: str, moment: str) -> timedelta:
    """Between two moments; a broken one is long ago."""
    try:
        return datetime.fromisoformat(moment) - datetime.fromisoformat(at)
    except (ValueError, TypeError):
        return timedelta.max


def read(file: Path) -> Memory:
    """Nothing where there is no file. Raises NoticeFailed."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=Memory) if file.exists() else Memory()
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        hint = "nothing to do: it is written anew. What was told before may be told once more."
        raise NoticeFailed(f"{SHOWN} cannot be read", path=SHOWN, cause=str(error), hint=hint) from error


def write(file: Path, memory: Memory) -> None:
    """Beside and renamed. Raises DiskFailed."""
    write_file(file, msgspec.json.format(msgspec.json.encode(memory), indent=1), SHOWN)
