"""audit blame: which execution a line is from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from agentic.cli.options import Common, common_options
from agentic.cli.output import emit, say, tell
from agentic.cli.put import tell_unreadable
from agentic.errors import UsageError

if TYPE_CHECKING:
    from agentic.audit.blame import Blame, Line, Origin

RANGE = re.compile(r"(?P<first>\d+)(?:,(?P<last>\d+)?)?$")


@click.command()
@click.argument("file")
@click.option("-L", "range_", metavar="FIRST,LAST", default="", help="Only these lines.")
@common_options
def blame(common: Common, file: str, range_: str) -> int:
    """Which execution each line of FILE came from, or that a person wrote it.

    A line is a person's where nothing that landed brought it: edited since, found there, or adopted.
    """
    import msgspec

    found = common.app().auditing.blame(file)
    lines = narrowed(found.lines, range_)
    if common.json:
        emit("blame", msgspec.structs.replace(found, lines=lines))
    else:
        say("\n".join(told(lines)))
        if not common.quiet:
            tell(remark(found))
    tell_unreadable(found.unreadable)
    return 0


def narrowed(lines: Sequence[Line], range_: str) -> tuple[Line, ...]:
    """`10,20`, `10,` or `10`. Raises UsageError."""
    if not range_:
        return tuple(lines)
    match = RANGE.match(range_)
    first = int(match["first"]) if match else 0
    last = (int(match["last"]) if match["last"] else len(lines) if "," in range_ else first) if match else 0
    if not 1 <= first <= last or first > len(lines):
        hint = f"name lines as -L 10,20; the file has {len(lines)}."
        raise UsageError(f"no lines {range_}", hint=hint)
    return tuple(lines[first - 1 : last])


def told(lines: Sequence[Line]) -> Iterator[str]:
    """A column for where it is from, one for the model, one for the day; then the line."""
    names = [(name(one.origin), one.origin.model or "-", one.origin.at[:10] or "-") for one in lines]
    wide = [max((len(row[place]) for row in names), default=0) for place in range(3)]
    digits = len(str(lines[-1].number)) if lines else 1
    for row, one in zip(names, lines, strict=True):
        cells = "  ".join(f"{cell:<{width}}" for cell, width in zip(row, wide, strict=True))
        yield f"{cells}  {one.number:>{digits}}  {one.text}"


def name(origin: Origin) -> str:
    """Where a line is from, in short."""
    if origin.kind == "execution":
        return origin.id
    return f"({origin.who or 'a person'})" if origin.kind == "person" else "(agentic init)"


def remark(found: Blame) -> str:
    """How the file stands."""
    stands = "is as it was last landed" if found.as_landed else "was changed since it was last landed"
    return f"{found.path} {stands}; landed by {', '.join(found.landings)}"
