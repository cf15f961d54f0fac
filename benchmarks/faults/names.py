"""Faults of names: columns, relations, refs, sources, macros, functions, variables, tests, docs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from faults.project import KEYWORDS, Edit, Kind, Project, code

OTHER_WORDS = {
    "customer": "cust", "amount": "amt", "count": "cnt", "quantity": "qty", "number": "no", "date": "day", "name": "title",
    "status": "state", "account": "acct", "month": "period", "type": "kind", "code": "key", "id": "key", "on": "date", "at": "time",
    "total": "sum", "product": "article", "patient": "person", "visit": "stay", "session": "visit", "event": "action",
    "user": "visitor", "revenue": "turnover", "balance": "saldo", "price": "rate",
}  # fmt: skip


def other_name(project: Project, name: str) -> str:
    """A name that means the same: `customer_id` -> `cust_id`; empty where none is known or it is taken."""
    parts = name.split("_")
    for at, part in enumerate(parts):
        new = "_".join([*parts[:at], OTHER_WORDS.get(part, part), *parts[at + 1 :]])
        if new != name and new not in project.words | KEYWORDS:
            return new
    return ""


def used_columns(project: Project) -> Iterator[tuple[str, int, int, str]]:
    """Where a query reads a column: `x.name`, or a known name that is neither given nor called."""
    for path, text in project.queries:
        found = code(text)
        for before, one, after in zip([None, *found], found, [*found[1:], None], strict=False):
            if one.kind != "word" or one.low in KEYWORDS or (after and after.text in (".", "(")):
                continue
            qualified = before is not None and before.text == "."
            known = one.low in project.columns and before is not None and before.low not in ("as", "from", "join")
            if qualified or known:
                yield path, one.start, one.end, one.text


def column_mistyped(project: Project) -> Iterator[Edit]:
    for path, start, end, name in used_columns(project):
        new = project.typo(name, path, start)
        yield project.cut(f"the column {name} is written {new}", path, start, end, new)


def column_by_another_name(project: Project) -> Iterator[Edit]:
    for path, start, end, name in used_columns(project):
        if new := other_name(project, name.lower()):
            yield project.cut(f"the column {name} is called {new}", path, start, end, new)


def column_renamed_upstream(project: Project) -> Iterator[Edit]:
    """A model gives its column another name; who reads it does not know yet."""
    for path, text in project.models:
        if not re.search(r"models/(staging|base|clean)/", path):
            continue
        elsewhere = "\n".join(other for place, other in project.queries if place != path)
        for found in re.finditer(r"\b(as) (\w+)(?=\s*(,|\n))", text, re.IGNORECASE):
            name = found[2]
            new = other_name(project, name.lower())
            if new and name in project.columns and re.search(rf"\b{name}\b", elsewhere):
                yield project.edit(
                    f"{path}: the column {name} is given out as {new}",
                    path,
                    text[: found.start(2)] + new + text[found.end(2) :],
                    renamed={name: new},
                )


def cte_mistyped(project: Project) -> Iterator[Edit]:
    for path, text in project.queries:
        for found in re.finditer(r"\b(?:from|join) (\w+)", text, re.IGNORECASE):
            if found[1] in project.ctes:
                new = project.typo(found[1], path, found.start())
                yield project.cut(f"the CTE {found[1]} is written {new}", path, found.start(1), found.end(1), new)


def cte_defined_mistyped(project: Project) -> Iterator[Edit]:
    for path, text in project.models:
        for found in re.finditer(r"(?:with |, ?|\n)(\w+) as \(\s*\n", text, re.IGNORECASE):
            new = project.typo(found[1], path, found.start())
            yield project.cut(f"the CTE {found[1]} is defined as {new}", path, found.start(1), found.end(1), new)


def alias_not_in_scope(project: Project) -> Iterator[Edit]:
    for path, text in project.models:
        found = code(text)
        for one, dot in zip(found, found[1:], strict=False):
            if one.kind == "word" and dot.text == "." and dot.start == one.end:
                new = project.typo(one.text, path, one.start) if len(one.text) > 2 else one.text + "x"
                yield project.cut(f"{one.text} is called {new}", path, one.start, one.end, new)


def called(project: Project, pattern: str, what: str, *places: list[tuple[str, str]]) -> Iterator[Edit]:
    """Group 1 of what fits is mistyped."""
    for path, text in (one for place in places for one in place):
        for found in re.finditer(pattern, text):
            new = project.typo(found[1], path, found.start())
            yield project.cut(f"the {what} {found[1]} is written {new}", path, found.start(1), found.end(1), new)


def ref_mistyped(project: Project) -> Iterator[Edit]:
    queries = [*project.models, *project.under("snapshots/")]
    return called(project, r"(?<!depends_on: )\{\{ ref\('(\w+)'\)", "model", queries)


def ref_in_a_test_mistyped(project: Project) -> Iterator[Edit]:
    return called(project, r"\{\{ ref\('(\w+)'\)", "model", project.under("tests/"))


def ref_by_another_name(project: Project) -> Iterator[Edit]:
    changes = [("stg_", "staging_"), ("int_", "intermediate_"), ("base_", "stg_"), ("raw_", "source_"), ("", "dim_")]
    for path, text in project.models:
        for found in re.finditer(r"(?<!depends_on: )\{\{ ref\('(\w+)'\)", text):
            old, new = next(one for one in changes if found[1].startswith(one[0]))
            name = new + found[1].removeprefix(old)
            yield project.cut(f"the model {found[1]} is called {name}", path, found.start(1), found.end(1), name)


def source_table_mistyped(project: Project) -> Iterator[Edit]:
    return called(project, r"source\('\w+', '(\w+)'\)", "source table", project.models)


def source_name_mistyped(project: Project) -> Iterator[Edit]:
    return called(project, r"source\('(\w+)', '\w+'\)", "source", project.models)


def relation_written_out(project: Project) -> Iterator[Edit]:
    for path, text in project.models:
        for found in re.finditer(r"(?<!depends_on: )\{\{ ref\('(\w+)'\) \}\}", text):
            schema = project.chance(path, found.start()).choice(["analytics", "prod", "main"])
            name = found[1] if schema != "main" else project.typo(found[1], path, found.start())
            yield project.cut(f"{schema}.{name} instead of its ref", path, found.start(), found.end(), f"{schema}.{name}")


def macro_mistyped(project: Project) -> Iterator[Edit]:
    names = [name for name in re.findall(r"\{% macro (\w+)", project.sql) if name]
    return called(project, rf"\{{\{{ ({'|'.join(names)})\(", "macro", project.queries)


def function_mistyped(project: Project) -> Iterator[Edit]:
    named = {"in", "over", "filter", "as", "and", "or", "when", "then", "values", "by", "exists", "decimal", "cast", "on", "not"}
    for path, text in [*project.queries, *project.under("macros/")]:
        found = code(text)
        for one, bracket in zip(found, found[1:], strict=False):
            if one.kind == "word" and bracket.text == "(" and bracket.start == one.end and one.low not in named | KEYWORDS:
                new = project.typo(one.text, path, one.start)
                yield project.cut(f"the function {one.text} is written {new}", path, one.start, one.end, new)


def variable_mistyped(project: Project) -> Iterator[Edit]:
    return called(project, r"""var\(['"](\w+)['"]\)""", "variable", project.models)


def tested_column_mistyped(project: Project) -> Iterator[Edit]:
    """In the YAML, where a test hangs on it."""
    pattern = r"\n      - name: (\w+)\n(?:        (?!data_type)[^\n]+\n)*?        (?:data_)?tests:"
    return called(project, pattern, "tested column", project.yaml)


def test_mistyped(project: Project) -> Iterator[Edit]:
    return called(project, r"(?:(?<=- )|(?<=, )|(?<=\[))(unique|not_null|accepted_values|relationships|not_negative)\b", "test", project.yaml)


def relationship_to_missing_model(project: Project) -> Iterator[Edit]:
    return called(project, r"to: (?:ref|source)\((?:'\w+', )?'(\w+)'\)", "model of a relationship", project.yaml)


def relationship_field_mistyped(project: Project) -> Iterator[Edit]:
    return called(project, r"field: (\w+)", "field of a relationship", project.yaml)


def doc_mistyped(project: Project) -> Iterator[Edit]:
    return called(project, r"doc\('(\w+)'\)", "doc block", project.yaml)


def exposure_mistyped(project: Project) -> Iterator[Edit]:
    return called(project, r"      - ref\('(\w+)'\)", "model of an exposure", project.yaml)


def unique_key_mistyped(project: Project) -> Iterator[Edit]:
    return called(project, r"unique_key='(\w+)'", "unique key", project.queries)


def updated_at_mistyped(project: Project) -> Iterator[Edit]:
    return called(project, r"updated_at='(\w+)'", "column of a snapshot", project.queries)


def model_file_renamed(project: Project) -> Iterator[Edit]:
    for path, text in project.models:
        name = path.rsplit("/", 1)[-1].removesuffix(".sql")
        if f"ref('{name}')" in project.sql:
            new = project.typo(name, path)
            moved = path.replace(f"{name}.sql", f"{new}.sql")
            yield Edit(f"{path}: the file is called {new}.sql", {path: None, moved: text}, moved={name: new})


SCHEMA, MISSING = ("SCHEMA",), ("MISSING_REF",)
KINDS = (
    Kind("column mistyped", SCHEMA, "fix", column_mistyped),
    Kind("column by another name", SCHEMA, "fix", column_by_another_name),
    Kind("column renamed upstream", SCHEMA, "fix", column_renamed_upstream),
    Kind("alias not in scope", SCHEMA, "fix", alias_not_in_scope),
    Kind("CTE mistyped where it is read", MISSING, "fix", cte_mistyped),
    Kind("CTE mistyped where it is defined", MISSING, "fix", cte_defined_mistyped),
    Kind("relation written out", MISSING, "fix", relation_written_out),
    Kind("ref mistyped", MISSING, "fix", ref_mistyped),
    Kind("ref in a test mistyped", MISSING, "fix", ref_in_a_test_mistyped),
    Kind("ref by another name", MISSING, "fix", ref_by_another_name),
    Kind("source table mistyped", MISSING, "fix", source_table_mistyped),
    Kind("source name mistyped", MISSING, "fix", source_name_mistyped),
    Kind("macro mistyped", MISSING, "fix", macro_mistyped),
    Kind("function mistyped", SCHEMA, "fix", function_mistyped),
    Kind("variable mistyped", MISSING, "fix", variable_mistyped),
    Kind("tested column mistyped", SCHEMA, "fix", tested_column_mistyped),
    Kind("generic test mistyped", MISSING, "fix", test_mistyped),
    Kind("relationships to a missing model", MISSING, "fix", relationship_to_missing_model),
    Kind("relationships field mistyped", SCHEMA, "fix", relationship_field_mistyped),
    Kind("doc block mistyped", MISSING, "fix", doc_mistyped),
    Kind("model of an exposure mistyped", MISSING, "fix", exposure_mistyped),
    Kind("unique key mistyped", SCHEMA, "fix", unique_key_mistyped, "kept"),
    Kind("snapshot column mistyped", SCHEMA, "fix", updated_at_mistyped),
    Kind("model file renamed", MISSING, "fix", model_file_renamed),
)
