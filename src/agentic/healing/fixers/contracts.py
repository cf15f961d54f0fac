"""A model and its contract do not agree -> the description follows the model, where it is the description that changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from agentic.healing.candidate import Candidate, Case, likeness
from agentic.healing.fixers.names import TYPED_WRONG
from agentic.healing.place import block_of

ROW = re.compile(
    r"^\s*\|\s*(?P<column>\S+)\s*\|\s*(?P<has>[^|]*?)\s*\|\s*(?P<promised>[^|]*?)\s*\|\s*(?P<why>[^|]*?)\s*\|$",
    re.MULTILINE,
)


class Mismatch(NamedTuple):
    """A row of the table that dbt prints."""

    column: str
    has: str
    """The type that the model yields; empty: it has no such column."""
    promised: str
    """The type of the contract; empty: it knows no such column."""


def contract(case: Case) -> Iterator[Candidate]:
    """A column that is described by a name typed wrong, or with another type than the model has had all along."""
    rows = [
        Mismatch(found["column"], found["has"], found["promised"])
        for found in ROW.finditer(case.failure.message)
        if found["column"] not in ("column_name", "-----------") and not set(found["column"]) <= {"-"}
    ]
    path = str(case.node.get("patch_path") or "").partition("://")[2]
    if path not in case.project.files:
        return
    text = case.project.whole(path)
    good = str(case.project.good_node(case.failure.node).get("raw_code") or "")
    is_unchanged = bool(good) and good.split() == case.raw.split()
    for promised in (row for row in rows if not row.has):
        for given in (row for row in rows if not row.promised):
            near = likeness(promised.column, given.column)
            if near >= TYPED_WRONG or len(rows) == 2:
                yield from changed(
                    case,
                    path,
                    text,
                    promised.column,
                    rf"(name:\s*['\"]?){re.escape(promised.column)}\b",
                    given.column,
                    0.93 if is_unchanged else 0.75,
                    near,
                )
    for row in (row for row in rows if row.has and row.promised):
        pattern = rf"(name:\s*['\"]?{re.escape(row.column)}['\"]?\s*\n(?:(?!\s*-\s).*\n)*?\s*data_type:\s*)[^\n]+"
        yield from changed(case, path, text, row.promised, pattern, row.has.lower(), 0.9 if is_unchanged else 0.6, 0.5)


def changed(
    case: Case, path: str, text: str, old: str, pattern: str, new: str, prior: float, near: float
) -> Iterator[Candidate]:
    """One place in the block of the model."""
    start, end = block_of(text, str(case.node.get("name", "")))
    block, count = re.subn(pattern, rf"\g<1>{new}", text[start:end], count=1)
    if count:
        yield Candidate(
            "contract",
            f"the contract says {new}, not {old}",
            {path: text[:start] + block + text[end:]},
            prior,
            near,
            needs_run=True,
        )
