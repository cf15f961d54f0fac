"""What goes on, under one display: a line for each task on a terminal, a line for each step elsewhere."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from agentic.cli.output import harmless, redactor, tell

if TYPE_CHECKING:
    from agentic.cli.options import Common


class Lines:
    """Plain lines on stderr, with the seconds since the start."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def pause(self) -> None:
        """Lines do not move."""

    def __call__(self, task: str, words: str) -> None:
        """One step."""
        tell(f"{time.monotonic() - self._began:7.1f}s  {task}  {harmless(words)}")


class Board:
    """A spinner, the clock and the newest step for each task."""

    def __init__(self, progress: Any) -> None:
        self._progress = progress
        self._rows: dict[str, Any] = {}
        self._lock = threading.Lock()
        self._paused = False

    def pause(self) -> None:
        """A person is asked: nothing moves until the next step."""
        with self._lock:
            self._progress.stop()
            self._paused = True

    def __call__(self, task: str, words: str) -> None:
        """One step. What passed or failed stays above, as a line of its own."""
        words = redactor()(harmless(words))
        with self._lock:
            if self._paused:
                self._progress.start()
                self._paused = False
            if task not in self._rows:
                self._rows[task] = self._progress.add_task(task, total=None, words=words)
            if words.startswith(("passed", "failed", "refused")):
                self._progress.console.print(f"  {task}  {words}", markup=False, highlight=False)
            self._progress.update(self._rows[task], words=words)


@contextmanager
def display(common: Common) -> Iterator[Any]:
    """Somebody to tell what goes on; nobody with --quiet."""
    if common.quiet:
        yield lambda task, words: None
    elif sys.stderr.isatty() and common.color != "never" and not common.verbose:
        with board() as progress:
            yield Board(progress)
    else:
        yield Lines()


def board() -> Any:
    """Rich's own progress display, on stderr."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
        TextColumn("{task.fields[words]}", markup=False),
    )
    return Progress(*columns, console=Console(stderr=True), transient=True)
