"""Folders -> clean projects and classes of defects: one file each, and nothing else to be told about a new one."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from types import ModuleType

from defects.project import Facts, Project

HERE = Path(__file__).parent
Plant = Callable[[Project], None]
SEED = 3


@dataclass(frozen=True)
class Class:
    """One class of defects: `classes/NN_name.py`."""

    number: str
    name: str
    says: str
    """The first line of its docstring."""
    variants: dict[str, Plant]
    controls: dict[str, Plant]
    """What looks like the defect and is none: no finding may come of it."""
    codes: tuple[str, ...]
    words: tuple[str, ...]
    """Patterns; a fitting message contains one of them."""
    styles: frozenset[str] | None
    """Clean projects that it applies to; None: all that have what a variant needs."""


@dataclass(frozen=True)
class Clean:
    """One clean project: `clean/name.py`."""

    name: str
    says: str
    make: Callable[[Path, Random], Facts]


@cache
def classes() -> tuple[Class, ...]:
    """Every class there is, by number."""
    return tuple(a_class(path, load(path)) for path in files("classes"))


def a_class(path: Path, module: ModuleType) -> Class:
    number, _, name = path.stem.partition("_")
    styles = getattr(module, "STYLES", None)
    return Class(
        number,
        name.replace("_", " "),
        first_line(module),
        module.variants(),
        module.controls() if hasattr(module, "controls") else {},
        tuple(getattr(module, "CODES", ())),
        tuple(module.WORDS),
        None if styles is None else frozenset(styles),
    )


@cache
def cleans() -> tuple[Clean, ...]:
    """Every clean project there is."""
    return tuple(Clean(path.stem, first_line(module), module.make) for path in files("clean") if (module := load(path)))


def files(folder: str) -> Iterator[Path]:
    return iter(sorted((HERE / folder).glob("[!_]*.py")))


def first_line(module: ModuleType) -> str:
    return (module.__doc__ or "").strip().splitlines()[0]


def load(path: Path) -> ModuleType:
    """A file as a module; its name may begin with a number."""
    spec = importlib.util.spec_from_file_location(f"defects_{path.parent.name}_{path.stem}", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
