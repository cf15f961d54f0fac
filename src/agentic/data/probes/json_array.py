"""The values of a JSON array, one after the other: no more than one of them and a piece of the file is in memory.

Stand-alone: runs in the project's interpreter beside the other files of this folder.
"""

import json
import re

PIECE = 1 << 20
LONGEST = 16 << 20
"""Characters of one object in an array."""
BLANK = re.compile(r"[ \t\r\n]*")


def members(file):
    """The text of each value of a JSON array, as it is written there, in one line."""
    source = Pieces(file)
    source.expect("[")
    if source.next() == "]":
        source.expect("]")
    else:
        while True:
            yield source.value()
            if source.next() == "]":
                source.expect("]")
                break
            source.expect(",")
    if source.next():
        raise ValueError(f"something follows the array: {source.text[source.at : source.at + 20]!r}")


class Pieces:
    """A text that is read piece by piece, and only forwards."""

    def __init__(self, file):
        self.file, self.text, self.at, self.decode = file, "", 0, json.JSONDecoder().scan_once

    def more(self, size=PIECE):
        """Another piece; what went by is forgotten. Is there any?"""
        piece = self.file.read(size)
        self.text, self.at = self.text[self.at :] + piece, 0
        return bool(piece)

    def next(self):
        """The next character that is no blank; empty at the end."""
        while True:
            self.at = BLANK.match(self.text, self.at).end()
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                return ""

    def expect(self, sign):
        """Step over it."""
        if (found := self.next()) != sign:
            raise ValueError(f"{sign} expected, {found or 'the end of the file'} found")
        self.at += 1

    def value(self):
        """The text of the next value. Where it is cut, twice as much is read, so that a long one is not tried too often."""
        self.next()
        size = PIECE
        while True:
            try:
                _, end = self.decode(self.text, self.at)
                # A number at the end of the piece may go on in the next one.
                if end < len(self.text):
                    break
            except (StopIteration, ValueError) as error:
                if len(self.text) - self.at > LONGEST:
                    raise ValueError(f"a value of more than {LONGEST:,} characters") from error
                if not self.more(size):
                    raise ValueError("it ends in the middle, or is none") from error
            else:
                if not self.more(size):
                    raise ValueError("it ends in the middle")
            size *= 2
        found, self.at = self.text[self.at : end], end
        # A line end can only stand between values: within a string it is written \\n.
        return found.replace("\r", " ").replace("\n", " ").encode()
