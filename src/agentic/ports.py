"""The plugs: what the corridor needs from a provider and from a check, and nothing more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from agentic.values import CheckSpec, Conversation, Reply, TaskSpec, Verdict
from agentic.values.noun import Noun


class Provider(Protocol):
    """Somebody who answers."""

    name: str
    """`template`, `replay`, `anthropic`, `claude-code`."""
    model: str
    """The model asked for; empty where there is none."""
    costs: bool
    """False: no token, no network, no budget to hold."""
    max_output_tokens: int
    """The most that one answer can cost; 0 where nothing costs."""

    def answer(self, conversation: Conversation) -> Reply:
        """One answer to one request. Asks once: waiting and asking again is the corridor's.

        Raises an `OutsideFailed`: foreign errors become ours here, `ProviderBusy` and its kin where asking again may help.
        """
        ...


class Outcome(Noun, frozen=True):
    """What a command did: its end, never its word."""

    command: tuple[str, ...]
    exit_code: int
    milliseconds: int
    output: str
    """Redacted, and without the paths of this machine; the whole, errors and all."""
    timed_out: bool = False
    sandbox: str = "none"
    """`bubblewrap`, or `none` where the machine has none."""

    @property
    def tail(self) -> str:
        """The last 60 lines: what a person would look at first."""
        return "\n".join(self.output.splitlines()[-60:])


class Staged(Noun, frozen=True):
    """A change set laid out in a scratch tree, and the way to run things in it."""

    root: Path
    """The scratch tree: a copy of the project with the changes in it."""
    task: TaskSpec
    changed: tuple[str, ...]
    """Paths that this execution wrote."""
    tell: Callable[[str], None] = lambda words: None
    """For the display: what a long check is doing."""


class Runner(Protocol):
    """Runs a command in a scratch tree: without credentials, with a time limit, in a sandbox where there is one."""

    def python(self) -> str:
        """The project's interpreter."""
        ...

    def run(
        self,
        staged: Staged,
        command: tuple[str, ...],
        *,
        seconds: int | None = None,
        network: bool = False,
        environment: Mapping[str, str] | None = None,
        writable: tuple[Path, ...] = (),
        pass_on: tuple[str, ...] = (),
    ) -> Outcome:
        """Carry out `command` with the scratch tree as working directory.

        It may write there and in `writable`. `pass_on`: variables of this process that it may see.
        """
        ...


class Check(Protocol):
    """Does it work? A check looks by itself; it never takes the model's word."""

    stops: bool
    """True: when this one fails, the checks after it can say nothing and are not run."""

    def look(self, staged: Staged, spec: CheckSpec, runner: Runner) -> Verdict:
        """The verdict, with evidence."""
        ...
