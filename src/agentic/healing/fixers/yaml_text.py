"""YAML that does not parse, or has another shape than dbt expects -> edits of an indent, a quote, a colon, a dash, a key."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from agentic.healing.candidate import Candidate, Case, nearest
from agentic.healing.project import yaml_of

KEYS = (
    "version", "models", "columns", "name", "description", "data_tests", "tests", "sources", "tables", "seeds", "snapshots", "exposures", "config",
    "arguments", "values", "to", "field", "severity", "meta", "tags", "docs", "schema", "database", "type", "owner", "depends_on", "unit_tests", "model",
    "given", "expect", "rows", "input", "macros", "identifier", "data_type", "constraints", "contract", "enforced", "freshness", "loaded_at_field",
    "materialized", "groups", "metrics", "quote", "warn_after", "error_after", "count", "period", "column_name", "label", "maturity", "url", "email",
)  # fmt: skip
PROJECT = "dbt_project.yml"
PROJECT_KEYS = (
    "name", "version", "config-version", "profile", "model-paths", "seed-paths", "test-paths", "analysis-paths", "macro-paths", "snapshot-paths",
    "docs-paths", "asset-paths", "target-path", "log-path", "packages-install-path", "clean-targets", "require-dbt-version", "dispatch", "vars",
    "models", "seeds", "snapshots", "tests", "data_tests", "unit_tests", "sources", "exposures", "quoting", "query-comment", "flags", "functions",
    "metrics", "semantic-models", "saved-queries", "restrict-access", "dbt-cloud",
)  # fmt: skip
AROUND = 8
"""Lines before and after the one that is named."""
MOST = 4


def yaml_text(case: Case) -> Iterator[Candidate]:
    """The edits that parse and have dbt's shape; first those that tell the columns that were told when all was well."""
    path = full_path(case)
    if not path:
        return
    text = case.project.whole(path)
    wanted = told_before(case, path)
    found: dict[str, tuple[float, str]] = {}
    in_jinja = case.cause.kind == "jinja"
    # Of Jinja within YAML, dbt counts the lines of the expression.
    for title, changed, prior in edits(text, 0 if in_jinja else case.failure.line):
        if in_jinja and "quote" not in title and "bracket" not in title:
            continue
        content = yaml_of(changed)
        if changed not in found and changed != text and (is_project(content) if path == PROJECT else is_dbt(content)):
            agrees = agreement(told(content), wanted)
            found[changed] = (prior + 0.1 * agrees, title)
    best = sorted(found.items(), key=lambda pair: -pair[1][0])[:MOST]
    for changed, (score, title) in best:
        exact = bool(wanted) and agreement(told(yaml_of(changed)), wanted) == 1
        yield Candidate("yaml", title, {path: changed}, 0.93 if exact else min(score, 0.79), score, needs_run=True)


def full_path(case: Case) -> str:
    """Dbt names some files without their folder."""
    said = case.path
    return (
        said
        if said in case.project.files
        else next((path for path in case.project.files if said and path.endswith(f"/{said}")), "")
    )


def edits(text: str, line: int) -> Iterator[tuple[str, str, float]]:
    """(What it does, the new text, how likely)."""
    lines = text.split("\n")
    first, last = (max(0, line - 1 - AROUND), min(len(lines), line + AROUND)) if line else (0, len(lines))
    places = [number for number in range(first, last) if line or is_odd(lines[number])]
    if "\t" in text:
        yield "tabs become spaces", text.replace("\t", "  "), 0.85
    for number in sorted(places, key=lambda one: abs(one - line + 1)):
        far = 0.01 * abs(number - line + 1)
        for title, new, prior in of_line(lines, number):
            yield f"line {number + 1}: {title}", "\n".join([*lines[:number], *new, *lines[number + 1 :]]), prior - far
    yield from listed(lines)


