"""The code below the roots -> which file belongs to which module, and which module uses which."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from agentic.specs.imports import imports_of, refs_of, sources_of
from agentic.specs.library import Library
from agentic.specs.page import Page
from agentic.specs.structure import FILE, Reading, read_structure
from agentic.text import LARGEST
from agentic.text.loader import Loader
from agentic.values import Structure
from agentic.values.structure import Built, CodeFile, ModuleRow, Use

CODE = (".py", ".sql", ".sh", ".scala", ".java", ".r", ".R", ".js", ".ts")
DECLARING = (".yml", ".yaml")
SKIPPED = frozenset({"__pycache__", "node_modules", "dbt_packages", "dbt_modules", "site-packages", "venv"})
"""Folders whose files nobody here wrote; with them all whose names begin with a dot."""


class Seen:
    """One look at a project: what the structure says, and the code held against it."""

    def __init__(self, reading: Reading, built: Built) -> None:
        self.reading = reading
        self.built = built

    @property
    def structure(self) -> Structure:
        """Empty where the file cannot be read."""
        return self.reading.structure or Structure((), ())


def seen(library: Library) -> Seen | None:
    """Looked at once for one library, since every rule asks. None: there is no structure, or nobody has begun with it."""
    known = vars(library)  # As `cached_property` does it; a cache by value would outlive a change of the files.
    if "_seen" not in known:
        known["_seen"] = look(library.pages.get(FILE), library.root)
    found: Seen | None = known["_seen"]
    return found


def look(page: Page | None, root: Path) -> Seen | None:
    """The same, anew."""
    if page is None or page.is_blank:
        return None
    reading = read_structure(page.text)
    structure = reading.structure
    return Seen(reading, survey(root, structure) if structure and structure.modules else Built())


def survey(root: Path, structure: Structure) -> Built:
    """Every file of code, and every use of one module by another."""
    return Survey(root, structure).built


@dataclass(frozen=True)
class Survey:
    """What is found on the way; each thing when it is asked for."""

    root: Path
    structure: Structure

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Every file below the roots that is not outside, of whatever kind."""
        outside = compiled(tuple(self.structure.outside))
        found = {path for base in self.structure.roots for path in files_below(self.root, base)}
        return tuple(path for path in sorted(found) if not outside.fullmatch(path))

    @cached_property
    def texts(self) -> dict[str, str]:
        """Path -> text, of code."""
        return {path: text_of(self.root / path) for path in self.paths if path.endswith(CODE)}

    @cached_property
    def names(self) -> dict[str, str]:
        """Dotted name -> file or folder, as a program that has the roots on its path can import it; also below a root's own name."""
        found: dict[str, str] = {}
        for base in self.structure.roots:
            for path in self.texts:
                if path.endswith(".py") and path.startswith(f"{base}/"):
                    parts = dotted(path.removeprefix(f"{base}/"))
                    for prefix in ((), tuple(base.split("/"))):
                        found[".".join((*prefix, *parts))] = path
        return found

    @cached_property
    def folders(self) -> dict[str, tuple[str, ...]]:
        """Dotted name of a folder without `__init__.py` -> the modules of the files in it."""
        found: dict[str, set[str]] = defaultdict(set)
        for name, path in self.names.items():
            parent = name.rpartition(".")[0]
            while parent and parent not in self.names:
                found[parent].update(self.homes(path))
                parent = parent.rpartition(".")[0]
        return {name: tuple(sorted(modules)) for name, modules in found.items()}

    def homes(self, path: str) -> tuple[str, ...]:
        """The modules that a path belongs to."""
        return homes(self.structure, path)

    @cached_property
    def built(self) -> Built:
        """All of it."""
        files = tuple(CodeFile(path, len(text.splitlines()), self.homes(path)) for path, text in self.texts.items())
        uses = dict.fromkeys(use for file in files if file.modules for use in self.uses(file))
        return Built(files, tuple(uses))

    def uses(self, file: CodeFile) -> Iterator[Use]:
        """What one file uses of other modules."""
        text = self.texts[file.path]
        if file.path.endswith(".py"):
            yield from self.imports(file, text)
        if file.path.endswith(".sql") or "dbt.ref(" in text or "dbt.source(" in text:
            yield from self.refs(file, text)

    def imports(self, file: CodeFile, text: str) -> Iterator[Use]:
        """Of a file of Python."""
        for found in imports_of(text, self.package(file.path), self.tops):
            words = next((name for name in found.wanted if name in self.names), found.wanted[-1])
            yield from self.use(file, self.named(words), found.line, words)

    @cached_property
    def tops(self) -> frozenset[str]:
        """First parts of all names."""
        return frozenset(name.partition(".")[0] for name in self.names)

    def package(self, path: str) -> str:
        """The package of a file, from its root."""
        base = next((base for base in self.structure.roots if path.startswith(f"{base}/")), "")
        return ".".join(PurePosixPath(path.removeprefix(f"{base}/")).parts[:-1])

    def named(self, name: str) -> tuple[str, ...]:
        """The modules that a dotted name, or as much of it as exists, belongs to."""
        while name:
            if name in self.names:
                return self.homes(self.names[name])
            if name in self.folders:
                # A folder that several modules share says nothing of which is meant.
                return self.folders[name] if len(self.folders[name]) == 1 else ()
            name = name.rpartition(".")[0]
        return ()

    def refs(self, file: CodeFile, text: str) -> Iterator[Use]:
        """Of a model of dbt."""
        project = self.project(file.path)
        for found in refs_of(text):
            if found.kind == "source":
                paths = (
                    self.sources.get((project, *found.names)) or self.sources.get((project, found.names[0], "")) or ()
                )
            else:
                paths = self.models.get((project, found.names[-1]), ())
            of = {self.homes(path) or self.homes(str(PurePosixPath(path).with_suffix(".sql"))) for path in paths}
            # Where two modules have a model of one name, nobody can tell which is meant; dbt refuses it.
            yield from self.use(file, of.pop() if len(of) == 1 else (), found.line, found.words)

    @cached_property
    def projects(self) -> tuple[str, ...]:
        """Folders with a dbt_project.yml, the deepest first."""
        found = (path.rpartition("/")[0] for path in self.paths if path.endswith("/dbt_project.yml"))
        return tuple(sorted(found, key=len, reverse=True))

    def project(self, path: str) -> str:
        """The project of dbt that a file belongs to; empty where there is none."""
        return next((base for base in self.projects if path.startswith(f"{base}/")), "")

    @cached_property
    def models(self) -> dict[tuple[str, ...], list[str]]:
        """(project, name) -> files that can be a model, a seed or a snapshot of that name."""
        found: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for path in self.paths:
            project = self.project(path)
            if path.endswith((".sql", ".csv", ".py") if project else ".sql"):
                found[(project, PurePosixPath(path).stem)].append(path)
        return found

    @cached_property
    def sources(self) -> dict[tuple[str, ...], list[str]]:
        """(project, source, table) and (project, source, "") -> files that declare it."""
        found: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for path in self.paths:
            if path.endswith(DECLARING):
                for key in sources_of(text_of(self.root / path), load_or_nothing):
                    found[(self.project(path), *key)].append(path)
        return found

    def use(self, file: CodeFile, of: Collection[str], line: int, words: str) -> Iterator[Use]:
        """One use, where it leads into another module."""
        if of and not set(of) & set(file.modules):
            yield Use(file.modules[0], next(iter(of)), file.path, line, words)


