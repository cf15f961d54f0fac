"""dbt cannot reach its database: a name in profiles.yml or dbt_project.yml that is nowhere else, or a folder that is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from agentic.healing.candidate import Candidate, Case, nearest
from agentic.healing.project import yaml_of

PROFILES, PROJECT = "profiles.yml", "dbt_project.yml"
ADAPTERS = (
    "duckdb",
    "postgres",
    "snowflake",
    "bigquery",
    "redshift",
    "databricks",
    "spark",
    "sqlite",
    "trino",
    "sqlserver",
    "athena",
    "clickhouse",
)
SURE = 0.9


def profile(case: Case) -> Iterator[Candidate]:
    """The profile that the project names, or the one that there is: whichever the other calls by the project's name."""
    text, project = case.project.files.get(PROFILES, ""), case.project.files.get(PROJECT, "")
    wanted = case.cause.name or str(case.project.settings.get("profile", ""))
    for near, there in nearest(wanted, tuple(str(name) for name in yaml_of(text)), 0.7):
        if wanted == case.project.name:
            changed = re.sub(rf"^{re.escape(there)}(\s*:)", rf"{wanted}\g<1>", text, count=1, flags=re.MULTILINE)
            yield from only(case, PROFILES, text, changed, f"the profile {there} is called {wanted}", near)
        changed = re.sub(
            rf"^(profile\s*:\s*['\"]?){re.escape(wanted)}\b", rf"\g<1>{there}", project, count=1, flags=re.MULTILINE
        )
        yield from only(case, PROJECT, project, changed, f"the project uses the profile {there}", near - 0.01)


def target(case: Case) -> Iterator[Candidate]:
    """The output that the profile has."""
    text = case.project.files.get(PROFILES, "")
    found = yaml_of(text).get(str(case.project.settings.get("profile", "")), {})
    outputs = found.get("outputs", {}) if isinstance(found, dict) else {}
    for near, there in nearest(case.cause.name, tuple(map(str, outputs)), 0.6):
        for old, new, title in (
            (case.cause.name, there, f"the target is {there}"),
            (there, case.cause.name, f"the output {there} is called {case.cause.name}"),
        ):
            pattern = (
                rf"^(\s+target\s*:\s*['\"]?){re.escape(old)}\b"
                if old == case.cause.name
                else rf"^(\s+){re.escape(old)}(?=\s*:)"
            )
            changed = re.sub(pattern, rf"\g<1>{new}", text, count=1, flags=re.MULTILINE)
            yield from only(case, PROFILES, text, changed, title, near - 0.02 * (old == there))


def adapter(case: Case) -> Iterator[Candidate]:
    """The database that was meant."""
    text = case.project.files.get(PROFILES, "")
    for near, there in nearest(case.cause.name, ADAPTERS, 0.7):
        changed = re.sub(
            rf"^(\s+type\s*:\s*['\"]?){re.escape(case.cause.name)}\b", rf"\g<1>{there}", text, flags=re.MULTILINE
        )
        yield from only(case, PROFILES, text, changed, f"the type is {there}", near)


def setting(case: Case) -> Iterator[Candidate]:
    """The setting that the engine offers."""
    text = case.project.files.get(PROFILES, "")
    offered = tuple(re.findall(r"\"?(\w+)\"?", case.failure.message.partition("Did you mean")[2]))
    for near, there in nearest(case.cause.name, offered, 0.6):
        changed = re.sub(rf"^(\s+){re.escape(case.cause.name)}(\s*:)", rf"\g<1>{there}\g<2>", text, flags=re.MULTILINE)
        yield from only(case, PROFILES, text, changed, f"the setting is {there}", near)


def directory(case: Case) -> Iterator[Candidate]:
    """The folder of the database, made: within the project only."""
    path = Path(str(case.project.database.get("path", "")))
    folder = path.parent
    if path.is_absolute() and not folder.exists() and folder.is_relative_to(case.project.root):
        keep = (folder / ".gitkeep").relative_to(case.project.root).as_posix()
        yield Candidate(
            "folder made",
            f"the folder {folder.relative_to(case.project.root).as_posix()} is made",
            {keep: ""},
            SURE,
            1.0,
            needs_run=True,
        )


def only(case: Case, path: str, before: str, after: str, title: str, near: float) -> Iterator[Candidate]:
    """A change, if it is one."""
    if after != before and path in case.project.files:
        yield Candidate(
            f"{case.cause.kind} name", title, {path: after}, SURE if near >= 0.79 else 0.7, near, needs_run=True
        )
