"""Where pages are made: one look for all of them, every word escaped, light and dark, on paper and on a telephone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

BASE = Path(__file__).parent / "page_templates"
"""`page.html.j2` and `style.css`, which every page is made from."""


def environment(folder: Path) -> Any:
    """Templates of a folder, with those that all pages share. Every word in a page is somebody's: escaped, always."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader([folder, BASE]),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
