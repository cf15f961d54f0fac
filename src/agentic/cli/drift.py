"""drift: what has parted since it was proven."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from agentic.cli.options import Common, common_options
from agentic.cli.output import emit, say, tell
from agentic.cli.words import some, with_fix

if TYPE_CHECKING:
    from agentic.evidence.drift import Drift


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
            say(with_fix(one))
        if not common.quiet:
            tell(looked_at(found))
    return 1 if found.parted else 0


def looked_at(found: Drift) -> str:
    """Nothing found in nothing is no good news, so it says what was looked at."""
    if not found.tasks and not found.modules:
        return "nothing is proven yet, so nothing can have parted"
    errors = sum(one.severity == "error" for one in found.findings)
    others = len(found.findings) - errors
    held = f"{some(len(found.tasks), 'proven task')} and {some(len(found.modules), 'closed module')}"
    return f"{errors} parted, {others} to look at; {held} held against the archive"
