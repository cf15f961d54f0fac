"""SQL that does not parse -> edits of one sign, quote or keyword, at every place where it could be missing.

The engine says which of them parse, and the data which of them is right: a search, since no message tells where a bracket was forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentic.healing.candidate import Attempt, Case, likeness
from agentic.healing.edit import Edit
from agentic.healing.tokens import Token, code_of, line_of

KEYWORDS = (
    "select", "from", "where", "group", "order", "by", "having", "join", "left", "right", "inner", "outer", "full", "cross", "on", "using",
    "union", "all", "distinct", "case", "when", "then", "else", "end", "as", "and", "or", "not", "in", "is", "null", "between", "like", "with",
    "over", "partition", "rows", "limit", "qualify", "asc", "desc", "cast", "interval", "except", "exists", "filter", "lateral", "unnest",
)  # fmt: skip
FAR = 260
"""Tokens before the place that the engine names, in which a fault may lie: it names where it noticed."""
PUT_IN = ("from", "by", "end", "then", "as", "on", "and", "when", "select", "else")


def signs(case: Case) -> Iterator[Attempt]:
    """One edit each, those near the place first."""
    text = case.compiled
    tokens = code_of(text)
    place = noticed(case, text)
    last = next((number for number, token in enumerate(tokens) if token.start >= place), len(tokens))
    window = range(max(0, last - FAR), min(len(tokens), last + 12))
    for number in sorted(window, key=lambda one: abs(one - last)):
        yield from at_token(text, tokens, number, 1 / (1 + abs(number - last)))
    yield from quotes(text, tokens, place)


def noticed(case: Case, text: str) -> int:
    """Where the engine noticed it, as a letter of the SQL."""
    error = case.warehouse.attempt(text, [], "")["error"]
    return int(error["position"]) if error and error["position"] >= 0 else len(text)


def at_token(text: str, tokens: tuple[Token, ...], number: int, near: float) -> Iterator[Attempt]:
    """Everything that can be missing or too much at one token."""
    token = tokens[number]
    before = tokens[number - 1] if number else None
    said = f"line {line_of(text, token.start)}"
    if token.kind == "word":
        for word in KEYWORDS:
            if (alike := likeness(token.text, word)) >= 0.6 and token.text.lower() != word:
                yield attempt(
                    "keyword",
                    f"{token.text} becomes {word}",
                    Edit(token.start, token.text, cased(word, token)),
                    0.9,
                    alike,
                )
    if token.text in (",", ")", "(", ";", "'", '"') or token.text == (before.text if before else ""):
        yield attempt(
            "sign too much", f"{token.text} is taken out in {said}", Edit(token.start, token.text, ""), 0.75, near
        )
    if before is None:
        return
    ends_line = "\n" in text[before.end : token.start]
    for sign, how, prior in ((",", "comma", 0.8), (")", "bracket", 0.6), ("(", "bracket", 0.55)):
        edge = before.end if sign != "(" else token.start
        yield attempt(
            how, f"{sign} is put in after {before.text} in {said}", Edit(edge, "", sign), prior, near + 0.3 * ends_line
        )
    for word in PUT_IN:
        yield attempt(
            "keyword missing",
            f"{word} is put in before {token.text}",
            Edit(token.start, "", cased(word, token) + " "),
            0.6,
            near * 0.5,
        )


def quotes(text: str, tokens: tuple[Token, ...], place: int) -> Iterator[Attempt]:
    """A quote that is missing: after or before a word of the lines around, or one that is too much."""
    first = text.rfind("\n", 0, max(0, text.rfind("\n", 0, place) - 400)) + 1
    for quote in ("'", '"'):
        for token in tokens:
            if token.start < first or token.start > place + 200:
                continue
            near = 1 / (1 + abs(token.start - place))
            for edge in (token.start, token.end):
                yield attempt("quote", f"{quote} is put in at {token.text}", Edit(edge, "", quote), 0.6, near)
            if token.text == quote:
                yield attempt("quote", f"{quote} is taken out", Edit(token.start, quote, ""), 0.6, near)


def attempt(how: str, title: str, edit: Edit, prior: float, near: float) -> Attempt:
    """One of them."""
    return Attempt(how, title, (edit,), prior, near)


def cased(word: str, like: Token) -> str:
    """In capitals where the query is written so."""
    return word.upper() if like.text.isupper() and len(like.text) > 1 else word
