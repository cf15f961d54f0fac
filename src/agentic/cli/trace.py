"""trace: from requirement to evidence."""

from __future__ import annotations

import click

from agentic.cli.options import Common, common_options
from agentic.cli.output import emit, json_of, say, table, tell
from agentic.cli.put import form_options, put, wanted


@click.command()
@click.option("--requirement", metavar="ID", default="", help="Only this one, with all there is to say of it.")
@click.option("--module", metavar="NAME", default="", help="Only what the tasks of this module show.")
@form_options
@click.option("--strict", is_flag=True, help="Exit code 1 where a requirement has no evidence.")
@common_options
def trace(common: Common, requirement: str, module: str, form: str, output: str, strict: bool) -> int:
    """From requirement to evidence: task, deliverable, check, commit, data.

    A task counts when a run of it has passed its checks and landed, whatever box is ticked. What has no evidence is shown
    as a gap.
    """
    from agentic.evidence import sheet, web

    form, app = wanted(common, form, output), common.app()
    found = app.evidence.trace(requirement, module)
    match form:
        case "json":
            put(app, output, json_of("trace", found) + "\n") if output else emit("trace", found)
        case "csv":
            put(app, output, sheet.sheet(found))
        case "html":
            put(app, output, web.trace_page(found, app.evidence.title))
        case _:
            table(sheet.HEADS, sheet.rows(found))
            if requirement or common.verbose:
                say("\n".join(sheet.details(found)))
            if not common.quiet:
                tell(sheet.summary(found))
    return 1 if strict and found.gaps else 0
