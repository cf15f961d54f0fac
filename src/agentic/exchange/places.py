"""Words of one machine -> words that say the same on every machine: paths from the project's root, and `~` for a home."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

HOME = re.compile(
    r"(?<![\w.~-])(?:/home/|/Users/|[A-Za-z]:\\Users\\)[^\\/\s\"'`:,;)]+|(?<![\w.~/-])/root(?![\w-]|\.\w)"
)
"""Somebody's folder on Linux, macOS or Windows."""


class Places:
    """What the project is called on the machine that a text comes from."""

    def __init__(self, roots: Sequence[str]) -> None:
        named = sorted({root.rstrip("/\\") for root in roots} - {""}, key=len, reverse=True)
        # Claude Code names its own folder of a project by the project's path, with hyphens.
        slugs = [re.sub(r"[^A-Za-z0-9]", "-", root) for root in named]
        self._roots = re.compile(
            "|".join(rf"{re.escape(root)}(?:(?P<r{n}>[\\/])|(?![\w-]|\.\w))" for n, root in enumerate(named)) or "(?!)"
        )
        self._slugs = re.compile("|".join(re.escape(slug) for slug in slugs) or "(?!)")

    def __call__(self, text: str) -> str:
        """`/somewhere/project/src/x.py` becomes `src/x.py`; the project itself becomes `.`."""
        text = self._roots.sub(lambda match: "" if match.lastgroup else ".", text)
        return HOME.sub("~", self._slugs.sub("project", text))

    def deeply(self, body: Any) -> Any:
        """The same for every string inside lists and maps."""
        if isinstance(body, str):
            return self(body)
        if isinstance(body, Mapping):
            return {self(str(key)): self.deeply(value) for key, value in body.items()}
        return [self.deeply(one) for one in body] if isinstance(body, (list, tuple)) else body
