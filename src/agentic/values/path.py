"""A path as somebody wrote it -> a path inside the project, or what is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

PLAIN = re.compile(r"(?=.{1,200}\Z)[\w-][\w.-]*(?:/[\w-][\w.-]*)*\Z", re.ASCII)
"""What nothing can be wrong with; nearly every path is like this, and thousands are read at once."""


def normalise(written: str) -> tuple[str, str]:
    """(path, "") or ("", fault). From the project's root, `/` between folders, no `.` and no `..`."""
    text = written.strip()
    if PLAIN.match(text):
        return text, ""
    text = unicodedata.normalize("NFC", text)
    fault = wrong_with(text)
    if fault:
        return "", fault
    path = PurePosixPath(text).as_posix()
    if path.startswith("~"):
        return "", "is absolute"  # `./~` was hiding it
    return ("", "names no file") if path == "." else (path, "")


def wrong_with(text: str) -> str:  # noqa: PLR0911 (one line a fault reads best)
    """Why a path cannot be inside the project; empty where nothing is wrong. `..` is never needed, so never allowed."""
    if not text or text.endswith("/"):
        return "names no file"
    if any(unicodedata.category(letter).startswith("C") for letter in text):
        return "has control characters in its name"
    if "\\" in text:
        return "has a backslash in its name"
    if text.startswith(("/", "~")) or PureWindowsPath(text).drive:
        return "is absolute"
    if ".." in PurePosixPath(text).parts:
        return "is outside the project"
    if len(text.encode()) > 300 or any(len(part.encode()) > 200 for part in text.split("/")):
        return "has too long a name"
    return ""
