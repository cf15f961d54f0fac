"""SQL with Jinja in it -> tokens with their places, also where the text is broken: that is when it is asked for.

No library reads SQL that does not parse; this reads only as much as edits need: words, strings, numbers, signs, Jinja, comments.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Kind = Literal["jinja", "comment", "string", "name", "word", "number", "sign"]
PATTERN = re.compile(
    r"""(?P<jinja>\{\{.*?\}\}|\{%.*?%\}|\{\#.*?\#\})
    |(?P<comment>--[^\n]*|/\*.*?\*/)
    |(?P<string>'(?:[^'\n]|'')*')
    |(?P<name>"(?:[^"\n]|"")*")
    |(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
    |(?P<word>[^\W\d]\w*)
    |(?P<sign>::|<>|<=|>=|!=|\|\||->>|->|\S)""",
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """A piece of the text."""

    kind: Kind
    text: str
    start: int

    @property
    def end(self) -> int:
        """The first letter after it."""
        return self.start + len(self.text)

    @property
    def plain(self) -> str:
        """A name as SQL compares it: without quotes, in small letters."""
        return self.text.strip('"').lower()

    @property
    def is_name(self) -> bool:
        """Can it name something?"""
        return self.kind in ("word", "name")


def tokens_of(text: str) -> tuple[Token, ...]:
    """Every token; white space is between them."""
    return tuple(Token(found.lastgroup, found.group(), found.start()) for found in PATTERN.finditer(text))  # type: ignore[arg-type]


def code_of(text: str) -> tuple[Token, ...]:
    """Without comments."""
    return tuple(token for token in tokens_of(text) if token.kind != "comment" and not token.text.startswith("{#"))


def words_in(text: str) -> tuple[str, ...]:
    """Every name, as SQL compares it, as often as it comes; those within Jinja, too."""
    return tuple(found.lower() for found in re.findall(r"[^\W\d]\w*", without_comments(text)))


def without_comments(text: str) -> str:
    """The text with blanks where comments are, so that places stay."""
    parts, last = [], 0
    for token in tokens_of(text):
        if token.kind == "comment" or token.text.startswith("{#"):
            parts += [text[last : token.start], re.sub(r"[^\n]", " ", token.text)]
            last = token.end
    return "".join([*parts, text[last:]])


def line_of(text: str, place: int) -> int:
    """The line of a letter, from 1."""
    return text.count("\n", 0, place) + 1
