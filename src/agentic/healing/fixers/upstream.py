"""A column that is missing because the model above calls it otherwise now: its old name given back where it was lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from agentic.healing.candidate import Case, likeness
from agentic.healing.edit import Edit, applied
from agentic.healing.fixers.names import TYPED_WRONG, is_bare_item, plain
from agentic.healing.tokens import code_of, words_in


class Lost(NamedTuple):
    """A model that may have lost the column, and one name that it may have now."""

    node: str
    reader: str
    """The model that reads it: its data tells whether the name was meant."""
    about: frozenset[str]
    edit: Edit
    """On the model's own compiled SQL."""
    sql: str
    """The failing query, with the model as it would be, in the place of its relation."""
    title: str
    prior: float
    near: float


def lost(case: Case) -> Iterator[Lost]:
    """Each column of each model above, called by the missing name."""
    name = case.cause.name.strip('"')
    for above in () if is_said_once(case, name) else models_above(case):
        columns = case.warehouse.columns().get(case.project.relation(above), ())
        if columns and name.lower() not in [one.lower() for one in columns]:
            yield from lost_in(case, above, name, columns)


def lost_in(case: Case, above: str, name: str, columns: Sequence[str]) -> Iterator[Lost]:
    """Edits of one model, each with the query that reads it."""
    reader, query = reader_of(case, above)
    own, relation, short = case.project.compiled(above), case.project.relation(above), above.rsplit(".", 1)[-1]
    found = [(edit, ",", f"a comma is put in after {name} in {short}", 0.94, 1.0) for edit in swallowed(own, name)]
    for column in columns:
        prior, near = prior_of(case, above, name, column), likeness(name, column)
        found += [
            (edit, column.lower(), f"{short} calls {column} {name} again", prior, near)
            for edit in renames(own, column, name)
        ]
    for edit, other, title, prior, near in found:
        if inlined := inline(query, relation, applied(own, (edit,))):
            yield Lost(above, reader, frozenset((name.lower(), other)), edit, inlined, title, prior, near)


def is_said_once(case: Case, name: str) -> bool:
    """A test asks for a column that nobody else ever names: then the test has it wrong."""
    return case.node.get("resource_type") == "test" and case.project.words[name.lower()] <= 1


def reader_of(case: Case, above: str) -> tuple[str, str]:
    """The model that misses it, and its SQL; of a test, a model that reads that very column, so that there is data to compare."""
    if case.node.get("resource_type") != "test":
        return case.failure.node, case.compiled
    name = case.cause.name.strip('"').lower()
    children = [one for one in case.project.known.get("child_map", {}).get(above, ()) if one.startswith("model.")]
    readers = [one for one in children if case.project.relation(one) in case.warehouse.columns()]
    queries = {one: case.project.compiled(one) for one in readers}
    reader = next((one for one, query in queries.items() if name in words_in(query)), "")
    return (reader, queries[reader]) if reader else (case.failure.node, case.compiled)


def models_above(case: Case) -> tuple[str, ...]:
    """The models that the query reads."""
    found = tuple(case.project.known.get("parent_map", {}).get(case.failure.node, ()))
    return tuple(one for one in found if one.startswith(("model.", "snapshot.")))


def renames(sql: str, column: str, name: str) -> Iterator[Edit]:
    """Where the model names its column, last first: that is the outermost SELECT."""
    tokens = code_of(sql)
    shown = name if plain(name) else f'"{name}"'
    for number in range(len(tokens) - 1, -1, -1):
        token = tokens[number]
        if not token.is_name or token.plain != column.lower():
            continue
        if number and tokens[number - 1].text.lower() == "as":
            yield Edit(token.start, token.text, shown)
        elif is_bare_item(tokens, number):
            yield Edit(token.end, "", f" as {shown}")


def swallowed(sql: str, name: str) -> Iterator[Edit]:
    """The column stands there, and a comma is missing: so the next name became its alias."""
    tokens = code_of(sql)
    for token, after in pairwise(tokens):
        if (
            token.is_name
            and token.plain == name.lower()
            and after.is_name
            and after.text.lower() not in ("as", "from", "and", "or", "is", "in", "end", "then", "asc", "desc")
        ):
            yield Edit(token.end, "", ",")


def inline(query: str, relation: str, sql: str) -> str:
    """The query with SQL in the place of a relation; empty where it does not read it."""
    place = query.find(relation) if relation else -1
    while place >= 0:
        after = code_of(query[place + len(relation) : place + len(relation) + 80])[:1]
        named = (
            bool(after)
            and after[0].is_name
            and after[0].text.lower()
            not in (
                "where",
                "left",
                "right",
                "inner",
                "join",
                "group",
                "order",
                "union",
                "full",
                "cross",
                "limit",
                "having",
                "on",
                "using",
                "qualify",
                "window",
            )
        )
        alias = "" if named else " as " + relation.rsplit(".", 1)[-1]
        inner = f"(\n{sql}\n){alias}"
        query = query[:place] + inner + query[place + len(relation) :]
        place = query.find(relation, place + len(inner))
    return query if sql in query else ""


def prior_of(case: Case, above: str, name: str, column: str) -> float:
    """A name that is described, or was there when all was well, was meant; one that nobody else uses was not."""
    words = case.project.words
    alone = words[column.lower()] <= code_words(case, above, column)
    if alone and (by_elimination(case, above, name, column) or was_renamed(case, above, name, column)):
        return 0.95
    if likeness(name, column) >= TYPED_WRONG and alone and words[name.lower()] > 1:
        return 0.93
    return 0.45 if alone else 0.3


def by_elimination(case: Case, above: str, name: str, column: str) -> bool:
    """Is this the one column that is described and not there, and the other the one that is there and not described?"""
    described = {str(one).lower() for one in case.project.node(above).get("columns", {})}
    there = {one.lower() for one in case.warehouse.columns().get(case.project.relation(above), ())}
    return described - there == {name.lower()} and there - described == {column.lower()}


def was_renamed(case: Case, above: str, name: str, column: str) -> bool:
    """Did the model write the one name when all was well, and the other only since?"""
    good = words_in(str(case.project.good_node(above).get("raw_code") or ""))
    return name.lower() in good and column.lower() not in good


def code_words(case: Case, above: str, column: str) -> int:
    """How often the model itself writes the name."""
    path = str(case.project.node(above).get("original_file_path", ""))
    return words_in(case.project.files.get(path, "")).count(column.lower())
