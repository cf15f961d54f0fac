"""`review: REPORT`: a review stands on lines that exist and on standards that are written down."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from agentic.checks.evidence import verdict
from agentic.ports import Runner, Staged
from agentic.values import CheckSpec, Finding, Verdict

KEYS = ("path", "line", "quote", "severity", "standard", "message", "fix")
HEADING = re.compile(r"^#{1,6}\s+(?P<title>.+?)\s*#*$", re.MULTILINE)
STANDARDS = "standards/"


class Review:
    """Reads; runs nothing. What the review says goes into the evidence: the check is about whether it may be believed."""

    stops = True

    def look(self, staged: Staged, spec: CheckSpec, runner: Runner) -> Verdict:
        """Every remark against the file it speaks of."""
        try:
            said = json.loads((staged.root / spec.target).read_text(encoding="utf-8"))
            remarks = [dict(one) for one in said["findings"]]
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            finding = Finding(
                spec.label, "the review is no JSON object with a list `findings`", spec.target, detail=str(error)
            )
            return verdict(spec, (finding,), {})
        headings = headings_of(staged)
        found = [fault for one in remarks for fault in faults(one, staged, spec, headings)]
        return verdict(spec, found, {"remarks": [] if found else remarks, "summary": str(said.get("summary", ""))})


def headings_of(staged: Staged) -> frozenset[str]:
    """Headings of the standards that the reviewer was given."""
    files = (file.path for file in staged.task.context_files if file.path.startswith(STANDARDS))
    texts = ((staged.root / "agent-prompts" / path).read_text(encoding="utf-8") for path in files)
    return frozenset(match["title"].lower() for text in texts for match in HEADING.finditer(text))


def faults(one: Mapping[str, Any], staged: Staged, spec: CheckSpec, headings: frozenset[str]) -> Iterator[Finding]:
    """What makes one remark worthless."""
    missing = [key for key in KEYS if key not in one]
    if missing or not isinstance(one.get("line"), int):
        yield Finding(spec.label, f"a remark lacks {', '.join(missing) or 'a line number'}: {one}", spec.target)
        return
    reviewed = [file.path for file in staged.task.context_files if not file.path.startswith(STANDARDS)]
    if one["path"] not in reviewed:
        yield Finding(
            spec.label, f"{one['path']} is not under review; under review: {', '.join(reviewed)}", spec.target
        )
        return
    line, quote = line_of(staged.root / one["path"], one["line"]), " ".join(str(one["quote"]).split())
    if not quote or quote not in " ".join(line.split()):
        yield Finding(spec.label, f"`{quote}` does not stand on line {one['line']} of {one['path']}", spec.target)
    if one["severity"] not in ("error", "warning", "note"):
        yield Finding(spec.label, f"severity {one['severity']}: write error, warning or note", spec.target)
    if str(one["standard"]).lower() not in headings:
        yield Finding(spec.label, f"no standard has the heading {one['standard']}", spec.target)


def line_of(file: Path, number: int) -> str:
    """One line; empty where there is none."""
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    return lines[number - 1] if 1 <= number <= len(lines) else ""
