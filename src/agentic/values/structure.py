"""What `design/module_structure.yaml` says: the modules of a project and what may stand on what."""

from __future__ import annotations

from collections.abc import Mapping

from agentic.values.noun import Noun


class Size(Noun, frozen=True):
    """Lines of one file of code: what is meant to be read, and generated, at once."""

    least: int = 200
    most: int = 400


class Module(Noun, frozen=True):
    """One module of the project."""

    name: str
    responsibility: str = ""
    layer: str = ""
    files: tuple[str, ...] = ()
    """Patterns, from the project's root."""
    depends_on: tuple[str, ...] = ()
    size: Size = Size()
    why: str = ""
    """Why its size differs from that of the others."""
    line: int = 0


class Structure(Noun, frozen=True):
    """All modules."""

    modules: tuple[Module, ...] = ()
    roots: tuple[str, ...] = ("src",)
    """Every file of code below these belongs to a module."""
    outside: Mapping[str, str] = {}
    """Pattern -> why what it matches is no part of the pipeline."""
    path: str = "agent-prompts/design/module_structure.yaml"
