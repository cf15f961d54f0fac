"""meta/phases.yaml -> phases: the one file that says what the seven phases ask for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import yaml

from agentic.errors import BadPhases
from agentic.text.loader import Loader
from agentic.values import Phase
from agentic.values.path import normalise

FILE = "agent-prompts/meta/phases.yaml"


class PhasesFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    version: str
    phases: tuple[Phase, ...]


def read_phases(text: str) -> tuple[Phase, ...]:
    """Every phase, in order. Raises BadPhases with the place."""
    try:
        given: Any = yaml.load(text, Loader=Loader)  # noqa: S506 (a safe loader, in C where there is one)
        found = msgspec.convert(given, PhasesFile).phases
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadPhases("the phases are not YAML", path=FILE, line=line, cause=str(error.problem)) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise BadPhases("the phases cannot be read", path=FILE, cause=str(error)) from error
    for fault in faults(found):
        raise BadPhases(fault, path=FILE)
    return found


def faults(phases: tuple[Phase, ...]) -> Iterator[str]:
    """What no form of a file can rule out: a project without a phase would have no gate either."""
    if not phases:
        yield "there is no phase in it"
    numbers = [phase.number for phase in phases]
    for index, phase in enumerate(phases):
        if phase.number in numbers[:index]:
            yield f"phase {phase.number} stands twice"
        for before in phase.after:
            if before not in numbers[:index]:
                yield f"phase {phase.number} comes after {before}: there is no phase {before} before it"
    yield from faults_of_paths([document.path for phase in phases for document in phase.documents])


def faults_of_paths(paths: list[str]) -> Iterator[str]:
    """A document belongs to one step, and lies in the project."""
    for path in paths:
        if paths.count(path) > 1:
            yield f"{path} stands in two steps"
        if fault := normalise(path)[1]:
            yield f"a document {fault}: {path}"
