"""Logs of JSON lines: one object in one line, whole or not at all, with the id of the chain that it belongs to."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agentic.errors import DiskFailed
from agentic.redact import Redactor

BUSY = 30
"""Seconds that another process may take for its line."""


def append_line(root: Path, log: str, line: Mapping[str, Any], redact: Redactor, *, done: str) -> None:
    """Add `line` to the file `log` below `root`, redacted. `done` says what holds although it could not be told. Raises DiskFailed.

    CORRELATION_ID of the environment, which an orchestrator gives, stands in each line: a morning's chain is found by it.
    """
    from filelock import FileLock, Timeout

    told = {"correlation_id": os.environ["CORRELATION_ID"]} if os.environ.get("CORRELATION_ID") else {}
    text = json.dumps(redact.deeply({**line, **told}), ensure_ascii=False, default=str)
    path = root / log
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        (root / ".agentic").mkdir(exist_ok=True)
        with FileLock(root / f".agentic/{path.name}.lock", timeout=BUSY), path.open("a+b") as file:
            # A process that was killed may have left half a line: it stays a line of its own, and readers skip it.
            start = "\n" if file.tell() and last_byte(file) != b"\n" else ""
            file.write(f"{start}{text}\n".encode())
            file.flush()
            os.fsync(file.fileno())
    except (OSError, Timeout) as error:
        raise DiskFailed(f"{log} cannot be written; {done}", cause=str(error)) from error


def last_byte(file: Any) -> bytes:
    """Of a file that is open for reading and adding."""
    file.seek(-1, os.SEEK_END)
    found: bytes = file.read(1)
    return found
