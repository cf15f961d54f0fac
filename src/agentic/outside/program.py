"""An order -> the answer of a program of ours that runs in the project's interpreter, or one of our errors.

Heavy libraries (DuckDB, PyIceberg, Great Expectations, obstore) belong to the project, so they are asked through programs: an order as JSON
on stdin, progress on stderr, one JSON object as the last line of stdout. `fault` in it is what went wrong, by a word of the program's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agentic.errors import AgenticError
from agentic.outside import shell
from agentic.redact import by_line

Faults = Mapping[str, tuple[type[AgenticError], str]]
"""The program's word for what went wrong -> our error, and what to do where the program does not say it."""


@dataclass(frozen=True)
class Program:
    """One program, and who asks it."""

    path: Path
    python: str
    """The project's interpreter: it has the libraries."""
    root: Path
    environment: Mapping[str, str]
    """Of the person who asks, with credentials: the program is ours, and works on what is the person's own."""
    redact: Callable[[str], str]
    faults: Faults
    longest: int
    """Seconds after which an answer is not waited for."""
    breaks: Callable[[int, str], AgenticError]
    """Exit code and last words of a program that never came to an answer -> our error."""

    def ask(self, order: Mapping[str, Any], hear: Callable[[str], None]) -> dict[str, Any]:
        """Raises one of `faults`, or what `breaks` makes."""
        heard = by_line(self.redact)
        done = shell.run(
            (self.python, "-I", str(self.path)), cwd=self.root, stdin=json.dumps(order), seconds=self.longest,
            environment={**self.environment, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONIOENCODING": "utf-8"},
            heard=lambda line: hear(heard(line)),
        )  # fmt: skip
        said = answer_in(done.stdout)
        if said is None:
            cause = "it took longer than it may" if done.timed_out else self.redact(done.stderr)[-2000:]
            raise self.breaks(done.exit_code, cause)
        if fault := said.get("fault"):
            raise self.error(fault)
        return said

    def error(self, fault: Mapping[str, str]) -> AgenticError:
        """One of ours."""
        kind, hint = self.faults[fault["kind"]]
        said = fault.get("hint") or hint
        return kind(self.redact(fault["message"]), cause=self.redact(fault["cause"]), hint=said)


def answer_in(output: str) -> dict[str, Any] | None:
    """Its last line; None where it never came to one."""
    # Not splitlines(): JSON may hold U+2028 as it is.
    lines = [line for line in output.split("\n") if line.startswith("{")]
    try:
        found: dict[str, Any] = json.loads(lines[-1])
    except (IndexError, ValueError):  # none, or half a one: it was killed while it spoke
        return None
    return found
