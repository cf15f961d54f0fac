"""Notices -> one message for each channel, of what is news there."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from agentic.notices.channels import Channel
from agentic.notices.desk import Desk
from agentic.notices.digest import digest, recovered
from agentic.notices.memory import is_due
from agentic.notices.notice import Notice
from agentic.notices.post import post


def tell_channel(desk: Desk, channel: Channel, entries: tuple[Notice, ...], links: Mapping[str, str]) -> None:
    """Remembered when it was sent, not before: what fails is told by the next healing."""
    messages = desk.places.messages
    due = [one for one in entries if is_due(desk.memory, one, channel.name, desk.moment, messages.again_after_hours)]
    if not due:
        return
    known = sum(not one.is_over for one in entries if one not in due)
    with desk.edge(channel.name):
        post(channel, digest(due, known, desk.redact(desk.run), links), messages.seconds)
        memory = desk.memory
        for one in due:
            memory = memory.told(one, channel.name, desk.moment)
        desk.keep(memory)


def tell_recovered(desk: Desk, channels: tuple[Channel, ...], nodes: Collection[str] | None) -> None:
    """Whoever heard that something is broken hears that it is not any more. That it was mended was said then."""
    gone = frozenset(desk.memory.gone(nodes))
    if not gone:
        return
    told = channels if desk.places.messages.recovered else ()
    failed = frozenset(one.name for one in told if not tells_recovered(desk, one, gone))
    desk.keep(desk.memory.without(gone, failed))


def tells_recovered(desk: Desk, channel: Channel, gone: frozenset[str]) -> bool:
    """Does this channel know now?"""
    causes = {cause: desk.memory.causes[cause] for cause in sorted(gone)}
    told = {cause: before.cause for cause, before in causes.items() if before.is_open_in(channel.name)}
    if not told:
        return True
    with desk.edge(channel.name):
        post(channel, recovered(told, desk.redact(desk.run)), desk.places.messages.seconds)
        return True
    return False
