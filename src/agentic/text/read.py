"""The text of a file, or an error that says what is wrong with it."""

from __future__ import annotations

import stat
from pathlib import Path

from agentic.errors import NoSuchSpec, NotText, OutsideFailed

PROMPTS = "agent-prompts"
LARGEST = 2_000_000
"""Bytes of the largest file that can still be a spec or context."""


def is_file(path: Path) -> bool:
    """Also for names that no file system takes, and for links that lead in a circle."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def read_text(path: Path, shown: str) -> str:
    """UTF-8 text of a file, without a byte order mark. `shown` is how errors name it."""
    try:
        known = path.stat()
        if known.st_size > LARGEST:
            raise NotText(f"{shown} has {known.st_size:,} bytes; more than {LARGEST:,} is data, not a spec", path=shown)
        # A pipe would keep us waiting, a device may never end.
        if not stat.S_ISREG(known.st_mode):
            raise NotText(f"{shown} is no file", path=shown)
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise NoSuchSpec(f"{shown} does not exist", path=shown) from error
    except UnicodeDecodeError as error:
        raise NotText(f"{shown} is not UTF-8", path=shown, cause=str(error)) from error
    except (OSError, ValueError) as error:
        raise OutsideFailed(f"{shown} cannot be read", path=shown, cause=str(error)) from error
    if "\0" in text:
        raise NotText(f"{shown} has a NUL in it: it is no text", path=shown)
    return text
