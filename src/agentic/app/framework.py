"""The desk where a project begins and is brought up to date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from agentic import __version__
from agentic.errors import DiskFailed, UsageError
from agentic.framework import (
    CHANGELOG,
    MANIFEST,
    Manifest,
    Move,
    digest_of,
    entry,
    evolving,
    fresh_tree,
    logged,
    moves,
    place_of,
    proposal,
    read_manifest,
    shelf,
)
from agentic.outside.clock import today
from agentic.phases import FILE, read_phases
from agentic.text import PROMPTS, read_text

if TYPE_CHECKING:
    from agentic.app.core import App
    from agentic.archive import Owned
    from agentic.values import Decision, TaskSpec

LONGEST = 100
"""Letters of a project's name."""


@dataclass(frozen=True)
class Framework:
    """The desk."""

    app: App

    def init(self, place: Path, name: str) -> tuple[Move, ...]:
        """Write what is not there yet; nothing that is there is touched."""
        refuse_no_folder(place)
        manifest = read_manifest(place)
        name = manifest.project if manifest else one_line(name or place.resolve().name)
        tree = tree_of(name, manifest)
        planned = moves(place, tree, manifest)
        new = {move.path: tree[move.path] for move in planned if move.kind == "new"}
        # Without a manifest, what is there as the framework writes it was left by an init that was cut off.
        ours = [move.path for move in planned if move.kind == "new" or (manifest is None and move.kind == "same")]
        if new or manifest is None:
            refuse_blocked(place, new)
            put(place, new)
            files = (dict(manifest.files) if manifest else {}) | {path: digest_of(tree[path]) for path in ours}
            put(place, {MANIFEST: Manifest(__version__, name, today(), dict(sorted(files.items()))).encoded()})
        return planned

    def upgrade(self, place: Path) -> tuple[Move, ...]:
        """What an upgrade would do; nothing is written. Raises UsageError where the framework made no project here."""
        manifest = self.manifest(place)
        return moves(place, tree_of(manifest.project, manifest), manifest)

    def carry_out(self, place: Path, planned: tuple[Move, ...]) -> None:
        """Exactly what was shown: all of it or nothing. A file that was edited meanwhile makes it stop."""
        from agentic.values import Change, ChangeSet
        from agentic.workspace import land

        manifest = self.manifest(place)
        tree = tree_of(manifest.project, manifest)
        if moves(place, tree, manifest) != planned:
            raise UsageError("files changed since the difference was shown", hint="look at it again.")
        written = {move.path: tree[move.path] for move in planned if move.kind in ("new", "changed")}
        files = dict(manifest.files) | {path: digest_of(content) for path, content in written.items()}
        after = Manifest(__version__, manifest.project, manifest.made, dict(sorted(files.items())))
        changes = [Change(path, content.decode()) for path, content in written.items()]
        land(place, "upgrade", ChangeSet((*changes, Change(MANIFEST, after.encoded().decode()))))

    def brought(self) -> dict[str, Owned]:
        """What `init` wrote into this project, as the archive would tell it."""
        from agentic.archive import Owned

        manifest = read_manifest(self.app.root)
        return {path: Owned(known, "init", False) for path, known in manifest.files.items()} if manifest else {}

    def propose(self, file: str, wish: str) -> TaskSpec:
        """The task that drafts a proposal. Raises NoSuchDocument for what is no part of the framework."""
        from agentic.flows.quality_tasks import propose_task

        path = evolving(file)
        guide = f"{PROMPTS}/meta/framework_evolution_guide.md"
        context = [one for one in dict.fromkeys((path, guide)) if (self.app.root / one).is_file()]
        return propose_task(path, place_of(path), context, wish)

    def accept(self, file: str, who: str, why: str) -> Decision:
        """Put a proposal in force: the file, the changelog and the record; a named person decides."""
        from agentic.flows.decide import decide
        from agentic.values import Change, ChangeSet
        from agentic.workspace import land

        one = proposal(self.app.root, file)
        if not one.diff:
            raise UsageError(f"nothing would change in {one.path}", hint=f"delete {one.proposed}.")
        text = read_text(self.app.root / one.proposed, one.proposed)
        log = self.changelog() if one.path != CHANGELOG else text
        files, facts = {one.path: digest_of(text.encode())}, {"difference": f"{len(one.diff.splitlines())} lines"}
        decision = decide("framework", one.path, who, why, self.app.tools, files, facts)
        told = logged(log, entry(today(), one, decision.who, decision.why))
        changes = {one.path: text, CHANGELOG: told, one.proposed: None}
        land(self.app.root, decision.id, ChangeSet(tuple(Change(name, words) for name, words in changes.items())))
        return decision

    def changelog(self) -> str:
        """As it is; a heading where there is none."""
        there = (self.app.root / CHANGELOG).exists()
        return read_text(self.app.root / CHANGELOG, CHANGELOG) if there else "# Framework changelog\n"

    def manifest(self, place: Path) -> Manifest:
        """What the framework wrote here."""
        found = read_manifest(place)
        if found is None:
            raise UsageError(
                f"no {MANIFEST} in {place}: the framework made no project here", hint="agentic init DIR makes one."
            )
        return found


def tree_of(name: str, manifest: Manifest | None) -> dict[str, bytes]:
    """Every file of a fresh project. An upgrade fills in the day on which the project was made: it is no difference."""
    phases = read_phases((shelf() / FILE).read_text(encoding="utf-8"))
    early = [one for phase in phases if phase.number <= 3 for one in phase.documents]
    documents = [one.path for one in early if one.required and one.path.startswith(PROMPTS)]
    day = manifest.made if manifest else today()
    return fresh_tree(documents, values(name, day))


def values(name: str, day: str) -> Mapping[str, str]:
    """What is filled in."""
    return {"@PROJECT@": name, "@TODAY@": day, "@VERSION@": __version__}


def refuse_no_folder(place: Path) -> None:
    """A project is a folder. Raises UsageError, DiskFailed."""
    try:
        if place.exists() and not place.is_dir():
            raise UsageError(f"{place} is no folder", hint="name a folder, or one that is to be made.")
    except OSError as error:
        raise DiskFailed(f"{place} cannot be made", cause=str(error)) from error


def one_line(name: str) -> str:
    """A project's name, as it can stand in YAML and in a heading. Raises UsageError."""
    if not name.strip() or not name.isprintable() or any(mark in name for mark in '"\\') or len(name) > LONGEST:
        hint = (
            f"name one with --name NAME: one line of at most {LONGEST} letters, without double quotes and backslashes."
        )
        raise UsageError(f"{name!r} cannot be the name of a project", hint=hint)
    return name


def refuse_blocked(place: Path, paths: Iterable[str]) -> None:
    """A file where a folder has to be is found before anything is written. Raises UsageError."""
    for folder in sorted({parent for path in paths for parent in Path(path).parents}):
        if ((place / folder).exists() or (place / folder).is_symlink()) and not (place / folder).is_dir():
            raise UsageError(f"{folder} is no folder, and files have to be written into it", hint="rename it first.")


def put(place: Path, files: Mapping[str, bytes]) -> None:
    """Write new files. A crash leaves fewer of them, never half of one; calling again writes the rest."""
    try:
        for path, content in files.items():
            file = place / path
            file.parent.mkdir(parents=True, exist_ok=True)
            beside = file.with_name(f"{file.name}.new")
            beside.write_bytes(content)
            beside.replace(file)
    except OSError as error:
        raise DiskFailed(f"{place} cannot be written", cause=str(error)) from error
