"""Text -> lines as an editor counts them."""

from __future__ import annotations

import difflib

OPEN_END = "\\ No newline at end of file"
"""What git says of such a file, too."""


def lines_of(text: str) -> list[str]:
    """Only a line feed ends a line."""
    found = text.split("\n")
    return found[:-1] if not found[-1] else found


def unified(name: str, before: str, after: str) -> str:
    """A unified diff; empty for the same text."""
    old, new = (with_end(text) for text in (before, after))
    return "\n".join(difflib.unified_diff(old, new, f"a/{name}", f"b/{name}", lineterm=""))


def with_end(text: str) -> list[str]:
    """Lines; a last one that no line feed ends is told apart."""
    return lines_of(text) + ([OPEN_END] if text and not text.endswith("\n") else [])
