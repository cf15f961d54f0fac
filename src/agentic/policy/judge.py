"""Paths that shall be written -> Verdict of the policy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Protocol

from agentic.values import Finding, Verdict


class Belongs(Protocol):
    """Whose a file is."""

    @property
    def path(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def since(self) -> str: ...


WORDS = {
    "edited": "{path} was edited by hand since {since} generated it",
    "foreign": "{path} was written by hand: no execution generated it",
}


def judge(
    paths: tuple[str, ...], declared: tuple[str, ...], protected: tuple[str, ...], belonging: Iterable[Belongs]
) -> Verdict:
    """Refuses what is not declared, what is protected and what is a person's."""
    findings = (
        *(refuse("declared", path, f"{path} is not a declared deliverable") for path in paths if path not in declared),
        *(refuse("protected", path, f"{path} is protected") for path in paths if matches(path, protected)),
        *hand_edited(belonging),
    )
    return Verdict("policy", "failed" if findings else "passed", findings)


def refuse(rule: str, path: str, message: str, code: str = "AGT401") -> Finding:
    """One reason not to land."""
    return Finding(f"policy: {rule}", message, path, code=code)


def matches(path: str, patterns: tuple[str, ...]) -> bool:
    """`**/` also matches no folder at all."""
    place = PurePosixPath(path)
    return any(place.match(pattern) or place.match(pattern.removeprefix("**/")) for pattern in patterns)


def hand_edited(belonging: Iterable[Belongs]) -> Iterator[Finding]:
    """Nothing that a person wrote is overwritten unasked."""
    for one in belonging:
        if one.state in WORDS:
            message = WORDS[one.state].format(path=one.path, since=one.since)
            yield refuse("hand-edited", one.path, message, "AGT402")
