"""A secret value -> the forms in which it turns up, and the pieces by which each is found, also where it was cut."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

from agentic.values.noun import Noun

PIECE = 12
"""Letters by which a long value is known from its beginning or from its end alone."""
WHOLE = 16
"""A shorter form is looked for as a whole: its pieces would be ordinary words."""
PREFIX = re.compile(r"(?:[A-Za-z]{2,10}[0-9]{0,3}[-_.])+")
"""`sk-ant-api03-`: what all keys of a vendor begin with tells nothing of this one."""
PERCENT = re.compile(r"%[0-9A-F]{2}")
LINE = 16
"""The lines of a secret of several lines that count one by one: programs are heard line by line."""


class Form(Noun, frozen=True):
    """One way to write one secret."""

    rule: str
    """`$DB_PASSWORD`"""
    text: str
    head: str
    """With this it begins; the form itself where it is short."""
    tail: str
    """With this it ends; empty where the head is the form itself."""

    def spans(self, text: str) -> Iterator[tuple[int, int, str]]:
        """(begin, end, rule) of every place where it stands, whole or cut."""
        if self.head in text:
            yield from ((begin, begin + self.common(text, begin), self.rule) for begin in places(self.head, text))
        if self.tail and self.tail in text:
            for begin in places(self.tail, text):
                end = begin + len(self.tail)
                yield end - self.common_before(text, end), end, self.rule

    def common(self, text: str, begin: int) -> int:
        """How many letters from `begin` on are those of the form."""
        there = text[begin : begin + len(self.text)]
        return next(
            (at for at, (one, other) in enumerate(zip(there, self.text, strict=False)) if one != other), len(there)
        )

    def common_before(self, text: str, end: int) -> int:
        """How many letters before `end` are the last ones of the form."""
        there = text[max(0, end - len(self.text)) : end]
        pairs = zip(reversed(there), reversed(self.text), strict=False)
        return next((at for at, (one, other) in enumerate(pairs) if one != other), len(there))


def places(piece: str, text: str) -> Iterator[int]:
    """Where a piece begins."""
    at = text.find(piece)
    while at >= 0:
        yield at
        at = text.find(piece, at + 1)


def forms_of(rule: str, value: str) -> Iterator[Form]:
    """Every form of one value. The pieces of a phrase or an address are words that stand elsewhere too, so it is known as a whole."""
    random = not re.search(r"\s|://|^[/.~]", value)
    for text in written(value):
        length = len(match[0]) + 8 if (match := PREFIX.match(text)) else PIECE
        if random and len(text) >= max(WHOLE, length + 4):
            yield Form(rule, text, text[: max(length, PIECE)], text[-PIECE:])
        else:
            yield Form(rule, text, text, "")


def written(value: str) -> tuple[str, ...]:
    """The forms in which a value turns up: raw, escaped, for a URL, in base64 wherever it begins, in hex; each once."""
    return tuple(
        dict.fromkeys((*escaped(value), *for_urls(value), *in_base64(value), *in_hex(value), *line_by_line(value)))
    )


def escaped(value: str) -> Iterator[str]:
    """Raw, and as it stands in JSON, in Python and in HTML."""
    yield value
    yield json.dumps(value)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    yield repr(value)[1:-1]
    yield (
        value.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace('"', "&quot;")
        .replace("'", "&#x27;")
    )


def for_urls(value: str) -> Iterator[str]:
    """As a part of a path, of a query and of a form, with digits of either case."""
    for text in (quote(value, safe=""), quote(value), quote_plus(value)):
        yield text
        yield PERCENT.sub(lambda match: match[0].lower(), text)


def in_base64(value: str) -> Iterator[str]:
    """What of it is the same whatever stands before and behind it: `user:secret` is encoded as one."""
    content = value.encode("utf-8", "replace")
    for before, mixed in ((0, 0), (1, 2), (2, 3)):
        whole = (before + len(content)) * 8 // 6
        text = base64.b64encode(b"\0" * before + content).decode()[mixed:whole]
        yield text
        yield text.replace("+", "-").replace("/", "_")


def in_hex(value: str) -> Iterator[str]:
    """In small and in capital letters."""
    text = value.encode("utf-8", "replace").hex()
    yield text
    yield text.upper()


def line_by_line(value: str) -> Iterator[str]:
    """The lines of a key; the ones that frame it are no secret."""
    lines = value.splitlines()
    yield from (line for line in lines if len(lines) > 1 and len(line) >= LINE and not line.startswith("-----"))
