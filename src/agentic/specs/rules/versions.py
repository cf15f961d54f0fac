"""Rules about versions: the system context says what the lock files say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from agentic.specs.library import Library
from agentic.specs.rule import Defect, Rule, Said, swap
from agentic.specs.rules.planting import SYSTEM_CONTEXT, hold, together
from agentic.text import is_file, read_text
from agentic.text.loader import Loader

LOCK = "uv.lock"
JARS = "configs/jars.yaml"


def parted_versions(library: Library) -> Iterator[Said]:
    """Every `{package: NAME, version: V}` of the tech stack whose lock says another version, or does not know the package."""
    page = library.pages.get(SYSTEM_CONTEXT)
    if page is None or "package:" not in page.text:
        return
    locks = {name: read_text(library.root / name, name) for name in (LOCK, JARS) if is_file(library.root / name)}
    for package, version in packages_in(page.text):
        where = JARS if ":" in package else LOCK
        if where not in locks:
            continue
        locked = locked_versions(package, locks[where])
        if version not in locked:
            line = next((n for n, text in enumerate(page.text.splitlines(), 1) if package in text), 1)
            found = f"{where} has {', '.join(locked)}" if locked else f"{where} does not know it"
            yield Said(page.path, line, f"{package} is {version or 'of no version'} here, but {found}")


def packages_in(text: str) -> Iterator[tuple[str, str]]:
    """(package, version) of the tech stack. What is no YAML is another rule's."""
    try:
        values = yaml.load(text, Loader=Loader)  # noqa: S506 (a safe loader, in C where there is one)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError):
        return
    stack = values.get("tech_stack") if isinstance(values, Mapping) else None
    entries: list[Any] = list(stack.values()) if isinstance(stack, Mapping) else []
    for one in entries:
        if isinstance(one, Mapping) and one.get("package"):
            yield str(one["package"]), str(one.get("version", ""))


def locked_versions(package: str, lock: str) -> list[str]:
    """A Python package in uv.lock; `group:artifact` in the list of jars."""
    if ":" in package:
        return re.findall(rf"{re.escape(package)}:([\w.+-]+)", lock)
    return re.findall(rf'^name = "{re.escape(package)}"\nversion = "([^"]+)"', lock, re.MULTILINE)


LOCKED = b'[[package]]\nname = "pyspark"\nversion = "3.5.9"\n'
BARE = '{tool: Apache Spark, version: "3.5.9"}'

RULES: tuple[Rule, ...] = (
    Rule(
        "AGT053", "VersionParted", "The system context gives a package another version than the lock file.",
        "say what the lock says, or bring the lock to what is meant: jobs run on what is locked.", parted_versions,
        (
            Defect("the lock went on", together(
                hold(LOCK, LOCKED.replace(b"3.5.9", b"3.5.10")),
                swap(SYSTEM_CONTEXT, BARE, '{tool: Apache Spark, package: pyspark, version: "3.5.9"}'))),
            Defect("a package that is not there", together(
                hold(LOCK, LOCKED), swap(SYSTEM_CONTEXT, BARE, '{tool: Apache Spark, package: spark, version: "3.5.9"}'))),
            Defect("a jar", together(
                hold(JARS, b"groups:\n  lake:\n    - coordinate: org.apache.iceberg:iceberg-spark-runtime-3.5_2.12:1.11.0\n"),
                swap(SYSTEM_CONTEXT, '{tool: Apache Iceberg, version: "1.10.2"}',
                     '{tool: Apache Iceberg, package: "org.apache.iceberg:iceberg-spark-runtime-3.5_2.12", version: "1.10.2"}'))),
        ),
    ),
)  # fmt: skip
"""Rules of this file, in the order of their codes."""
