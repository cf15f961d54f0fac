"""A candidate, built in a copy of project and database: what happens there is what would happen, and harms nobody."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from agentic.healing.project import SKIPPED, DbtProject
from agentic.outside import dbt
from agentic.outside.dbt import Ran

LINKED = ("dbt_packages", "dbt_modules")
"""Folders that are only read, and large."""


class Rehearsal(NamedTuple):
    """What came of it."""

    ran: Ran
    database: Mapping[str, Any]
    """The copy, as long as the rehearsal lasts."""


@contextmanager
def rehearsed(project: DbtProject, files: Mapping[str, str | None], command: Sequence[str]) -> Iterator[Rehearsal]:
    """One command of dbt in a copy with these files in it. The copy is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="agentic-rehearsal-") as name:
        root = Path(name) / project.root.name
        copy_project(project.root, root)
        for path, text in files.items():
            put(root / path, text)
        place = replace(project.place, root=root)
        database = moved(project, root)
        profiles = copied_profiles(project, root) if database else project.place.profiles
        place = replace(place, profiles=profiles) if profiles else place
        yield Rehearsal(dbt.run(place, command), database)


def copy_project(source: Path, target: Path) -> None:
    """Everything but what tools keep there. Packages are linked; artifacts are copied, so that dbt need not parse everything again."""
    target.mkdir(parents=True)
    for entry in sorted(os.scandir(source), key=lambda one: one.name):
        if entry.name in LINKED:
            (target / entry.name).symlink_to(entry.path)
        elif entry.is_dir(follow_symlinks=False):
            if entry.name not in (*SKIPPED, "data") and not entry.name.startswith("."):
                shutil.copytree(
                    entry.path,
                    target / entry.name,
                    ignore=shutil.ignore_patterns("*.duckdb", "*.duckdb.wal", "__pycache__"),
                    symlinks=True,
                )
        elif not entry.name.endswith((".duckdb", ".duckdb.wal")) and entry.is_file():
            shutil.copy2(entry.path, target / entry.name)
    if (source / "data").is_dir():
        (target / "data").symlink_to(source / "data")


def put(path: Path, text: str | None) -> None:
    """One file as it would be."""
    if text is None:
        path.unlink(missing_ok=True)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())


def moved(project: DbtProject, root: Path) -> Mapping[str, Any]:
    """The database's copy; empty where it is no file that can be copied."""
    path = Path(str(project.database.get("path", ":memory:")))
    if not path.is_file():
        return {}
    copy = root / ".rehearsal" / path.name
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, copy)
    wal = path.with_name(path.name + ".wal")
    if wal.is_file():
        shutil.copyfile(wal, copy.with_name(wal.name))
    return {**project.database, "path": str(copy)}


def copied_profiles(project: DbtProject, root: Path) -> Path | None:
    """A profile that writes to the copy, and nowhere else."""
    import yaml

    from agentic.healing.project import profile_of

    output = dict(profile_of(project))
    path = Path(str(project.database["path"]))
    output["path"] = str(root / ".rehearsal" / path.name)
    name = str(project.settings.get("profile", ""))
    target = project.place.target or "rehearsal"
    folder = root / ".rehearsal"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "profiles.yml").write_text(
        yaml.safe_dump({name: {"target": target, "outputs": {target: output}}}), encoding="utf-8"
    )
    return folder
