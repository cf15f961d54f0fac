"""The desk for quality with Claude: review, tests and documentation, each a task like any other."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from agentic.checks.pytest import is_test
from agentic.errors import NoSuchSpec, UsageError
from agentic.specs.built import seen
from agentic.text import PROMPTS, is_file
from agentic.values import Execution, Finding
from agentic.values.path import normalise

if TYPE_CHECKING:
    from agentic.app.core import App
    from agentic.values import TaskSpec

DOCS = "docs/modules"
DESIGN = ("design/architecture.md", "design/data_flows.md", "design/design_decisions.md", "context/data_context.md")
HERE = "generate/"
"""Tasks of this desk, as the archive calls them."""
CODE = (".py", ".sql", ".sh", ".yml", ".yaml", ".j2", ".toml")
"""Files that can be named for a review."""
MOST = 20
"""Files that one review can read with care."""


@dataclass(frozen=True)
class Quality:
    """The desk."""

    app: App

    def review(self, wishes: tuple[str, ...]) -> TaskSpec:
        """A review of files, or of every file of code below a folder."""
        from agentic.flows.quality_tasks import review_task

        paths = tuple(dict.fromkeys(path for wish in wishes for path in self.code_at(wish)))
        if len(paths) > MOST:
            raise UsageError(
                f"{len(paths)} files are too many for one review",
                hint=f"name at most {MOST}; agentic review one module.",
            )
        standards = self.standards()
        if not standards:
            raise NoSuchSpec(
                f"no standards in {PROMPTS}/standards/", hint="a review needs something to be held against."
            )
        return review_task(paths, standards)

    def standards(self) -> tuple[str, ...]:
        """Every standard of the project."""
        folder = self.app.root / PROMPTS / "standards"
        return tuple(path.relative_to(self.app.root).as_posix() for path in sorted(folder.glob("*.md")))

    def code_at(self, wish: str) -> Iterator[str]:
        """Files meant by a path: from the root, or from where one stands. Raises NoSuchSpec."""
        place = next((base / wish for base in (self.app.here, self.app.root) if wish and (base / wish).exists()), None)
        if place is None or not place.resolve().is_relative_to(self.app.root):
            hint = "name a file or folder of code, such as src/ingestion."
            raise NoSuchSpec(f"no file {wish} in the project", hint=hint)
        files = [place] if place.is_file() and place.suffix in CODE else [*self.code_below(place)]
        if not files:
            hint = "name a file of code, or a folder with .py or .sql files."
            raise NoSuchSpec(f"{wish} holds no code", hint=hint)
        yield from (Path(os.path.relpath(path.resolve(), self.app.root)).as_posix() for path in files)

    def code_below(self, folder: Path) -> Iterator[Path]:
        """Python and SQL of a folder, without what tools keep in it."""
        skip = self.app.settings.workspace.skip
        for path in sorted(folder.rglob("*")):
            folders = path.relative_to(folder).parts[:-1]
            if path.suffix in (".py", ".sql") and not any(part in skip or part.startswith(".") for part in folders):
                yield path

    def tests(self, wish: str, into: str, words: str) -> TaskSpec:
        """Tests for one file of code."""
        from agentic.flows.quality_tasks import tests_task

        (file, *more) = self.code_at(wish)
        if more or not file.endswith(".py"):
            raise UsageError(f"{wish} is not one Python file", hint="name one file, such as src/ingestion/flights.py.")
        target = collected(into) if into else self.free(file)
        context = [path for path in ("standards/development_patterns.md", "context/data_context.md") if self.said(path)]
        return tests_task(file, target, context, words)

    def free(self, file: str) -> str:
        """Where the tests of a file go. Those that were generated here are made anew; those of a person or of a task stay."""
        from agentic.workspace import belongings

        folders = file.removeprefix("src/").split("/")[:-1][:1]
        target = "/".join(("tests", *folders, f"test_{Path(file).stem}.py"))
        (one,) = belongings(self.app.root, (target,), self.app.archive.owned())
        mine = one.state == "generated" and self.app.archive.story(one.since).first("opened")["task"].startswith(HERE)
        return target if one.state == "absent" or mine else target.replace(".py", "_generated.py")

    def docs(self, module: str) -> TaskSpec:
        """Documentation of one module."""
        from agentic.flows.quality_tasks import docs_task

        files, responsibility = self.module(module)
        design = [path for path in DESIGN if self.said(path)]
        tasks = [path for path, task in self.app.library.tasks.items() if task.module == module]
        model = self.app.phases.model(f"{DOCS}/{module}.md") or ""
        return docs_task(module, f"{DOCS}/{module}.md", [*design, *tasks, *files], responsibility, model)

    def module(self, name: str) -> tuple[list[str], str]:
        """Files of a module and what it is for. Raises NoSuchSpec where it has no code."""
        folder = self.app.root / "src" / name
        code = self.code_below(folder) if name.isidentifier() else ()
        files = [path.relative_to(self.app.root).as_posix() for path in code if path.suffix == ".py"]
        if not files:
            raise NoSuchSpec(f"no code in src/{name}/", hint="name a module as it is called below src/.")
        known = seen(self.app.library)
        found = next((one for one in known.structure.modules if one.name == name), None) if known else None
        return files, found.responsibility if found else ""

    def said(self, path: str) -> bool:
        """Is there such a document (from `agent-prompts/`), filled in by somebody?"""
        page = self.app.library.pages.get(f"{PROMPTS}/{path}")
        return is_file(self.app.root / PROMPTS / path) and not (page and page.is_blank)


def collected(into: str) -> str:
    """A place where pytest finds tests, and where they are tried. Raises UsageError."""
    path, fault = normalise(into)
    if fault or not path.startswith("tests/") or not is_test(path):
        raise UsageError(
            f"no tests are collected from {into}", hint="name a file such as tests/ingestion/test_flights.py."
        )
    return path


def remarks(executions: Iterable[Execution]) -> tuple[Finding, ...]:
    """What reviews found, in the form of checks."""
    verdicts = (verdict for execution in executions for verdict in execution.verdicts if verdict.kind == "review")
    said = (one for verdict in verdicts if verdict.passed for one in verdict.evidence.get("remarks", ()))
    return tuple(
        Finding(
            f"review: {one['standard']}", one["message"], one["path"], one["line"], one["severity"], fix=str(one["fix"])
        )
        for one in said
    )
