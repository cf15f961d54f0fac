"""Everything that a person wrote for this project, read once: pages, tasks, requirements, datasets."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path

from agentic.errors import AgenticError, NotText, SpecError
from agentic.specs.context import FILE as DATA_CONTEXT
from agentic.specs.context import Dataset, read_datasets
from agentic.specs.page import Page
from agentic.specs.parse import parse_document
from agentic.specs.requirements import requirements_of
from agentic.text import PROMPTS, Document, is_file, read_text
from agentic.values import Requirement, TaskSpec

ENDS = (".md", ".yaml", ".yml")
SKIPPED = ("meta/templates", "meta/proposed", "progress/executed_prompts", "progress/reviews", "examples")
"""Folders whose files are no specs: they hold templates, proposals and records."""
TEMPLATES = "meta/templates"


@dataclass(frozen=True)
class Library:
    """The specs of one project. Nothing is read before somebody asks."""

    root: Path
    roots: tuple[str, ...]
    """Folders that may hold deliverables."""
    drafts: Mapping[str, str] = field(default_factory=dict, compare=False)
    """Path from the root -> text to be judged in place of the one on disk."""

    @cached_property
    def _read(self) -> tuple[dict[str, Page], tuple[SpecError, ...]]:
        pages, faults = {}, []
        for path in files(self.root / PROMPTS):
            shown = f"{PROMPTS}/{path}"
            try:
                refuse_strange_name(shown)
                text = self.drafts[shown] if shown in self.drafts else read_text(self.root / shown, shown)
                pages[shown] = Page(shown, text, self.template_of(path))
            except AgenticError as error:
                faults.append(as_spec_error(error, shown))
        return pages, tuple(faults)

    @property
    def pages(self) -> dict[str, Page]:
        """Path from the root -> page, for every file that is text."""
        return self._read[0]

    @property
    def unreadable(self) -> tuple[SpecError, ...]:
        """Files that are no text."""
        return self._read[1]

    def template_of(self, path: str) -> str | None:
        """The text of the template for `path` (from `agent-prompts/`); None where there is none."""
        template = self.templates.get(path)
        try:
            return None if template is None else read_text(template, path)
        except AgenticError:  # A template that cannot be read was nobody's beginning.
            return None

    @cached_property
    def templates(self) -> dict[str, Path]:
        """Path of a document, from `agent-prompts/` -> its template."""
        base = self.root / PROMPTS / TEMPLATES
        return {path: base / path for path in files(base)} if base.is_dir() else {}

    @cached_property
    def _tasks(self) -> tuple[dict[str, TaskSpec], tuple[SpecError, ...]]:
        tasks: dict[str, TaskSpec] = {}
        faults: list[SpecError] = []
        for shown, page in self.pages.items():
            if page.folder == "tasks" and page.is_markdown:
                path = shown.removeprefix(f"{PROMPTS}/")
                try:
                    tasks[path] = parse_document(page.text, path, partial(whole, page), faults.append)
                except SpecError as error:
                    faults.append(error)
        return tasks, tuple(faults)

    @property
    def tasks(self) -> dict[str, TaskSpec]:
        """Path from `agent-prompts/` -> task, for every file that is one. What is wrong with it is not in it: see misread."""
        return self._tasks[0]

    @property
    def misread(self) -> tuple[SpecError, ...]:
        """What is wrong with the tasks, and why the other files below `tasks/` are none."""
        return self._tasks[1]

    @cached_property
    def requirements(self) -> tuple[Requirement, ...]:
        """Of every file in `requirements/`, in order; not those of a template that nobody filled in."""
        return tuple(
            found
            for page in self.pages.values()
            if page.folder == "requirements" and page.is_markdown and not page.is_blank
            for found in requirements_of(page)
        )

    @cached_property
    def datasets(self) -> dict[str, Dataset]:
        """Of context/data_context.md."""
        page = self.pages.get(f"{PROMPTS}/{DATA_CONTEXT}")
        return read_datasets(page.text) if page else {}

    @cached_property
    def _there(self) -> dict[str, bool]:
        return {}

    def has_file(self, path: str) -> bool:
        """Is there such a file, from the project's root? Asked of the disk once."""
        known = self._there
        if path not in known:
            known[path] = is_file(self.root / path)
        return known[path]


def whole(page: Page) -> Document:
    """Its document; raises what is wrong with its front matter."""
    if page.fault:
        raise page.fault
    return page.document


def files(base: Path) -> Iterator[str]:
    """Markdown and YAML below `base`, sorted. Links to folders are not followed: one may lead in a circle."""
    top, found = str(base), []
    for folder, names, listed in os.walk(top):
        place = f"{folder[len(top) + 1 :]}/".lstrip("/")
        names[:] = [name for name in names if place + name not in SKIPPED]
        found += [place + name for name in listed if name.endswith(ENDS)]
    return iter(sorted(found))


def refuse_strange_name(shown: str) -> None:
    """A name that is no UTF-8 could neither be shown nor archived. Raises NotText."""
    visible = shown if shown.isascii() else shown.encode("utf-8", "backslashreplace").decode()
    if visible != shown:
        raise NotText(f"the name of {visible} is not UTF-8", path=visible, line=1, hint="rename the file.")


def as_spec_error(error: AgenticError, shown: str) -> SpecError:
    """A file that cannot be read is a fault of that file."""
    if isinstance(error, SpecError):
        return error
    return SpecError(error.message, path=shown, line=1, cause=error.cause, hint=error.fix)
