"""A path of this machine -> a word that holds on every machine: the archive is read elsewhere, and by others."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent.parent
VERSION = r"/lib(?:64)?/python3(?:\.\d+)?"
"""Where a Python keeps its own modules, below its prefix."""
SHARED = (Path("/usr"), Path("/usr/local"))
"""Prefixes of a Python that are everybody's: below them, only the modules are Python's own."""
BEFORE, AFTER = r"(?<![\w.~-])", r"(?![\w-]|\.\w)"
"""A path is meant as a whole: /root is neither in /mnt/root nor in /rootfs."""


def everywhere(text: str, project: Path, interpreter: str, home: Path) -> str:
    """`<python>/json/decoder.py`, `.venv/lib/...`, `agentic/checks/...`, `<project>/...`, `~/...`."""
    pattern, words = known(project, interpreter, home)
    return pattern.sub(lambda match: words[int((match.lastgroup or "w0")[1:])], text)


@cache
def known(project: Path, interpreter: str, home: Path) -> tuple[re.Pattern[str], tuple[str, ...]]:
    """All of them in one pattern, the longest first: one may lie in another."""
    found = sorted(dict.fromkeys(places(project, Path(interpreter), home)), key=lambda one: -len(one[0]))
    ways = "|".join(f"(?P<w{number}>{way})" for number, (way, _) in enumerate(found))
    return re.compile(f"{BEFORE}(?:{ways}){AFTER}"), tuple(word for _, word in found)


def places(project: Path, interpreter: Path, home: Path) -> Iterator[tuple[str, str]]:
    """Pattern and word of each place."""
    for base in bases(interpreter):
        yield re.escape(str(base)) + VERSION, "<python>"
        if base not in SHARED:
            yield re.escape(str(base)), "<python>"
    venv = interpreter.parent.parent
    named = {venv: ".venv"} if (venv / "pyvenv.cfg").is_file() else {}
    for place, word in {**named, PACKAGE: "agentic", project: "<project>", home: "~"}.items():
        for path in {place, place.resolve()}:
            # The home of a user without one is the root of everything.
            if path.is_absolute() and path != Path("/"):
                yield re.escape(str(path)), word


def bases(interpreter: Path) -> set[Path]:
    """Prefixes of the Python that the project's is made from, and of the one that runs this."""
    found = {*SHARED, Path(sys.base_prefix), interpreter.resolve().parent.parent}
    settings = interpreter.parent.parent / "pyvenv.cfg"
    if settings.is_file():
        text = settings.read_text(encoding="utf-8", errors="replace")
        found.update(Path(said).parent for said in re.findall(r"^home\s*=\s*(.+?)\s*$", text, re.MULTILINE))
    return {one for one in found if one.is_absolute() and one != Path("/")}
