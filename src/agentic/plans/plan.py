"""One file below plans/: its number, its title, its state, and what was promised in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from agentic.errors import AgenticError
from agentic.text import Document, Sect, read_text, take_apart
from agentic.values import Finding
from agentic.values.digest import digest
from agentic.values.noun import Noun

PROPOSED, IMPLEMENTED = "plans/proposed", "plans/implemented"
NAME = re.compile(r"^(?P<number>\d{3,})-[a-z0-9]+(?:-[a-z0-9]+)*\.md$")
APPROVED = re.compile(r"^Approved: (?P<who>\S.*), (?P<day>\d{4}-\d\d-\d\d) \((?P<digest>sha256:[0-9a-f]{64})\)\s*$")
BOX = re.compile(r"^(?P<mark>\s*[-*+]\s+)\[(?P<tick>[ xX])\]\s+(?P<text>\S.*)$")
LOG = "IMPLEMENTATION LOG"
State = Literal["proposed", "approved", "implemented"]


class Plan(Noun, frozen=True):
    """One plan, as people list it."""

    number: int
    """0: its name has none."""
    title: str
    path: str
    """From the project's root."""
    state: State
    approved_by: str = ""
    approved_on: str = ""
    findings: tuple[Finding, ...] = ()


class Approval(Noun, frozen=True):
    """The line below the title: `Approved: NAME, YYYY-MM-DD (sha256:...)`."""

    who: str
    day: str
    digest: str
    """Of what was promised when it was approved."""


@dataclass(frozen=True)
class PlanFile:
    """One plan with its words."""

    path: str
    """From the project's root."""
    text: str
    fault: AgenticError | None = None
    """Why it cannot be read."""

    @property
    def name(self) -> str:
        """`003-streaming-sources.md`."""
        return self.path.rpartition("/")[2]

    @property
    def number(self) -> int:
        """0: the name has none."""
        found = NAME.match(self.name)
        return int(found["number"]) if found else 0

    @property
    def about(self) -> str:
        """`plans/003`: as decisions call it."""
        return f"plans/{self.number:03}"

    @cached_property
    def document(self) -> Document:
        """Its sections."""
        return take_apart(self.text, "")

    @property
    def title(self) -> str:
        """The first heading; the name where there is none."""
        first = next((heading.title for heading in self.document.headings if heading.level == 1), "")
        return first or self.name.removesuffix(".md")

    def section(self, name: str) -> Sect | None:
        """One section, by its name in capitals."""
        return next((one for one in self.document.sections if one.name == name), None)

    @cached_property
    def approval(self) -> Approval | None:
        """As the file says it; whether that holds is for `state` and the archive."""
        found = next((match for line in self.document.prose if (match := APPROVED.match(line.text))), None)
        return Approval(found["who"], found["day"], found["digest"]) if found else None

    @cached_property
    def promise(self) -> str:
        """The digest of what is promised: everything but ticks, empty lines, the log and the approval."""
        return digest("\n".join(self.promised()))

    def promised(self) -> Iterator[str]:
        """Line by line."""
        logged = {line.number for one in self.document.sections if one.name == LOG for line in one.lines}
        for number, line in enumerate(self.document.lines, 1):
            if number in logged or not line.strip() or APPROVED.match(line):
                continue
            box = BOX.match(line)
            yield f"{box['mark']}[ ] {box['text']}".rstrip() if box else line.rstrip()

    @property
    def state(self) -> State:
        """From the folder, then from the approval; one of other words is none."""
        if self.path.startswith(f"{IMPLEMENTED}/"):
            return "implemented"
        return "approved" if self.approval and self.approval.digest == self.promise else "proposed"

    def row(self, findings: tuple[Finding, ...]) -> Plan:
        """As people list it."""
        held = self.approval if self.state != "proposed" else None
        who, day = (held.who, held.day) if held else ("", "")
        return Plan(self.number, self.title, self.path, self.state, who, day, findings)


def read_plans(root: Path) -> tuple[PlanFile, ...]:
    """Every plan, by number; those whose name has none come first."""
    found = [read_plan(root, path) for folder in (PROPOSED, IMPLEMENTED) for path in listed(root, folder)]
    return tuple(sorted(found, key=lambda plan: (plan.number, plan.path)))


def listed(root: Path, folder: str) -> Iterator[str]:
    """Markdown in a folder; what explains the folder is no plan."""
    for file in sorted((root / folder).glob("*.md")):
        if file.name not in ("README.md", "TEMPLATE.md"):
            yield f"{folder}/{file.name}"


def read_plan(root: Path, path: str) -> PlanFile:
    """One of them; what cannot be read is a plan with a fault."""
    try:
        text = read_text(root / path, path)
        take_apart(text, path)
    except AgenticError as error:
        return PlanFile(path, "", error)
    return PlanFile(path, text)
