"""YAML of dbt -> what it says, or None where it cannot be taken at its word."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import yaml

from agentic.policy.cheating.alike import typo
from agentic.text.loader import Loader

LARGEST = 400_000
"""Characters; what is longer is compared by its words, in one pass."""
MOST = 500_000
"""Values, anchors followed: a text of a few lines can say millions."""


class Once(Loader):
    """A key that stands twice is a fault: dbt takes the last one, and the person meant both."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        """The mapping, each key once."""
        keys = [key.value for key, _ in node.value if isinstance(key.value, str) and key.value != "<<"]
        if len(keys) != len(set(keys)):
            raise yaml.YAMLError("a key stands twice")
        return dict(super().construct_mapping(node, deep=deep))


def read(text: str | None) -> Any:
    """What it says; an empty file says nothing, which is {}."""
    if text is None or not text.strip():
        return {}
    if len(text) > LARGEST:
        return None
    try:
        said = yaml.load(text, Loader=Once)  # noqa: S506 (a safe loader)
        return ({} if said is None else said) if size(said, {}) <= MOST else None
    except (yaml.YAMLError, ValueError, TypeError, RecursionError):
        return None


def size(value: Any, seen: dict[int, int]) -> int:
    """How many values it has; what contains itself has too many."""
    if not isinstance(value, (dict, list)):
        return 1
    if id(value) not in seen:
        seen[id(value)] = MOST + 1
        parts = value.values() if isinstance(value, dict) else value
        seen[id(value)] = 1 + sum(size(one, seen) for one in parts)
    return seen[id(value)]


def named(entry: Mapping[str, Any]) -> str:
    """Its name, though the key may have a slip."""
    return str(entry.get("name") or next((value for key, value in entry.items() if typo(str(key), "name")), "None"))


def maps(value: Any) -> Iterator[Mapping[str, Any]]:
    """The mappings of a list; what is malformed is left out."""
    yield from (one for one in value if isinstance(one, Mapping)) if isinstance(value, list) else ()
