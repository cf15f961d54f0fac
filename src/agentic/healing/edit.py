"""An edit of compiled SQL -> the same edit in the file that a person wrote."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from agentic.healing.tokens import Token, code_of


class Edit(NamedTuple):
    """`old` at `start` becomes `new`; an empty `old` puts something in."""

    start: int
    old: str
    new: str

    @property
    def end(self) -> int:
        """The first letter after `old`."""
        return self.start + len(self.old)


def applied(text: str, edits: Sequence[Edit]) -> str:
    """The text with every edit done; places are those of the text as it was."""
    for edit in sorted(edits, reverse=True):
        text = text[: edit.start] + edit.new + text[edit.end :]
    return text


class Map:
    """Places of compiled SQL in the file it was made of. Tokens are matched in order; what Jinja made has no place."""

    def __init__(self, raw: str, compiled: str) -> None:
        self.raw = raw
        self.tokens = code_of(compiled)
        self.raw_tokens = code_of(raw)
        self.places = dict(pairs(self.raw_tokens, self.tokens))

    def back(self, edit: Edit) -> Edit | None:
        """The edit in the raw text; None where that piece does not come from there as it is."""
        if not edit.old:
            return self.insertion(edit)
        touched = [
            number for number, token in enumerate(self.tokens) if token.start < edit.end and token.end > edit.start
        ]
        if not touched or any(number not in self.places for number in touched):
            return None
        first, last = self.places[touched[0]], self.places[touched[-1]]
        offset = edit.start - self.tokens[touched[0]].start
        start = first.start + offset
        old = self.raw[start : last.end - (self.tokens[touched[-1]].end - edit.end)]
        return Edit(start, old, edit.new) if old == edit.old else None

    def insertion(self, edit: Edit) -> Edit | None:
        """Beside the token that it stands next to."""
        for number, token in enumerate(self.tokens):
            if number not in self.places:
                continue
            if token.end == edit.start:
                return Edit(self.places[number].end, "", edit.new)
            if token.start == edit.start:
                return Edit(self.places[number].start, "", edit.new)
            if token.start < edit.start < token.end:
                return Edit(self.places[number].start + edit.start - token.start, "", edit.new)
        return None


def pairs(raw: Sequence[Token], compiled: Sequence[Token]) -> Iterator[tuple[int, Token]]:
    """Number of a compiled token -> the raw token that it is."""
    matcher = SequenceMatcher(None, [one.text for one in raw], [one.text for one in compiled], autojunk=False)
    for block in matcher.get_matching_blocks():
        for offset in range(block.size):
            yield block.b + offset, raw[block.a + offset]


def mapped(raw: str, compiled: str, edits: Sequence[Edit]) -> str | None:
    """The raw text with the edits of the compiled one; None where one of them has no place there."""
    finder = Map(raw, compiled)
    found = [finder.back(edit) for edit in edits]
    placed = [edit for edit in found if edit is not None]
    return applied(raw, tuple(dict.fromkeys(placed))) if len(placed) == len(found) else None


def unified(path: str, before: str, after: str | None) -> str:
    """The difference, for people."""
    from difflib import unified_diff

    was, now = before.splitlines(keepends=True), (after or "").splitlines(keepends=True)
    lines = unified_diff(was, now, f"a/{path}", f"b/{path}" if after is not None else "/dev/null", n=2)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def diff_of(before: Mapping[str, str], after: Mapping[str, str | None]) -> str:
    """Of several files."""
    return "".join(unified(path, before.get(path, ""), text) for path, text in after.items())
