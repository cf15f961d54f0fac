"""One journal a run: canonical JSON lines, each with the digest of the line before, on disk before anything happens."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from io import FileIO
from pathlib import Path
from typing import Any, cast

from agentic.archive.blobs import Blobs
from agentic.archive.line import FIRST, Line, body_of, read, write
from agentic.archive.redaction import is_taken_out
from agentic.errors import BadJournal, Busy, DiskFailed
from agentic.outside import clock
from agentic.values import Step


class Journal:
    """Appends steps to one file; every line is fsynced before the caller goes on."""

    def __init__(self, path: Path, steps: tuple[Step, ...], last: str) -> None:
        self.path = path
        self.steps = list(steps)
        self.cut = 0
        """Bytes of a half-written last line that were taken off when it was opened again."""
        self._last = last
        self._file: FileIO | None = None
        self._blobs = Blobs(path.parent)

    @classmethod
    def create(cls, path: Path) -> Journal:
        """A new file; FileExistsError where another run was first."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            # Also where a file stands in the folder's place: that is no run that was first.
            raise DiskFailed(f"the archive cannot be written: {path.name}", cause=str(error)) from error
        try:
            path.open("xb").close()
        except FileExistsError:
            raise
        except OSError as error:
            raise DiskFailed(f"the archive cannot be written: {path.name}", cause=str(error)) from error
        journal = cls(path, (), FIRST)
        journal.hold()
        return journal

    @classmethod
    def reopen(cls, path: Path) -> Journal:
        """Go on with a journal. A last line that a crash cut in half is taken off; it was never acted on. `cut` tells of it."""
        journal = cls(path, (), FIRST)
        journal.hold()
        whole, rest = split_tail(path.read_bytes())
        if rest:
            with path.open("r+b") as file:
                file.truncate(len(whole))
        journal.cut = len(rest)
        # What grows in place is told by nothing else, and an index looks at the folder.
        os.utime(path.parent)
        steps, journal._last = verified(whole, path)
        journal.steps = list(steps)
        return journal

    def hold(self) -> None:
        """Nobody else writes it while we do. The lock is the open file's, so it dies with the process.

        Raises Busy where another run holds it.
        """
        try:
            # Unbuffered: what a full disk does not take now is not written by surprise when the file is closed.
            self._file = self.path.open("ab", buffering=0)
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self.close()
            raise Busy(f"{self.path.stem} is under way in another process") from error
        except OSError as error:
            raise DiskFailed(f"the archive cannot be written: {self.path.name}", cause=str(error)) from error

    def append(self, kind: str, body: Mapping[str, Any]) -> Step:
        """Keep one step. Raises DiskFailed where the disk does not take it: then nothing may happen."""
        step = Step(len(self.steps) + 1, kind, clock.now(), body)
        try:
            # Its long texts first: a line never names what is not there.
            line, name = write(step.number, kind, step.at, self._blobs.stow(body), self._last)
            if self._file is None:
                self.hold()
            write_whole(cast("FileIO", self._file), line + b"\n")
        except OSError as error:
            raise DiskFailed(f"the archive cannot be written: {self.path.name}", cause=str(error)) from error
        self._last = name
        self.steps.append(step)
        return step

    def close(self) -> None:
        """Give the file back."""
        if self._file:
            self._file.close()
            self._file = None


def write_whole(file: FileIO, content: bytes) -> None:
    """On disk when this returns, or not there at all: half a line is taken off again."""
    end = os.fstat(file.fileno()).st_size
    try:
        while content:
            content = content[file.write(content) or 0 :]
        os.fsync(file.fileno())
    except OSError:
        file.truncate(end)
        raise


def split_tail(content: bytes) -> tuple[bytes, bytes]:
    """Whole lines, and what a crash left of one."""
    end = content.rfind(b"\n") + 1
    return content[:end], content[end:]


def lines_of(content: bytes, path: str) -> Iterator[Line]:
    """Whole lines, each after the one before it, with the body that was written. Raises BadJournal naming the line."""
    last, version = FIRST, 1
    for number, found in enumerate(content.split(b"\n")[:-1], 1):
        line = read(found, number, path)
        # An old journal may go on in the new form, and never the other way round: that would be a way to leave the digest out.
        if line.prev != last or line.number != number or line.version < version:
            raise BadJournal(f"{path}: line {number} does not follow the line before it", path=path, line=number)
        last, version = line.name, line.version
        yield line


def step_of(line: Line, path: str, blobs: Blobs) -> Step:
    """With its long texts. Raises BadJournal."""
    return Step(line.number, line.kind, line.at, blobs.unstow(body_of(line, path)))


def verified(content: bytes, path: Path) -> tuple[tuple[Step, ...], str]:
    """Whole lines -> steps and how the next line names the last. Raises BadJournal naming the line."""
    steps: list[Step] = []
    blobs, last = Blobs(path.parent), FIRST
    for line in lines_of(content, path.name):
        if not line.whole and not is_taken_out(line, path):
            raise BadJournal(
                f"{path.name}: the body of line {line.number} was changed", path=path.name, line=line.number
            )
        steps.append(step_of(line, path.name, blobs))
        last = line.name
    return tuple(steps), last


def read_journal(path: Path) -> tuple[Step, ...]:
    """All steps of a journal, verified; a half-written last line is left out."""
    return verified(split_tail(path.read_bytes())[0], path)[0]
