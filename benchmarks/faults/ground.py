"""Clean projects that have been built once, copies of them with a fault, and what a build leaves in the database."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import yaml

from faults.project import Edit, Project
from faults.warm import Warm

NOT_OURS = ("target", "logs", "dbt_packages", ".agentic", ".git", ".user.yml")
"""What dbt and agentic keep for themselves: no part of the project."""
GUARDS = "error"


@dataclass(frozen=True)
class Relation:
    """What a table or view holds."""

    columns: tuple[str, ...]
    rows: Counter[tuple[object, ...]]


@dataclass(frozen=True)
class Build:
    """One `dbt build`, and what came of it."""

    code: int
    seconds: float
    output: str
    passed: int
    guards: tuple[int, int]
    """Tests that stop the build, and contracts that are enforced."""

    @property
    def is_green(self) -> bool:
        return self.code == 0


@dataclass(frozen=True)
class Ground:
    """A clean project, built."""

    project: Project
    folder: Path
    build: Build
    relations: Mapping[str, Relation]


def prepare(project: Project, folder: Path, dbt: Warm) -> Ground:
    """Builds it once; it has to be green."""
    for path, text in project.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    first = build(folder, dbt, "clean")
    if not first.is_green:
        raise RuntimeError(f"{project.name} does not build:\n{first.output}")
    found = relations(database(folder))
    return Ground(project, folder, first, found)


def copied(folder: Path, to: Path, *, state: bool = True) -> Path:
    """A copy; without its state no database, and nothing of an earlier run."""
    shutil.rmtree(to, ignore_errors=True)
    without = None if state else shutil.ignore_patterns("target", "logs", "*.duckdb", "*.duckdb.wal", ".agentic")
    return Path(shutil.copytree(folder, to, ignore=without, symlinks=True))


def inject(edit: Edit, folder: Path) -> None:
    for path, text in edit.files.items():
        file = folder / path
        if text is None:
            file.unlink()
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text if isinstance(text, bytes) else text.encode())
    if edit.reload and (folder / "warehouse.duckdb").exists():
        drop(folder / "warehouse.duckdb", edit.reload)


def drop(file: Path, names: tuple[str, ...]) -> None:
    with duckdb.connect(str(file)) as connection:
        for schema, name in connection.execute(
            "select table_schema, table_name from information_schema.tables"
        ).fetchall():
            if name in names:
                connection.execute(f'drop table "{schema}"."{name}"')


def environment(dbt: Warm, name: str, **more: str) -> dict[str, str]:
    """With the warm dbt first on PATH, and no key: what is measured is what needs no model."""
    own = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("ANTHROPIC", "DBT_", "AGENTIC", "GITHUB", "CI"))
    }
    return own | {"PATH": f"{dbt.bin(name)}{os.pathsep}{own.get('PATH', '')}", "NO_COLOR": "1", **more}


def build(folder: Path, dbt: Warm, name: str, *arguments: str) -> Build:
    begun = time.time()
    command = [str(dbt.bin(name) / "dbt"), "--no-use-colors", "build", "--profiles-dir", str(folder), *arguments]
    ran = subprocess.run(
        command, cwd=folder, env=environment(dbt, name), capture_output=True, text=True, timeout=300, check=False
    )
    passed = passes(folder) if written_since(folder / "target/run_results.json", begun) else 0
    return Build(ran.returncode, time.time() - begun, ran.stdout + ran.stderr, passed, guards(folder))


def written_since(file: Path, moment: float) -> bool:
    return file.exists() and file.stat().st_mtime >= moment - 0.01


def passes(folder: Path) -> int:
    """How many nodes went well."""
    found = json.loads((folder / "target/run_results.json").read_text())["results"]
    return sum(one["status"] in ("success", "pass") for one in found)


def guards(folder: Path) -> tuple[int, int]:
    """A fix that takes one of these away is none, however green."""
    try:
        nodes = json.loads((folder / "target/manifest.json").read_text())
    except (OSError, ValueError):
        return 0, 0
    every = [*nodes["nodes"].values(), *nodes.get("unit_tests", {}).values()]
    tests = [one for one in every if one["resource_type"] in ("test", "unit_test")]
    stopping = sum((one["config"].get("severity") or GUARDS).lower() == GUARDS for one in tests)
    return stopping, sum(bool((one.get("contract") or {}).get("enforced")) for one in every)


def database(folder: Path) -> Path:
    """Where the profile says that it is."""
    with contextlib.suppress(
        OSError, yaml.YAMLError, LookupError, TypeError, AttributeError, StopIteration
    ):  # a fault may be in it
        profile = yaml.safe_load((folder / "profiles.yml").read_text())
        outputs = next(iter(profile.values()))["outputs"]
        return folder / next(iter(outputs.values()))["path"]
    return folder / "warehouse.duckdb"


def relations(file: Path) -> dict[str, Relation]:
    """Everything in the database, by schema and name."""
    with duckdb.connect(str(file), read_only=True) as connection:
        names = connection.execute(
            "select table_schema, table_name from information_schema.tables where table_schema like 'main%' order by all"
        ).fetchall()
        return {f"{schema}.{name}": relation(connection, schema, name) for schema, name in names}


def relation(connection: duckdb.DuckDBPyConnection, schema: str, name: str) -> Relation:
    found = connection.execute(f'select * from "{schema}"."{name}"')
    columns = tuple(one[0] for one in found.description)
    return Relation(columns, Counter(tuple(plain(value) for value in row) for row in found.fetchall()))


def plain(value: object) -> object:
    """Numbers by what they are worth, to nine digits."""
    if isinstance(value, float | Decimal):
        return round(float(value), 9) if value == value else "nan"
    return value if isinstance(value, int | str | None) else str(value)


def difference(
    expected: Mapping[str, Relation], found: Mapping[str, Relation], edit: Edit, *, more: bool = False
) -> str:
    """The first thing that is not as in the unbroken project, in words; empty where all is."""
    wanted = {name: moved(name, found, edit) for name in expected}
    for name, now in wanted.items():
        if now not in found:
            return f"{name} is not there"
        if said := differs(expected[name], found[now], edit.renamed):
            return f"{name}: {said}"
    extra = set(found) - set(wanted.values())
    return f"{min(extra)} is there, too" if extra and not more else ""


def moved(name: str, found: Mapping[str, Relation], edit: Edit) -> str:
    """What it is called now, where the fault itself gave it another name and a fix has kept it."""
    schema, _, own = name.partition(".")
    now = f"{schema}.{edit.moved.get(own, own)}"
    return now if now in found else name


def differs(expected: Relation, found: Relation, renamed: Mapping[str, str]) -> str:
    before = [renamed.get(name, name) for name in expected.columns]
    now = [renamed.get(name, name) for name in found.columns]
    if before != now:
        return f"columns {', '.join(found.columns)} instead of {', '.join(expected.columns)}"
    if expected.rows == found.rows:
        return ""
    lost, new = expected.rows - found.rows, found.rows - expected.rows
    return f"{lost.total()} of {expected.rows.total()} rows lost, {new.total()} new: {shown(lost)} became {shown(new)}"


def shown(rows: Counter[tuple[object, ...]]) -> str:
    return str(min(rows, key=repr)) if rows else "nothing"


def digests(folder: Path) -> dict[str, str]:
    """Every file that is the project's own."""
    paths = (path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file())
    return {
        path.as_posix(): hashlib.sha256((folder / path).read_bytes()).hexdigest()
        for path in paths
        if path.parts[0] not in NOT_OURS and ".duckdb" not in path.name and path.suffix != ".log"
    }


HOLD = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"


@contextlib.contextmanager
def held(folder: Path, edit: Edit, calls: Path) -> Iterator[None]:
    """Another process has the database, until so many seconds after the first run of dbt, or to the end."""
    if not edit.hold:
        yield
        return
    command = [sys.executable, "-c", HOLD, str(folder / "warehouse.duckdb")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout and process.stdin
        process.stdout.readline()
        over = threading.Event()
        if edit.hold > 0:
            threading.Thread(target=let_go, args=(process, edit.hold, calls, over), daemon=True).start()
        try:
            yield
        finally:
            over.set()
            process.stdin.close()
            process.wait()


def let_go(process: subprocess.Popen[str], seconds: float, calls: Path, over: threading.Event) -> None:
    while not over.wait(0.05):
        if calls.exists() and calls.stat().st_size:
            over.wait(seconds)
            process.kill()
            return


def notes(file: Path) -> list[dict[str, Any]]:
    """The calls of dbt, oldest first."""
    lines = file.read_text().splitlines() if file.exists() else []
    return sorted((json.loads(line) for line in lines), key=lambda note: note["begun"])
