"""init: a project in the layout of the framework, and its upgrade."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from agentic.cli.options import Common, common_options
from agentic.cli.output import emit, say

if TYPE_CHECKING:
    from agentic.framework import Move


@click.command()
@click.argument("place", metavar="[DIR]", default=".")
@click.option("--name", metavar="NAME", default="", help="The project's name; by default that of its folder.")
@click.option("--upgrade", is_flag=True, help="Show what a newer framework would change here, then ask.")
@click.option("--yes", is_flag=True, help="With --upgrade: carry out what is shown without asking.")
@common_options
def init(common: Common, place: str, name: str, upgrade: bool, yes: bool) -> int:
    """A project in the layout of the seven phases, ready to work in.

    In a folder that holds files already, only what is missing is written: nothing that is there is touched, and what was taken
    away stays away. With --upgrade, files that are still as the framework wrote them are brought up to date; the difference is
    shown first, and files that a person edited are left alone.
    """
    desk, folder = common.app().framework, Path(place)
    if not upgrade:
        return show_made(common, place, desk.init(folder, name))
    planned = desk.upgrade(folder)
    wanted = [move for move in planned if move.kind in ("new", "changed")]
    show_planned(common, planned)
    if not wanted:
        return 0
    if not yes and (common.no_input or not click.confirm(f"Change {len(wanted)} file(s)?", err=True)):
        say("nothing was changed; --yes carries it out") if not common.json else None
        return 5
    desk.carry_out(folder, planned)
    return 0


def show_made(common: Common, place: str, planned: tuple[Move, ...]) -> int:
    """What was written, and what to do next."""
    new = [move for move in planned if move.kind == "new"]
    kept = [move for move in planned if move.kind in ("yours", "gone")]
    if common.json:
        emit("moves", {"moves": planned})
        return 0
    say(f"{place}: {len(new)} file(s) written{f', {len(kept)} left as they are' if kept else ''}")
    if not common.quiet:
        for move in kept:
            say(f"  {move.kind:<6}{move.path}")
        prefix = "" if place in (".", "./") else f"cd {place} && "
        say(f"next: {prefix}agentic phase check 1")
    return 0


def show_planned(common: Common, planned: tuple[Move, ...]) -> None:
    """The difference, and whose files it leaves alone."""
    if common.json:
        emit("moves", {"moves": planned})
        return
    for move in planned:
        if move.kind == "new":
            say(f"new: {move.path}")
        elif move.kind == "changed":
            say(move.diff.rstrip("\n"))
    for move in planned:
        if move.kind == "yours" and move.differs:
            say(f"yours, left alone: {move.path}\n{move.diff.rstrip()}")
    if all(move.kind not in ("new", "changed") for move in planned):
        say("up to date")
