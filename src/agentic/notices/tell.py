"""Healing -> people know. What could not be told is a warning beside the healing and never its end."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from agentic.notices.channels import channels, forge, missing
from agentic.notices.desk import Desk
from agentic.notices.github import Issues
from agentic.notices.issues import close_issues, tell_issues
from agentic.notices.messages import tell_channel, tell_recovered
from agentic.notices.notice import notices
from agentic.outside import clock
from agentic.settings import Notifications
from agentic.values.finding import Finding
from agentic.values.healing import Healing


def tell(
    healing: Healing, places: Notifications, remembered: Path, *, environment: Mapping[str, str], run: str = "", moment: str = ""
) -> tuple[Finding, ...]:  # fmt: skip
    """Everybody who is to know, of every cause; what could not be told, as warnings.

    `remembered` is the file of what was told before; `run` is the address of the run, where it has one.
    A pipeline that got green without any change is told to nobody: `green` ends what was told before.
    """
    if healing.status == "healthy" or (healing.status == "healed" and not healing.applied):
        return ()
    desk = Desk(places, environment, remembered, run, moment or clock.now(), [*missing(places, environment)])
    entries = notices(healing, desk.redact)
    where = forge(places, environment)
    links = tell_issues(desk, Issues(where, places.github), entries) if where and entries else {}
    for channel in channels(places, environment):
        tell_channel(desk, channel, entries, links)
    return tuple(desk.findings)


def green(
    places: Notifications, remembered: Path, *, environment: Mapping[str, str], nodes: Collection[str] | None = None,
    healing: str = "", run: str = "", moment: str = "",
) -> tuple[Finding, ...]:  # fmt: skip
    """A later run is green: issues are closed, and whoever was told hears that it is over.

    `nodes` are those that were green in that run: a cause is over when all of its nodes are among them. None: all of the
    pipeline ran, so that every cause is.
    """
    desk = Desk(places, environment, remembered, run, moment or clock.now())
    if where := forge(places, environment):
        close_issues(desk, Issues(where, places.github), nodes, healing)
    tell_recovered(desk, channels(places, environment), nodes)
    return tuple(desk.findings)
