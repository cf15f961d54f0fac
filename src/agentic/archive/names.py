"""What executions are called: `2026-11-20_s3_v1`: a day, a feature, a version."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

ENDING = ".jsonl"
NAME = re.compile(r"^(?P<date>\d{4}-\d{2}-\d{2})_(?P<feature>.+)_v(?P<version>\d+)$")


def number(name: str) -> int:
    """The version in a name."""
    match = NAME.match(name)
    return int(match["version"]) if match else 0


def feature_of(name: str) -> str:
    """The feature in a name."""
    match = NAME.match(name)
    return match["feature"] if match else ""


def age(name: str) -> tuple[str, int, str]:
    """Sorts by day, then by version."""
    return name[:10], number(name), name


def journals(folder: Path) -> Iterator[str]:
    """The executions of a folder, in no order: regular files of such a name. What else lies there `audit verify` names."""
    if folder.is_dir():
        with os.scandir(folder) as entries:
            for entry in entries:
                if (
                    entry.name.endswith(ENDING)
                    and NAME.match(entry.name[: -len(ENDING)])
                    and entry.is_file(follow_symlinks=False)
                ):
                    yield entry.name[: -len(ENDING)]
