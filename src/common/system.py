"""agent-prompts/context/system_context.yaml -> the limits that jobs keep: the same file that every prompt carries."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

PLACE = Path("agent-prompts/context/system_context.yaml")


class BadSystem(RuntimeError):
    """The system context cannot be used."""


@dataclass(frozen=True, slots=True)
class System:
    """What a job takes from the system context; the defaults where it says nothing."""

    master: str = "local[2]"
    """constraints.spark.master"""
    driver_memory: str = "1g"
    """constraints.spark.driver_memory"""
    time_zone: str = "UTC"
    """constraints.time_zone"""


def read_system(project: Path) -> System:
    """Raises BadSystem where the file is no map. A project without the file gets the defaults."""
    path = project / PLACE
    if not path.exists():
        return System()
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise BadSystem(f"{PLACE} is not YAML: {error}") from error
    constraints = _map(_map(values, str(PLACE)).get("constraints") or {}, "constraints")
    spark = _map(constraints.get("spark") or {}, "constraints.spark")
    said = {
        "master": spark.get("master"),
        "driver_memory": spark.get("driver_memory"),
        "time_zone": constraints.get("time_zone"),
    }
    return System(**{key: str(value) for key, value in said.items() if value})


def _map(value: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise BadSystem(f"{name} in {PLACE} is not a map.")
    return value
