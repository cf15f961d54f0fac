"""store list, status, upload, download: files and objects."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

import click

from agentic.cli.live import display
from agentic.cli.options import Common, common_options
from agentic.cli.output import emit, say, table, tell
from agentic.errors import UsageError

if TYPE_CHECKING:
    from agentic.stores import Listing, Status, Transfer

SHOWN = 40
"""Rows for people; --json has all of them."""


def which(command: Callable[..., Any]) -> Callable[..., Any]:
    """The store and the containers that are meant."""
    names = click.Choice(["raw", "duckdb", "logs"])
    for option in (
        click.option("--store", metavar="NAME", default="", help="A store of configs/sources.yml; by default the only one."),
        click.option("--kind", type=click.Choice(["s3", "azure"]), help="Only a store of this kind."),
        click.option("--container", "containers", type=names, multiple=True, help="Only this one; may be given several times."),
        click.option("--all", "everything", is_flag=True, help="All three containers; so does naming none."),
    ):  # fmt: skip
        command = option(command)
    return command


PARALLEL = click.option(
    "--parallel",
    metavar="N",
    type=click.IntRange(1, 64),
    default=None,
    help="Files at once; by default as the store says, else 8.",
)
PREVIEW = click.option("--dry-run", is_flag=True, help="Show what would be moved; move nothing.")
FORCE = click.option("--force", is_flag=True, help="Overwrite also what would be lost by it, and what cannot be told.")
QUICK = click.option(
    "--quick",
    is_flag=True,
    help="Do not list the store: believe what the last run remembered, and ask only about files that changed here. What others "
    "changed, added or deleted there is not seen otherwise. Where nothing is remembered, the store is listed.",
)


@click.group()
@common_options
def store(common: Common) -> None:
    """Move files to an object store and back: S3 and Azure Blob, compared by digest.

    The container raw holds data/raw, duckdb the warehouse file, logs the folder logs/. Nothing is ever deleted, on no side.
    """


@store.command("list")
@which
@common_options
def list_(
    common: Common, store: str, kind: str | None, containers: tuple[str, ...], everything: bool
) -> int:  # fmt: skip
    """Every object of a store."""
    with display(common) as watch:
        found = common.app(watch).stores.contents(store, kind or "", meant(containers, everything))
    emit("store_objects", found) if common.json else show_objects(found)
    return 0


@store.command()
@which
@click.option("--read", is_flag=True, help="Read objects whose digest nobody told, so that nothing stays unknown.")
@PARALLEL
@common_options
def status(
    common: Common, store: str, kind: str | None, containers: tuple[str, ...], everything: bool, read: bool, parallel: int | None
) -> int:  # fmt: skip
    """What differs between here and a store, by digest; nothing is moved.

    Exit code 1 where something differs or cannot be told.
    """
    with display(common) as watch:
        desk = common.app(watch).stores
        found = desk.status(store, kind or "", meant(containers, everything), read=read, parallel=parallel or 0)
    emit("store_status", found) if common.json else show_status(common, found)
    return 1 if any(one.files for one in found.containers) else 0


@store.command()
@which
@PREVIEW
@FORCE
@QUICK
@PARALLEL
@common_options
def upload(common: Common, **given: Any) -> int:
    """Send what is new or changed here.

    An object that was changed by somebody else is kept, with a finding; --force overwrites it. Exit code 1 where a file was not sent.
    """
    return move(common, "upload", **given)


@store.command()
@which
@PREVIEW
@FORCE
@PARALLEL
@common_options
def download(common: Common, **given: Any) -> int:
    """Fetch what is new or changed there.

    A file that was changed here is kept, with a finding where both changed; --force overwrites it. What is fetched stands in its place
    when it is whole and its digest is right, not before. Exit code 1 where an object was not fetched.
    """
    return move(common, "download", **given)


def move(
    common: Common, direction: Literal["upload", "download"], store: str, kind: str | None, containers: tuple[str, ...],
    everything: bool, dry_run: bool, force: bool, parallel: int | None, quick: bool = False,
) -> int:  # fmt: skip
    """What both directions have in common."""
    with display(common) as watch:
        done = common.app(watch).stores.move(
            direction, store, kind or "", meant(containers, everything), preview=dry_run, force=force, parallel=parallel or 0,
            quick=quick,
        )  # fmt: skip
    emit("store_transfer", done) if common.json else show_transfer(common, done)
    return 0 if done.status == "done" else 1


def meant(containers: tuple[str, ...], everything: bool) -> tuple[str, ...]:
    """Raises UsageError where both are given."""
    if containers and everything:
        raise UsageError("--all and --container exclude each other", hint="give one of them.")
    return containers


# --- showing ------------------------------------------------------------------------------------------------


def show_objects(found: Listing) -> None:
    """A row an object."""
    rows = [
        (one.container, each.path, f"{each.size:,}", each.modified[:19])
        for one in found.containers
        for each in one.objects
    ]
    if rows:
        table(("container", "object", "bytes", "modified"), rows)
    for one in found.containers:
        say(
            f"{one.container}: {len(one.objects):,} objects, {sum(each.size for each in one.objects):,} bytes in {one.where}"
        )


def show_status(common: Common, found: Status) -> None:
    """What differs, then the sums."""
    rows = [
        (one.container, each.path, each.state, size(each.here), size(each.there))
        for one in found.containers
        for each in one.files
    ]
    if rows:
        table(("container", "file", "state", "bytes here", "bytes there"), rows[:SHOWN])
    more(rows)
    for one in found.containers:
        counts = (
            ", ".join(f"{count:,} {state}" for state, count in sorted(one.counts.items())) or "nothing on either side"
        )
        say(f"{one.container}: {one.folder} and {one.where}: {counts}")
        for note in () if common.quiet else one.notes:
            tell(f"{one.container}: {note}")


def show_transfer(common: Common, done: Transfer) -> None:
    """A row a file, what went wrong, then the sum."""
    rows = [(one.container, one.path, one.state, word(one.did, done.direction), f"{one.bytes:,}") for one in done.files]
    if rows:
        table(("container", "file", "was", "did", "bytes"), rows[:SHOWN])
    more(rows)
    for finding in (one.finding for one in done.files if one.finding):
        say(
            f"{finding.path}: {finding.severity}[{finding.code}] {finding.message}\n  fix: {finding.fix or 'run it again.'}"
        )
    for note in () if common.quiet else done.notes:
        tell(note)
    waiting = sum(one.did in ("sent", "fetched", "waits") for one in done.files)
    verb = "would be moved" if done.preview else "moved"
    say(f"{done.direction} {done.store}: {waiting:,} files {verb}, {done.bytes:,} bytes; {done.same:,} were the same")


def word(did: str, direction: str) -> str:
    """`would be sent` of a preview."""
    return {"waits": "would be sent" if direction == "upload" else "would be fetched"}.get(did, did)


def size(bytes_: int | None) -> str:
    """Nothing where there is nothing."""
    return "-" if bytes_ is None else f"{bytes_:,}"


def more(rows: list[Any]) -> None:
    """What is not shown is said."""
    if len(rows) > SHOWN:
        say(f"... and {len(rows) - SHOWN:,} more; --json has all of them")
