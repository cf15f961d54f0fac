"""Beside the load: the digest of a file, and how many records it has, taken in one pass while DuckDB reads it.

Stand-alone: runs in the project's interpreter beside the other files of this folder.
"""

import gzip
import hashlib
import threading

CHUNK = 1 << 20
TAIL = 64
"""Bytes kept of what went by, to see how the file ends."""


class Beside(threading.Thread):
    """Reads the file once, on its own: SHA-256 of the bytes as they lie there, and the records of what is in them."""

    def __init__(self, path, tally=None):
        super().__init__(daemon=True)
        self.path, self.tally = path, tally
        self.bytes, self.sha, self.failure = 0, hashlib.sha256(), None
        self.stopped = False

    def run(self):
        """A failure waits for the one who asks; nothing is swallowed."""
        try:
            with open(self.path, "rb") as raw:
                self.count(raw)
                # gzip may stop before the end of the file; the digest is of all of it.
                while not self.stopped and self.take(raw, CHUNK):
                    pass
        except Exception as error:
            # Raised again in `digest`, where somebody waits for it.
            self.failure = error

    def count(self, raw):
        """Unpacked bytes through the tally, raw ones through the digest."""
        if self.tally is None:
            return
        opened = gzip.GzipFile(fileobj=Through(self, raw)) if self.path.endswith(".gz") else Through(self, raw)
        while not self.stopped and (chunk := opened.read(CHUNK)):
            self.tally.add(chunk)

    def take(self, raw, size):
        """Some bytes, and they are in the digest."""
        chunk = raw.read(size)
        self.sha.update(chunk)
        self.bytes += len(chunk)
        return chunk

    def records(self):
        """How many, once all is read; None where it cannot be told so simply."""
        self.join()
        return self.tally.records() if self.tally and self.failure is None else None

    def digest(self):
        """`sha256:...`, once all is read; raises what went wrong on the way."""
        self.join()
        if self.failure is not None:
            raise self.failure
        return f"sha256:{self.sha.hexdigest()}"

    def stop(self):
        """Nobody asks any more."""
        self.stopped = True
        if self.is_alive():
            self.join()


class Through:
    """A file whose bytes pass through the digest."""

    def __init__(self, beside, raw):
        self.beside, self.raw = beside, raw

    def read(self, size=-1):
        """As a file does."""
        return self.beside.take(self.raw, size)


class Tally:
    """Records by line ends outside of quotes; an end of line of old says nothing certain.

    Blank lines count as records here and not in DuckDB, so that a file with some does not come out. Where there is one
    column only they are records there as well: then they are looked for.
    """

    def __init__(self, quote, skipped, alone):
        self.quote, self.skipped, self.alone = quote, skipped, alone
        self.lines, self.inside, self.last, self.unsure = 0, False, b"", False

    def add(self, chunk):
        """The next bytes."""
        if self.unsure:
            return
        if lone_return(self.last, chunk) or (self.alone and has_blank(self.last[-2:] + chunk)):
            self.unsure = True
            return
        if self.inside or self.quote in chunk:
            parts = chunk.split(self.quote)
            self.lines += sum(part.count(b"\n") for part in parts[self.inside :: 2])
            self.inside ^= len(parts) % 2 == 0
        else:
            self.lines += chunk.count(b"\n")
        self.last = (self.last + chunk[-TAIL:])[-TAIL:]

    def records(self):
        """Without the header; a last line may do without its end."""
        text = self.last.rstrip(b"\r\n")
        if self.unsure or self.inside or not text or self.last.endswith(b"\r"):
            return None
        return self.lines - self.last[len(text) :].count(b"\n") + 1 - self.skipped


def has_blank(text):
    """Is there a line with nothing in it?"""
    return b"\n\n" in text or (b"\r" in text and b"\n\r\n" in text)


def lone_return(last, chunk):
    """Is there a carriage return without its line feed? One at the very end of the chunk is the next one's."""
    if last.endswith(b"\r") and not chunk.startswith(b"\n"):
        return True
    return b"\r" in chunk and chunk.count(b"\r") - chunk.endswith(b"\r") != chunk.count(b"\r\n")
