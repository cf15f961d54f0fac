"""context/data_context.md -> the columns that templates and rules know."""

from __future__ import annotations

import re
from pathlib import Path

from agentic.text import PROMPTS, read_text
from agentic.values.noun import Noun

HEADING = re.compile(r"^#{2,4}\s+Dataset:\s*`?(?P<name>[\w.]+)`?\s*$", re.IGNORECASE)
FILE = "context/data_context.md"


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
    name = ""
    for line in text.splitlines():
        if heading := HEADING.match(line):
            name = heading["name"]
            found[name] = []
        elif line.startswith("#"):
            name = ""
        elif name and (column := read_column(line)):
            found[name].append(column)
    return {name: Dataset(name, tuple(columns)) for name, columns in found.items()}


def read_column(line: str) -> Column | None:
    """One table row; None for the head, the rule below it, and any other line."""
    cells = [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]
    if (
        not line.strip().startswith("|")
        or len(cells) < 3
        or cells[0].lower() == "column"
        or set(cells[0]) <= set("-: ")
    ):
        return None
    return Column(
        cells[0], cells[1], cells[2].lower() in ("yes", "true", "nullable"), cells[3] if len(cells) > 3 else ""
    )
