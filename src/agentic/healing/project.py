"""A dbt project as a healer sees it: its files, what dbt knows of it, what it knew when all was well, and its database."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from agentic.errors import UsageError
from agentic.healing.tokens import words_in
from agentic.outside.dbt import Place
from agentic.text.loader import Loader

SUFFIXES = (".sql", ".yml", ".yaml", ".csv", ".md", ".py")
LARGEST = 4 * 1024 * 1024
"""Bytes of a file that is looked into; a seed that is larger is data, and only its head is read."""
SKIPPED = frozenset(("target", "dbt_packages", "dbt_modules", "logs", "node_modules", "__pycache__", "venv"))
HEAD = 64 * 1024
RESOURCES = ("nodes", "sources", "exposures", "macros", "unit_tests", "disabled")


@dataclass(frozen=True)
class DbtProject:
    """One project at one moment."""

    place: Place
    manifest: Mapping[str, Any] = field(default_factory=dict)
    """The newest that dbt wrote; it may be older than the files."""
    good: Mapping[str, Any] = field(default_factory=dict)
    """Of the last run that was green, or what lay there before this run; empty: no history."""
    good_files: Mapping[str, str] = field(default_factory=dict)
    """Path -> digest of its text when all was well; empty: not known."""

    compiled_now: Mapping[str, str] = field(default_factory=dict)
    """Node -> the SQL that this run gave to the database."""

    @property
    def root(self) -> Path:
        """The folder of dbt_project.yml."""
        return self.place.root

    @cached_property
    def files(self) -> dict[str, str]:
        """Path from the root -> text, of everything that a person may have written. Long seeds are there with their head."""
        return dict(read_all(self.root))

    def whole(self, path: str) -> str:
        """All of a file, with the line ends that it has."""
        return (self.root / path).read_bytes().decode("utf-8", "replace")

    @cached_property
    def words(self) -> Counter[str]:
        """How often each word comes in the project's own files."""
        return sum(
            (Counter(words_in(text)) for path, text in self.files.items() if not path.endswith(".csv")), Counter()
        )

    @cached_property
    def heads(self) -> dict[str, tuple[str, ...]]:
        """Seed -> its columns, as its first line names them."""
        found = {
            path: text.partition("\n")[0].rstrip("\r") for path, text in self.files.items() if path.endswith(".csv")
        }
        return {path: tuple(name.strip().strip('"') for name in line.split(",")) for path, line in found.items()}

    @cached_property
    def name(self) -> str:
        """As dbt_project.yml says it."""
        return str(self.settings.get("name", self.root.name))

    @cached_property
    def settings(self) -> Mapping[str, Any]:
        """dbt_project.yml; empty where it cannot be read."""
        return yaml_of(self.files.get("dbt_project.yml", ""))

    # --- what dbt knows ---

    def node(self, name: str) -> Mapping[str, Any]:
        """By its unique id, from the newest manifest that knows it; empty where none does."""
        for manifest in (self.manifest, self.good):
            for kind in RESOURCES:
                if found := manifest.get(kind, {}).get(name):
                    return found[0] if isinstance(found, list) else found  # type: ignore[no-any-return]
        return {}

    def good_node(self, name: str) -> Mapping[str, Any]:
        """As it was when all was well."""
        found: Mapping[str, Any] = self.good.get("nodes", {}).get(name, {})
        return found

    def compiled(self, name: str) -> str:
        """The SQL of a node: of this run, else of the one before; empty where there is none."""
        node = self.node(name)
        path = (
            self.place.artifacts
            / "compiled"
            / str(node.get("package_name", ""))
            / str(node.get("original_file_path", ""))
        )
        there = (
            path.read_text(encoding="utf-8", errors="replace")
            if node and path.is_file() and path.suffix == ".sql"
            else ""
        )
        return self.compiled_now.get(name) or str(
            node.get("compiled_code") or self.good_node(name).get("compiled_code") or there
        )

    @cached_property
    def known(self) -> Mapping[str, Any]:
        """The newest manifest there is."""
        return self.manifest or self.good

    def relation(self, name: str) -> str:
        """How the database calls what a node makes, quoted; empty where it makes nothing."""
        return str(self.node(name).get("relation_name") or "")

    def descendants(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Everything that depends on them, themselves left out."""
        children: Mapping[str, list[str]] = self.known.get("child_map", {})
        seen: dict[str, None] = {}
        waiting = list(names)
        while waiting:
            for child in children.get(waiting.pop(), ()):
                if child not in seen and child not in names:
                    seen[child] = None
                    waiting.append(child)
        return tuple(seen)

    def ancestors(self, name: str) -> tuple[str, ...]:
        """Everything that it depends on."""
        parents: Mapping[str, list[str]] = self.known.get("parent_map", {})
        seen: dict[str, None] = {}
        waiting = [name]
        while waiting:
            for parent in parents.get(waiting.pop(), ()):
                if parent not in seen:
                    seen[parent] = None
                    waiting.append(parent)
        return tuple(seen)

    def at_path(self, path: str) -> tuple[str, ...]:
        """Nodes that a file makes."""
        return tuple(
            name for name, node in self.known.get("nodes", {}).items() if node.get("original_file_path") == path
        )

    # --- its database ---

    @cached_property
    def database(self) -> Mapping[str, Any]:
        """`path`, `attach`, `extensions` of a DuckDB; empty where it is another, or no profile can be read."""
        output = profile_of(self)
        if output.get("type") != "duckdb":
            return {}
        path = str(output.get("path", ":memory:"))
        return {
            "path": path if path == ":memory:" or "://" in path else str((self.root / path).resolve()),
            "attach": [one for one in output.get("attach", ()) if isinstance(one, dict) and "path" in one],
            "extensions": [one for one in output.get("extensions", ()) if isinstance(one, str)],
        }


def find_dbt(here: Path) -> Path:
    """The dbt project here or above, else the one within that a project of ours has. Raises UsageError."""
    for folder in (here, *here.parents):
        if (folder / "dbt_project.yml").is_file():
            return folder
    for name in ("src/transformation", "dbt", "transform"):
        if (here / name / "dbt_project.yml").is_file():
            return here / name
    raise UsageError(f"no dbt_project.yml in {here} or above", hint="--project-dir DIR names the dbt project.")


def read_all(root: Path) -> Iterator[tuple[str, str]]:
    """Files that a person may have written."""
    for folder, names, files in os.walk(root):
        names[:] = sorted(name for name in names if name not in SKIPPED and not name.startswith("."))
        for name in sorted(files):
            path = Path(folder) / name
            if path.suffix in SUFFIXES and not name.startswith(".") and not path.is_symlink():
                yield path.relative_to(root).as_posix(), head_of(path)


def head_of(path: Path) -> str:
    """Its text; of what is large only the beginning."""
    with path.open("rb") as file:
        content = file.read(HEAD if path.stat().st_size > LARGEST else LARGEST)
    return content.decode("utf-8", "replace")


def yaml_of(text: str) -> Mapping[str, Any]:
    """A map; empty where the text is none."""
    try:
        found = yaml.load(text, Loader=Loader)  # noqa: S506 (a safe loader, in C where there is one)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError, AttributeError):
        return {}
    return found if isinstance(found, dict) else {}


def profile_of(project: DbtProject) -> Mapping[str, Any]:
    """The output that dbt would use; empty where it cannot be told."""
    for folder in profile_folders(project.place):
        path = folder / "profiles.yml"
        if path.is_file():
            profiles = yaml_of(rendered(path.read_text(encoding="utf-8", errors="replace"), project.place.environment))
            # A project file that cannot be read names no profile: then it is the only one that there is.
            known = [name for name in profiles if name != "config"]
            name = project.settings.get("profile") or (known[0] if len(known) == 1 else "")
            profile = profiles.get(str(name), {})
            outputs = profile.get("outputs", {}) if isinstance(profile, dict) else {}
            target = project.place.target or (profile.get("target", "default") if isinstance(profile, dict) else "")
            found = outputs.get(target, {}) if isinstance(outputs, dict) else {}
            return found if isinstance(found, dict) else {}
    return {}


def profile_folders(place: Place) -> Iterator[Path]:
    """Where dbt looks, in its order."""
    if place.profiles:
        yield place.profiles
        return
    if named := {**os.environ, **place.environment}.get("DBT_PROFILES_DIR"):
        yield Path(named)
    yield from (place.root, Path.home() / ".dbt")


def rendered(text: str, environment: Mapping[str, str]) -> str:
    """With `env_var()` filled in. What else dbt may call there is left as it is."""
    import jinja2
    import jinja2.sandbox

    known = {**os.environ, **environment}
    renderer = jinja2.sandbox.SandboxedEnvironment(undefined=jinja2.ChainableUndefined)
    try:
        return renderer.from_string(text).render(env_var=lambda name, default="": known.get(name, default))
    except (jinja2.TemplateError, TypeError):
        return text
