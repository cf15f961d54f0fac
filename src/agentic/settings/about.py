"""What each setting is, read from the docstrings below the fields: one truth for help, docs and code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from agentic.settings.load import leaves
from agentic.settings.sections import Section, Settings
from agentic.values.noun import Noun

SECTIONS = ("sections.py", "notifications.py")


class SettingRow(Noun, frozen=True):
    """One setting in a list."""

    key: str
    value: Any
    place: str
    default: Any
    about: str


def abouts(kind: type[Section] = Settings) -> dict[str, str]:
    """Dotted key -> sentence."""
    sentences = dict(docstrings())
    return {key: sentences.get(place(kind, key), "") for key, _ in leaves(kind())}


def place(kind: type[Section], key: str) -> str:
    """`limits.attempts` -> `Limits.attempts`: the class that declares the field."""
    owner: Section = kind()
    *sections, name = key.split(".")
    for section in sections:
        owner = getattr(owner, section)
    return f"{type(owner).__name__}.{name}"


def docstrings() -> Iterator[tuple[str, str]]:
    """The string that stands below each field."""
    sources = [(Path(__file__).parent / name).read_text(encoding="utf-8") for name in SECTIONS]
    for cls in (node for source in sources for node in ast.parse(source).body if isinstance(node, ast.ClassDef)):
        for field, below in zip(cls.body, cls.body[1:], strict=False):
            if (
                isinstance(field, ast.AnnAssign)
                and isinstance(below, ast.Expr)
                and isinstance(below.value, ast.Constant)
            ):
                yield f"{cls.name}.{ast.unparse(field.target)}", " ".join(str(below.value.value).split())
