"""A file of dbt -> its SQL with a plain word for each `{{ }}`, and what jinja says in it."""

from __future__ import annotations

import ast
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from agentic.values.noun import Noun

LONGEST = 300_000
"""Characters; a longer file is compared word by word only, in one pass."""
SKIPPED = ("whitespace", "comment_begin", "comment", "comment_end", "raw_begin", "raw_end")
BLOCKS = frozenset(["if", "for", "macro", "test", "call", "filter", "snapshot", "materialization", "set", "docs"])
"""Tags that need an end. What stands between the braces of `raw` is data, and its end is not told."""
CALL = re.compile(
    r"""^(ref|source)\s*\(\s*(['"][^'"]*['"](?:\s*,\s*['"][^'"]*['"])*)\s*(?:,\s*(?:v|version)\s*=\s*[\w'"]+)?\s*\)$"""
)
NAMES = {"true": True, "false": False, "none": None}


class Template(Noun, frozen=True):
    """A file that jinja can read."""

    sql: str
    """With `ref__orders`, `source__shop__orders`, `jinja__1a2b` for what is said in `{{ }}`; tags and comments taken out."""
    said: Mapping[str, str] = {}
    """The plain word -> what stands in `{{ }}`."""
    tags: tuple[str, ...] = ()
    """What stands in `{% %}`, in order."""
    config: Mapping[str, Any] = {}
    """What config blocks say. They count in a comment of SQL, too: jinja does not know comments of SQL."""
    prints: tuple[str, ...] = ()
    """What stands in `{{ }}`, in order, without config."""


def read(text: str) -> Template | None:
    """None where jinja cannot read it."""
    import jinja2  # 30 ms

    if len(text) > LONGEST:
        return None
    try:
        pieces = tuple(pieces_of(jinja2.Environment(autoescape=True).lex(text)))
    except (jinja2.TemplateSyntaxError, RecursionError):
        return None
    return template(pieces) if is_whole(pieces) else None


def is_whole(pieces: tuple[tuple[str, str], ...]) -> bool:
    """No brace is left over, no tag swallowed another, and each block that begins ends."""
    data = "".join(value for kind, value in pieces if kind == "data")
    inside = [value for kind, value in pieces if kind != "data"]
    if re.search(r"\{[{%#]|[}%#]\}", data) or any(
        re.search(r"[{%] *[{%]|[}%] [}%]|\bend(?:if|for|macro|test)\b.", one) for one in inside
    ):
        return False
    tags = Counter(
        value.split(" ", 1)[0] for kind, value in pieces if kind == "tag" and not re.match(r"set\b.*=", value)
    )
    return all(
        tags[f"end{name}"] == tags[name]
        for name in BLOCKS | {one.removeprefix("end") for one in tags if one.startswith("end")}
    )


def pieces_of(tokens: Iterator[tuple[int, str, str]]) -> Iterator[tuple[str, str]]:
    """(data, text), (print, what is in `{{ }}`), (tag, what is in `{% %}`)."""
    inside: list[str] | None = None
    for _, kind, value in tokens:
        if kind in ("variable_begin", "block_begin"):
            inside = []
        elif kind in ("variable_end", "block_end"):
            yield ("print" if kind == "variable_end" else "tag"), " ".join(inside or ())
            inside = None
        elif kind == "raw_begin":
            yield "tag", "raw"
        elif kind == "data" and inside is None:
            yield "data", value
        elif kind not in SKIPPED and inside is not None:
            inside.append(value)
    if inside is not None:
        yield "tag", "{{"  # it ended before its tag did, and jinja's reader does not say so


def template(pieces: tuple[tuple[str, str], ...]) -> Template:
    """All pieces of a file, put together."""
    prints = [value for kind, value in pieces if kind == "print"]
    configs = [value for value in prints if value.startswith("config (")]
    shown = [value for value in prints if value not in configs]
    words = {value: word_for(value) for value in shown}
    sql = "".join(
        value if kind == "data" else words.get(value, "") if kind == "print" else " " for kind, value in pieces
    )
    tags = tuple(value for kind, value in pieces if kind == "tag")
    if tags:
        sql = re.sub(r",(?:\s*,)+", ",", sql)  # `{% if not loop.last %},{% endif %}` leaves two
    merged = {key: value for one in configs for key, value in arguments(one).items()}
    return Template(sql, {word: value for value, word in words.items()}, tags, merged, tuple(shown))


def word_for(said: str) -> str:
    """One word that reads as a name in SQL, the same for the same text."""
    if found := CALL.match(said):
        parts = re.findall(r"""['"]([^'"]*)['"]""", found[2])
        return "__".join((found[1], *(re.sub(r"\W", "_", part).lower() for part in parts)))
    return f"jinja__{zlib.crc32(said.encode()):x}"


def arguments(call: str) -> dict[str, Any]:
    """`config(materialized='table')` -> its arguments; what is computed stays as text."""
    try:
        found = ast.parse(call.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {"unreadable": call}
    if not isinstance(found, ast.Call):
        return {"unreadable": call}
    given = {key: value for one in found.args for key, value in as_mapping(constant(one)).items()}
    return given | {str(one.arg or "unreadable"): constant(one.value) for one in found.keywords}


def as_mapping(value: Any) -> dict[str, Any]:
    """`config({...})` takes a mapping, too."""
    return {str(key): one for key, one in value.items()} if isinstance(value, dict) else {"unreadable": str(value)}


def constant(node: ast.expr) -> Any:
    """The value; its text where it has to be computed. Jinja writes `true`, too."""
    if isinstance(node, ast.Name) and node.id in NAMES:
        return NAMES[node.id]
    if isinstance(node, ast.Dict):
        return {str(constant(key)): constant(value) for key, value in zip(node.keys, node.values, strict=True) if key}
    if isinstance(node, (ast.List, ast.Tuple)):
        return [constant(one) for one in node.elts]
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, RecursionError, MemoryError):
        return ast.unparse(node)
