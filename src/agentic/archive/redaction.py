"""What was taken out of the archive later, and by which record: a line whose body is another than was written has to name it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from agentic.archive.line import DECODE, Line
from agentic.values.digest import digest

MARK = re.compile(rb'\[taken out by (\d{4}-\d\d-\d\d_[^\]/"\\]+_v\d+)\]')
DECIDED = b'"kind":"decided"'


def in_place_of(record: str) -> str:
    """What stands where a text was."""
    return f"[taken out by {record}]"


def is_taken_out(line: Line, path: Path) -> bool:
    """Does a redaction say that this line was to become exactly this?"""
    after = digest(line.raw)
    records = {found.decode() for found in MARK.findall(line.body)}
    return any(facts_of(path.with_name(f"{one}.jsonl")).get(place(path, line.number)) == after for one in records)


def place(path: Path, number: int) -> str:
    """How a redaction names a line."""
    return f"{path.stem}:{number}"


def facts_of(path: Path) -> Mapping[str, str]:
    """What a redaction says it took out: `id:line` -> digest of the line that stands there now; digest of a long text -> ``.

    Nothing where it is no redaction, or broken: then what it would excuse is a fault beside its own.
    """
    if not path.is_file():
        return {}
    try:
        records = [DECODE(line) for line in path.read_bytes().splitlines() if DECIDED in line]
        decided = next((one["body"] for one in records if one["kind"] == "decided"), None)
        return dict(decided["facts"]) if decided and decided["kind"] == "redaction" else {}
    except (msgspec.DecodeError, UnicodeDecodeError, LookupError, TypeError, ValueError):
        return {}