def is_odd(line: str) -> bool:
    """Does it open what it does not close? Where no line is named, only such lines are tried."""
    pairs = (
        any(line.count(one) % 2 for one in ("'", '"'))
        or line.count("[") != line.count("]")
        or line.count("{") != line.count("}")
    )
    return pairs or bool(re.match(r"^\s*(?:-\s+)?\w+\s*$", line))


def of_line(lines: list[str], number: int) -> Iterator[tuple[str, list[str], float]]:
    """Edits of one line."""
    here = lines[number]
    bare = here.strip()
    if not bare or bare.startswith("#"):
        return
    yield from (("another indent", [" " * level + bare], 0.75) for level in levels(lines, number))
    yield from quotes_of(here)
    yield from brackets_of(here)
    yield from marks_of(here)
    if found := re.match(r"^(\s*(?:-\s+)?)(\w+)(:.*)$", here):
        for near, key in nearest(found[2], KEYS, 0.7):
            yield f"the key {found[2]} becomes {key}", [f"{found[1]}{key}{found[3]}"], 0.8 * near


def quotes_of(here: str) -> Iterator[tuple[str, list[str], float]]:
    """A quote without its other one."""
    for quote in ("'", '"'):
        if here.count(quote) % 2 == 0:
            continue
        yield "a quote is closed", [here.rstrip() + quote], 0.8
        for pattern, prior in ((r"(?=[,\]\}])", 0.74), (r"[:,\[\{]\s*", 0.73)):
            for found in re.finditer(pattern, here):
                yield "a quote is put in", [f"{here[: found.end()]}{quote}{here[found.end() :]}"], prior
        for found in re.finditer(quote, here):
            yield "a quote is taken out", [here[: found.start()] + here[found.end() :]], 0.7


def brackets_of(here: str) -> Iterator[tuple[str, list[str], float]]:
    """A bracket without its other one."""
    for opening, closing in (("[", "]"), ("{", "}")):
        if here.count(opening) > here.count(closing):
            yield "a bracket is closed", [here.rstrip() + closing], 0.8
        if here.count(opening) < here.count(closing):
            for found in re.finditer(r":\s*", here):
                yield "a bracket is opened", [f"{here[: found.end()]}{opening}{here[found.end() :]}"], 0.75
            yield "a bracket is taken out", [here.rstrip().removesuffix(closing)], 0.7


MARKS = (
    (r"^(\s*(?:-\s+)?\w+)(?:\s+|$)(.*)$", r"\1: \2", "a colon is put in", 0.75),
    (r"^(\s*(?:-\s+)?\w+):(\S.*)$", r"\1: \2", "a space is put in", 0.8),
    (r"^(\s*)-(\w.*)$", r"\1- \2", "a space is put in", 0.82),
    (r"^(\s*)(\w.*)$", r"\1- \2", "a dash is put in", 0.7),
    (r"^(\s*(?:-\s+)?\w+:\s+)([^'\"\[{|>#].*: .*)$", r'\1"\2"', "a text with a colon is quoted", 0.8),
)


def marks_of(here: str) -> Iterator[tuple[str, list[str], float]]:
    """A colon, a space, a dash that is missing."""
    for pattern, new, title, prior in MARKS:
        if re.match(pattern, here):
            yield title, [re.sub(pattern, new, here).rstrip()], prior


def levels(lines: list[str], number: int) -> tuple[int, ...]:
    """Indents of the lines around, and one step more or less."""
    around = [one for one in lines[max(0, number - 12) : number + 12] if one.strip()]
    mine = len(lines[number]) - len(lines[number].lstrip())
    found = [len(one) - len(one.lstrip()) for one in around]
    return tuple(
        sorted(
            {level for level in (*found, mine + 2, mine - 2, mine + 1, mine - 1) if level >= 0 and level != mine},
            key=lambda one: abs(one - mine),
        )
    )


