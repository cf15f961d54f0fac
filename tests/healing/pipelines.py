"""A dbt project that was built and is green, for a test to break; and the command line on it."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PROJECTS = Path(__file__).parents[2] / "benchmarks/faults/projects"


@dataclass(frozen=True)
class Said:
    """What a command said."""

    exit: int
    out: str

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.out)


@dataclass(frozen=True)
class Shop:
    """One project, and how it is talked to."""

    root: Path
    capsys: pytest.CaptureFixture[str]

    def ask(self, *words: str) -> Said:
        from agentic.cli import roof

        self.capsys.readouterr()
        exit_code = roof(["pipeline", *words, "--project-dir", str(self.root), "--quiet"])
        return Said(exit_code, self.capsys.readouterr().out)

    def heal(self, mode: str = "autonomous") -> dict[str, Any]:
        said = self.ask("run", "--mode", mode, "--json").json
        assert "error" not in said, said["error"]
        return said

    def replace(self, path: str, old: str, new: str) -> None:
        text = self.read(path)
        assert old in text
        self.write(path, text.replace(old, new))

    def write(self, path: str, text: str) -> None:
        (self.root / path).write_text(text, encoding="utf-8")

    def read(self, path: str) -> str:
        return (self.root / path).read_text(encoding="utf-8")

    def log(self, name: str) -> list[dict[str, Any]]:
        path = self.root / f"logs/{name}.log"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.is_file() else []

    def tree(self) -> dict[str, str]:
        """Every file that a person may have written."""
        from agentic.healing.project import read_all

        return dict(read_all(self.root))


def copied(source: Path, target: Path) -> Path:
    shutil.copytree(source, target)
    return target
