"""One file of a fix, before and after, and what dbt makes of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Literal

from agentic.policy.cheating.known import Known, node_at
from agentic.values.noun import Noun

Kind = Literal[
    "model",
    "test",
    "macro",
    "seed",
    "fixture",
    "properties",
    "project",
    "packages",
    "profiles",
    "selectors",
    "python",
    "docs",
    "other",
]

NAMED: Mapping[str, Kind] = {
    "dbt_project.yml": "project",
    "packages.yml": "packages",
    "dependencies.yml": "packages",
    "package-lock.yml": "packages",
    "profiles.yml": "profiles",
    "selectors.yml": "selectors",
}
ENDINGS: Mapping[str, Kind] = {
    "yml": "properties", "yaml": "properties", "csv": "seed", "tsv": "seed", "py": "python", "md": "docs",
}  # fmt: skip
FOLDERS: Mapping[str, Kind] = {"tests": "test", "data-tests": "test", "macros": "macro"}
STRANGE = str.maketrans(
    {
        "\u00a0": " ",
        "\u200b": "",
        "\u200c": "",
        "\u200d": "",
        "\ufeff": "",
        "\u2018": "'",
        "\u2019": "'",
        "\u201c": '"',
        "\u201d": '"',
    }
)
"""Blanks that are none and quotes of a word processor: faults that are seen, and never meant."""
MERGE = re.compile(r"^<{7}[^\n]*\n(.*?)^={7}[^\n]*\n(.*?)^>{7}[^\n]*\n?", re.MULTILINE | re.DOTALL)
DEFINES = re.compile(r"\{%-?\s*(?:macro|test|materialization)\s+\w")


class Case(Noun, frozen=True):
    """One file."""

    path: str
    kind: Kind
    before: str | None
    """None where it is not there."""
    after: str | None
    """None where it shall not be there."""
    was: str = ""
    """Where it stood, if it is moved."""


def cases(before: Mapping[str, str], after: Mapping[str, str | None], base: Known) -> tuple[Case, ...]:
    """Files that the fix changes, with line ends alike. What it does not name stays."""
    found = tuple(case(path, before.get(path), text, base) for path, text in sorted(after.items()))
    return tuple(moved(tuple(one for one in found if one.before != one.after)))


def case(path: str, before: str | None, after: str | None, base: Known) -> Case:
    """What it is was decided before the fix: a model does not become a macro by a line in it."""
    kind = kind_of(path, after if before is None else before, base)
    old, new = plain(before, kind), plain(after, kind)
    return Case(path, kind, side(old, new) if old and "<<<<<<<" in old else old, new)


def side(before: str, after: str | None) -> str:
    """Of a merge that nobody ended: the side that is taken, or ours."""
    ours, theirs = MERGE.sub(r"\1", before), MERGE.sub(r"\2", before)
    return theirs if after is not None and theirs.strip() == after.strip() else ours


def plain(text: str | None, kind: Kind) -> str | None:
    """Line ends as they are meant; in code blanks and quotes, too. In data they are data."""
    if text is None:
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    return text if kind == "seed" else text.translate(STRANGE)


def kind_of(path: str, text: str | None, base: Known) -> Kind:
    """By its name, the manifest, what it defines and where it lies, in this order."""
    name = path.rsplit("/", 1)[-1].lower()
    ending = name.rsplit(".", 1)[-1]
    if name in NAMED:
        return NAMED[name]
    if "fixtures/" in path and ending in ("csv", "sql"):
        return "fixture"
    return kind_of_sql(path, text or "", base) if ending == "sql" else ENDINGS.get(ending, "other")


def kind_of_sql(path: str, text: str, base: Known) -> Kind:
    """Model, test or macro. A snapshot and an analysis are judged as models are."""
    if node := node_at(base, path):
        return "test" if node.get("resource_type") == "test" else "model"
    return "macro" if DEFINES.search(text) else FOLDERS.get(path.split("/", 1)[0], "model")


def moved(found: tuple[Case, ...]) -> Iterator[Case]:
    """A file that goes and comes elsewhere under the same name or with the same text is one file that changes."""
    come = {one.path: one for one in found if one.before is None}
    for one in found:
        if one.after is None and (other := next((new for new in come.values() if same(one, new)), None)):
            del come[other.path]
            yield Case(other.path, one.kind, one.before, other.after, one.path)
        elif one.before is not None:
            yield one
    yield from come.values()


def same(gone: Case, come: Case) -> bool:
    """Is it the same file in another place? A kind is never left: a test among the analyses is no test."""
    if gone.kind != come.kind or gone.path.split("/", 1)[0] != come.path.split("/", 1)[0]:
        return False
    return name_of(gone.path) == name_of(come.path) or gone.before == come.after


def name_of(path: str) -> str:
    """`orders` of `models/marts/orders.sql`, as `ref` calls it."""
    return path.rsplit("/", 1)[-1].rsplit(".", 1)[0]


def line_of(text: str | None, word: str) -> int:
    """The first line that has the word; 0 where none has."""
    at = (text or "").lower().find(word.lower()) if word else -1
    return (text or "").count("\n", 0, at) + 1 if at >= 0 else 0
