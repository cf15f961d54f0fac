"""great-expectations/checkpoints/NAME.yml -> what is checked, on which data, and how much may fail."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import yaml

from agentic.errors import BadCheckpoint, NoSuchCheckpoint
from agentic.text import read_text
from agentic.text.loader import Loader

FOLDER = "great-expectations"
CHECKPOINTS = f"{FOLDER}/checkpoints"
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
MUCH = re.compile(r"(\d+(?:\.\d+)?) ?(%?)")

Level = Literal["critical", "warning", "info"]
Count = Annotated[int, msgspec.Meta(ge=0)]


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the file. An unknown key is an error."""


class Data(Entry, frozen=True):
    """Where the data is: one of three."""

    lake: str = ""
    """A table of the lake: `bronze.flights`."""
    warehouse: str = ""
    """A table or view of the DuckDB file that configs/sources.yml names."""
    file: str = ""
    """CSV, Parquet or JSON, from the project's root; a pattern may name several."""
    ref: str = ""
    """Of the lake's table: a branch, a tag, a snapshot or a time."""

    @property
    def place(self) -> dict[str, str]:
        """The one that is said."""
        return {kind: value for kind in ("lake", "warehouse", "file") if (value := getattr(self, kind))}

    @property
    def shown(self) -> str:
        """As people say it."""
        kind, value = next(iter(self.place.items()))
        return f"warehouse {value}" if kind == "warehouse" else value


class Allowance(Entry, frozen=True):
    """How much of one severity may fail. Without a figure: any number of them, and they are told."""

    failed: Count | str | None = None
    """Expectations: `2`, or `10 %` of them."""
    rows: Count | str | None = None
    """Rows that break one expectation: `100`, or `1 %` of those it looked at."""


class Thresholds(Entry, frozen=True):
    """By severity. Of what is critical none may fail; what is info never stops: neither can be set."""

    warning: Allowance = Allowance()


class Freshness(Entry, frozen=True):
    """How old the newest value of a column may be."""

    column: str
    hours: Annotated[float, msgspec.Meta(gt=0)]


class Trends(Entry, frozen=True):
    """What is held against the runs before."""

    row_count: bool = False
    freshness: Freshness | None = None
    nulls: tuple[str, ...] = ()
    """Columns whose share of nulls is watched."""
    distribution: tuple[str, ...] = ()
    """Columns whose values are: numbers by their deciles, everything else by its shares."""
    severity: Level = "warning"
    history: Annotated[int, msgspec.Meta(ge=3, le=1000)] = 20
    """Runs looked back on."""
    minimum: Annotated[int, msgspec.Meta(ge=3)] = 5
    """Runs before a trend speaks."""
    tolerance: Annotated[float, msgspec.Meta(ge=0)] = 0.1
    """A change below this share of the median is never told."""

    @property
    def watched(self) -> tuple[str, ...]:
        """Every column that they need."""
        fresh = (self.freshness.column,) if self.freshness else ()
        return tuple(dict.fromkeys((*fresh, *self.nulls, *self.distribution)))


class Checkpoint(Entry, frozen=True):
    """One file."""

    data: Data
    name: str = ""
    """The file's name; not written down."""
    suite: str = ""
    """By default the checkpoint's own name."""
    key: tuple[str, ...] = ()
    """Columns that name a row to people."""
    where: str = ""
    """Only rows for which this holds: SQL."""
    sample: Annotated[int, msgspec.Meta(ge=1)] | None = None
    """So many rows, the same ones each time."""
    engine: Literal["auto", "pandas", "spark"] = "auto"
    pii: tuple[str, ...] = ()
    """Columns whose values are not shown, beside those whose name tells it."""
    public: tuple[str, ...] = ()
    """Columns whose name looks private, and that are not."""
    thresholds: Thresholds = Thresholds()
    trends: Trends = Trends()


def names_in(root: Path) -> tuple[str, ...]:
    """Every checkpoint there is."""
    return tuple(sorted(path.stem for path in (root / CHECKPOINTS).glob("*.yml")))


