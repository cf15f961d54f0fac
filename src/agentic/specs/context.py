"""context/data_context.md -> the columns that templates and rules know."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from agentic.text import PROMPTS, read_text
from agentic.values.noun import Noun

HEADING = re.compile(
    r"^#{2,6}\s+(?:Dataset|Data set|Table)\b\s*(?P<colon>:?)\s*[`*]*(?P<name>[A-Za-z_]\w*(?:\.\w+)*)[`*]*(?:\s*[-–—(,:].*)?\s*#*\s*$",
    re.IGNORECASE,
)
"""`### Dataset: flights`, also with words behind the name, and without the colon where columns follow."""
FILE = "context/data_context.md"
FIRST = ("column", "columns", "column name", "field", "field name", "name", "attribute")
"""How the first cell of a table of columns is headed."""
TYPES = ("type", "data type", "datatype")
FLAGS = ("nullable", "null", "null?", "nullable?", "optional")
MEANINGS = ("meaning", "description", "notes", "comment")
YES = ("yes", "y", "true", "nullable", "x")
BORDER = re.compile(r"(?<!\\)\|")


class Column(Noun, frozen=True):
    """One row of a dataset's table."""

    name: str
    type: str
    nullable: bool
    meaning: str


class Dataset(Noun, frozen=True):
    """One dataset, as the data context describes it."""

    name: str
    columns: tuple[Column, ...]


def datasets(root: Path) -> dict[str, Dataset]:
    """Datasets by name; none where there is no data context."""
    path = root / PROMPTS / FILE
    return read_datasets(read_text(path, f"{PROMPTS}/{FILE}")) if path.is_file() else {}


def read_datasets(text: str) -> dict[str, Dataset]:
    """A table `| column | type | nullable | meaning |` below each `### Dataset: name`."""
    found: dict[str, list[Column]] = {}
    sure = set()
    name = ""
    head: tuple[str, ...] = ()
    for line in unfenced(text):
        if line.startswith("#"):
            heading = HEADING.match(line)
            name, head = heading["name"] if heading else "", ()
            if heading:
                found.setdefault(name, [])
                sure |= {name} if heading["colon"] else set()
        elif not line.lstrip().startswith("|"):
            head = ()
        elif name and not head:
            head = tuple(title.lower() for title in cells(line))
        elif name and (column := read_column(line, head)):
            found[name].append(column)
    # `## Table layout` is a heading like any other.
    return {name: Dataset(name, tuple(columns)) for name, columns in found.items() if columns or name in sure}


def unfenced(text: str) -> Iterator[str]:
    """The lines that stand in no fence."""
    fenced = False
    for line in text.splitlines():
        if line.startswith(("```", "~~~")):
            fenced = not fenced
        elif not fenced:
            yield line


def cells(line: str) -> list[str]:
    """One row of a table, cell by cell; a border behind a backslash is none."""
    return [cell.strip().strip("`") for cell in BORDER.split(line.strip().removeprefix("|").removesuffix("|"))]


def read_column(line: str, head: Sequence[str]) -> Column | None:
    """One row of a table of columns; None for the rule below its head, and for any other table."""
    given = cells(line)
    name = given[0].strip("*` ")
    if head[0] not in FIRST or len(given) < 2 or set(name) <= set("-: "):
        return None
    return Column(name, cell(given, head, TYPES), is_nullable(given, head), cell(given, head, MEANINGS))


def cell(given: Sequence[str], head: Sequence[str], names: Collection[str]) -> str:
    """The cell below a head of one of these names."""
    return next((given[at] for at, name in enumerate(head) if name in names and at < len(given)), "")


def is_nullable(given: Sequence[str], head: Sequence[str]) -> bool:
    """May it be empty? Where it says whether it is needed, the other way round; where it says nothing, no."""
    if needed := cell(given, head, ("required", "mandatory", "not null")):
        return needed.lower() not in YES
    return cell(given, head, FLAGS).lower() in YES
