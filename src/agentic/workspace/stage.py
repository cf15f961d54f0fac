"""ChangeSet -> a scratch tree: a copy of the project with the changes in it. The real tree is not touched."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from agentic.errors import DiskFailed
from agentic.values import ChangeSet

FOLDER = ".agentic/scratch"
LAKES = ".agentic/lakes"
"""Where lakes wait while other checks look."""
LAKE = ".lake"
SECRETS = (".env", ".envrc", ".netrc", ".pgpass")
"""Files that no scratch tree gets, in whichever folder they lie."""


def stage(
    project: Path,
    name: str,
    changes: ChangeSet,
    files: Iterable[str] | None,
    skip: tuple[str, ...],
    data: tuple[str, ...],
    *,
    with_lake: bool = False,
) -> Path:
    """Lay out a fresh scratch tree. `files`: what git knows; None: everything but the folders to skip.

    Folders in `data` are shown through a link: bubblewrap makes them read-only, and nothing that large is copied.
    The tree's lake is put aside, and given back only where it is asked for (`with_lake`).
    """
    root = project / FOLDER / name
    try:
        put_aside(root / LAKE, project / LAKES / name)
        clear(root)
        root.mkdir(parents=True)
        if with_lake:
            put_aside(project / LAKES / name, root / LAKE)
        for path in sorted(set(chosen(project, files, skip))):
            copy(project / path, root / path)
        for folder in data:
            if (project / folder).is_dir() and not (root / folder).exists():
                (root / folder).symlink_to(project / folder, target_is_directory=True)
        for change in changes.changes:
            write(root / change.path, change.text)
    except OSError as error:
        raise DiskFailed("the scratch tree cannot be written", cause=str(error)) from error
    return root


def put_aside(lake: Path, place: Path) -> None:
    """Move a lake, if there is one."""
    if lake.is_dir() and not lake.is_symlink():
        clear(place)
        place.parent.mkdir(parents=True, exist_ok=True)
        lake.rename(place)


def clear(root: Path) -> None:
    """Take a scratch tree away; links are unlinked, never followed. Raises DiskFailed."""
    try:
        if root.exists():
            shutil.rmtree(root)
    except (OSError, RecursionError) as error:
        hint = "remove the folder by hand: a check left something there that is hard to remove."
        raise DiskFailed(f"{root.name} cannot be cleared", cause=type(error).__name__, hint=hint) from error


def chosen(project: Path, files: Iterable[str] | None, skip: tuple[str, ...]) -> Iterator[str]:
    """Paths to copy."""
    known = walk(project, skip) if files is None else files
    for path in known:
        *folders, last = path.split("/")
        if not set(folders) & set(skip) and last not in SECRETS and not last.startswith(".env."):
            yield path


def walk(project: Path, skip: tuple[str, ...]) -> Iterator[str]:
    """Every file below the project, for a project without git. Links to folders are not followed."""
    for folder, names, files in os.walk(project):
        names[:] = [name for name in names if name not in skip]
        yield from ((Path(folder) / name).relative_to(project).as_posix() for name in files)


def copy(source: Path, target: Path) -> None:
    """One file; a link stays a link, one that is gone since it was listed is no loss."""
    if source.is_symlink() or source.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target, follow_symlinks=False)


def write(path: Path, text: str | None) -> None:
    """The file as the change wants it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if text is None:
        path.unlink(missing_ok=True)
    else:
        path.write_bytes(text.encode())
