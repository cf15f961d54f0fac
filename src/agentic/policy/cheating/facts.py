"""A query -> what decides which rows and values come out of it, each as one line of text that can be counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from sqlglot import exp, parse  # 60 ms: this module is imported only when two versions of a query have to be compared

from agentic.policy.cheating.words import FOREIGN

Fact = tuple[str, str]
"""(kind, text): `("where", "amount > 0")`."""
LARGEST = 60_000
"""Tokens. What is longer is compared word by word."""
FILTERS = (exp.Where, exp.Having, exp.Qualify)
CONSTANTS = (exp.Literal, exp.Null, exp.Boolean)
HIDING = ("try", "safe")
"""How functions begin that give NULL where they fail."""
QUERIES = (exp.Select, exp.SetOperation, exp.Subquery, exp.Values)


def tree_of(tokens: Sequence[str]) -> exp.Expression | None:
    """The syntax tree, in a form in which what makes no difference is alike. None where it does not parse."""
    if len(tokens) > LARGEST:
        return None
    try:
        found = [one for one in parse(" ".join(tokens), dialect="duckdb") if one is not None]
        return exp.Block(expressions=[plain(one) for one in found]) if len(found) > 1 else plain(found[0])
    except Exception:  # noqa: BLE001 (a parser of foreign text: whatever it raises, the text is compared by its words then)
        return None


def plain(tree: Any) -> Any:
    """No qualifiers, no casts that fail aloud, no brackets, names in lower case."""
    return tree.transform(alike)


def alike(node: Any) -> Any:
    """One node of it."""
    if isinstance(node, exp.Identifier):
        return exp.to_identifier(str(node.this).lower())
    if isinstance(node, exp.Column):
        return node if node.is_star else exp.Column(this=node.this)
    while type(node) in (exp.Cast, exp.Paren) and not isinstance(node.this, exp.Query):
        node = node.this
    return alike(node) if isinstance(node, exp.Column) and node.args.get("table") else node


def facts(tree: Any) -> Counter[Fact]:
    """All of them, in all parts of the query."""
    return Counter(fact for node in tree.walk() for fact in facts_of(node))


def facts_of(node: Any) -> Iterator[Fact]:
    """Of one node."""
    yield from filters(node)
    yield from relations(node)
    yield from hidings(node)
    yield from foreign(node)
    if isinstance(node, exp.Command) or (node.parent is None and not isinstance(node, QUERIES)):
        yield "statement", text(node)


def filters(node: Any) -> Iterator[Fact]:
    """What lets rows through, or not."""
    if isinstance(node, FILTERS):
        yield from ((node.key, text(one)) for one in conditions(node.this))
    elif isinstance(node, (exp.Limit, exp.Offset, exp.Fetch, exp.TableSample)):
        yield node.key, text(node)
    elif isinstance(node, exp.Select):
        yield from rows_of(node)
    elif isinstance(node, exp.SetOperation):
        yield "set", f"{node.key}{' distinct' if node.args.get('distinct') else ''}"
    elif isinstance(node, exp.Star):
        yield from (("exclude", text(one)) for one in node.args.get("except_") or ())


def rows_of(select: Any) -> Iterator[Fact]:
    """Rows that are made one: by what, DISTINCT, and GROUP BY without anything that is summed up."""
    group = select.args.get("group")
    yield from (("group", text(one)) for one in (group.expressions if group else ()))
    if distinct := select.args.get("distinct"):
        yield "distinct", text(distinct)
    if group and not any(one.find(exp.AggFunc, exp.Anonymous) for one in select.expressions):
        yield "grouped", text(group)


def conditions(node: Any) -> list[Any]:
    """`a and b` are two. What is always true is none."""
    if isinstance(node, exp.And):
        return [part for one in node.flatten() for part in conditions(one)]
    return [] if is_true(node) else [one_side(node)]


def one_side(node: Any) -> Any:
    """`on a.id = b.id` is `using (id)`."""
    return node.this if isinstance(node, exp.EQ) and text(node.this) == text(node.expression) else node


def is_true(node: Any) -> bool:
    """`true`, `1 = 1`."""
    return text(node).lower() in ("true", "1 = 1", "1")


def relations(node: Any) -> Iterator[Fact]:
    """What is read, and how it is joined."""
    if isinstance(node, exp.Table):
        yield (
            ("reads" if isinstance(node.this, exp.Func) else "table"),
            text(exp.Table(**{**node.args, "alias": None, "joins": None})),
        )
    elif isinstance(node, exp.Join):
        yield "join", " ".join(filter(None, (node.side, node.kind))).lower() or "inner"
        on = node.args.get("on")
        told = [text(one) for one in (*(conditions(on) if on else ()), *(node.args.get("using") or ()))]
        yield from (("on", one) for one in told or ["true"])


def hidings(node: Any) -> Iterator[Fact]:
    """What makes a value NULL, or a NULL a value."""
    if (
        isinstance(node, (exp.TryCast, exp.Nullif))
        or function(node).startswith(HIDING)
        or (isinstance(node, exp.Coalesce) and any(is_constant(one) for one in node.expressions))
        or (isinstance(node, exp.Case) and any(one is None or isinstance(one, exp.Null) for one in branches(node)))
    ):
        yield "null", text(node)


def foreign(node: Any) -> Iterator[Fact]:
    """What other databases call COALESCE: where it stood, COALESCE is nothing new."""
    if isinstance(node, exp.Anonymous) and node.name.lower() in FOREIGN:
        yield "null", text(node)


def function(node: Any) -> str:
    """The name of a function as it is called; empty for what is none."""
    return str(
        node.name if isinstance(node, exp.Anonymous) else node.sql_name() if isinstance(node, exp.Func) else ""
    ).lower()


def branches(case: Any) -> list[Any]:
    """What a CASE gives; None where it has no ELSE, which is NULL."""
    return [case.args.get("default"), *(one.args.get("true") for one in case.args.get("ifs") or ())]


def is_constant(node: Any) -> bool:
    """The same in every row."""
    return not node.find(exp.Column, exp.Star, exp.Query) and not node.find(exp.AggFunc, exp.Window)


def text(node: Any) -> str:
    """As SQL, on one line."""
    return str(node.sql(dialect="duckdb", comments=False))


def values(tree: Any) -> dict[str, list[Any]]:
    """Name of a column, anywhere in the query -> what it is made of, in order."""
    found: dict[str, list[Any]] = {}
    for select in tree.find_all(exp.Select):
        for at, one in enumerate(select.expressions):
            if not one.is_star:
                name = one.alias_or_name.lower() if isinstance(one, (exp.Alias, exp.Column)) else f"number {at + 1}"
                found.setdefault(name, []).append(one.unalias())
    return found


def outputs(tree: Any) -> tuple[frozenset[str], bool]:
    """Columns that a query gives, and whether these are all: behind a star over a relation nobody knows."""
    if not isinstance(tree, (exp.Query,)):
        return frozenset(), False
    return columns(tree, {}, 0)


def columns(query: Any, around: dict[str, Any], depth: int) -> tuple[frozenset[str], bool]:
    """Of one query, with the CTEs around it."""
    if depth > 60 or query is None:
        return frozenset(), False
    inside = around | {one.alias.lower(): one.this for one in query.ctes} if isinstance(query, exp.Query) else around
    if isinstance(query, (exp.SetOperation, exp.Subquery)):
        return columns(query.this, inside, depth + 1)
    if not isinstance(query, exp.Select):
        return frozenset(), False
    parts = [projected(one, query, inside, depth) for one in query.expressions]
    return frozenset().union(*(names for names, _ in parts)), all(whole for _, whole in parts)


def projected(node: Any, select: Any, around: dict[str, Any], depth: int) -> tuple[frozenset[str], bool]:
    """Of one item of a SELECT."""
    if not node.is_star:
        return (frozenset({node.alias_or_name.lower()}), True) if node.alias_or_name else (frozenset(), True)
    if isinstance(node, exp.Func):
        return frozenset(), False
    sources = [one.this for one in (select.args.get("from_"), *(select.args.get("joins") or ())) if one]
    wanted = node.args.get("table") and node.table.lower()
    named = [one for one in sources if not wanted or one.alias_or_name.lower() == wanted]
    found = [columns(source_of(one, around), without_itself(one, around), depth + 1) for one in named]
    star = node if isinstance(node, exp.Star) else node.this
    left_out = {one.name.lower() for one in star.args.get("except_") or ()}
    return frozenset().union(*(names for names, _ in found)) - left_out, bool(found) and all(
        whole for _, whole in found
    )


def source_of(node: Any, around: dict[str, Any]) -> Any:
    """The query behind FROM; None for a relation of the database."""
    return (
        node.this
        if isinstance(node, exp.Subquery)
        else around.get(node.name.lower())
        if isinstance(node, exp.Table)
        else None
    )


def without_itself(node: Any, around: dict[str, Any]) -> dict[str, Any]:
    """A CTE does not see itself: `with orders as (select * from orders)` reads the table."""
    return (
        {name: one for name, one in around.items() if name != node.name.lower()}
        if isinstance(node, exp.Table)
        else around
    )
