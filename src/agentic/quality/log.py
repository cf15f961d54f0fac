"""logs/quality_results.jsonl: a line a checkpoint that was checked. The file is the truth; tables are made of it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from agentic.outside.lines import append_line
from agentic.quality.nouns import Checked, PastResult
from agentic.redact import Redactor

LOG = "logs/quality_results.jsonl"


def append(root: Path, checked: Checked) -> None:
    """One line, whole or not at all for whoever reads it. Raises DiskFailed."""
    line = {"event": "quality", **msgspec.to_builtins(checked)}
    append_line(root, LOG, line, Redactor(os.environ), done="the check was done, its result is not kept")


def read_log(root: Path, names: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Results, oldest first; of these checkpoints, or of all."""
    path, wanted = root / LOG, set(names)
    if not path.is_file():
        return []
    # Not splitlines(): JSON may hold U+2028 as it is.
    lines = (read_line(text) for text in path.read_text(encoding="utf-8", errors="replace").split("\n"))
    return [line for line in lines if line and (not wanted or line["name"] in wanted)]


def read_line(text: str) -> dict[str, Any] | None:
    """None for half a line, or for somebody else's."""
    try:
        line = json.loads(text)
    except ValueError:
        return None
    return line if isinstance(line, dict) and line.get("event") == "quality" and "figures" in line else None


def figures_before(lines: Sequence[Mapping[str, Any]], data: str, snapshot: str) -> list[dict[str, Any]]:
    """What this run is held against: earlier figures of the same data, whole, and not of a load that was stopped.

    The same snapshot counts once, however often it was checked: on a branch first, on main afterwards. This one's own does not.
    """
    kept: dict[str, dict[str, Any]] = {}
    for number, line in enumerate(lines):
        if line["data"] == data and line["status"] in ("passed", "warned") and line["is_whole"] and line["figures"]:
            kept[line["snapshot"] or f"run {number}"] = line["figures"]
    return [figures for name, figures in kept.items() if not snapshot or name != snapshot]


def past_of(lines: Sequence[Mapping[str, Any]]) -> tuple[PastResult, ...]:
    """As people read them, with the change of rows against the run before."""
    last: dict[str, int] = {}
    found = []
    for line in lines:
        rows, key = line["rows"], line["name"]
        found.append(
            PastResult(
                line["at"], key, line["data"], line["status"], rows,
                sum(one["status"] != "passed" for one in line["expectations"]), len(line["expectations"]),
                change(last.get(key), rows), line["snapshot"],
            )
        )  # fmt: skip
        if rows is not None:
            last[key] = rows
    return tuple(found)


def change(before: int | None, now: int | None) -> str:
    """`+1,200`, `=`, or nothing to hold it against."""
    if before is None or now is None:
        return ""
    return "=" if before == now else f"{now - before:+,}"
