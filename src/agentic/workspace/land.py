"""Staged -> project: all files or none.

Renames of several files are not one act for any file system. So the new files are written beside, in one folder, with a
plan; when the plan is complete on disk the landing counts as done, and a crash after that is carried on by `recover`.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from agentic.errors import DiskFailed
from agentic.values import ChangeSet

FOLDER = ".agentic/landing"
PLAN = "plan.json"
BACKUPS = ".agentic/backups"
"""Where a person's file goes that is written over."""


def land(project: Path, name: str, changes: ChangeSet) -> None:
    """Write every change, or none. Raises DiskFailed with the tree as it was."""
    folder = project / FOLDER / name
    try:
        shutil.rmtree(folder, ignore_errors=True)
        prepare(folder, changes)
        refuse_read_only(project, changes)
        (folder / "plan.new").replace(folder / PLAN)
        sync_folder(folder)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise DiskFailed("the files cannot be landed; the tree is as it was", cause=str(error)) from error
    carry_out(project, folder)


def prepare(folder: Path, changes: ChangeSet) -> None:
    """New files and the plan, on disk, beside the tree."""
    folder.mkdir(parents=True)
    plan = []
    for number, change in enumerate(changes.changes):
        if change.text is not None:
            write_through(folder / str(number), change.text.encode())
        plan.append({"path": change.path, "file": None if change.text is None else str(number)})
    write_through(folder / "plan.new", json.dumps(plan).encode())


def refuse_read_only(project: Path, changes: ChangeSet) -> None:
    """Find out before the first rename whether the last one can work."""
    for change in changes.changes:
        place = (project / change.path).parent
        place.mkdir(parents=True, exist_ok=True)
        if not os.access(place, os.W_OK):
            raise PermissionError(f"{place.relative_to(project).as_posix()} is read-only")


def set_aside(project: Path, folder: Path) -> None:
    """What stands where a file is still to be written may be a person's, made since the crash: a copy is kept."""
    for entry in json.loads((folder / PLAN).read_bytes()):
        target, backup = project / entry["path"], project / BACKUPS / folder.name / entry["path"]
        if entry["file"] and (folder / entry["file"]).exists() and target.is_file():
            backup.parent.mkdir(parents=True, exist_ok=True)
            write_through(backup, target.read_bytes())


def carry_out(project: Path, folder: Path) -> None:
    """Follow a complete plan. Doing it twice does no harm: what is renamed already is not there any more."""
    for entry in json.loads((folder / PLAN).read_bytes()):
        target = project / entry["path"]
        try:
            place(target, folder / entry["file"] if entry["file"] else None)
        except OSError as error:
            hint = f"make room for {entry['path']}, and call any command again: the landing then goes on."
            raise DiskFailed(f"{entry['path']} cannot be landed", cause=str(error), hint=hint) from error
    shutil.rmtree(folder)


def place(target: Path, new: Path | None) -> None:
    """One rename, or one removal."""
    if new is None:
        target.unlink(missing_ok=True)
    elif new.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        new.replace(target)
    sync_folder(target.parent)


def recover(project: Path) -> tuple[str, ...]:
    """Carry on with landings that a crash cut off; returns the executions they belong to. Half-made plans are dropped."""
    ended = []
    for folder in sorted((project / FOLDER).glob("*")):
        if (folder / PLAN).is_file():
            set_aside(project, folder)
            carry_out(project, folder)
            ended.append(folder.name)
        else:
            shutil.rmtree(folder)
    return tuple(ended)


def write_through(path: Path, content: bytes) -> None:
    """On disk when this returns."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """A rename is on disk when its folder is."""
    if not folder.is_dir():
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
