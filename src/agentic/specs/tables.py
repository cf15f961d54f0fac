"""Library -> the tables that its documents tell of, and their columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from agentic.specs.context import cells
from agentic.specs.library import Library
from agentic.specs.once import Once
from agentic.specs.page import Page

BESIDE = re.compile(
    r"(?P<base>.+?)_(?:quarantine|quarantined|rejects?|rejected|errors?|loads?|ledger|audit|history|staging|invalid|bad_rows|dead_letters?)$"
)
"""What jobs write beside a table: columns of their own."""
CREATE = re.compile(
    r"CREATE\s+(?:OR\s+REPLACE\s+)?(?:EXTERNAL\s+)?(?:TABLE|VIEW)\s+(?:IF\s+NOT\s+EXISTS\s+)?[`\"]?(?P<name>[\w.]+)",
    re.IGNORECASE,
)
NAME = re.compile(r"`?(?P<name>[A-Za-z_]\w*(?:\.\w+)+)`?")
HEADED = ("table", "tables", "model", "target", "target table", "view")
"""How a column that lists tables is headed."""
FOLDERS = ("design", "context")


@dataclass(frozen=True)
class Tables:
    """What is known of tables. None: that there is one, but not its columns."""

    described: Mapping[str, frozenset[str] | None] = field(default_factory=dict)
    """Datasets of the data context."""
    told: Mapping[str, frozenset[str] | None] = field(default_factory=dict)
    """Tables of the design, and those that tasks write."""

    def columns(self, table: str) -> frozenset[str] | None:
        """Raises KeyError for a table that nobody tells of."""
        name = table.lower()
        for known in (self.described, self.told):
            if name in known:
                return known[name]
        for same in (self.called(name, self.described), self.called(name, self.told) if "." not in name else []):
            if same:
                return None if None in same else frozenset().union(*(columns for columns in same if columns))
        if found := BESIDE.match(name):
            self.columns(found["base"])
            return None
        raise KeyError(table)

    @staticmethod
    def called(name: str, known: Mapping[str, frozenset[str] | None]) -> list[frozenset[str] | None]:
        """Those whose last part is the last part of `name`: `bronze.flights` is the dataset `flights`."""
        last = name.rpartition(".")[2]
        return [columns for one, columns in known.items() if one.rpartition(".")[2] == last]

    def has(self, table: str) -> bool:
        """Does anybody tell of it?"""
        try:
            self.columns(table)
        except KeyError:
            return False
        return True

    @property
    def names(self) -> list[str]:
        """All of them, for a suggestion."""
        return [*self.described, *self.told]


@Once
def tables_of(library: Library) -> Tables:
    """From the data context, the design, and the tasks."""
    described = {
        dataset.name.lower(): frozenset(column.name.lower() for column in dataset.columns) or None
        for dataset in library.datasets.values()
    }
    told: dict[str, frozenset[str] | None] = {}
    for page in library.pages.values():
        if page.folder in FOLDERS and page.is_markdown and not page.is_blank:
            told.update((name.lower(), None) for name in told_by(page))
    for task in library.tasks.values():
        table, source = task.parameters.get("table"), task.parameters.get("source")
        if isinstance(table, str):
            told[table.lower()] = described.get(source.lower()) if isinstance(source, str) else None
    return Tables(described, told)


def told_by(page: Page) -> Iterator[str]:
    """Tables that a page creates, or lists below a head that says so."""
    if "create" in page.text.lower():
        yield from (found["name"] for found in CREATE.finditer(page.text))
    head: list[str] = []
    for line in page.document.prose:
        if not line.text.lstrip().startswith("|"):
            head = []
        elif not head:
            head = [title.lower() for title in cells(line.text)]
        elif any(title in HEADED for title in head) and "threshold" not in head:
            named = (cell for title, cell in zip(head, cells(line.text), strict=False) if title in HEADED)
            yield from (found["name"] for cell in named for found in NAME.finditer(cell))
