"""What `design/module_structure.yaml` says (the modules of a project and what may stand on what), and what is built of it."""

from __future__ import annotations

from collections.abc import Mapping

from agentic.values.noun import Noun


class Size(Noun, frozen=True):
    """Lines of code: what is meant to be read, and generated, at once."""

    least: int = 200
    """A module with less in all its files may be a part of another."""
    most: int = 400
    """A file with more is to be cut in two."""


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


class CodeFile(Noun, frozen=True):
    """One file of code below the roots."""

    path: str
    lines: int
    modules: tuple[str, ...] = ()
    """Whose patterns match it: one, where all is well."""


class Use(Noun, frozen=True):
    """One place where a module uses another: an import, or a `ref()` of dbt."""

    by: str
    of: str
    path: str
    line: int
    words: str
    """As it is written: `common.lake`, `ref('stg_flights')`."""


class Built(Noun, frozen=True):
    """The code as it is."""

    files: tuple[CodeFile, ...] = ()
    uses: tuple[Use, ...] = ()


class ModuleRow(Noun, frozen=True):
    """One module, as planned and as built."""

    name: str
    responsibility: str
    layer: str
    files: int
    lines: int
    depends_on: tuple[str, ...]
    """Declared."""
    uses: tuple[str, ...]
    """What its code really uses."""
    used_by: tuple[str, ...]
    """Whose code uses it."""
