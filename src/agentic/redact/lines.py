"""A redactor for a program that is heard line by line: a private key is a secret on every line of it."""

from __future__ import annotations

import re
from collections.abc import Callable

BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY|PuTTY-User-Key-File-\d")
END = re.compile(r"-----END [A-Z0-9 ]*PRIVATE KEY|Private-MAC:")
LONGEST = 200
"""Lines of the longest key: after so many, its end is not waited for any more."""


def by_line(redact: Callable[[str], str]) -> Callable[[str], str]:
    """`redact` with a memory: it is told the lines of one program, in their order."""
    left = 0

    def heard(line: str) -> str:
        nonlocal left
        began = BEGIN.search(line) is not None
        inside, left = left > 0 and not began, LONGEST if began else max(0, left - 1)
        if END.search(line):
            left = 0
        return "[redacted:private-key]" if inside else redact(line)

    return heard
