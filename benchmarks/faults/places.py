"""Faults of what is where: files, packages, profiles, the database."""

from __future__ import annotations

import re
from collections.abc import Iterator

from faults.project import Edit, Kind, Project


def name_of(path: str) -> str:
    return path.rsplit("/", 1)[-1].split(".", 1)[0]


def is_used(project: Project, name: str) -> bool:
    return f"ref('{name}')" in project.sql


def model_deleted(project: Project) -> Iterator[Edit]:
    for path, _ in project.models:
        if is_used(project, name_of(path)):
            yield project.edit(f"{path}: deleted", path, None)


def model_disabled(project: Project) -> Iterator[Edit]:
    for path, text in project.models:
        if is_used(project, name_of(path)) and "config(" not in text:
            yield project.edit(f"{path}: disabled", path, "{{ config(enabled=false) }}\n" + text)


def seed_deleted(project: Project) -> Iterator[Edit]:
    for path, _ in project.seeds:
        yield project.edit(f"{path}: deleted", path, None)


def macros_deleted(project: Project) -> Iterator[Edit]:
    for path, _ in project.under("macros/"):
        yield project.edit(f"{path}: deleted", path, None)


def circle(project: Project) -> Iterator[Edit]:
    for path, text in project.models:
        for name in re.findall(r"(?<!depends_on: )\{\{ ref\('(\w+)'\) \}\}", text):
            for place, upstream in project.models:
                if place.endswith(f"/{name}.sql"):
                    me = name_of(path)
                    new = f"{upstream.rstrip()}\n{'and' if has_where(upstream) else 'where'} exists (select 1 from {{{{ ref('{me}') }}}})\n"
                    yield project.edit(f"{place}: reads {me}, which reads it", place, new)


def has_where(text: str) -> bool:
    return bool(re.search(r"\bwhere\b", text.rsplit("\n\n", 1)[-1], re.IGNORECASE))


def model_twice(project: Project) -> Iterator[Edit]:
    for path, text in project.models:
        place = f"models/old/{name_of(path)}.sql"
        yield Edit(f"{place}: a second {name_of(path)}", {place: text})


def described_twice(project: Project) -> Iterator[Edit]:
    for _, text in project.yaml:
        for name in re.findall(r"\n  - name: (\w+)\n(?:    description[^\n]*\n)?    columns", text):
            if f"models/{name}.sql" in " ".join(project.files) or any(path.endswith(f"/{name}.sql") for path in project.files):
                new = f"version: 2\n\nmodels:\n  - name: {name}\n    description: One more time.\n"
                yield Edit(f"models/more.yml: {name} is described twice", {"models/more.yml": new})


def package_missing(project: Project) -> Iterator[Edit]:
    for package, version in (("dbt-labs/dbt_utils", "1.3.0"), ("calogica/dbt_expectations", "0.10.4")):
        new = f"packages:\n  - package: {package}\n    version: {version}\n"
        yield Edit(f"packages.yml: {package} is not installed", {"packages.yml": new})


def package_macro(project: Project) -> Iterator[Edit]:
    for path, text in project.models:
        found = re.search(r"\bcount\(\*\)", text, re.IGNORECASE)
        if found:
            new = "{{ dbt_utils.safe_add(['count(*)']) }}"
            yield project.cut("a macro of a package that nobody installed", path, found.start(), found.end(), new)


def source_absent(project: Project) -> Iterator[Edit]:
    """Declared, read, and not in the database: nothing loads it."""
    for path, text in project.yaml:
        for found in re.finditer(r"      - name: (\w+)\n(?:        identifier: (\w+)\n)?", text):
            if "sources:" in text and found[1] in re.findall(r"source\('\w+', '(\w+)'\)", project.sql):
                new = f"      - name: {found[1]}\n        identifier: {found[1]}_2025_import\n"
                yield project.cut(f"{found[1]} is a table that nothing loads", path, found.start(), found.end(), new)


def variable_gone(project: Project) -> Iterator[Edit]:
    path = "dbt_project.yml"
    text = project.files[path]
    block = re.search(r"\nvars:\n((?:  .+\n)+)", text)
    for found in re.finditer(r"  (\w+):.*\n", block[1] if block else ""):
        if re.search(rf"var\(['\"]{found[1]}['\"]\)", project.sql) and block:
            start = block.start(1) + found.start()
            yield project.cut(f"the variable {found[1]} is not set", path, start, block.start(1) + found.end())


PROFILES, PROJECT = "profiles.yml", "dbt_project.yml"


def sub(project: Project, what: str, path: str, old: str, new: str, **more: object) -> Edit:
    return project.edit(f"{path}: {what}", path, project.files[path].replace(old, new, 1), **more)


