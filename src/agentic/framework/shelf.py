"""Where the framework's own files are: in the wheel beside this file, in a checkout the repository's own.

The repository is itself a project of the framework, so what a fresh project gets of governance, templates, examples and
shared code are the very files that the repository works with; there is no second copy that could differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
STARTERS = HERE / "starters"
SHARED = (
    "agent-prompts/meta", "agent-prompts/examples", "src/common", "configs/lake.yaml", "configs/jars.yaml",
    "setup-scripts/fetch_jars.py", "great-expectations/great_expectations.yml",
)  # fmt: skip
"""Files and folders that a fresh project gets as they are here."""
NOT_SHARED = ("agent-prompts/meta/proposed", "agent-prompts/meta/framework.json", "__pycache__")
"""What one project has for itself."""
TEMPLATES = "agent-prompts/meta/templates"


@cache
def shelf() -> Path:
    """The folder that SHARED is counted from."""
    packed = HERE / "shared"
    return packed if packed.is_dir() else HERE.parents[2]


def shared() -> Iterator[tuple[str, Path]]:
    """(path in a project, file) of everything that is copied as it is."""
    base = shelf()
    for name in SHARED:
        place = base / name
        for file in [place] if place.is_file() else sorted(place.rglob("*")):
            path = file.relative_to(base).as_posix()
            if file.is_file() and not any(part in path for part in NOT_SHARED):
                yield path, file


def starters() -> Iterator[tuple[str, Path]]:
    """(path in a project, file) of what every project begins with and then makes its own."""
    for file in sorted(STARTERS.rglob("*")):
        parts = file.relative_to(STARTERS).parts
        # Hidden files lie here as `dot-...`: what begins with a dot is some tool's cache.
        if file.is_file() and not any(part.startswith((".", "__pycache__")) for part in parts):
            yield "/".join(f".{part[4:]}" if part.startswith("dot-") else part for part in parts), file


def template_text(root: Path, path: str) -> str | None:
    """The template for `path` (from the root): the project's own, else the framework's; None where there is none.

    With some day and name filled in: as it stands it would be no YAML.
    """
    name = path.removeprefix("agent-prompts/")
    for base in (root, shelf()):
        file = base / TEMPLATES / name
        if file.is_file():
            text = file.read_text(encoding="utf-8-sig", errors="replace")
            return text.replace("@TODAY@", "2000-01-01").replace("@PROJECT@", "project").replace("@VERSION@", "0")
    return None
