"""What git knows of the project. A project without git works as well, and says less."""

from __future__ import annotations

import getpass
import os
from pathlib import Path

from agentic.errors import MissingProgram
from agentic.outside import shell


def ask(root: Path, *words: str) -> str | None:
    """What git prints, or None where it has no answer."""
    try:
        done = shell.run(["git", "-C", str(root), *words], seconds=20)
    except MissingProgram:
        return None
    return done.stdout if done.exit_code == 0 else None


def commit(root: Path) -> str:
    """The commit that is checked out; empty without git or before the first commit."""
    return (ask(root, "rev-parse", "--verify", "HEAD") or "").strip()


def branch(root: Path) -> str:
    """The branch that is checked out; empty without git, and where none is."""
    return (ask(root, "symbolic-ref", "--quiet", "--short", "HEAD") or "").strip()


def person(root: Path) -> str:
    """Who runs this: AGENTIC_DEVELOPER, else git's user.name, else the account."""
    return os.environ.get("AGENTIC_DEVELOPER") or (ask(root, "config", "user.name") or "").strip() or account()


def account() -> str:
    """The account's name; a machine may have none for a bare user id."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def files(root: Path) -> tuple[str, ...] | None:
    """Files that are tracked or could be, from `root`; None where git does not know the folder."""
    if not (listed := ask(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard")):
        return None
    return tuple(sorted({name for name in listed.split("\0") if name}))


def committed_text(root: Path, path: str) -> str:
    """A file as it is in the last commit, from `root`; empty where git does not have it."""
    return ask(root, "show", f"HEAD:./{path}") or ""


def deleted_files(root: Path) -> tuple[str, ...]:
    """Files that git has and the folder has not, from `root`."""
    return tuple(name for name in (ask(root, "ls-files", "-z", "--deleted") or "").split("\0") if name)


def changed_files(root: Path) -> tuple[str, ...]:
    """Files below `root` that differ from the last commit."""
    return tuple(
        name for name in (ask(root, "diff", "--name-only", "-z", "--relative", "HEAD") or "").split("\0") if name
    )


def commit_files(root: Path, paths: tuple[str, ...], message: str, branch: str = "") -> str:
    """These files committed, and nothing else, on a branch that is made where one is named; the commit, or nothing where git refuses."""
    if branch and ask(root, "switch", "--quiet", "--create", branch) is None:
        return ""
    named = bool((ask(root, "config", "user.email") or "").strip())
    who = () if named else ("-c", "user.name=agentic", "-c", "user.email=agentic@localhost")
    if (
        ask(root, "add", "--", *paths) is None
        or ask(root, *who, "commit", "--quiet", "-m", message, "--", *paths) is None
    ):
        return ""
    return commit(root)


def last_change(root: Path, path: str) -> str:
    """Commit, person and day of the last change of a file; empty where git does not know it."""
    return (ask(root, "log", "-1", "--format=%h, %an, %as", "--", path) or "").strip()
