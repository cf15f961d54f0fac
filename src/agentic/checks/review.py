"""`review: REPORT`: a review stands on lines that exist and on standards that are written down."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from agentic.checks.evidence import verdict
from agentic.ports import Runner, Staged
from agentic.text import PROMPTS, read_text, take_apart
from agentic.values import CheckSpec, Finding, Verdict

KEYS = ("path", "line", "quote", "severity", "standard", "message", "fix")
WORDS = ("quote", "standard", "message", "fix")
SHORTEST = 8
"""Letters of a quote, where its line has as many: a bracket stands everywhere."""
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
    """Headings of the standards that the reviewer was given; a comment in an example is none."""
    files = (file.path for file in staged.task.context_files if file.path.startswith(STANDARDS))
    texts = (read_text(staged.root / PROMPTS / path, path) for path in files)
    return frozenset(heading.title.lower() for text in texts for heading in take_apart(text, "").headings)


def faults(one: Mapping[str, Any], staged: Staged, spec: CheckSpec, headings: frozenset[str]) -> Iterator[Finding]:
    """What makes one remark worthless."""
    if lacking := "; ".join(lacks(one)):
        yield Finding(spec.label, f"a remark lacks {lacking}: {one}", spec.target)
        return
    reviewed = [file.path for file in staged.task.context_files if not file.path.startswith(STANDARDS)]
    if one["path"] not in reviewed:
        message = f"{one['path']} is not under review; under review: {', '.join(reviewed)}"
        yield Finding(spec.label, message, spec.target)
        return
    if fault := misquoted(plain(line_of(staged.root / one["path"], one["line"])), plain(one["quote"])):
        yield Finding(spec.label, f"`{plain(one['quote'])}` {fault} {one['line']} of {one['path']}", spec.target)
    if one["severity"] not in ("error", "warning", "note"):
        yield Finding(spec.label, f"severity {one['severity']}: write error, warning or note", spec.target)
    if one["standard"].lstrip("# ").lower() not in headings:
        yield Finding(spec.label, f"no standard has the heading {one['standard']}", spec.target)


def lacks(one: Mapping[str, Any]) -> Iterator[str]:
    """Keys that are missing, and those that hold something else than they should."""
    if missing := [key for key in KEYS if key not in one]:
        yield ", ".join(missing)
        return
    if not isinstance(one["line"], int) or isinstance(one["line"], bool):
        yield "a line number"
    if hollow := [key for key in WORDS if not isinstance(one[key], str) or not one[key].strip()]:
        yield f"words in {', '.join(hollow)}"


def misquoted(line: str, quote: str) -> str:
    """Why a quote shows nothing; empty where it does."""
    if quote not in line:
        return "does not stand on line"
    return "is too short to tell which words are meant on line" if len(quote) < min(SHORTEST, len(line)) else ""


def plain(text: str) -> str:
    """With single blanks."""
    return " ".join(text.split())


def line_of(file: Path, number: int) -> str:
    """One line; empty where there is none."""
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    return lines[number - 1] if 1 <= number <= len(lines) else ""
