"""configs/lint-baseline.json: findings of old that are known and not yet mended. New ones count."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from agentic.errors import BadSettings, DiskFailed
from agentic.specs.suppress import Hit
from agentic.values import Finding
from agentic.values.noun import Noun

FILE = "configs/lint-baseline.json"
SCHEMA = "agentic.lint-baseline/1"
NUMBER = re.compile(r"(?P<before>\blines?\s+|\.[a-z]{2,5}:)\d+(?:(?:\s*(?:,|-|and|to)\s*)\d+)*\b")
"""Numbers of lines in a message: they move when something is written above them."""
HINT = "agentic lint --write-baseline writes it anew; resolve a conflict in it in the same way."

Key = tuple[str, str, str]
"""(path, code, message without numbers of lines)."""


class Compared(Noun, frozen=True):
    """What was found, held against the baseline."""

    new: tuple[Hit, ...]
    known: tuple[Finding, ...] = ()
    """In the baseline already."""
    mended: int = 0
    """Entries of the baseline that are found no more."""


def compare(hits: Iterable[Hit], baseline: Counter[Key], firm: Collection[str]) -> Compared:
    """Of several findings that read the same, as many are known as the baseline counts: the first ones."""
    left, new, known = Counter(baseline), [], []
    for hit in hits:
        key = key_of(hit.finding)
        if left[key] > 0 and hit.finding.code not in firm:
            left[key] -= 1
            known.append(hit.finding)
        else:
            new.append(hit)
    return Compared(tuple(new), tuple(known), sum(left.values()))


def key_of(finding: Finding) -> Key:
    """What stays the same while lines move."""
    return finding.path, finding.code, NUMBER.sub(r"\g<before>*", " ".join(finding.message.split()))


def read_baseline(root: Path) -> Counter[Key]:
    """Empty where there is none. Raises BadSettings where it cannot be read."""
    path = root / FILE
    if not path.is_file():
        return Counter()
    import json  # Here, since few projects have a baseline.

    try:
        return Counter(dict(entry(one) for one in json.loads(path.read_bytes())["entries"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadSettings(f"{FILE} is no baseline", path=FILE, cause=repr(error), hint=HINT) from error
    except OSError as error:
        raise BadSettings(f"{FILE} cannot be read", path=FILE, cause=str(error)) from error


def entry(one: dict[str, Any]) -> tuple[Key, int]:
    """One entry of the file. Raises what is wrong with it."""
    path, code, message, count = one["path"], one["code"], one["message"], one["count"]
    if not all(isinstance(word, str) for word in (path, code, message)) or not isinstance(count, int) or count < 1:
        raise TypeError(f"{one} is no entry")
    return (path, code, message), count


def write_baseline(root: Path, findings: Iterable[Finding], firm: Collection[str]) -> int:
    """How many findings it holds now. Written beside and renamed; one line a value, so that it diffs well."""
    import json

    counted = Counter(key_of(one) for one in findings if one.code not in firm)
    entries = [
        {"path": path, "code": code, "message": message, "count": count}
        for (path, code, message), count in sorted(counted.items())
    ]
    text = json.dumps({"schema": SCHEMA, "entries": entries}, indent=2, ensure_ascii=False) + "\n"
    path = root / FILE
    beside = path.with_suffix(".json.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        raise DiskFailed(f"{FILE} cannot be written", path=FILE, cause=str(error)) from error
    return counted.total()
