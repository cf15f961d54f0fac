"""More ways to break a clean project, for the defects of rules."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

Plant = Callable[[Path], None]

ORDERS = "agent-prompts/tasks/ingestion/orders.md"
LANDING = "agent-prompts/tasks/ingestion/landing.md"
REQUIREMENTS = "agent-prompts/requirements/business_requirements.md"
DATA_CONTEXT = "agent-prompts/context/data_context.md"
SYSTEM_CONTEXT = "agent-prompts/context/system_context.yaml"
PATTERNS = "agent-prompts/standards/development_patterns.md"
ARCHITECTURE = "agent-prompts/design/architecture.md"


def together(*plants: Plant) -> Plant:
    """One defect that takes several changes."""

    def plant(root: Path) -> None:
        for one in plants:
            one(root)

    return plant


def remove(path: str) -> Plant:
    """A defect: a file that is not there any more."""

    def plant(root: Path) -> None:
        (root / path).unlink()

    return plant


def put_before(path: str, text: str) -> Plant:
    """A defect: more words at the beginning of a file."""

    def plant(root: Path) -> None:
        file = root / path
        file.write_text(text + file.read_text(encoding="utf-8"), encoding="utf-8")

    return plant


def hold(path: str, content: bytes) -> Plant:
    """A defect: a file with these bytes, which need not be text."""

    def plant(root: Path) -> None:
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)

    return plant


def link(path: str, target: str) -> Plant:
    """A defect: a link, from its own folder."""

    def plant(root: Path) -> None:
        (root / path).symlink_to(target)

    return plant
