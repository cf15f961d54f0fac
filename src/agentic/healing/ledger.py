"""What is remembered between calls: the last good run, what was proposed, what was applied, how often it went wrong."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import msgspec

from agentic.errors import NoSuchFix, NothingRun
from agentic.outside import clock
from agentic.outside.dbt import Place, Ran, changed_at, json_of
from agentic.text.write import write_file
from agentic.values import Fix
from agentic.values.digest import digest
from agentic.values.noun import Noun

FOLDER = ".agentic/pipeline"
BACKUPS = ".agentic/backups"
JUST_NOW = 2_000_000_000
"""Nanoseconds: dbt writes its artifacts before we write down that it ended."""
State = Literal["proposed", "applying", "standing", "rolled back", "rejected"]


class Entry(Noun, frozen=True):
    """One fix, and where it stands."""

    fix: Fix
    state: State
    healing: str
    at: str
    """When it came to this state: UTC, ISO 8601, seconds."""
    before: Mapping[str, str]
    """Path -> digest of the file that it was made for; empty text: there was none."""
    command: tuple[str, ...] = ("build",)
    by: str = ""
    """The person who approved, rejected or rolled back; empty: nobody was asked."""
    why: str = ""


@dataclass(frozen=True)
class Ledger:
    """Of one dbt project."""

    root: Path
    """The folder of dbt_project.yml."""

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return self.root / FOLDER

    # --- the last good run ---

    @property
    def good(self) -> Mapping[str, Any]:
        """The manifest of the last run that was green, else what lay there before the first that failed; empty where nobody knows."""
        return json_of(self.folder / "good/manifest.json") or json_of(self.folder / "presumed/manifest.json")

    def presume(self, manifest: Mapping[str, Any]) -> None:
        """What lay there before a run that failed, where no green run is known: somebody ran dbt, and it may have been green."""
        if manifest and not self.good:
            write_file(self.folder / "presumed/manifest.json", json.dumps(manifest), f"{FOLDER}/presumed/manifest.json")

    def remember_good(self, manifest: Path, run: str, commit: str) -> None:
        """The run that was green just now."""
        if manifest.is_file():
            (self.folder / "good").mkdir(parents=True, exist_ok=True)
            beside = self.folder / "good/.manifest.new"
            shutil.copyfile(manifest, beside)
            beside.replace(self.folder / "good/manifest.json")
            write_file(
                self.folder / "good/run.json",
                json.dumps({"run": run, "at": clock.now(), "commit": commit}),
                f"{FOLDER}/good/run.json",
            )

    @property
    def good_run(self) -> Mapping[str, Any]:
        """Which run that was, when, at which commit."""
        return json_of(self.folder / "good/run.json")

    def keep_run(self, ran: Ran) -> None:
        """The last run, so that it can be diagnosed later. The manifest stays where dbt put it."""
        told = msgspec.json.encode(replace(ran, manifest={}))
        write_file(self.folder / "last_run.json", told, f"{FOLDER}/last_run.json")

    def last_run(self, place: Place) -> Ran:
        """The last run that we made; else what dbt left behind. Raises NothingRun."""
        kept = self.folder / "last_run.json"
        results = place.artifacts / "run_results.json"
        manifest = json_of(place.artifacts / "manifest.json")
        if kept.is_file() and changed_at(kept) >= changed_at(results) - JUST_NOW:
            return replace(msgspec.json.decode(kept.read_bytes(), type=Ran), manifest=manifest)
        written = json_of(results)
        if not written.get("results"):
            raise NothingRun(
                "no run of dbt can be read here: no artifacts, half-written ones, or a run that came to no node"
            )
        nodes = tuple(one for one in written["results"] if not one["unique_id"].startswith("operation."))
        found = Ran("", tuple(written.get("args", {}).get("which", "build").split()), 0, nodes, (), manifest, "", 0)
        return replace(found, exit_code=1 if found.failed else 0)

    # --- fixes ---

    def keep(self, entry: Entry) -> None:
        """Written whole; the newest state wins."""
        write_file(
            self.folder / "fixes" / f"{entry.fix.id}.json",
            msgspec.json.format(msgspec.json.encode(entry)),
            f"{FOLDER}/fixes/{entry.fix.id}.json",
        )

    def entry(self, name: str) -> Entry:
        """By its id. Raises NoSuchFix."""
        path = self.folder / "fixes" / f"{name}.json"
        if not name.isalnum() or not path.is_file():
            raise NoSuchFix(f"no fix {name}")
        return msgspec.json.decode(path.read_bytes(), type=Entry)

    def is_rejected(self, name: str) -> bool:
        """Has a person said that nobody wants it?"""
        return (self.folder / "fixes" / f"{name}.json").is_file() and self.entry(name).state == "rejected"

    def entries(self) -> tuple[Entry, ...]:
        """All of them, oldest first."""
        found = [self.entry(path.stem) for path in sorted((self.folder / "fixes").glob("*.json"))]
        return tuple(sorted(found, key=lambda one: one.at))

    def back_up(self, fix: str, paths: tuple[str, ...]) -> None:
        """Every file byte for byte, before it is written over."""
        for path in paths:
            source, target = self.root / path, self.root / BACKUPS / fix / path
            if source.is_file():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)

    def backup(self, fix: str, path: str) -> str | None:
        """A file as it was; None where there was none."""
        kept = self.root / BACKUPS / fix / path
        return kept.read_bytes().decode("utf-8", "surrogateescape") if kept.is_file() else None

    def digests(self, paths: tuple[str, ...]) -> dict[str, str]:
        """Files as they are now."""
        return {path: digest((self.root / path).read_bytes()) if (self.root / path).is_file() else "" for path in paths}

    # --- the breaker ---

    @property
    def failed_in_a_row(self) -> int:
        """Healings."""
        return int(json_of(self.folder / "breaker.json").get("failed", 0))

    def count(self, *, failed: bool) -> None:
        """One healing more that failed; or one that did not, after which counting begins again."""
        number = self.failed_in_a_row + 1 if failed else 0
        if number or self.failed_in_a_row:
            write_file(
                self.folder / "breaker.json",
                json.dumps({"failed": number, "at": clock.now()}),
                f"{FOLDER}/breaker.json",
            )
