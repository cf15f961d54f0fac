"""Text of logs and data -> text that is only text: it calls nobody, opens no tag, ends no fence, makes no link."""

from __future__ import annotations

import re

BREAK = "\u200b"
"""Is not seen, and makes two words of one."""
UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
"""Controls, and letters that turn the direction of others: what people see would not be what stands there."""
CALLS = re.compile(
    r"(?<=@)(?=\S)|(?<=#)(?=\d)|(?<=:)(?=//)|(?<=[Ww])(?=[Ww]{2}\.)|(?<=[Gg][Hh])(?=-\d)|(?<=<)(?=\S)|(?<=!)(?=\w)"
)
"""Inside of `@name`, `#12`, `https://`, `www.`, `GH-12`, `<at>`, `<!channel>`."""
SHA = re.compile(r"\b(?=[0-9a-f]{0,39}\d)(?=[0-9a-f]{0,39}[a-f])[0-9a-f]{7,40}\b")
MARKS = re.compile(r"([\\`*_\[\]#|~$>])")
"""What makes Markdown of words in the middle of a line."""
TICKS = re.compile(r"`+")
CUT = "[...]"


def seen(text: str) -> str:
    """Every line end the same, and what is not seen written out."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", lines)


def short(text: str, longest: int) -> str:
    """At most so many letters."""
    return text if len(text) <= longest else f"{text[: longest - len(CUT) - 1].rstrip()} {CUT}"


def line(text: str, longest: int = 300) -> str:
    """One line of a chat or a mail, in which no word does anything."""
    return CALLS.sub(BREAK, short(seen(" ".join(text.split())), longest))


def prose(text: str, longest: int = 300) -> str:
    """One line of Markdown, in which no letter does anything."""
    calm = SHA.sub(lambda match: match[0][:4] + BREAK + match[0][4:], line(text, longest))
    return MARKS.sub(r"\\\1", calm.replace("&", "&amp;").replace("<", "&lt;"))


def code(text: str, longest: int = 300) -> str:
    """A word of Markdown in a fixed font."""
    words = short(seen(" ".join(text.split())), longest)
    if not words:
        return ""
    ticks = "`" * (longest_run(words) + 1)
    space = " " if words.startswith("`") or words.endswith("`") else ""
    return f"{ticks}{space}{words}{space}{ticks}"


def fence(text: str, kind: str, letters: int, lines: int = 200) -> str:
    """A block of Markdown that nothing in it can close."""
    words = few_lines(seen(text).strip("\n"), letters, lines)
    ticks = "`" * max(3, longest_run(words) + 1)
    return f"{ticks}{kind}\n{words}\n{ticks}"


def few_lines(text: str, letters: int, lines: int) -> str:
    """The beginning of a long text, and how much is left out."""
    whole = text.split("\n")
    kept = "\n".join(whole[:lines])[:letters]
    if kept == text:
        return text
    left = len(whole) - kept.count("\n") - 1
    return f"{kept}\n{CUT} {left:,} more lines" if left else f"{kept} {CUT}"


def longest_run(text: str) -> int:
    """Of backticks."""
    return max((len(run) for run in TICKS.findall(text)), default=0)
