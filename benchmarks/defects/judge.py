"""Class, variant, clean project -> Outcome: is the defect found where it was planted, and is it called by its name?"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from agentic.app import App
from defects.catalogue import SEED, Class, Clean, Plant
from defects.project import Facts, Project, Unsuitable

SRC = Path(__file__).parents[2] / "src"


@dataclass(frozen=True)
class Said:
    """A finding, as far as it is compared."""

    path: str
    line: int
    severity: str
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.severity}[{self.code}] {self.message}"


Lint = Callable[[Path], list[Said]]


def in_process(root: Path) -> list[Said]:
    """What `agentic lint` does, without the start of a program."""
    found = App(root).lint(())
    return [Said(one.path, one.line, one.severity, one.code, one.message) for one in found]


def as_program(root: Path) -> list[Said]:
    """`agentic lint --json` as anybody would call it."""
    code = "import sys; sys.dont_write_bytecode = True; from agentic.__main__ import main; main()"
    environment = {**os.environ, "PYTHONPATH": str(SRC)}
    command = [sys.executable, "-c", code, "lint", "--json", "--project", str(root)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    told = json.loads(done.stdout)
    if "error" in told:
        raise AssertionError(told["error"]["message"])
    fields = ("path", "line", "severity", "code", "message")
    return [Said(*(one[field] for field in fields)) for one in told["findings"]]


@dataclass(frozen=True)
class Outcome:
    """One planting."""

    kind: Class
    variant: str
    project: str
    caught: Said | None
    new: tuple[Said, ...]
    """Everything that was not said of the clean project."""
    concerned: tuple[str, ...]
    failure: str = ""
    """An exception of the linter: a bug whatever was planted."""


@dataclass(frozen=True)
class Ground:
    """A clean project on the disk, and what lint says of it."""

    clean: Clean
    root: Path
    facts: Facts
    before: tuple[Said, ...]


def grounds(folder: Path, cleans: Iterable[Clean], lint: Lint = in_process) -> list[Ground]:
    """Each is made once."""
    found = []
    for clean in cleans:
        root = folder / clean.name
        root.mkdir(parents=True)
        facts = clean.make(root, Random(f"{SEED} {clean.name}"))
        found.append(Ground(clean, root, facts, tuple(lint(root))))
    return found


def fresh(ground: Ground, folder: Path, dice: Random) -> Project:
    """A copy under a name of its own. Files are shared until they are written, which never happens in place."""
    root = folder / f"{ground.clean.name}-{dice.getrandbits(60):x}"
    shutil.copytree(ground.root, root, copy_function=share, symlinks=True)
    return Project(root, ground.facts, dice)


def share(source: str, target: str) -> str:
    """A second name for the same file; git's own files are written in place, so they are copied."""
    if "/.git/" in source:
        return shutil.copy2(source, target)
    os.link(source, target)
    return target


def planted(
    kind: Class, variant: str, plant: Plant, ground: Ground, folder: Path, lint: Lint = in_process
) -> Outcome | None:
    """Plant it, lint, look. None where the project has nothing to break in this way."""
    project = fresh(ground, folder, Random(f"{SEED} {kind.number} {variant} {ground.clean.name}"))
    try:
        plant(project)
        return judged(kind, variant, ground, project, lint)
    except Unsuitable:
        return None
    finally:
        shutil.rmtree(project.root)


def judged(kind: Class, variant: str, ground: Ground, project: Project, lint: Lint) -> Outcome:
    """Which of the new findings is about this defect?"""
    concerned = tuple(sorted(project.concerned))
    try:
        left = Counter(without_line(one) for one in ground.before)
        new = tuple(one for one in lint(project.root) if not taken(left, without_line(one)))
    except Exception as error:  # noqa: BLE001 (the linter's failure is a result)
        return Outcome(kind, variant, ground.clean.name, None, (), concerned, f"{type(error).__name__}: {error}")
    caught = next((one for one in new if one.path in concerned and is_about(kind, one)), None)
    return Outcome(kind, variant, ground.clean.name, caught, new, concerned)


def without_line(one: Said) -> tuple[str, ...]:
    """A finding moves when lines are added above it."""
    return one.path, one.code, one.message


def taken(left: Counter[tuple[str, ...]], key: tuple[str, ...]) -> bool:
    """It was there before: once for each time."""
    left[key] -= 1
    return left[key] >= 0


def is_about(kind: Class, one: Said) -> bool:
    """An error or a warning that calls the defect by one of its names."""
    if one.severity not in ("error", "warning"):
        return False
    return one.code in kind.codes or any(re.search(words, one.message, re.IGNORECASE) for words in kind.words)


def suits(kind: Class, ground: Ground) -> bool:
    """Is the class meant for this style?"""
    return kind.styles is None or ground.clean.name in kind.styles


def run(kinds: Iterable[Class], found: list[Ground], folder: Path, lint: Lint = in_process) -> Iterator[Outcome]:
    """Every variant in every suitable project."""
    for kind in kinds:
        for variant, plant in kind.variants.items():
            for ground in found:
                if suits(kind, ground) and (outcome := planted(kind, variant, plant, ground, folder, lint)):
                    yield outcome


def controls(kinds: Iterable[Class], found: list[Ground], folder: Path, lint: Lint = in_process) -> Iterator[Outcome]:
    """What looks like a defect and is none: every new finding is a false alarm."""
    for kind in kinds:
        for name, plant in kind.controls.items():
            for ground in found:
                if outcome := planted(kind, name, plant, ground, folder, lint):
                    yield outcome
