"""The house that tests are about."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agentic.app import App
from agentic.values import Execution
from claude_server import KEY, claude

ADDING = '"""Adds."""\n\n\ndef add(a: int, b: int) -> int:\n    """The sum."""\n    return a + b\n'
TEST = "from adding import add\n\n\ndef test_it_adds():\n    assert add(1, 2) == 3\n"
SETTINGS = "provider: {retries: 1, longest_wait: 1}\nlimits: {turns: 6}\n"


def spec(
    *,
    deliverables: Sequence[str] = ("src/adding.py", "tests/test_adding.py"),
    checks: Sequence[Any] = ("python", {"pytest": "tests/test_adding.py"}),
    criteria: Sequence[str] = ("AC-1: it adds (check: pytest)",),
    context: Sequence[str] = (),
    title: str = "Add two numbers",
    **front: Any,
) -> str:
    """The text of a task spec."""
    lines = [f"{key}: {json.dumps(value)}" for key, value in {"checks": list(checks), **front}.items()]
    return "\n".join(
        [
            "---", *lines, "---",
            f"## TASK: {title}",
            "## DELIVERABLES:", *(f"- {path}" for path in deliverables),
            "## SUCCESS CRITERIA:", *(f"- [ ] {words}" for words in criteria),
            "## CONTEXT FILES:", *(f"- {path}" for path in context or ("none",)),
            "## TECHNICAL SPECIFICATIONS:", "A function `add(a, b)`.",
            "## CONSTRAINTS & STANDARDS:", "None.", "",
        ]
    )  # fmt: skip


@dataclass
class House:
    """One project."""

    root: Path
    watched: list[tuple[str, str]] = field(default_factory=list)

    TASK = "tasks/demo/adding.md"

    @classmethod
    def build(cls, root: Path) -> House:
        """With one task, no template."""
        house = cls(root)
        house.write(f"agent-prompts/{cls.TASK}", spec())
        house.write("configs/agentic.yaml", SETTINGS)
        return house

    def write(self, path: str, text: str | bytes) -> Path:
        """Put a file there."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return file

    def read(self, path: str) -> str:
        """Its text."""
        return (self.root / path).read_text(encoding="utf-8")

    def exists(self, path: str) -> bool:
        """Is it there?"""
        return (self.root / path).exists()

    def app(self, **flags: Any) -> App:
        """The toolbox, standing in the project."""
        return App(self.root, None, flags, lambda task, words: self.watched.append((task, words)))

    def run(
        self, *tasks: str, script: Any = None, jobs: int = 1, flags: Mapping[str, Any] | None = None, **wishes: Any
    ) -> Execution:
        """Run tasks in this process; with a script, against the scripted Claude. The last execution."""
        if script is None:
            return self.app(**(flags or {})).corridor.run(tasks or (self.TASK,), jobs, **wishes)[-1]
        with answered(script):
            return self.app(**(flags or {})).corridor.run(tasks or (self.TASK,), jobs, provider="anthropic", **wishes)[
                -1
            ]

    def cli(
        self, *words: str, environment: Mapping[str, str] | None = None, seconds: float = 120
    ) -> subprocess.CompletedProcess[str]:
        """`agentic ...` as a program."""
        return subprocess.run(
            [sys.executable, "-m", "agentic", *words], cwd=self.root, capture_output=True, text=True, timeout=seconds,
            env={**os.environ, **(environment or {})}, stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip

    def journal(self, name: str) -> list[dict[str, Any]]:
        """The steps of an execution, as they stand on disk."""
        path = self.root / f"agent-prompts/progress/executed_prompts/{name}.jsonl"
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]

    def tree(self) -> dict[str, bytes]:
        """Every file outside of the archive and the runner's own folder."""
        files = (path for path in sorted(self.root.rglob("*")) if path.is_file() and not path.is_symlink())
        named = ((path.relative_to(self.root).as_posix(), path) for path in files)
        return {
            name: path.read_bytes()
            for name, path in named
            if not name.startswith((".agentic", "agent-prompts/progress", ".git/"))
        }


@contextmanager
def answered(script: Any, **options: Any):
    """A scripted Claude that the environment points to."""
    with claude(script, **options) as server:
        before = dict(os.environ)
        os.environ.update(ANTHROPIC_BASE_URL=server.url, ANTHROPIC_API_KEY=KEY, NO_PROXY="127.0.0.1")
        try:
            yield server
        finally:
            os.environ.clear()
            os.environ.update(before)
