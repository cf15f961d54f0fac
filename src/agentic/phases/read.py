"""meta/phases.yaml -> phases: the one file that says what the seven phases ask for."""

from __future__ import annotations

from typing import Any

import msgspec
import yaml

from agentic.errors import BadPhases
from agentic.text.loader import Loader
from agentic.values import Phase

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
    refuse_repeated([document.path for phase in found for document in phase.documents])
    return found


def refuse_repeated(paths: list[str]) -> None:
    """A document belongs to one step."""
    for path in paths:
        if paths.count(path) > 1:
            raise BadPhases(f"{path} stands in two steps", path=FILE)
