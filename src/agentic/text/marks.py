"""Marks that people read in a document: what is still to be filled in, what is asked, what is answered, what is to be ticked."""

from __future__ import annotations

import re

PLACEHOLDER = re.compile(r"(?<![\w<])<[a-z][^<>=\n]* [^<>=\n]*[^<>=\n/ ]>|@[A-Z][A-Z_]*@")
"""`<what the business wants to decide>`: a small letter first, and at least two words; or `@MODULE@`, which a program replaces."""
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
BEFORE = r"^\s*(?:>\s*)*(?:(?:[-*+]|\d+[.)])\s+)?(?:\[[ xX]\]\s+)?(?:#{2,6}\s+)?[*_]*"
QUESTION = re.compile(rf"{BEFORE}(?P<id>Q-\d+)[*_]*\s*:[*_]*\s*(?P<text>.*)$")
"""`Q-1: ...`, also in a list, a quotation, a heading, or in bold letters."""
ANSWER = re.compile(rf"{BEFORE}A(?:-\d+)?[*_]*\s*:[*_]*\s*(?P<text>.*)$")
"""`A: ...`, in the same forms."""
BOX = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+\[(?P<tick>[ xX])\]\s+(?P<text>.*\S)\s*$")
LATER = re.compile(
    r"^(?:tb[dca]|t\.b\.[dca]|to be (?:decided|defined|determined|confirmed|specified|clarified|done|filled in|answered)|todo|to-do"
    r"|(?:not )?yet to come|to (?:follow|come))$",
    re.IGNORECASE,
)
"""A whole value that only puts off what it should say."""
EMPTY = " \t|:#>*_~`-.…?!"
"""Marks that say nothing by themselves."""


def says_something(text: str) -> bool:
    """Is there a word in it that is no promise to write one, and no placeholder for one?"""
    plain = PLACEHOLDER.sub("", text).strip(EMPTY)
    return bool(plain) and not LATER.match(plain)
