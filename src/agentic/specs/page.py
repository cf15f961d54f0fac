"""One file under `agent-prompts/`, read once; everything else about it is told when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from agentic.errors import SpecError
from agentic.text import Document, is_blank, take_apart


@dataclass(frozen=True)
class Page:
    """One file of words."""

    path: str
    """From the project's root: `agent-prompts/requirements/business_requirements.md`."""
    text: str
    template: str | None = None
    """The text of the template it is made from; None where there is none."""

    @property
    def folder(self) -> str:
        """`requirements`: the first folder below `agent-prompts/`."""
        return self.path.split("/")[1] if self.path.count("/") > 1 else ""

    @property
    def is_markdown(self) -> bool:
        """By its name."""
        return self.path.endswith(".md")

    @cached_property
    def is_blank(self) -> bool:
        """Still the template: nobody has begun with it, so nothing in it is anybody's word."""
        return self.template is not None and is_blank(self.text, self.template)

    @cached_property
    def fault(self) -> SpecError | None:
        """Why its front matter cannot be read; None where it can, or where there is none."""
        return self._taken[1]

    @cached_property
    def document(self) -> Document:
        """Sections, headings and lines; without front matter where that cannot be read."""
        return self._taken[0]

    @cached_property
    def _taken(self) -> tuple[Document, SpecError | None]:
        try:
            return take_apart(self.text, self.path), None
        except SpecError as error:
            # The words below a broken front matter are still worth reading.
            lines = self.text.split("\n")
            return take_apart("\n".join(["", *lines[1:]]), ""), error
