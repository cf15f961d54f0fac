"""The only one who prints: results on stdout, everything else on stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any
from unicodedata import category

import click

if TYPE_CHECKING:
    from agentic.redact import Redactor


@cache
def redactor() -> Redactor:
    """Whatever is shown, no secret is on the screen."""
    from agentic.redact import Redactor

    return Redactor(os.environ)


def emit(noun: str, body: Any) -> None:
    """One JSON object with its schema."""
    click.echo(json_of(noun, body))


def json_of(noun: str, body: Any) -> str:
    """The object as it is printed."""
    import msgspec

    plain = msgspec.to_builtins(body)
    object_ = {"schema": f"agentic.{noun}/1", **(plain if isinstance(plain, Mapping) else {noun: plain})}
    text = msgspec.json.format(msgspec.json.encode(object_), indent=2).decode()
    # All lines are looked through at once, each of them once, which is quick (a text has no line break in JSON); what is found is
    # taken out of each value, so that it stays JSON.
    if not redactor().look("\n".join(dict.fromkeys(text.split("\n")))).rules:
        return text
    return msgspec.json.format(msgspec.json.encode(redactor().deeply(object_)), indent=2).decode()


def say(words: str = "") -> None:
    """A result."""
    click.echo(redactor()(harmless(words)))


def show_text(words: str, *, color: bool = False) -> None:
    """A result that is harmless and redacted already; with colours where they are wanted, also in a pipe."""
    click.echo(words, color=color)


def harmless(words: str) -> str:
    """Without what steers a terminal: others' words are shown, not obeyed."""
    if words.isprintable():
        return words
    return "".join(letter for letter in words if letter in "\n\t" or category(letter) not in ("Cc", "Cf"))


def tell(words: str, *, color: bool = False, style: Mapping[str, Any] | None = None) -> None:
    """What goes on beside the result."""
    words = redactor()(words)
    click.echo(click.style(words, **style) if color and style else words, err=True)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Columns for people; in a pipe the same without borders, never cut."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    wide = None if sys.stdout.isatty() else 400
    made = Table(*heads, box=box.SIMPLE_HEAD if sys.stdout.isatty() else None, pad_edge=False)
    for row in rows:
        made.add_row(*map(redactor(), row))
    Console(width=wide, markup=False, highlight=False, emoji=False, soft_wrap=False).print(made)


def show_error(error: Any, *, json: bool) -> int:
    """`error[CODE]: what / at / cause / fix`; the exit status."""
    if json:
        emit_error(error)
    else:
        color = sys.stderr.isatty()
        tell(
            f"{click.style(f'error[{error.code}]', fg='red', bold=True) if color else f'error[{error.code}]'}: {error.message}"
        )
        for name, words in (("at", error.where), ("cause", error.cause), ("fix", error.fix)):
            if words:
                tell(f"  {name + ':':<7}{indented(words)}")
    return int(error.exit_status)


def emit_error(error: Any) -> None:
    """The same as one JSON object."""
    where = {"path": error.path, "line": error.line} if error.path else None
    emit(
        "error",
        {
            "error": {
                "code": error.code,
                "message": error.message,
                "where": where,
                "cause": error.cause,
                "fix": error.fix,
            }
        },
    )


def indented(words: str) -> str:
    """Further lines below the first."""
    return words.strip().replace("\n", "\n         ")