def read_checkpoint(root: Path, name: str) -> Checkpoint:
    """Raises NoSuchCheckpoint, BadCheckpoint."""
    shown = f"{CHECKPOINTS}/{name}.yml"
    if not NAME.fullmatch(name) or not (root / shown).is_file():
        raise NoSuchCheckpoint(f"no checkpoint {name}", hint=near(root, name))
    text = read_text(root / shown, shown)
    try:
        values, tree = yaml.load(text, Loader=Loader), yaml.compose(text, Loader=Loader)  # noqa: S506 (a safe loader)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise BadCheckpoint(
            f"{shown} is not YAML", path=shown, line=mark.line + 1 if mark else 0, cause=str(error)
        ) from error
    if not isinstance(values, dict) or tree is None:
        raise BadCheckpoint(f"{shown} is not a map: it begins with `suite:` and `data:`", path=shown, line=1)
    lines: dict[str, int] = {}
    for key, line in lines_of(tree):
        if key in lines:
            raise BadCheckpoint(f"{shown}: {key} stands twice, first in line {lines[key]}", path=shown, line=line)
        lines[key] = line
    return typed(values, lines, name, shown)


def typed(values: Mapping[str, Any], lines: Mapping[str, int], name: str, shown: str) -> Checkpoint:
    """The file as a noun; where it stands that something is wrong."""
    try:
        made = msgspec.convert({"suite": name, **values, "name": name}, Checkpoint)
    except msgspec.ValidationError as error:
        words, _, place = str(error).partition(" - at `$")
        raise BadCheckpoint(
            f"{shown}: {words}", path=shown, line=line_of(words, place.rstrip("`").removeprefix("."), lines)
        ) from error
    fault = fault_in(made)
    if fault:
        raise BadCheckpoint(f"{shown}: {fault[1]}", path=shown, line=lines.get(fault[0], 1))
    return made


def fault_in(made: Checkpoint) -> tuple[str, str] | None:
    """What types cannot say: where, and what."""
    allowance = made.thresholds.warning
    if len(made.data.place) != 1:
        return "data", "data names one of lake, warehouse and file"
    if made.data.ref and not made.data.lake:
        return "data.ref", "only a table of the lake has a ref"
    if not NAME.fullmatch(made.suite):
        return "suite", f"no name of a suite: {made.suite}"
    for key, value in (("failed", allowance.failed), ("rows", allowance.rows)):
        if isinstance(value, str) and not MUCH.fullmatch(value):
            return f"thresholds.warning.{key}", f"{key} is a count or a share such as `10 %`, not {value}"
    if made.trends.minimum > made.trends.history:
        return "trends.minimum", "minimum is more than the history that is looked back on"
    return None


def line_of(words: str, place: str, lines: Mapping[str, int]) -> int:
    """The unknown key itself, else where the value stands."""
    if found := re.search(r"unknown field `(.+?)`", words):
        place = f"{place}.{found[1]}".lstrip(".")
    while place and place not in lines:
        place = place.rpartition(".")[0]
    return lines.get(place, 1)


def lines_of(node: yaml.Node, place: str = "") -> Iterator[tuple[str, int]]:
    """Dotted key -> line."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = f"{place}.{key.value}".lstrip(".")
            yield here, key.start_mark.line + 1
            yield from lines_of(value, here)


def near(root: Path, name: str) -> str:
    """What was probably meant, or how to begin."""
    import difflib

    names = names_in(root)
    if found := difflib.get_close_matches(name, names, n=1):
        return f"did you mean {found[0]}?"
    if names:
        return f"there are: {', '.join(names)}"
    return f"write {CHECKPOINTS}/{name}.yml; docs/how-to/check-quality.md shows how."


def most(wish: int | str | None, of: int) -> float | None:
    """How many may fail; None: any number."""
    if wish is None or isinstance(wish, int):
        return wish
    found = MUCH.fullmatch(wish)
    assert found is not None  # noqa: S101 (fault_in has looked)
    return float(found[1]) * of / 100 if found[2] else float(found[1])