def listed(lines: list[str]) -> Iterator[tuple[str, str, float]]:
    """A list that was written as a map: its first key gets a dash, what belongs to it is set in."""
    for number, here in enumerate(lines[:-1]):
        if not re.match(r"^\s*(?:-\s+)?(columns|models|tables|sources|data_tests|tests|seeds|exposures):\s*$", here):
            continue
        after = lines[number + 1]
        level = len(after) - len(after.lstrip())
        if not after.strip() or after.lstrip().startswith("-"):
            continue
        end = next(
            (
                place
                for place in range(number + 1, len(lines))
                if lines[place].strip() and len(lines[place]) - len(lines[place].lstrip()) < level
            ),
            len(lines),
        )
        if not re.match(r"^\s*(name|[\w-]+:\s*\S)", after) or by_name(after):
            named = [re.sub(rf"^( {{{level}}})([\w-]+):\s*$", r"\1- name: \2", one) for one in lines[number + 1 : end]]
            yield (
                f"line {number + 2}: the map becomes a list",
                "\n".join([*lines[: number + 1], *named, *lines[end:]]),
                0.86,
            )
        block = [
            f"{' ' * level}- {after.strip()}",
            *(f"  {one}" if one.strip() else one for one in lines[number + 2 : end]),
        ]
        yield (
            f"line {number + 2}: the map becomes a list",
            "\n".join([*lines[: number + 1], *block, *lines[end:]]),
            0.85,
        )


def by_name(line: str) -> bool:
    """Does the line only name what stands below it?"""
    return bool(re.match(r"^\s*[\w-]+:\s*$", line))


# --- is it what dbt expects? ---


def is_dbt(content: Mapping[str, Any]) -> bool:
    """Known keys at the top, and lists of things with names below them."""
    if not content or any(key not in KEYS for key in content):
        return False
    return all(
        has_names(one)
        for key, one in content.items()
        if key in ("models", "sources", "seeds", "snapshots", "exposures")
    )


def is_project(content: Mapping[str, Any]) -> bool:
    """The keys of a dbt_project.yml, and maps where there have to be maps."""
    maps = all(
        isinstance(content[key], dict)
        for key in ("models", "seeds", "snapshots", "vars", "tests", "data_tests")
        if content.get(key) is not None
    )
    return (
        {"name", "profile"} <= content.keys()
        and all(key in PROJECT_KEYS or str(key).startswith("on-run-") for key in content)
        and maps
    )


def has_names(items: Any) -> bool:
    """A list of maps with a name, and so are their columns and tables."""
    if not isinstance(items, list) or not all(
        isinstance(one, dict) and isinstance(one.get("name"), str) for one in items
    ):
        return False
    if any(key not in KEYS for one in items for key in one):
        return False
    return all(has_names(one[key]) for one in items for key in ("columns", "tables") if key in one) and all(
        tests_fit(one) for one in items
    )


def tests_fit(item: Mapping[str, Any]) -> bool:
    """Tests are a list of names, or of maps with one name each."""
    for key in ("tests", "data_tests"):
        found = item.get(key, [])
        if not isinstance(found, list) or not all(isinstance(one, str | dict) for one in found):
            return False
    return True


def told(content: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Node -> the columns that are described."""
    items = [one for key in ("models", "seeds", "snapshots") for one in content.get(key) or () if isinstance(one, dict)]
    return {
        str(one.get("name")): tuple(
            str(column.get("name")).lower() for column in one.get("columns") or () if isinstance(column, dict)
        )
        for one in items
    }


def told_before(case: Case, path: str) -> dict[str, tuple[str, ...]]:
    """The same, of this file, when all was well; empty where nobody knows."""
    nodes = case.project.good.get("nodes", {}).values()
    mine = [one for one in nodes if str(one.get("patch_path") or "").endswith(f"://{path}")]
    return {str(one["name"]): tuple(str(column).lower() for column in one.get("columns", {})) for one in mine}


def agreement(now: Mapping[str, tuple[str, ...]], before: Mapping[str, tuple[str, ...]]) -> float:
    """Share of what was told before that is told again."""
    if not before:
        return 0.0
    return sum(now.get(name) == columns for name, columns in before.items()) / len(before)
