"""A command and its end: exit code, output, time. Nothing it started outlives it."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from agentic.errors import MissingProgram, OutsideFailed

_running: set[int] = set()
"""Process groups under way: Ctrl-C reaches the main thread only, and commands run in others too."""


@dataclass(frozen=True, slots=True)
class Completed:
    """What a command did."""

    exit_code: int
    stdout: str
    stderr: str
    milliseconds: int
    timed_out: bool = False


def run(
    command: Sequence[str],
    *,
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
    stdin: str = "",
    seconds: float = 60,
    together: bool = False,
    heard: Callable[[str], None] | None = None,
) -> Completed:
    """Carry out `command`. `together`: errors are mixed into stdout, in the order in which they were printed.
    `heard` is told each line of stderr as it comes, of stdout where they are `together`, from a thread of its own.

    Its process group is ended with it, also when the time is over or a person presses Ctrl-C.
    Raises MissingProgram where there is no such program.
    """
    began = time.monotonic()
    try:
        process = subprocess.Popen(
            list(command),
            cwd=cwd,
            env=None if environment is None else dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if together else subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
    except FileNotFoundError as error:
        raise MissingProgram(f"{command[0]} is not installed") from error
    except OSError as error:
        raise OutsideFailed(f"{command[0]} cannot be started", cause=str(error)) from error
    timed_out = False
    _running.add(process.pid)
    try:
        stdout, stderr = (
            listen(process, stdin, seconds, heard, together=together)
            if heard
            else process.communicate(stdin, timeout=seconds)
        )
    except subprocess.TimeoutExpired:
        timed_out = True
        end_group(process.pid)
        stdout, stderr = process.communicate()
    finally:
        _running.discard(process.pid)
        end_group(process.pid)
        process.wait()
    milliseconds = round((time.monotonic() - began) * 1000)
    return Completed(process.returncode, stdout, stderr or "", milliseconds, timed_out)


def listen(
    process: subprocess.Popen[str], stdin: str, seconds: float, heard: Callable[[str], None], *, together: bool
) -> tuple[str, str]:
    """What `communicate` does, told line by line."""
    pipe = process.stdout if together else process.stderr
    lines: list[str] = []

    def hear() -> None:
        for line in pipe or ():
            lines.append(line)
            heard(line.rstrip("\n"))

    # communicate() reads every pipe that it finds: this one is ours.
    if together:
        process.stdout = None
    else:
        process.stderr = None
    thread = threading.Thread(target=hear, daemon=True)
    thread.start()
    try:
        rest, _ = process.communicate(stdin, timeout=seconds)
    except subprocess.TimeoutExpired:
        end_group(process.pid)
        raise
    thread.join()
    said = "".join(lines)
    return (said, "") if together else (rest, said)


def end_group(group: int) -> None:
    """Kill what is left of a process group; it is fine if nothing is."""
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


def end_all() -> None:
    """Kill every command that is under way, whoever waits for it."""
    for group in list(_running):
        end_group(group)
