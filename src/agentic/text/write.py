"""Whole files: written beside and renamed, so that nobody ever finds half of one."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from agentic.errors import DiskFailed


def write_beside(file: Path, content: str | bytes) -> None:
    """All of the new content or nothing of it. Raises OSError; then the file is as it was, and nothing lies beside it."""
    # One name for each file: what a crash leaves there, the next call writes over.
    beside = file.with_name(f".{file.name}.new")
    try:
        beside.write_bytes(content.encode() if isinstance(content, str) else content)
        beside.replace(file)
    except OSError:
        with suppress(OSError):
            beside.unlink()
        raise


def write_file(file: Path, content: str | bytes, shown: str) -> None:
    """A file of the project, in a folder that is made where it is missing. `shown` is how errors name it. Raises DiskFailed."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_beside(file, content)
    except OSError as error:
        raise DiskFailed(f"{shown} cannot be written", path=shown, cause=str(error)) from error


def write_report(file: Path, words: str, shown: str) -> None:
    """Where a person wants it. A pipe or a device cannot be renamed, so it is written to as it is. Raises DiskFailed."""
    try:
        if file.exists() and not file.is_file():
            file.write_text(words, encoding="utf-8")
        else:
            write_beside(file, words)
    # A name with a NUL in it is a ValueError.
    except (OSError, ValueError) as error:
        raise DiskFailed(f"{shown} cannot be written", cause=str(error)) from error