def profile_mistyped(project: Project) -> Iterator[Edit]:
    for time in range(2):
        new = project.typo(project.name, time)
        yield sub(project, f"the profile is called {new}", PROJECT, f"profile: {project.name}", f"profile: {new}")


def target_mistyped(project: Project) -> Iterator[Edit]:
    for new in ("dve", "prod"):
        yield sub(project, f"the target is {new}", PROFILES, "target: dev", f"target: {new}")


def variable_of_environment(project: Project) -> Iterator[Edit]:
    for name in ("WAREHOUSE_PATH", "DBT_DATABASE_FILE"):
        yield sub(project, f"{name} is not set", PROFILES, "path: warehouse.duckdb", f"path: \"{{{{ env_var('{name}') }}}}\"")


def adapter_missing(project: Project) -> Iterator[Edit]:
    for name in ("postgres", "snowflake"):
        yield sub(project, f"the adapter {name} is not installed", PROFILES, "type: duckdb", f"type: {name}")


def adapter_mistyped(project: Project) -> Iterator[Edit]:
    for name in ("dukcdb", "duckdbb"):
        yield sub(project, f"the adapter is written {name}", PROFILES, "type: duckdb", f"type: {name}")


def setting_mistyped(project: Project) -> Iterator[Edit]:
    for name in ("memry_limit", "memory_limt"):
        new = f"threads: 1\n      settings:\n        {name}: 2GB"
        yield sub(project, f"the setting {name} does not exist", PROFILES, "threads: 1", new)


def folder_missing(project: Project) -> Iterator[Edit]:
    for place in ("data", "var/duckdb"):
        yield sub(project, f"the folder {place} does not exist", PROFILES, "path: ", f"path: {place}/")


def read_only(project: Project) -> Iterator[Edit]:
    new = "threads: 1\n      config_options:\n        access_mode: READ_ONLY"
    yield sub(project, "the database is opened to be read", PROFILES, "threads: 1", new)


def other_version(project: Project) -> Iterator[Edit]:
    for version in ('[">=1.0.0", "<1.5.0"]', '">=3.0.0"'):
        new = f"name: {project.name}\nrequire-dbt-version: {version}\n"
        yield sub(project, f"wants a dbt of version {version}", PROJECT, f"name: {project.name}\n", new)


def corrupt(project: Project) -> Iterator[Edit]:
    yield Edit("warehouse.duckdb: no database", {"warehouse.duckdb": b"this is not a database\n" * 400})
    yield Edit("warehouse.duckdb: cut off", {"warehouse.duckdb": b"\0" * 4096})


def locked_shortly(project: Project) -> Iterator[Edit]:
    for seconds in (0.2, 1.5):
        yield Edit(f"warehouse.duckdb: held by another process for {seconds} s after the first run", {}, hold=seconds)


def locked(project: Project) -> Iterator[Edit]:
    yield Edit("warehouse.duckdb: held by another process", {}, hold=-1)


MISSING, DATABASE = ("MISSING_REF",), ("DATABASE",)
KINDS = (
    Kind("model deleted", MISSING, "person", model_deleted),
    Kind("model disabled", MISSING, "person", model_disabled),
    Kind("seed deleted", MISSING, "person", seed_deleted),
    Kind("macros deleted", MISSING, "person", macros_deleted),
    Kind("circle of models", MISSING, "person", circle),
    Kind("model there twice", MISSING, "person", model_twice),
    Kind("model described twice", ("MISSING_REF", "SYNTAX", "SCHEMA"), "person", described_twice),
    Kind("package not installed", MISSING, "person", package_missing),
    Kind("macro of a package not installed", MISSING, "person", package_macro),
    Kind("source that nothing loads", MISSING, "person", source_absent),
    Kind("variable gone", MISSING, "person", variable_gone),
    Kind("profile mistyped", DATABASE, "fix", profile_mistyped),
    Kind("target mistyped", DATABASE, "fix", target_mistyped),
    Kind("variable of the environment not set", DATABASE, "person", variable_of_environment),
    Kind("adapter not installed", DATABASE, "person", adapter_missing),
    Kind("adapter mistyped", DATABASE, "fix", adapter_mistyped),
    Kind("setting of the database mistyped", DATABASE, "fix", setting_mistyped),
    Kind("folder of the database missing", DATABASE, "fix", folder_missing),
    Kind("database opened to be read", DATABASE, "person", read_only),
    Kind("dbt of another version wanted", DATABASE, "person", other_version),
    Kind("database file corrupt", DATABASE, "person", corrupt, "kept"),
    Kind("database locked for a moment", DATABASE, "fix", locked_shortly, "kept"),
    Kind("database locked", DATABASE, "person", locked, "kept"),
)
