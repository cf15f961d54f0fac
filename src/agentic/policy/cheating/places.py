"""Paths that a fix may not write, wherever they are asked for."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from agentic.policy.cheating.rules import say
from agentic.values import Finding

MADE = ("target", "dbt_packages", "dbt_modules", "logs", "dbt_internal_packages")
"""Folders that dbt fills: what stands there is made anew, or belongs to others."""
READ = (".dbtignore", ".sqlfluff", ".sqlfluffignore")
"""Hidden files that belong to a project of dbt."""
RULING = re.compile(r"(?:^|/)configs/(?:agentic|policy|execution_mode|notifications)\.ya?ml$")
ODD = re.compile(r"[\x00-\x1f\x7f\\:*?\"<>|]")


def judge_place(path: str) -> Iterator[Finding]:
    """One path."""
    parts = [part.lower() for part in path.split("/")]
    if why := wrong(path, parts):
        yield say("writes-outside", f"{path!r} {why}", path)


def wrong(path: str, parts: list[str]) -> str:
    """Why it may not be written; empty where it may."""
    if not path or path.startswith(("/", "~")) or ".." in parts or ODD.search(path):
        return "leads out of the dbt project, or is no name of a file"
    if posixpath.normpath(path) != path:
        return "is not written as a path is"
    if any(part.rstrip(". ").startswith(".") for part in parts[:-1]) or (
        parts[-1].startswith(".") and parts[-1] not in READ
    ):
        return "is hidden"
    if parts[0] in MADE or "dbt_packages" in parts:
        return "lies where dbt writes"
    return "rules how fixes are applied" if RULING.search(path.lower()) else ""
