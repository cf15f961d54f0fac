"""A project in which things were run for real: a scripted Claude, real checks, two persons, two models."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from claude_server import Many, Writes
from corridor.liars import turns
from house import House, spec

CODE = "src/adding.py"
FIRST = '"""Adds."""\n\n\ndef add(a: int, b: int) -> int:\n    """The sum."""\n    return a + b\n'
SECOND = FIRST + '\n\ndef twice(a: int) -> int:\n    """Two of it."""\n    return add(a, a)\n'
THIRD = SECOND.replace("Adds.", "Adds, and more.")
BROKEN = "def add(:\n"
CONTEXT = "context/words.md"
OPUS, SONNET = "claude-opus-5-5", "claude-sonnet-5-5"
REQUIREMENTS = "agent-prompts/requirements/business_requirements.md"


def task(**front: Any) -> str:
    """One file, one quick check."""
    told = {
        "deliverables": [CODE],
        "checks": ["python"],
        "criteria": [],
        "context": [CONTEXT],
        "requirements": ["BR-1"],
    }
    return spec(**{**told, **front})


def built(root: Path, **front: Any) -> House:
    """The project before anything was run."""
    house = House.build(root)
    house.write(f"agent-prompts/{CONTEXT}", "# Words\n\nA sum is a sum.\n")
    house.write(
        REQUIREMENTS,
        "# Business Requirements\n\n### BR-1: Sums are right\nEvery sum must be right.\n"
        "- Acceptance: given two numbers, when they are added, then the sum is right.\n",
    )
    house.write(f"agent-prompts/{House.TASK}", task(**front))
    return house


def writes(code: str) -> Writes:
    """One answer with the file, and `finish`."""
    return Writes({CODE: code}, finish="Done.")


def strays(code: str) -> Many:
    """The same, and a write to where it may not."""
    return Many([Writes({"src/other.py": "x = 1\n"}), writes(code)])


def ran(house: House, *answers: Any, model: str = SONNET, who: str = "A Tester", **wishes: Any) -> Any:
    """One run with these answers; the execution."""
    with person(who):
        flags = {"provider.model": model, **wishes.pop("flags", {})}
        return house.run(script=turns(*answers), flags=flags, **wishes)


@contextmanager
def person(who: str) -> Iterator[None]:
    """Somebody else sits there."""
    with environment({"AGENTIC_DEVELOPER": who}):
        yield


@contextmanager
def environment(values: Mapping[str, str]) -> Iterator[None]:
    """Variables for a while."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
