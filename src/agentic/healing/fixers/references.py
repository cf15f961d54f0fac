"""A ref, source, macro, docs block, variable or test of a name that is nowhere -> the name that is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from agentic.healing.candidate import Candidate, Case, nearest
from agentic.healing.project import DbtProject, yaml_of
from agentic.healing.tokens import without_comments

SURE, DOUBTFUL = 0.93, 0.6
MACRO = re.compile(r"\{%-?\s*(?:macro|test|data_test)\s+(\w+)")
DOCS = re.compile(r"\{%-?\s*docs\s+(\w+)")
BUILT_IN_TESTS = ("unique", "not_null", "accepted_values", "relationships")
BUILT_INS = (
    "ref", "source", "config", "var", "env_var", "this", "target", "adapter", "run_query", "statement", "log", "return", "is_incremental", "exceptions",
    "builtins", "modules", "execute", "graph", "model", "load_result", "dbt", "api", "store_result", "fromjson", "tojson", "zip", "set", "print", "range",
    "invocation_id", "run_started_at", "flags", "generate_schema_name", "doc", "caller", "loop", "dbt_version", "selected_resources", "local_md5",
)  # fmt: skip


def ref(case: Case) -> Iterator[Candidate]:
    """The model, seed or snapshot that was meant."""
    yield from renamed(
        case, case.cause.name, models_of(case.project), r"""(\bref\s*\(\s*(?:['"]\w+['"]\s*,\s*)?['"])%s(['"])"""
    )


def source(case: Case) -> Iterator[Candidate]:
    """The source or the table of it."""
    said, _, table = case.cause.name.partition(".")
    known = sources_of(case.project)
    tables = tuple(one for name, one in known if name == said)
    if tables:
        yield from renamed(case, table, tables, rf"""(\bsource\s*\(\s*['"]{re.escape(said)}['"]\s*,\s*['"])%s(['"])""")
    names = tuple(dict.fromkeys(name for name, one in known if one == table)) or tuple(
        dict.fromkeys(name for name, _ in known)
    )
    yield from renamed(case, said, names, rf"""(\bsource\s*\(\s*['"])%s(['"]\s*,\s*['"]{re.escape(table)}['"])""")


def macro(case: Case) -> Iterator[Candidate]:
    """The macro; for a test in YAML, the test."""
    name = case.cause.name
    if name.startswith("test_"):
        yield from renamed(
            case,
            name.removeprefix("test_"),
            tests_of(case.project),
            r"(^\s*-\s*['\"]?|[\[,]\s*['\"]?|\btest_name:\s*)%s(\b)",
            suffixes=(".yml", ".yaml"),
        )
        return
    known = tuple(dict.fromkeys([*macros_of(case.project), *BUILT_INS, *set_in(case.raw)]))
    yield from renamed(case, name, known, r"(?<![\w.])()%s(\b)", suffixes=(".sql", ".yml", ".yaml", ".md"))


def doc(case: Case) -> Iterator[Candidate]:
    """The docs block."""
    blocks = tuple(
        name for path, text in case.project.files.items() if path.endswith(".md") for name in DOCS.findall(text)
    )
    yield from renamed(case, case.cause.name, blocks, r"""(\bdoc\s*\(\s*['"])%s(['"])""")


def var(case: Case) -> Iterator[Candidate]:
    """The variable that the project sets."""
    set_ = case.project.settings.get("vars") or {}
    known = [str(name) for name in set_] + [str(name) for one in set_.values() if isinstance(one, dict) for name in one]
    yield from renamed(case, case.cause.name, tuple(known), r"""(\bvar\s*\(\s*['"])%s(['"])""")
    path, text = "dbt_project.yml", case.project.files.get("dbt_project.yml", "")
    for near, name in nearest(case.cause.name, tuple(known), 0.8):
        # The declaration may be what was typed wrong: then everybody else says it the other way.
        if case.project.words[case.cause.name.lower()] > case.project.words[name.lower()]:
            changed = re.sub(
                rf"^(\s*){re.escape(name)}(\s*:)", rf"\g<1>{case.cause.name}\g<2>", text, count=1, flags=re.MULTILINE
            )
            if changed != text:
                yield Candidate(
                    "var", f"{name} is called {case.cause.name}", {path: changed}, SURE, near + 0.01, needs_run=True
                )


def disabled(case: Case) -> Iterator[Candidate]:
    """Enabled again, where one file says otherwise. What somebody switched off, somebody may have meant: never without a person."""
    name = case.cause.name
    for path, text in case.project.files.items():
        if PurePosixPath(path).stem == name and path.endswith(".sql"):
            changed = re.sub(r",?\s*\benabled\s*=\s*(?:false|False)\b,?", "", text, count=1)
            changed = re.sub(r"\{\{\s*config\(\s*\)\s*\}\}\n?", "", changed)
            if changed != text:
                yield Candidate(
                    "enabled", f"{name} is enabled again", {path: changed}, 0.75, 1.0, needs_run=True, only_person=True
                )


def referred(project: DbtProject, text: str, name: str) -> str:
    """A table that dbt makes, written out with its schema, is referred to: else nothing says that it has to be built first."""
    plain = name.strip('"')
    if plain not in models_of(project):
        return text
    written_out = re.compile(rf"""(?<![\w.'"])(?:"?\w+"?\.)+"?{re.escape(plain)}"?(?![\w.(])""")
    places = list(written_out.finditer(without_comments(text)))
    for found in reversed(places):
        text = f"{text[: found.start()]}{{{{ ref('{plain}') }}}}{text[found.end() :]}"
    return text


def renamed(
    case: Case,
    name: str,
    known: tuple[str, ...],
    pattern: str,
    suffixes: tuple[str, ...] = (".sql", ".yml", ".yaml", ".md"),
) -> Iterator[Candidate]:
    """`name` becomes a name that is known, where the pattern finds it: in the file that dbt names, else wherever it stands."""
    for near, meant in nearest(name, known):
        files = dict(changed_files(case, name, meant, pattern, suffixes))
        if files:
            alone = len(nearest(name, known, near - 0.08)) == 1
            prior = SURE if near >= 0.8 and alone else DOUBTFUL
            yield Candidate(
                f"{case.cause.kind} name",
                f"{name} becomes {meant} in {', '.join(files)}",
                files,
                prior,
                near,
                needs_run=True,
            )


def changed_files(
    case: Case, name: str, meant: str, pattern: str, suffixes: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    """Each file with the name replaced, comments left alone."""
    search = re.compile(pattern.replace("%s", re.escape(name)), re.MULTILINE)
    named = (
        [case.path]
        if case.path in case.project.files and search.search(without_comments(case.project.files[case.path]))
        else []
    )
    for path in named or [one for one in case.project.files if one.endswith(suffixes)]:
        text = case.project.whole(path)
        bare = without_comments(text) if path.endswith(".sql") else text
        places = [found.end(1) for found in search.finditer(bare)]
        for place in reversed(places):
            text = text[:place] + meant + text[place + len(name) :]
        if places:
            yield path, text


# --- names that there are ---


def models_of(project: DbtProject) -> tuple[str, ...]:
    """Models, seeds and snapshots, by their files: dbt could not read them all."""
    files = [
        path
        for path in project.files
        if path.endswith((".sql", ".csv", ".py"))
        and not path.startswith(("macros/", "tests/", "analyses/", "scripts/"))
    ]
    snapshots = [name for text in project.files.values() for name in re.findall(r"\{%-?\s*snapshot\s+(\w+)", text)]
    return tuple(dict.fromkeys([*(PurePosixPath(path).stem for path in files), *snapshots]))


def sources_of(project: DbtProject) -> tuple[tuple[str, str], ...]:
    """(Source, table) that are declared."""
    listed = [
        one
        for path, text in project.files.items()
        if path.endswith((".yml", ".yaml"))
        for one in yaml_of(text).get("sources") or ()
    ]
    return tuple(
        (str(one.get("name")), str(table.get("name")))
        for one in listed
        if isinstance(one, dict)
        for table in one.get("tables") or ()
        if isinstance(table, dict)
    )


def macros_of(project: DbtProject) -> tuple[str, ...]:
    """The project's own, and those that were there when all was well."""
    own = [name for path, text in project.files.items() if path.endswith(".sql") for name in MACRO.findall(text)]
    known = [str(one.get("name")) for one in project.known.get("macros", {}).values()]
    return tuple(dict.fromkeys([*own, *known]))


def tests_of(project: DbtProject) -> tuple[str, ...]:
    """Generic tests."""
    own = [name.removeprefix("test_") for name in macros_of(project) if name.startswith("test_")]
    declared = [
        name for text in project.files.values() for name in re.findall(r"\{%-?\s*(?:test|data_test)\s+(\w+)", text)
    ]
    return tuple(dict.fromkeys([*BUILT_IN_TESTS, *own, *declared]))


def set_in(text: str) -> tuple[str, ...]:
    """Names that a template gives itself."""
    loops = re.findall(r"\{%-?\s*for\s+(\w+)(?:\s*,\s*(\w+))?\s+in", text)
    return (*re.findall(r"\{%-?\s*set\s+(\w+)", text), *(name for pair in loops for name in pair if name))
