"""Signs of life: how far a file is, told by itself while it is loaded.

Stand-alone: runs in the project's interpreter beside the other files of this folder.
"""

import os
import threading

FIRST, LONGEST = 1.0, 10.0
"""Seconds between two beats: soon for those who wait, seldom for those who went away."""


class Heart(threading.Thread):
    """Beats until it is stopped; what it tells comes from the file that is read, or else from DuckDB."""

    def __init__(self, con, name, size, tell):
        super().__init__(daemon=True)
        self.con, self.name, self.size, self.tell = con, name, size, tell
        self.file, self.rows, self.ended = None, 0, threading.Event()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *error):
        self.ended.set()
        self.join()

    def follow(self, file):
        """This file is read by ourselves."""
        self.file = file

    def run(self):
        """The longer it takes, the seldomer."""
        pause = FIRST
        while not self.ended.wait(pause):
            pause = min(pause * 2, LONGEST)
            if words := self.words():
                self.tell(f"{self.name}: {words}")

    def words(self):
        """How far it is."""
        at, rows = self.place(), f", {self.rows:,} rows" if self.rows else ""
        if at is not None:
            return f"{at:,} of {self.size:,} bytes read ({100 * at // max(self.size, 1)} %){rows}"
        done = self.con.query_progress()
        return f"{done:.0f} % of this step{rows}" if 0 <= done < 100 else f"at work{rows}"

    def place(self):
        """Bytes, packed ones where they are packed; None where nobody of ours reads."""
        try:
            return os.lseek(self.file.fileno(), 0, os.SEEK_CUR)
        except (AttributeError, ValueError, OSError):
            return None
