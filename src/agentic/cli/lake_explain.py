"""lake explain."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from agentic.cli.lake_words import show_explained
from agentic.cli.live import display
from agentic.cli.options import Common, common_options
from agentic.cli.output import emit, tell
from agentic.errors import UsageError

if TYPE_CHECKING:
    from agentic.lake import Explained

FILE = click.Path(exists=True, path_type=Path)


@click.command()
@click.argument("what", metavar="[TABLE|JOB]", default="")
@click.argument("arguments", metavar="[-- ARGUMENTS]", nargs=-1)
@click.option("--run", "runs", is_flag=True, help="Run JOB without asking: it writes to the lake of the configuration.")
@click.option(
    "--event-log", metavar="FILE", type=FILE, help="Read what Spark wrote of a run: a file, or a folder of parts."
)
@click.option("--plan", metavar="FILE", type=FILE, help="Read a physical plan as explain() prints it.")
@common_options
def explain(
    common: Common, what: str, arguments: tuple[str, ...], runs: bool, event_log: Path | None, plan: Path | None
) -> int:
    """What makes a table or a job slow, in words: evidence, and what to change.

    A TABLE is judged by its metadata, without a JVM. A JOB is a path; it is run with Spark's event log on, and that is read.
    Exit code 1 where something was found.
    """
    if sum(map(bool, (what, event_log, plan))) != 1:
        raise click.UsageError("name one of: TABLE, JOB, --event-log FILE, --plan FILE")
    if what.endswith(".py") and not allowed(common, what, runs):
        return 5
    with display(common) as watch:
        found = explained(common, watch, what, arguments, event_log, plan)
    emit("lake_explained", found) if common.json else show_explained(found)
    return 1 if found.findings or found.exit_code else 0


def explained(
    common: Common, watch: object, what: str, arguments: tuple[str, ...], event_log: Path | None, plan: Path | None
) -> Explained:
    """By the desk that it is for."""
    app = common.app(watch)  # type: ignore[arg-type]
    if event_log:
        return app.explaining.log(event_log)
    if plan:
        return app.explaining.plan(plan)
    if not what.endswith(".py"):
        return app.explaining.table(what)
    return app.explaining.job(job_in(app.root, what), arguments)


def job_in(root: Path, what: str) -> Path:
    """From the project, or from where one stands."""
    for path in (root / what, Path(what).resolve()):
        if path.is_file():
            return path
    raise UsageError(f"there is no job {what}", hint="name a Python file, seen from the project.")


def allowed(common: Common, what: str, runs: bool) -> bool:
    """A job writes, so somebody has to want it."""
    if runs:
        return True
    tell(f"would run {what} with Spark's event log on; it writes to the lake that configs/lake.yaml and LAKE_* name")
    if not common.no_input and click.confirm("Run it?", err=True):
        return True
    tell("nothing was run; --run does it")
    return False
