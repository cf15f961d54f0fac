"""The Java libraries Spark needs beside its own: listed in configs/jars.yaml, found in a local cache."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

LIST = Path("configs/jars.yaml")


class MissingJar(RuntimeError):
    """A jar of the list is in no folder we know."""


@dataclass(frozen=True, slots=True)
class Jar:
    """One line of the list."""

    coordinate: str
    """group:artifact:version, as Maven says it."""
    group: str
    """Who needs it: `lake` always, `s3` for object storage, `connect` for a Spark Connect server."""
    sha256: str
    wheel: str = ""
    """A Python wheel that carries the same bytes."""
    debian: Mapping[str, str] = field(default_factory=dict)
    """`file` and `sha256` of Debian's own build: another version, other bytes, the same use."""

    @property
    def file(self) -> str:
        _, artifact, version = self.coordinate.split(":")
        return f"{artifact}-{version}.jar"


def read_list(project: Path = Path()) -> list[Jar]:
    """Every jar this project knows."""
    listed: dict[str, list[dict[str, Any]]] = _read(project)["groups"]
    return [Jar(group=group, **entry) for group, entries in listed.items() for entry in entries]


def cache_folder() -> Path:
    """Where jars are kept on this machine."""
    return Path(os.environ.get("AGENTIC_JARS") or Path.home() / ".cache" / "agentic" / "jars")


def folders(project: Path = Path()) -> list[Path]:
    """Where jars are looked for, in order."""
    return [cache_folder(), *(project / folder for folder in _read(project).get("folders", []))]


def locate(group: str, project: Path = Path()) -> list[Path]:
    """The files of one group; a missing one is an error that says how to fetch it."""
    return [_find(jar, folders(project)) for jar in read_list(project) if jar.group == group]


def is_cached(group: str, project: Path = Path()) -> bool:
    """Whether the whole group is here."""
    try:
        return bool(locate(group, project))
    except MissingJar:
        return False


def _find(jar: Jar, places: Iterable[Path]) -> Path:
    for folder in places:
        if (found := folder / jar.file).is_file():
            return found.resolve()
    wanted = "" if jar.group == "lake" else f" --group {jar.group}"
    raise MissingJar(f"{jar.file} is not cached. Run: .venv/bin/python setup-scripts/fetch_jars.py{wanted}")


def _read(project: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((project / LIST).read_text(encoding="utf-8"))
    return content
