"""`.agentic/`: the project's own folder for what is under way."""

from __future__ import annotations

from pathlib import Path

from agentic.errors import DiskFailed


def own_folder(root: Path) -> Path:
    """Made where it is missing. Raises DiskFailed: a file or a dead link of that name, or no right to write."""
    home = root / ".agentic"
    try:
        home.mkdir(exist_ok=True)
    except OSError as error:
        hint = "let the project's folder be written to, and .agentic be a folder."
        raise DiskFailed(f"{home.name} cannot be made in the project", cause=str(error), hint=hint) from error
    return home
