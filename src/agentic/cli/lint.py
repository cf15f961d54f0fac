"""lint [PATH...]."""

from __future__ import annotations

import click

from agentic.cli.options import Common, common_options
from agentic.cli.output import emit, say


@click.command()
@click.argument("paths", metavar="[PATH...]", nargs=-1)
@common_options
def lint(common: Common, paths: tuple[str, ...]) -> int:
    """Judge the task specs and the graph between them.

    Without PATH: all of them. Exit code 1 where a finding is an error.
    """
    findings = common.app().lint(paths)
    if common.json:
        emit("findings", {"findings": findings})
    else:
        for one in findings:
            place = f"{one.path}:{one.line}" if one.line else one.path
            say(f"{place}: {one.severity}[{one.code}] {one.message}{f'{chr(10)}  fix: {one.fix}' if one.fix else ''}")
        if not common.quiet:
            say(f"{len(findings)} finding(s)")
    return 1 if any(one.severity == "error" for one in findings) else 0
