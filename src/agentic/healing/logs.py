"""pipeline_runs.log, errors.log, fixes.log: a line of JSON each, rotated, every one with run, healing and execution."""

from __future__ import annotations

import json
import logging
import logging.handlers
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from agentic.outside import clock

Name = Literal["pipeline_runs", "errors", "fixes"]
LARGEST = 5 * 1024 * 1024
"""Bytes of one file; five older ones are kept."""


@dataclass(frozen=True)
class Logs:
    """The three files."""

    folder: Path
    redact: Callable[[str], str]
    healing: str
    """Correlates them: the same in every line of one healing."""

    def write(self, name: Name, body: Mapping[str, Any]) -> None:
        """One line."""
        self.folder.mkdir(parents=True, exist_ok=True)
        line = self.redact(
            json.dumps({"at": clock.now(), "healing": self.healing, **body}, ensure_ascii=False, default=str)
        )
        handler = logging.handlers.RotatingFileHandler(
            self.folder / f"{name}.log", maxBytes=LARGEST, backupCount=5, encoding="utf-8"
        )
        try:
            handler.emit(logging.makeLogRecord({"msg": line.replace("\n", " "), "args": ()}))
        finally:
            handler.close()

    def read(self, name: Name, most: int) -> tuple[Mapping[str, Any], ...]:
        """The newest lines, oldest first. Half a line, of a crash, is left out."""
        lines: list[Mapping[str, Any]] = []
        for path in (self.folder / f"{name}.log.1", self.folder / f"{name}.log"):
            lines += read_lines(path)
        return tuple(lines[-most:])


def read_lines(path: Path) -> Iterator[Mapping[str, Any]]:
    """Of one file."""
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else ():
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if isinstance(found, dict):
            yield found