def homes(structure: Structure, path: str) -> tuple[str, ...]:
    """Names of the modules whose patterns match a path."""
    return tuple(module.name for module in structure.modules if compiled(module.files).fullmatch(path))


def is_below_roots(structure: Structure, path: str) -> bool:
    """Has it to belong to a module?"""
    below = any(path.startswith(f"{base}/") for base in structure.roots)
    return below and not compiled(tuple(structure.outside)).fullmatch(path)


@lru_cache(maxsize=512)
def compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """One pattern for all; matches nothing where there are none."""
    return re.compile("|".join(expression(pattern) for pattern in patterns) or r"(?!)")


def expression(pattern: str) -> str:
    """`src/**/load_*.py`: `**` is any depth, `*` and `?` stay within a name. A plain folder means all that is in it."""
    parts = [re.escape(part).replace(r"\*", "[^/]*").replace(r"\?", "[^/]") for part in pattern.split("/")]
    last = len(parts) - 1
    depth = re.escape("**").replace(r"\*", "[^/]*")
    found = "".join(
        (".*" if number == last else "(?:[^/]+/)*") if part == depth else part + "/" * (number < last)
        for number, part in enumerate(parts)
    )
    return f"(?:{found})" if "*" in pattern.rpartition("/")[2] else f"(?:{found}(?:/.*)?)"


def files_below(root: Path, base: str) -> Iterator[str]:
    """Every file below a folder, from the root. Links are not followed: one may lead out, or in a circle."""
    for folder, names, listed in os.walk(root / base):
        place = Path(folder).relative_to(root).as_posix()
        skipped = SKIPPED | {"target"} if "dbt_project.yml" in listed else SKIPPED
        names[:] = [name for name in names if not name.startswith(".") and name not in skipped]
        yield from (f"{place}/{name}" for name in listed if name.endswith((*CODE, *DECLARING, ".csv")))


def text_of(path: Path) -> str:
    """Its text, and of something huge the beginning; a link, a pipe, and what cannot be read, is empty."""
    try:
        if path.is_symlink() or not path.is_file():
            return ""
        with path.open("rb") as file:
            return file.read(LARGEST).decode("utf-8-sig", "replace")
    except OSError:  # Gone since the folder was listed, or not ours to read; lint of pages says so of specs.
        return ""


def load_or_nothing(text: str) -> Any:
    """YAML of dbt. What is wrong with it, dbt says better."""
    try:
        return yaml.load(text, Loader=Loader)  # noqa: S506 (a safe loader, written in C)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError, OverflowError, AttributeError):
        return None


def dotted(path: str) -> tuple[str, ...]:
    """`lake/read.py` -> lake, read; `lake/__init__.py` -> lake."""
    parts = PurePosixPath(path).with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts


def used(uses: Sequence[Use]) -> dict[str, tuple[str, ...]]:
    """Module -> modules that it uses."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for use in uses:
        found[use.by][use.of] = None
    return {name: tuple(sorted(names)) for name, names in found.items()}


def rows(structure: Structure, built: Built) -> tuple[ModuleRow, ...]:
    """One row a module, as they are listed."""
    uses = used(built.uses)
    users: Mapping[str, tuple[str, ...]] = {
        module.name: tuple(sorted(name for name, of in uses.items() if module.name in of))
        for module in structure.modules
    }
    counted: dict[str, list[int]] = defaultdict(list)
    for file in built.files:
        for name in file.modules:
            counted[name].append(file.lines)
    return tuple(
        ModuleRow(
            one.name, one.responsibility, one.layer, len(counted[one.name]), sum(counted[one.name]),
            one.depends_on, uses.get(one.name, ()), users[one.name],
        )
        for one in structure.modules
    )  # fmt: skip
