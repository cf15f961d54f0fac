"""drift: what has parted since it was proven."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from agentic.cli.options import Common, common_options
from agentic.cli.output import emit, say, tell

if TYPE_CHECKING:
    from agentic.evidence.drift import Drift
    from agentic.values import Finding


@click.command()
@click.argument("names", metavar="[MODULE|TASK]...", nargs=-1)
@common_options
def drift(common: Common, names: tuple[str, ...]) -> int:
    """What has parted since it was proven: wording, files, data contract, closed modules.

    Held against the archive: requirements by their words, deliverables and context files by digest, datasets by their
    columns, task specs by what they ask for. A ticked box is no drift. Without a name: everything that is proven. Exit
    code 1 where a finding is an error.
    """
    found = common.app().evidence.drift(names)
    if common.json:
        emit("drift", found)
    else:
        for one in found.findings:
            say(told(one))
        if not common.quiet:
            tell(looked_at(found))
    return 1 if found.parted else 0


def told(one: Finding) -> str:
    """One finding, and what to do now."""
    place = f"{one.path}:{one.line}" if one.line else one.path
    return f"{place}: {one.severity}[{one.code}] {one.message}\n  fix: {one.fix}"


def looked_at(found: Drift) -> str:
    """Nothing found in nothing is no good news, so it says what was looked at."""
    if not found.tasks and not found.modules:
        return "nothing is proven yet, so nothing can have parted"
    errors = sum(one.severity == "error" for one in found.findings)
    others = len(found.findings) - errors
    tasks = f"{len(found.tasks)} proven task{'' if len(found.tasks) == 1 else 's'}"
    modules = f"{len(found.modules)} closed module{'' if len(found.modules) == 1 else 's'}"
    return f"{errors} parted, {others} to look at; {tasks} and {modules} held against the archive"
