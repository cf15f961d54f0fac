"""Two queries, mended alike -> which rows and values the second gives less."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlglot import exp  # as in facts.py

from agentic.policy.cheating.alike import typo
from agentic.policy.cheating.facts import QUERIES, Fact, facts, is_constant, text, values
from agentic.policy.cheating.rules import say, warn
from agentic.policy.cheating.words import FOREIGN, IGNORING
from agentic.values import Finding

AGGREGATE = re.compile(r"\b(?:COUNT|SUM|AVG|MIN|MAX)\(")
EQUAL = re.compile(r"^[a-z_]\w*(?: = [a-z_]\w*)?$")
"""A key is a key: a join that lacked it gave each row with each. Which key is meant, a person knows."""
FILTERS = ("where", "having", "qualify", "on")
FEWER = {
    "limit": "a LIMIT is new",
    "offset": "an OFFSET is new",
    "fetch": "a FETCH is new",
    "tablesample": "a sample is new",
    "distinct": "a DISTINCT is new",
    "grouped": "rows that are alike are made one by a new GROUP BY",
}
OUTER = ("left", "left outer", "full", "full outer", "cross", "asof left")
"""Joins that keep what stands on their left."""
Facts = Counter[Fact]


def less(path: str, old: Any, new: Any) -> Iterator[Finding]:
    """Everything that the trees tell."""
    was, is_now = facts(old), facts(new)
    lost, gained = was - is_now, is_now - was
    for rule in (fewer, filtered, joined, united, reached):
        yield from rule(path, lost, gained)
    yield from others_read(path, lost, gained, {str(one.this).lower() for one in old.find_all(exp.Identifier)})
    yield from hidden(path, of(lost, "null"), of(gained, "null"))
    if len(of(is_now, "group")) < len(of(was, "group")) and "ALL" not in of(is_now, "group"):
        yield say("selects-less", "rows are grouped by fewer columns than before", path)
    yield from computed(path, old, new)


def is_query(tree: Any) -> bool:
    """A whole query, of which `less` sees most; not the piece of one that a macro gives."""
    return isinstance(tree, QUERIES)


def of(found: Facts, *kinds: str) -> list[str]:
    """The texts of facts of these kinds."""
    return [said for (kind, said), count in found.items() if kind in kinds for _ in range(count)]


def fewer(path: str, lost: Facts, gained: Facts) -> Iterator[Finding]:
    """LIMIT, DISTINCT, a sample."""
    for kind, message in FEWER.items():
        yield from (say("selects-less", f"{message}: {said}", path) for said in of(gained, kind))
        if of(lost, kind) and not of(gained, kind):
            yield warn("undecided", f"{of(lost, kind)[0]} is gone, so that other rows come through", path)


def filtered(path: str, lost: Facts, gained: Facts) -> Iterator[Finding]:
    """Conditions. An aggregate in WHERE could not run: it may go, and stand in HAVING."""
    unable = [said for said in of(lost, "where") if AGGREGATE.search(said)]
    for kind in FILTERS:
        were, are = (
            [said for said in of(lost, kind) if said not in unable],
            [said for said in of(gained, kind) if said not in unable],
        )
        for said in are:
            told = warn if kind == "on" and "true" in were and EQUAL.match(said) else say
            yield told("selects-less", f"a condition is new or another than before: {kind.upper()} {said}", path)
        if were and not are:
            yield warn(
                "undecided", f"a condition is gone, so that other rows come through: {kind.upper()} {were[0]}", path
            )


def joined(path: str, lost: Facts, gained: Facts) -> Iterator[Finding]:
    """A stricter join loses rows; another one is for a person."""
    for said in of(gained, "join"):
        if said in OUTER:
            yield warn("undecided", f"a {said} join is new", path)
        else:
            yield say("selects-less", f"a join is stricter than before, or new: {said} join", path)
    if len(of(lost, "join")) > len(of(gained, "join")):
        yield warn("undecided", f"a join is gone: {of(lost, 'join')[0]} join", path)


def united(path: str, lost: Facts, gained: Facts) -> Iterator[Finding]:
    """Branches of UNION, and what EXCEPT and INTERSECT take out."""
    for said in of(gained, "set"):
        if said == "union":
            yield warn("undecided", "a branch of a UNION is new", path)
        else:
            yield say("selects-less", f"{said.upper()} takes rows out that came through before", path)
    if len(of(lost, "set")) > len(of(gained, "set")):
        yield say("selects-less", f"a branch of {of(lost, 'set')[0].upper()} is gone", path)


def others_read(path: str, lost: Facts, gained: Facts, named: set[str]) -> Iterator[Finding]:
    """Relations. One that was named, though not as a relation, lacked its FROM."""
    left, come = of(lost, "table"), [one for one in of(gained, "table") if one not in named]
    if len(left) == len(come) and all(any(is_written_out(one, ref) for ref in come) for one in left):
        return
    told = f"other relations are read: {', '.join(left) or 'none'} before, {', '.join(come) or 'none'} after"
    yield warn("undecided", told, path)


def is_written_out(table: str, ref: str) -> bool:
    """`main.orders`, and the ref that it should have been."""
    name = table.rsplit(".", 1)[-1]
    return ref.startswith(("ref__", "source__")) and any(
        typo(name, one) for one in (ref.split("__", 1)[1], ref.rsplit("__", 1)[-1])
    )


def hidden(path: str, were: list[str], are: list[str]) -> Iterator[Finding]:
    """What hides a value. Where the same function hid it before, or one of another database, something else was mended."""
    heads = Counter("COALESCE" if one.split("(", 1)[0].lower() in FOREIGN else one.split("(", 1)[0] for one in were)
    for said in are:
        head = said.split("(", 1)[0]
        told = warn if heads[head] > 0 else say
        heads[head] -= 1
        yield told("casts-to-null", f"a value is hidden: {said}", path)


def reached(path: str, lost: Facts, gained: Facts) -> Iterator[Finding]:
    """Statements, and files that are read."""
    yield from (
        say("touches-hooks-or-operations", f"this is no query: {said}", path) for said in of(gained, "statement")
    )
    for said in of(gained, "reads"):
        if any(word in said.lower() for word in IGNORING):
            yield say("hides-an-error", f"rows that cannot be read are left out: {said}", path)
        elif of(lost, "reads"):
            yield warn("undecided", f"a file is read otherwise: {said}", path)
        else:
            yield say("touches-hooks-or-operations", f"something outside of the database is read: {said}", path)


def computed(path: str, old: Any, new: Any) -> Iterator[Finding]:
    """Columns that are made of something else."""
    before = values(old)
    for name, made in values(new).items():
        were = before.get(name, [])
        known = {text(one) for one in were}
        for one in made:
            if text(one) not in known:
                yield from told(path, name, one, [was for was in were if not is_constant(was)], bool(were))


def told(path: str, name: str, made: Any, were: list[Any], was_there: bool) -> Iterator[Finding]:
    """One column with another expression. One that is new may be anything but a constant."""
    if is_constant(made) and (were or not was_there):
        rule = "casts-to-null" if made.key == "null" else "replaces-with-constant"
        yield say(
            rule,
            f"the column {name} is the constant {text(made)}" + (f", and was {text(were[0])}" if were else ""),
            path,
        )
    elif was_there:
        yield warn("undecided", f"the column {name} is computed otherwise: {text(made)}", path)
