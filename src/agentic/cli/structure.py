"""structure: the modules as planned and as built."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from agentic.cli.options import Common, common_options
from agentic.cli.output import emit, say, table, tell
from agentic.cli.words import with_fix

if TYPE_CHECKING:
    from agentic.app.structure import StructureReport


@click.command()
@click.option("--mermaid", is_flag=True, help="Print the picture as a Mermaid flowchart, and nothing else.")
@click.option("--write", is_flag=True, help="Put the picture into agent-prompts/design/architecture.md.")
@common_options
def structure(common: Common, mermaid: bool, write: bool) -> int:
    """Hold design/module_structure.yaml against the code.

    Shows each module with its files, lines, what it depends on and who uses it, then what is wrong: files above their size,
    imports that the structure does not allow, files of no module, circles. In the picture, solid arrows are declared; dashed
    red ones stand in the code and are not declared. Exit code 1 where a finding is an error.
    """
    desk = common.app().structure
    report = desk.report()
    changed = write and desk.write(report.diagram)
    if common.json:
        emit("structure", report)
    elif mermaid:
        say(report.diagram.rstrip())
    else:
        show(report, common.quiet)
    if write and not common.json:
        tell(f"agent-prompts/design/architecture.md: {'the picture is new' if changed else 'nothing to change'}")
    return 1 if any(one.severity == "error" for one in report.findings) else 0


def show(report: StructureReport, quiet: bool) -> None:
    """A row a module, then the findings."""
    heads = ("module", "layer", "files", "lines", "depends on", "uses", "used by")
    listed = [
        (
            one.name, one.layer or "-", str(one.files), f"{one.lines:,}",
            ", ".join(one.depends_on) or "-", ", ".join(one.uses) or "-", ", ".join(one.used_by) or "-",
        )
        for one in report.modules
    ]  # fmt: skip
    if listed:
        table(heads, listed)
    for one in report.findings:
        say(with_fix(one))
    if not quiet:
        say(f"{len(report.findings)} finding(s)")
