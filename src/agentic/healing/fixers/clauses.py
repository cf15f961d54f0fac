"""Names are known and the SQL parses, and still the database refuses: grouping, ambiguity, types, UNION, another engine's words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from agentic.healing.candidate import Attempt, Case, likeness
from agentic.healing.edit import Edit
from agentic.healing.tokens import Token, code_of

CLAUSES = ("where", "having", "qualify", "order", "limit", "window", "union", "intersect", "except", ")", ";")
ENDS = ("from", "where", "group", "having", "qualify", "order", "limit", ")", "union", "intersect", "except")


def ambiguous(case: Case) -> Iterator[Attempt]:
    """The column with each table or alias of the query before it."""
    name = case.cause.name.lower()
    tokens = code_of(case.compiled)
    for number, token in enumerate(tokens):
        if not token.is_name or token.plain != name or (number and tokens[number - 1].text == "."):
            continue
        for alias in named_in_use(case.failure.message, tokens):
            edit = Edit(token.start, token.text, f"{alias}.{token.text}")
            yield Attempt("ambiguous", f"{name} is that of {alias}", (edit,), 0.6, 0.0)


def named_in_use(message: str, tokens: tuple[Token, ...]) -> tuple[str, ...]:
    """Tables that the engine offers, else every name that stands before a dot."""
    offered = re.findall(r'"(\w+)\.\w+"', message)
    dotted = [token.text for token, after in pairwise(tokens) if after.text == "." and token.is_name]
    return tuple(dict.fromkeys(offered or dotted))


def group(case: Case) -> Iterator[Attempt]:
    """The column in every GROUP BY that there is, or taken out of the list, or a GROUP BY where none is."""
    name = case.cause.name
    tokens = code_of(case.compiled)
    for start, end in group_lists(tokens):
        stop = tokens[end - 1]
        shown = next(
            (
                dotted(tokens, number)
                for number, token in enumerate(tokens)
                if token.is_name and token.plain == name.lower()
            ),
            name,
        )
        yield Attempt("grouped", f"{shown} is grouped, too", (Edit(stop.end, "", f", {shown}"),), 0.85, start / 1e6)
        if all(token.text.isdigit() or token.text == "," for token in tokens[start:end]):
            count = 1 + max(int(token.text) for token in tokens[start:end] if token.text.isdigit())
            yield Attempt(
                "grouped", f"GROUP BY has {count} columns", (Edit(stop.end, "", f", {count}"),), 0.88, start / 1e6
            )
    for place, columns in ungrouped(tokens):
        yield Attempt(
            "grouped", f"GROUP BY {columns} is put in", (Edit(place, "", f"\ngroup by {columns}\n"),), 0.7, 0.1
        )


def group_lists(tokens: tuple[Token, ...]) -> Iterator[tuple[int, int]]:
    """First and last token (not with it) of the list of each GROUP BY."""
    for number, token in enumerate(tokens[:-1]):
        if token.text.lower() == "group" and tokens[number + 1].text.lower() == "by":
            yield number + 2, end_of(tokens, number + 2, CLAUSES)


def end_of(tokens: tuple[Token, ...], number: int, stops: tuple[str, ...]) -> int:
    """The first token that ends what begins here, on the same level of brackets."""
    depth = 0
    for place in range(number, len(tokens)):
        text = tokens[place].text.lower()
        if depth == 0 and text in stops:
            return place
        depth += (text == "(") - (text == ")")
    return len(tokens)


def dotted(tokens: tuple[Token, ...], number: int) -> str:
    """A name with what stands before its dot."""
    before = number > 1 and tokens[number - 1].text == "."
    return f"{tokens[number - 2].text}.{tokens[number].text}" if before else tokens[number].text


def ungrouped(tokens: tuple[Token, ...]) -> Iterator[tuple[int, str]]:
    """(Where a GROUP BY could stand, its columns) of each SELECT that mixes columns and calls."""
    for number, token in enumerate(tokens):
        if token.text.lower() != "select":
            continue
        source = end_of(tokens, number + 1, ("from",))
        items = split(tokens, number + 1, source)
        columns = [
            " ".join(one.text for one in item).replace(" . ", ".")
            for item in items
            if all(one.is_name or one.text == "." for one in item)
        ]
        stop = end_of(tokens, source + 1, CLAUSES[1:])
        bare = [column.split(" as ")[0].split(" AS ")[0] for column in columns]
        if bare and len(bare) < len(items) and "group" not in [one.text.lower() for one in tokens[source:stop]]:
            yield (tokens[stop].start if stop < len(tokens) else tokens[-1].end), ", ".join(bare)


def split(tokens: tuple[Token, ...], first: int, last: int) -> list[tuple[Token, ...]]:
    """Items between commas on the same level."""
    items: list[tuple[Token, ...]] = []
    begin = first
    while begin < last:
        end = min(end_of(tokens, begin, (",",)), last)
        items.append(tokens[begin:end])
        begin = end + 1
    return items


def aggregate(case: Case) -> Iterator[Attempt]:
    """A condition on an aggregate: WHERE that is HAVING, behind the GROUP BY."""
    text, tokens = case.compiled, code_of(case.compiled)
    for number, token in enumerate(tokens):
        if token.text.lower() != "where":
            continue
        grouping = end_of(tokens, number + 1, ("group", "order", "limit", ")", "union"))
        condition = text[tokens[number + 1].start : tokens[grouping - 1].end]
        out = Edit(token.start, text[token.start : tokens[grouping - 1].end], "")
        if grouping < len(tokens) and tokens[grouping].text.lower() == "group":
            end = end_of(tokens, grouping + 2, CLAUSES)
            yield Attempt(
                "having",
                "the condition moves to HAVING",
                (out, Edit(tokens[end - 1].end, "", f"\nhaving {condition}")),
                0.85,
                0.5,
            )
        yield Attempt("having", "WHERE becomes HAVING", (Edit(token.start, token.text, "having"),), 0.7, 0.3)
        yield Attempt("qualify", "WHERE becomes QUALIFY", (Edit(token.start, token.text, "qualify"),), 0.6, 0.2)


def union(case: Case) -> Iterator[Attempt]:
    """A part of a UNION lacks an item that the other part has, at the same place."""
    tokens = code_of(case.compiled)
    parts = [
        (number, end_of(tokens, number + 1, ("from", "union", ")")))
        for number, token in enumerate(tokens)
        if token.text.lower() == "select"
    ]
    lists = [
        split(tokens, first + 1 + (tokens[first + 1].text.lower() in ("distinct", "all")), last)
        for first, last in parts
    ]
    for one in lists:
        for other in lists:
            if one is not other and len(one) == len(other) + 1:
                yield from lacking(case.compiled, one, other)
            if one is not other and len(one) > 1 and len(one) == len(other) + 1:
                yield from too_much(case.compiled, one)


def lacking(text: str, more: list[tuple[Token, ...]], less: list[tuple[Token, ...]]) -> Iterator[Attempt]:
    """The item put in, at each place where it could have been."""
    said = {name_of(item) for item in less}
    for place, item in enumerate(more):
        if name_of(item) in said or not item:
            continue
        words = text[item[0].start : item[-1].end]
        if place < len(less) and less[place]:
            edit = Edit(less[place][0].start, "", f"{words}, ")
        elif less and less[-1]:
            edit = Edit(less[-1][-1].end, "", f", {words}")
        else:
            continue
        yield Attempt("union", f"{words} is put in, as in the other part", (edit,), 0.7, 0.5)


def too_much(text: str, items: list[tuple[Token, ...]]) -> Iterator[Attempt]:
    """One item taken out: what was added to one part only."""
    for number, item in enumerate(items):
        if item and number and items[number - 1]:
            start = items[number - 1][-1].end
            edit = Edit(start, text[start : item[-1].end], "")
            yield Attempt("union", f"{name_of(item)} is taken out again", (edit,), 0.3, 0.1)


def name_of(item: tuple[Token, ...]) -> str:
    """What a column of a SELECT is called."""
    return item[-1].plain if item else ""


def types(case: Case) -> Iterator[Attempt]:
    """A value of text where a number is asked for: cast where it is used. Never TRY_CAST, that would hide rows."""
    tokens = code_of(case.compiled)
    for number, token in enumerate(tokens):
        if not token.is_name or (number + 1 < len(tokens) and tokens[number + 1].text in ("(", ".")):
            continue
        shown, start = (
            dotted(tokens, number),
            tokens[number - 2].start if number > 1 and tokens[number - 1].text == "." else token.start,
        )
        for kind in ("double", "integer", "decimal(18, 2)", "date", "varchar"):
            yield Attempt(
                "cast",
                f"{shown} is cast to {kind}",
                (Edit(start, case.compiled[start : token.end], f"cast({shown} as {kind})"),),
                0.5,
                0.0,
            )


def dialect(case: Case) -> Iterator[Attempt]:
    """A call in another engine's words, translated."""
    name = case.cause.name.lower().strip('"')
    tokens = code_of(case.compiled)
    for number, token in enumerate(tokens):
        if token.plain == name and number + 1 < len(tokens) and tokens[number + 1].text == "(":
            last = end_of(tokens, number + 2, (")",))
            if last < len(tokens):
                call = case.compiled[token.start : tokens[last].end]
                for words in translated(call):
                    yield Attempt(
                        "dialect",
                        f"{call} is written {words}",
                        (Edit(token.start, call, words),),
                        0.85,
                        likeness(call, words),
                    )


def translated(call: str) -> Iterator[str]:
    """What sqlglot makes of it, read as each engine that has such a function."""
    # Half a second: only where a function is missing.
    import sqlglot
    from sqlglot.errors import SqlglotError

    seen = {call}
    for engine in ("snowflake", "bigquery", "redshift", "tsql", "postgres", "mysql", "oracle", "databricks"):
        try:
            words = sqlglot.transpile(call, read=engine, write="duckdb")[0]
        except (SqlglotError, ValueError, RecursionError):
            continue
        if words.lower() not in {one.lower() for one in seen}:
            seen.add(words)
            yield words
