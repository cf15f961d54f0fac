"""What every command understands, wherever on the line it stands."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from agentic.app import App


class Common:
    """The options that were given, before or after the command's name."""

    def __init__(self) -> None:
        self.project: str | None = None
        self.json = False
        self.quiet = False
        self.verbose = False
        self.no_input = bool(os.environ.get("CI")) or not sys.stdin.isatty()
        self.color = "auto"

    def take(self, given: dict[str, Any]) -> None:
        """The later one wins; what was not given changes nothing."""
        for name, value in given.items():
            if value:
                setattr(self, name, value)

    @property
    def colored(self) -> bool:
        """Colours for people, never for pipes. Results go to stdout, so it is stdout that has to be a terminal."""
        if self.color != "auto":
            return self.color == "always"
        return not os.environ.get("NO_COLOR") and sys.stdout.isatty()

    def app(self, watch: Callable[[str, str], None] | None = None, **flags: Any) -> App:
        """The toolbox for this call."""
        from agentic.app import App

        project = Path(self.project) if self.project else None
        silent = watch or (lambda task, words: None)
        return App(Path.cwd(), project, {name.replace("__", "."): value for name, value in flags.items()}, silent)


OPTIONS = (
    click.option(
        "--project", metavar="DIR", help="The project; by default the nearest folder upwards with agent-prompts/."
    ),
    click.option("--json", "json", is_flag=True, help="One JSON object on stdout; everything else on stderr."),
    click.option("--quiet", is_flag=True, help="Only results and errors."),
    click.option("--verbose", is_flag=True, help="More of what goes on."),
    click.option("--no-input", is_flag=True, help="Ask nothing; fail naming the missing flag."),
    click.option("--color", type=click.Choice(["auto", "always", "never"]), help="Colours on the terminal."),
)


def common_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options, and hands the command one `Common` in their place."""

    @functools.wraps(command)
    def wrapped(*args: Any, **given: Any) -> Any:
        common = click.get_current_context().ensure_object(Common)
        common.take({name: given.pop(name) for name in ("project", "json", "quiet", "verbose", "no_input", "color")})
        return command(common, *args, **given)

    for option in reversed(OPTIONS):
        wrapped = option(wrapped)
    return wrapped
