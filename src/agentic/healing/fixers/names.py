"""A name that the database does not know -> the names that it could be.

Columns, tables, aliases and functions: every name that is in sight is tried, and the engine says which can stand there. So no rule of scope
is written down here a second time.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentic.healing.candidate import Attempt, Candidate, Case, likeness, nearest
from agentic.healing.edit import Edit
from agentic.healing.place import with_word
from agentic.healing.tokens import Token, code_of, words_in

MOST = 400
"""Names that are tried; of more, the most alike."""
TYPED_WRONG = 0.8
"""Names as alike as this are one name, typed wrong."""
DIALECT = {
    "iff": "if", "nvl": "coalesce", "ifnull": "coalesce", "isnull": "coalesce", "zeroifnull": "coalesce", "charindex": "strpos", "len": "length",
    "getdate": "now", "to_varchar": "strftime", "substr": "substring", "listagg": "string_agg", "array_agg": "list", "safe_divide": "fdiv",
    "countif": "count_if", "to_char": "strftime", "ucase": "upper", "lcase": "lower", "instr": "strpos", "truncate": "trunc", "pow": "power",
    "datetrunc": "date_trunc", "date_parse": "strptime", "to_date": "strptime", "approx_distinct": "approx_count_distinct",
}  # fmt: skip
"""Function of another engine -> ours, where only the name differs."""


def names(case: Case) -> Iterator[Attempt]:
    """Every name in sight, in place of the one that is missing."""
    missing = case.cause.name.strip('"')
    missing = missing.rsplit(".", 1)[-1]
    tokens = code_of(case.compiled)
    for name in in_sight(case, missing, tokens):
        near = likeness(missing, name)
        shown = name if plain(name) else '"' + name + '"'
        prior = prior_of(case, missing, name, near)
        title = f"{missing} becomes {name}"
        yield Attempt(f"{case.cause.kind} name", title, (), prior, near, (missing, shown))
        if case.cause.kind == "column":
            yield from with_old_name(missing, shown, tokens, prior, near)


def with_old_name(missing: str, name: str, tokens: tuple[Token, ...], prior: float, near: float) -> Iterator[Attempt]:
    """The column under the name that the rest of the query goes on using."""
    for number, token in enumerate(tokens):
        if token.is_name and token.plain == missing.lower() and is_bare_item(tokens, number):
            edit = Edit(token.start, token.text, f"{name} as {token.text}")
            yield Attempt(
                "column followed", f"{name} is read as {missing}", (edit,), prior - 0.02, near - 0.001, (missing, name)
            )


def is_bare_item(tokens: tuple[Token, ...], number: int) -> bool:
    """Is this token a whole item of a SELECT, `x` or `t.x`, without a name of its own?"""
    after = tokens[number + 1].text.lower() if number + 1 < len(tokens) else "from"
    first = number - 2 if number > 1 and tokens[number - 1].text == "." else number
    before = tokens[first - 1].text.lower() if first else ""
    return after in (",", "from", ")") and before in (",", "select", "distinct")


def configured(case: Case) -> Iterator[Candidate]:
    """A column that the query never names stands in a configuration: unique_key, updated_at, the column of a macro's argument."""
    missing = case.cause.name.strip('"')
    if not missing or missing.lower() in words_in(case.compiled) or missing.lower() not in words_in(case.raw):
        return
    known = tuple(
        name for name, _ in (pair for relation in case.warehouse.contents["relations"] for pair in relation["columns"])
    )
    for near, name in nearest(missing, known, 0.6):
        if changed := with_word(case.raw, missing, name):
            prior = 0.93 if near >= TYPED_WRONG else 0.5
            yield Candidate(
                "column name", f"{missing} becomes {name}", {case.path: changed}, prior, near, needs_run=True
            )


def in_sight(case: Case, missing: str, tokens: tuple[Token, ...]) -> tuple[str, ...]:
    """Names that could be meant, the most alike first."""
    if case.cause.kind == "function":
        known = [*case.warehouse.contents["functions"], *filter(None, [DIALECT.get(missing.lower())])]
        known = [one for one in known if likeness(missing, one) >= 0.6 or one == DIALECT.get(missing.lower())]
    else:
        known = [*(token.text.strip('"') for token in tokens if token.is_name), *known_to(case, tokens)]
    found = sorted({one for one in known if one.lower() != missing.lower()}, key=lambda one: -likeness(missing, one))
    return tuple(found[:MOST])


def known_to(case: Case, tokens: tuple[Token, ...]) -> Iterator[str]:
    """Columns of the tables that the query names; all tables, where a table is missing."""
    said = {token.plain for token in tokens if token.is_name}
    for relation in case.warehouse.contents["relations"]:
        if relation["name"].lower() in said:
            yield from (name for name, _ in relation["columns"])
        if case.cause.kind != "column":
            yield relation["name"]


def prior_of(case: Case, missing: str, name: str, near: float) -> float:
    """How likely this is the name that was meant, by its form, and by how often each of the two is written in the project."""
    if DIALECT.get(missing.lower()) == name and case.cause.kind == "function":
        return 0.85
    words = case.project.words
    rare = words[missing.lower()] <= 1
    if case.cause.kind == "column" and words[name.lower()] == 0 and not rare:
        return 0.9  # A name that nobody ever wrote came with the data: a source calls its column otherwise now.
    if near >= TYPED_WRONG:
        return 0.93 if rare else 0.75
    return 0.6 if near >= 0.6 else 0.4


def plain(name: str) -> bool:
    """Does it need no quotes?"""
    return name.isidentifier() and name == name.lower()
