"""Jinja that does not parse -> edits of one brace, tag or end; the parser itself says which of them are whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from agentic.healing.candidate import Candidate, Case, likeness
from agentic.healing.tokens import line_of

TAGS = (
    "for", "endfor", "if", "elif", "else", "endif", "set", "endset", "macro", "endmacro", "call", "endcall", "do", "raw", "endraw", "filter",
    "endfilter", "test", "endtest", "snapshot", "endsnapshot", "docs", "enddocs", "materialization", "endmaterialization",
)  # fmt: skip
MOST = 6
"""Candidates that are given on: each takes a run of dbt."""


def jinja(case: Case) -> Iterator[Candidate]:
    """The edits that make it parse, those near the place first."""
    found: dict[str, Candidate] = {}
    if not case.path.endswith((".sql", ".md")):
        return
    for title, changed, prior, near in edits(case.raw, case.failure.line):
        key = "".join(changed.split())
        if key not in found and parses(changed):
            found[key] = Candidate("jinja", title, {case.path: changed}, prior, near, needs_run=True)
    good = "".join(str(case.project.good_node(node_at(case)).get("raw_code", "")).split())
    # What is again as it was when all was well is no guess, wherever it stands on the list.
    first = [found[good]] if good in found else []
    ranked = sorted(found.values(), key=lambda one: (one.prior, one.near), reverse=True)
    yield from first
    yield from (one for one in ranked[:MOST] if one not in first)


def node_at(case: Case) -> str:
    """The node that the file makes."""
    return next(iter(case.project.at_path(case.path)), "")


def edits(text: str, line: int) -> Iterator[tuple[str, str, float, float]]:
    """(What it does, the new text, how likely, how near)."""
    yield from misspelt(text)
    yield from unclosed(text, line)
    yield from unended(text)
    yield from one_sign(text, line)


def misspelt(text: str) -> Iterator[tuple[str, str, float, float]]:
    """A tag that Jinja does not know."""
    for found in re.finditer(r"\{%-?\s*(\w+)", text):
        for tag in TAGS:
            alike = likeness(found[1], tag)
            if found[1] not in TAGS and alike >= 0.6:
                yield (
                    f"the tag {found[1]} becomes {tag}",
                    text[: found.start(1)] + tag + text[found.end(1) :],
                    0.9,
                    alike,
                )


def unclosed(text: str, line: int) -> Iterator[tuple[str, str, float, float]]:
    """`{{` or `{%` without its end: put in where the line ends, or before what cannot belong to it."""
    for found in re.finditer(r"\{\{|\{%", text):
        end = "}}" if found.group() == "{{" else "%}"
        rest = text[found.end() :]
        close = re.search(r"\}\}|%\}|\{\{|\{%", rest)
        if close and close.group() == end:
            continue
        near = closeness(line_of(text, found.start()), line)
        for place in ends(rest):
            at = found.end() + place
            yield (
                f"{end} is put in",
                f"{text[:at].rstrip(' ')} {end}{one_blank(text[at:])}",
                0.9 - 0.02 * place / 80,
                near,
            )
            if half := re.match(r"\s*([}%])(?![}%])", text[at:]):
                yield f"{end} is completed", f"{text[: at + half.start(1)]}{end}{text[at + half.end(1) :]}", 0.95, near
    for found in re.finditer(r"(?<!\{)\{(?![\{%#])|(?<![\{\w])%(?=-?\s*(?:for|if|endif|endfor|set|else)\b)", text):
        for opening in ("{{", "{%"):
            yield (
                f"{opening} is completed",
                text[: found.start()] + opening + text[found.end() :].lstrip("%"),
                0.85,
                closeness(line_of(text, found.start()), line),
            )
    for found in re.finditer(r"^(\s*)((?:ref|source|var|config)\s*\([^\n]*?\))\s*(\}\})", text, re.MULTILINE):
        yield (
            "{{ is put in",
            text[: found.start(2)] + "{{ " + text[found.start(2) :],
            0.85,
            closeness(line_of(text, found.start()), line),
        )


def one_blank(rest: str) -> str:
    """The blanks around what is missing stayed: one of them is enough."""
    return rest[1:] if rest.startswith("  ") else rest


def ends(rest: str) -> Iterator[int]:
    """Where an expression could end: after a bracket that closes, a word, the line."""
    stop = rest.find("\n") if "\n" in rest else len(rest)
    places = [found.end() for found in re.finditer(r"\)|\w+|['\"]", rest[:stop])]
    yield from dict.fromkeys([*(place for place in places if rest[place - 1] == ")"), *places, stop])


def unended(text: str) -> Iterator[tuple[str, str, float, float]]:
    """A block without its end: put in at each line after it, those that stand as far in as the block itself first."""
    opened = innermost(text)
    if not opened:
        return
    word, begin = opened
    lines = text.split("\n")
    first = text.count("\n", 0, begin)
    indent = len(lines[first]) - len(lines[first].lstrip())
    dash = "-" if text[begin : begin + 3] == "{%-" else ""
    for number in range(first + 1, len(lines) + 1):
        here = lines[number] if number < len(lines) else ""
        level = len(here) - len(here.lstrip())
        likely = 0.75 + 0.1 * (level <= indent and bool(here.strip())) - 0.002 * (number - first)
        changed = "\n".join([*lines[:number], f"{' ' * indent}{{%{dash} end{word} %}}", *lines[number:]])
        yield f"end{word} is put in before line {number + 1}", changed, likely, 0.5
    # On one line: `{% if x %}a{% else %}b`.
    for found in re.finditer(r"[,)\w'\"](?=\s|$|,)", text[begin:]):
        at = begin + found.end()
        if text.count("\n", begin, at) == 0 and at > text.find("%}", begin) + 1:
            yield f"end{word} is put in", f"{text[:at]}{{% end{word} %}}{text[at:]}", 0.7, 0.4


def innermost(text: str) -> tuple[str, int] | None:
    """(Word, place) of a block that has no end; the last that was opened."""
    stack: list[tuple[str, int]] = []
    for found in re.finditer(r"\{%-?\s*(end)?(for|if|macro|set|call|filter|test|snapshot|docs|raw)\b([^%]*)", text):
        ends_it, word, rest = found.groups()
        if word == "set" and not ends_it and "=" in rest:
            continue
        if not ends_it:
            stack.append((word, found.start()))
        elif stack and stack[-1][0] == word:
            stack.pop()
        elif any(one[0] == word for one in stack):
            return stack[-1]
    return stack[-1] if stack else None


def one_sign(text: str, line: int) -> Iterator[tuple[str, str, float, float]]:
    """A quote, bracket or comma within an expression."""
    for block in re.finditer(r"\{[\{%].*?[\}%]\}", text, re.DOTALL):
        near = closeness(line_of(text, block.start()), line)
        if near < 0.2:
            continue
        for found in re.finditer(r"\w+|[^\w\s]", block.group()[2:-2]):
            start, end = block.start() + 2 + found.start(), block.start() + 2 + found.end()
            for sign in ("'", '"', ")", "(", "]", "[", ",", "~"):
                yield f"{sign} is put in at {found.group()}", text[:end] + sign + text[end:], 0.7, near
                if sign in "'\"([":
                    yield f"{sign} is put in before {found.group()}", text[:start] + sign + text[start:], 0.7, near
            if found.group() in "'\"()[],":
                yield f"{found.group()} is taken out", text[:start] + text[end:], 0.65, near


def closeness(here: int, line: int) -> float:
    """1 at the line that is named, less farther off; the place is often noticed late."""
    return 1 / (1 + abs(here - line)) if line else 0.5


def parses(text: str) -> bool:
    """As Jinja with dbt's own tags reads it."""
    import jinja2

    try:
        environment().parse(text)
    except jinja2.TemplateSyntaxError:
        return False
    return True


@cache
def environment() -> Any:
    """Jinja that knows dbt's blocks."""
    import jinja2
    from jinja2 import nodes
    from jinja2.ext import Extension
    from jinja2.parser import Parser

    class Blocks(Extension):
        """dbt's blocks: a name, something like arguments, a body."""

        tags = {"test", "data_test", "snapshot", "docs", "materialization"}  # noqa: RUF012 (Jinja's own form)

        def parse(self, parser: Parser) -> nodes.Node:
            """Everything up to its end."""
            token = next(parser.stream)
            while parser.stream.current.type != "block_end":
                next(parser.stream)
            body = parser.parse_statements((f"name:end{token.value}",), drop_needle=True)
            return nodes.Scope(body, lineno=token.lineno)

    return jinja2.Environment(extensions=[Blocks, "jinja2.ext.do", "jinja2.ext.loopcontrols"])  # noqa: S701 (SQL, no HTML)
