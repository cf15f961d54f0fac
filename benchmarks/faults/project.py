"""A clean project as texts, the tokens of its SQL, and the edits that make a faulty one of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from random import Random

FOLDER = Path(__file__).parent / "projects"
TOKEN = re.compile(
    r"""(?P<jinja>\{\{.*?\}\}|\{%.*?%\}|\{\#.*?\#\})|(?P<comment>--[^\n]*)|(?P<string>'[^'\n]*')|(?P<quoted>"[^"\n]*")"""
    r"""|(?P<word>[A-Za-z_]\w*)|(?P<number>\d+(?:\.\d+)?)|(?P<sign><=|>=|<>|\|\||[^\s\w])""",
    re.DOTALL,
)
KEYWORDS = frozenset(
    ["all", "and", "as", "asc", "between", "by", "case", "cast", "cross", "current", "date", "desc", "distinct", "else", "end", "false", "filter", "from", "group", "having", "in", "inner", "interval", "is", "join", "left", "limit", "not", "null", "on", "or", "order", "outer", "over", "partition", "preceding", "recursive", "right", "row", "rows", "select", "then", "timestamp", "true", "unbounded", "union", "using", "varchar", "when", "where", "with", "integer", "decimal", "numeric", "month", "day", "year"]
)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a model's source."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def low(self) -> str:
        return self.text.lower()


def tokens(text: str) -> list[Token]:
    return [Token(one.lastgroup or "", one.group(), one.start(), one.end()) for one in TOKEN.finditer(text)]


def code(text: str) -> list[Token]:
    """The same without comments."""
    return [one for one in tokens(text) if one.kind != "comment"]


@dataclass(frozen=True)
class Edit:
    """One fault at one place."""

    what: str
    files: Mapping[str, str | bytes | None]
    """As they are afterwards; None is a file that is gone."""
    renamed: Mapping[str, str] = field(default_factory=dict)
    """Columns that the fault itself renames, as a person would on purpose: a fix may follow or go back."""
    moved: Mapping[str, str] = field(default_factory=dict)
    """Relations, the same."""
    reload: tuple[str, ...] = ()
    """Seeds whose table is gone, so that dbt makes it anew from the file and does not fill the one that is there."""
    hold: float = 0
    """Seconds after the first run of dbt for which another process has the database; below 0: to the end."""


@dataclass(frozen=True)
class Project:
    """A clean dbt project, read."""

    name: str
    files: Mapping[str, str]

    def under(self, *starts: str, end: str = ".sql") -> list[tuple[str, str]]:
        return [(path, text) for path, text in self.files.items() if path.startswith(starts) and path.endswith(end)]

    @cached_property
    def models(self) -> list[tuple[str, str]]:
        return self.under("models/")

    @cached_property
    def queries(self) -> list[tuple[str, str]]:
        """Whatever is SQL and runs: models first."""
        return [*self.models, *self.under("snapshots/"), *(one for one in self.under("tests/") if "generic" not in one[0])]

    @cached_property
    def yaml(self) -> list[tuple[str, str]]:
        return self.under("models/", end=".yml")

    @cached_property
    def seeds(self) -> list[tuple[str, str]]:
        return [(path, text) for path, text in self.files.items() if path.endswith(".csv")]

    @cached_property
    def sql(self) -> str:
        return "\n".join(text for path, text in self.files.items() if path.endswith(".sql"))

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word that stands anywhere: no typo may be one of them."""
        return frozenset(re.findall(r"\w+", "\n".join(self.files.values()).lower()))

    @cached_property
    def ctes(self) -> frozenset[str]:
        return frozenset(re.findall(r"(\w+) as \(\s*\n", self.sql, re.IGNORECASE))

    @cached_property
    def columns(self) -> frozenset[str]:
        """Names that are given with `as`, are no table alias, or head a seed."""
        named = {one.lower() for one in re.findall(r"\bas (\w+)\s*(?:,|\n)", self.sql, re.IGNORECASE)}
        heads = {name for _, text in self.seeds for name in text.split("\n", 1)[0].split(",") if name.isidentifier()}
        return frozenset((named | heads) - {one.lower() for one in self.ctes} - KEYWORDS)

    def edit(self, what: str, path: str, text: str | None, **more: object) -> Edit:
        return Edit(what, {path: text}, **more)  # type: ignore[arg-type]

    def cut(self, what: str, path: str, start: int, end: int, new: str = "") -> Edit:
        """The text between two places made another."""
        text = self.files[path]
        return self.edit(f"{path}: {what}", path, text[:start] + new + text[end:])

    def chance(self, *place: object) -> Random:
        """The same for the same place."""
        return Random("/".join(map(str, (self.name, *place))))

    def typo(self, word: str, *place: object) -> str:
        """The word as a tired person types it, and no other word of this project."""
        chance = self.chance(word, *place)
        for _ in range(50):
            new = mistype(word, chance)
            if new.lower() != word.lower() and new.lower() not in self.words | KEYWORDS and not new[0].isdigit():
                return new
        return word + word[-1]


def mistype(word: str, chance: Random) -> str:
    """Two letters swapped, one left out, doubled or replaced."""
    at = chance.randrange(max(1, len(word) - 1))
    return chance.choice(
        [
            word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :],
            word[:at] + word[at + 1 :],
            word[: at + 1] + word[at:],
            word[:at] + chance.choice("aeinorst") + word[at + 1 :],
        ]
    )


def read_project(name: str) -> Project:
    folder = FOLDER / name
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return Project(name, {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in paths})


def projects() -> list[Project]:
    return [read_project(path.name) for path in sorted(FOLDER.iterdir()) if (path / "dbt_project.yml").exists()]


Edits = Callable[[Project], Iterable[Edit]]


@dataclass(frozen=True)
class Kind:
    """A kind of fault."""

    name: str
    classes: tuple[str, ...]
    """What a diagnosis may call it; the first is the usual word."""
    right: str
    """`fix`: there is one right answer. `person`: at most it is proposed."""
    edits: Edits
    state: str = "fresh"
    """`fresh`: a build from nothing tells whether it is healed. `kept`: only the database that is left tells."""

    def places(self, project: Project) -> Iterator[Edit]:
        """Every place in a project, each changing something."""
        for one in self.edits(project):
            if any(project.files.get(path) != text for path, text in one.files.items()) or one.hold:
                yield one
