"""Rows of a seed, before and after: the header may be mended, and marks of the format; a value may not."""

from __future__ import annotations

import csv
import hashlib
import re
from collections import Counter
from collections.abc import Iterator

from agentic.policy.cheating.alike import typo
from agentic.policy.cheating.case import Case
from agentic.policy.cheating.known import Known, mapping, node_at
from agentic.policy.cheating.rules import say, warn
from agentic.values import Finding

Rows = list[list[str]]


def judge_rows(case: Case, base: Known) -> Iterator[Finding]:
    """A table of comma-separated values."""
    if case.before is None:
        yield from come(case, base)
        return
    if is_last_good(case, base):
        return
    if case.after is None:
        yield say("removes-a-node", "the seed is gone", case.path)
        return
    old, new = rows(case.before), rows(case.after)
    if not old or not new:
        yield say("edits-data", "all rows are gone", case.path)
        return
    yield from header(case.path, old[0], new[0])
    yield from values(case.path, old, new)


def come(case: Case, base: Known) -> Iterator[Finding]:
    """One that was not there. What dbt has read before is put back."""
    if not is_last_good(case, base):
        yield warn("edits-data", "the seed is new, or other than it was when dbt read it last", case.path)


def is_last_good(case: Case, base: Known) -> bool:
    """By the checksum of the manifest."""
    checksum = str(mapping(node_at(base, case.path).get("checksum")).get("checksum") or "")
    texts = (case.after or "", (case.after or "").strip(), (case.after or "").replace("\n", "\r\n"))
    return bool(checksum) and checksum in [hashlib.sha256(text.encode()).hexdigest() for text in texts]


def rows(text: str) -> Rows:
    """Cells without the blanks around them; rows that hold nothing are none."""
    lines = text.splitlines(keepends=True)
    delimiter = max(",;\t|", key=lambda one: (lines[0].count(one) if lines else 0, one == ","))
    try:
        found = [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=delimiter)]
    except csv.Error:
        found = [line.strip().split(delimiter) for line in lines]
    return [row for row in found if any(row)]


def header(path: str, old: list[str], new: list[str]) -> Iterator[Finding]:
    """A column that is gone takes its values with it; another name is for dbt to judge, and two changed names for a person."""
    left, come = [one for one in old if one not in new], [one for one in new if one not in old]
    if len(new) < len(old) and len(set(map(str.lower, old))) == len(old):
        yield say("edits-data", f"a column is gone: {', '.join(left)}", path)
    elif (
        len(left) > 1
        and len(left) == len(come)
        and not all(typo(one, other) for one, other in zip(left, come, strict=True))
    ):
        yield warn("edits-data", f"several columns are called otherwise: {', '.join(come)} for {', '.join(left)}", path)


def values(path: str, old: Rows, new: Rows) -> Iterator[Finding]:
    """Row by row, in whatever order; a row that was torn may be mended."""
    left, come = apart(old, new, order(old[0], new[0]))
    torn = [row for row in left if len(row) != len(old[0])] or len(come) != len(left)
    if not left and not come:
        return
    if torn and letters(left) == letters(come):
        return
    if len(new) < len(old):
        yield say("edits-data", f"rows are gone: {len(old) - 1} before, {len(new) - 1} after", path)
    elif len(new) > len(old):
        yield say("edits-data", f"rows are new: {len(old) - 1} before, {len(new) - 1} after", path)
    else:
        yield say(
            "edits-data",
            f"values are others in {max(len(left), len(come))} of {len(old) - 1} rows: {','.join(come[0])[:60]}",
            path,
        )


def order(old: list[str], new: list[str]) -> list[int]:
    """For each column after, where it stood before. A name that is new stands for one that is gone."""
    free = [at for at, name in enumerate(old) if name not in new]
    found = []
    for name in new:
        found.append(old.index(name) if name in old else free.pop(0) if free else -1)
    return found


def apart(old: Rows, new: Rows, places: list[int]) -> tuple[Rows, Rows]:
    """Rows that only one side has."""
    swapped = places != list(range(len(old[0])))
    was = Counter(
        tuple(row[at] if 0 <= at < len(row) else "" for at in places) if swapped else tuple(row) for row in old[1:]
    )
    now = Counter(map(tuple, new[1:]))
    return [list(row) for row in (was - now).elements()], [list(row) for row in (now - was).elements()]


def letters(found: Rows) -> Counter[str]:
    """Everything but marks and blanks."""
    return Counter(re.sub(r"[\W_]", "", "".join(cell for row in found for cell in row)))
