"""audit diff: what changed from one execution to another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from agentic.cli.options import Common, common_options
from agentic.cli.output import emit, harmless, show_text, table

if TYPE_CHECKING:
    from agentic.audit.compare import Comparison, Part


@click.command()
@click.argument("a")
@click.argument("b", required=False)
@click.option("--exit-code", is_flag=True, help="Exit code 1 where they differ in more than cost and time.")
@common_options
def diff(common: Common, a: str, b: str | None, exit_code: bool) -> int:
    """What changed from execution A to execution B.

    Prompt, context, model, files, checks, cost. With A alone: from the execution of the same task before it to A.
    """
    from agentic.audit.compare import rows

    desk = common.app().auditing
    found = desk.compare(a, b) if b else desk.compare(desk.before(a), a)
    if common.json:
        emit("comparison", found)
    else:
        table(("", "before", "after"), rows(found))
        show_text("\n".join(told(found, common.colored)), color=common.colored)
    return 1 if exit_code and found.differs else 0


def told(found: Comparison, color: bool) -> Iterator[str]:
    """For people: what is the same is counted, what is not is shown."""
    yield head("prompt: the same words" if not found.prompt else "prompt:", color)
    yield from shown(found.prompt, color)
    yield from parts("context", found.context, color)
    yield from parts("files", found.files, color)
    same = sum(one.before == one.after for one in found.checks)
    yield head(f"checks: {same} of {len(found.checks)} end alike", color)
    for one in found.checks:
        if one.before != one.after:
            yield harmless(f"  {one.source}: {one.before or 'not there'} -> {one.after or 'not there'}")


def parts(what: str, found: tuple[Part, ...], color: bool) -> Iterator[str]:
    """Context, or files."""
    yield head(f"{what}: {sum(one.state == 'same' for one in found)} of {len(found)} the same", color)
    for one in found:
        if one.state != "same":
            yield harmless(
                f"  {one.state} {one.path} ({one.before[:19] or 'nothing'} -> {one.after[:19] or 'nothing'})"
            )
            yield from shown(one.diff, color)


def head(words: str, color: bool) -> str:
    """The beginning of a part."""
    return click.style(words, bold=True) if color else words


def shown(diff: str, color: bool) -> Iterator[str]:
    """Green for what comes, red for what goes."""
    from agentic.cli.formats import diff_lines

    return diff_lines(diff, color) if diff else iter(())
