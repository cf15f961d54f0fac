"""Is a document still the template it was made from?"""

from __future__ import annotations

import re

MADE_AT_INIT = re.compile(r"^(?:created|updated|project|title):.*$", re.MULTILINE)
"""Lines that `init` fills in by itself: they say nothing about whether a person was here."""


def is_blank(text: str, template: str) -> bool:
    """True where nobody has filled anything in: the same words, but for dates and the project's name."""
    return essence(text) == essence(template)


def essence(text: str) -> str:
    """The words that a person would have written."""
    return " ".join(MADE_AT_INIT.sub("", text.removeprefix("\ufeff")).split())
