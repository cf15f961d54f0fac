"""A checkpoint as a gate in a job: what does not hold stops the pipeline, and names the rows.

agentic is called as a program, so that a job needs nothing of it but the command.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

SHOWN = 5
"""Rows of each failed expectation that the error shows; the log has more."""


class GateError(RuntimeError):
    """The checkpoint could not be asked; that says nothing about the data."""


class QualityFailed(RuntimeError):
    """What was expected of the data does not hold."""

    def __init__(self, result: Mapping[str, Any]) -> None:
        super().__init__(describe(result))
        self.result = result
        """Of the checkpoint, as `agentic quality check --json` prints it."""
        self.failed: list[Mapping[str, Any]] = broken(result)
        """Each with `expectation`, `column`, `observed`, `threshold`, `unexpected_count` and `sample`, redacted."""


def check(name: str, *, ref: str = "", project: Path | None = None) -> Mapping[str, Any]:
    """The checkpoint's result, where it passed. `ref`: a branch, tag or snapshot of the lake's table.

    Raises QualityFailed where the data is not as expected, GateError where nobody can tell.
    """
    words = ["quality", "check", name, "--json", "--no-input", *(["--ref", ref] if ref else [])]
    if project:
        words += ["--project", str(project)]
    done = subprocess.run([*program(), *words], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    result = read(done, name)
    if result["status"] in ("failed", "broken"):
        raise QualityFailed(result)
    return result


def program() -> Sequence[str]:
    """The one of this interpreter, else the one on the path. AGENTIC in the environment wins."""
    if named := os.environ.get("AGENTIC"):
        return (named,)
    if find_spec("agentic"):
        return (sys.executable, "-m", "agentic")
    if found := shutil.which("agentic"):
        return (found,)
    raise GateError(
        "agentic is neither in this interpreter nor on the path. Install it, or set AGENTIC to the command."
    )


def read(done: "subprocess.CompletedProcess[str]", name: str) -> Mapping[str, Any]:
    """The one checkpoint in the answer. Raises GateError where there is none."""
    try:
        answer = json.loads(done.stdout)
    except ValueError as error:
        raise GateError(f"{name}: agentic ended with {done.returncode}: {done.stderr[-1000:]}") from error
    if fault := answer.get("error"):
        told = [f"{name}: {fault['message']} [{fault['code']}]", fault.get("cause"), fault.get("fix")]
        raise GateError("\n".join(filter(None, told)))
    found: Mapping[str, Any] = answer["checkpoints"][0]
    return found


def broken(result: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What stops: each expectation and each trend that failed."""
    return [one for one in (*result["expectations"], *result["trends"]) if one["status"] == "failed"]


def describe(result: Mapping[str, Any]) -> str:
    """A line an expectation, then the first rows."""
    lines = [f"{result['name']}: {result['data']} does not hold what {result['suite']} expects"]
    for one in broken(result):
        lines.append(f"  {one['message']}")
        lines += [f"    row {json.dumps(row, ensure_ascii=False)}" for row in one.get("sample", [])[:SHOWN]]
    return "\n".join(lines)
