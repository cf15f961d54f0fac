"""The desk of object stores: what lies there, what differs, and moving it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec
from msgspec.structs import replace

from agentic.data import REGISTRY, Registry, read_registry
from agentic.data.registry import ObjectStore
from agentic.data.secrets import Secrets
from agentic.data.sources import CACHE, STORES, SourceFile
from agentic.errors import AgenticError, NoCredentials, UsageError
from agentic.outside.lines import append_line
from agentic.redact import Redactor
from agentic.stores import CONTAINERS, Container, Door, Listing, Moved, Place, Status, Transfer
from agentic.values import Finding

if TYPE_CHECKING:
    from agentic.app.core import App

LOG = "logs/pipeline_runs.log"
MEMORY = ".agentic/stores"
HOW = "docs/how-to/object-storage.md shows how to describe one."


@dataclass(frozen=True)
class Stores:
    """The desk."""

    app: App

    @cached_property
    def registry(self) -> Registry:
        """configs/sources.yml."""
        return read_registry(self.app.root)

    @cached_property
    def secrets(self) -> Secrets:
        """Where references lead to."""
        return Secrets(self.app.root, os.environ)

    def redact(self, words: str) -> str:
        """Without the secrets of this environment, and without those that were looked up."""
        return Redactor({**os.environ, **self.secrets.found})(words)

    # --- looking ----------------------------------------------------------------------------------------------

    def contents(self, store: str, kind: str, names: tuple[str, ...]) -> Listing:
        """Every object."""
        name, one = self.chosen(store, kind)
        door = self.door(name, one, 0)
        return Listing(name, tuple(door.objects(each) for each in self.containers(name, one, names)))

    def status(self, store: str, kind: str, names: tuple[str, ...], *, read: bool, parallel: int) -> Status:
        """What differs."""
        name, one = self.chosen(store, kind)
        door = self.door(name, one, parallel)
        return Status(name, tuple(door.status(each, read=read) for each in self.containers(name, one, names)))

    # --- moving -----------------------------------------------------------------------------------------------

    def move(
        self, direction: Literal["upload", "download"], store: str, kind: str, names: tuple[str, ...],
        *, preview: bool, force: bool, parallel: int, quick: bool = False,
    ) -> Transfer:  # fmt: skip
        """One container after the other. What was moved before the store failed stays moved, and stands in the log."""
        name, one = self.chosen(store, kind)
        door, began = self.door(name, one, parallel), time.monotonic()
        files: tuple[Moved, ...] = ()
        notes: tuple[str, ...] = ()
        unlisted: tuple[str, ...] = ()
        same = 0
        for each in self.containers(name, one, names):
            try:
                found, alike, said, listed = door.move(direction, each, preview=preview, force=force, quick=quick)
            except AgenticError as error:
                self.log(each, direction, (), error)
                raise
            files, same, notes = (*files, *found), same + alike, (*notes, *said)
            unlisted = unlisted if listed else (*unlisted, each.name)
            if not preview:
                self.log(each, direction, found)
        failed = any(one.did in ("failed", "kept") for one in files)
        return Transfer(
            name, direction, preview, "failed" if failed else "done", files, same, sum(one.bytes for one in files),
            round((time.monotonic() - began) * 1000), notes, unlisted,
        )  # fmt: skip

    def log(self, one: Container, direction: str, files: tuple[Moved, ...], error: AgenticError | None = None) -> None:
        """One JSON object in one line. Not of the logs themselves: they would never be the same on both sides."""
        if one.name == "logs" or not (files or error):
            return
        did = [each.did for each in files]
        line = {
            "at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), "event": "store", "direction": direction, "container": one.name,
            "where": one.place.where, "moved": {word: did.count(word) for word in sorted(set(did))},
            "bytes": sum(each.bytes for each in files),
            "findings": msgspec.to_builtins([each.finding for each in files if each.finding]),
            "error": {"code": error.code, "message": error.message} if error else None,
        }  # fmt: skip
        redact = Redactor({**os.environ, **self.secrets.found})
        done = f"the transfer failed: {error.message}" if error else "the transfer itself is done"
        append_line(self.app.root, LOG, line, redact, done=done)

    # --- files of a store that are to be loaded ---------------------------------------------------------------

    def waiting(self, where: str) -> tuple[tuple[tuple[str, int], ...], str]:
        """Every object below `s3://bucket/folder`; or why it cannot be said, so that other sources are loaded all the same."""
        try:
            name, one = self.behind(where, "waiting")
            found = self.door(name, ObjectStore(one.place.kind), 0).objects(one).objects
        except AgenticError as error:
            return (), error.message
        return tuple((each.path, each.size) for each in found), ""

    def brought(self, files: tuple[SourceFile, ...]) -> tuple[tuple[SourceFile, ...], tuple[Finding, ...]]:
        """The same files, all of them on this disk; and what could not be fetched."""
        lost: dict[str, Finding] = {}
        for source in dict.fromkeys(one.source for one in files if one.file.startswith(STORES)):
            mine = {one.file: one for one in files if one.source == source}
            lost |= self.fetched(source, mine)
        return tuple(one for one in files if one.file not in lost), tuple(lost.values())

    def fetched(self, source: str, files: Mapping[str, SourceFile]) -> dict[str, Finding]:
        """The files of one source; what could not be fetched, by file."""
        folder = self.app.root / CACHE / source
        inner = {Path(one.path).relative_to(folder).as_posix(): name for name, one in files.items()}
        first = next(iter(inner))
        name, one = self.behind(inner[first].removesuffix(f"/{first}"), source)
        moved = self.door(name, ObjectStore(one.place.kind), 0).fetch(one, tuple(inner))
        return {
            inner[each.path]: replace(each.finding, path=inner[each.path])
            for each in moved
            if each.finding and each.path in inner
        }

    def behind(self, where: str, source: str) -> tuple[str, Container]:
        """The store of the registry that has this bucket; else what the environment knows."""
        scheme, _, rest = where.partition("://")
        bucket, _, prefix = rest.partition("/")
        kind: Literal["s3", "azure"] = "azure" if scheme == "az" else "s3"
        stores = self.registry.sources.object_stores.items()
        fit = ((name, one) for name, one in stores if one.enabled and one.kind == kind and bucket in buckets_of(one))
        name, one = next(fit, ("", ObjectStore(kind)))
        place = replace(place_of(name, one, bucket, self.secrets), where=where, bucket=bucket, prefix=prefix)
        return name or kind, Container(
            f"source-{source}", place, str(self.app.root / CACHE / source), "", f"{CACHE}/{source}"
        )

    # --- which ------------------------------------------------------------------------------------------------

    def chosen(self, wish: str, kind: str) -> tuple[str, ObjectStore]:
        """The store that is meant; where none is named, the only one."""
        stores = self.registry.sources.object_stores
        if wish and wish not in stores:
            raise UsageError(f"no object store {wish} in {REGISTRY}", path=REGISTRY, hint=near(wish, tuple(stores)))
        fit = {name: one for name, one in stores.items() if one.enabled and kind in ("", one.kind)}
        if wish:
            return wish, stores[wish]
        if not fit:
            words = f"no object store{f' of kind {kind}' if kind else ''} is switched on in {REGISTRY}"
            raise UsageError(words, path=REGISTRY, hint=HOW)
        if len(fit) > 1:
            raise UsageError(f"there are several object stores: {', '.join(fit)}", hint="name one: --store NAME.")
        return next(iter(fit.items()))

    def door(self, name: str, one: ObjectStore, parallel: int) -> Door:
        """To one store."""
        return Door(
            self.app.interpreter, self.app.root, self.app.root / MEMORY / name, os.environ, parallel or one.parallel,
            self.redact, lambda words: self.app.watch("store", words),
        )  # fmt: skip

    def containers(self, store: str, one: ObjectStore, names: tuple[str, ...]) -> tuple[Container, ...]:
        """Those that are named; all of them where none is."""
        return tuple(self.container(store, one, name) for name in CONTAINERS if name in (names or CONTAINERS))

    def container(self, store: str, one: ObjectStore, name: Literal["raw", "duckdb", "logs"]) -> Container:
        """Where it is, and what it is held against."""
        place = place_of(store, one, one.containers.get(name, name), self.secrets)
        root = self.app.root
        if name == "duckdb":
            file = root / self.registry.ingestion.database
            return Container(name, place, str(file.parent), file.name, self.registry.ingestion.database)
        folder = "data/raw" if name == "raw" else "logs"
        return Container(name, place, str(root / folder), "", folder)


def buckets_of(one: ObjectStore) -> tuple[str, ...]:
    """The one, or the three."""
    return (one.bucket,) if one.bucket else tuple(one.containers.get(name, name) for name in CONTAINERS)


def place_of(name: str, one: ObjectStore, container: str, secrets: Secrets) -> Place:
    """A container of its own, or a folder in the bucket."""
    bucket = one.bucket or container
    prefix = "/".join(part for part in (one.prefix.strip("/"), container if one.bucket else "") if part)
    scheme = "az" if one.kind == "azure" else "s3"
    where = f"{scheme}://{bucket}{f'/{prefix}' if prefix else ''}"

    def said(key: str) -> str:
        return secrets.open(getattr(one, key), f"object_stores.{name}.{key}")

    login = azure_login(said, secrets.environment) if one.kind == "azure" else s3_login(said)
    return Place(one.kind, where, bucket, prefix, one.endpoint.rstrip("/"), one.region, login)


def s3_login(said: Callable[[str], str]) -> dict[str, str]:
    """What the registry says; the rest is AWS's own way of finding it."""
    return {
        "access_key_id": said("access_key"),
        "secret_access_key": said("secret_key"),
        "session_token": said("session_token"),
    }


def azure_login(said: Callable[[str], str], environment: Mapping[str, str]) -> dict[str, str]:
    """Account and key, or a SAS token, or a service principal."""
    account = said("account") or environment.get("AZURE_STORAGE_ACCOUNT", "")
    if not account:
        raise NoCredentials(
            "which storage account of Azure is meant is said nowhere", path=REGISTRY,
            hint="set AZURE_STORAGE_ACCOUNT, or write `account: NAME` or `account: {env: NAME}`.",
        )  # fmt: skip
    others = {
        "sas_key": said("sas_token"),
        "tenant_id": said("tenant"),
        "client_id": said("client_id"),
        "client_secret": said("client_secret"),
    }
    key = said("access_key")
    if not key and not any(others.values()):
        key = environment.get("AZURE_STORAGE_KEY", "")
    return {"account_name": account, "account_key": key, **others}


def near(wish: str, names: tuple[str, ...]) -> str:
    """What was probably meant."""
    import difflib

    close = difflib.get_close_matches(wish, names, n=1)
    return f"did you mean {close[0]}?" if close else f"there are: {', '.join(names)}." if names else HOW
