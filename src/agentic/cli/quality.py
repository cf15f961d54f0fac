"""quality check, docs, history: data held against its suites."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from agentic.cli.live import display
from agentic.cli.options import Common, common_options
from agentic.cli.output import emit, say, table, tell

if TYPE_CHECKING:
    from agentic.quality import Checked, QualityHistory, QualityRun
    from agentic.values import Finding


@click.group()
@common_options
def quality(common: Common) -> None:
    """Hold data against its expectations, and look how that went over time.

    A checkpoint is a file in great-expectations/checkpoints/: it names a suite, the data, and how much may fail.
    """


@quality.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--ref", metavar="REF", default="", help="A branch, tag or snapshot of the lake's table, or a time.")
@click.option(
    "--engine", type=click.Choice(["auto", "pandas", "spark"]), default=None, help="Instead of the checkpoint's own."
)
@common_options
def check(common: Common, names: tuple[str, ...], ref: str, engine: str | None) -> int:
    """Check data by its checkpoints; by all of them where none is named.

    Exit code 1 where something that is critical does not hold, or more than the thresholds allow; the rows that break it are named,
    without what is private. Results are kept in logs/quality_results.jsonl and in the warehouse's table quality_results.
    """
    with display(common) as watch:
        run, code = common.app(watch).checkpoints.check(names, ref=ref, engine=engine or "")
    emit("quality_run", run) if common.json else show_run(common, run)
    return code


@quality.command()
@click.option("--open", "opened", is_flag=True, help="Open the page in the browser.")
@common_options
def docs(common: Common, opened: bool) -> int:
    """Build Data Docs of the checks that were run, and print where they are.

    Below great-expectations/uncommitted/, which is not for git. The pages load nothing from elsewhere.
    """
    with display(common) as watch:
        app = common.app(watch)
        built = app.checkpoints.docs()
    emit("quality_docs", built) if common.json else say(built.page)
    if opened:
        click.launch(str(app.root / built.page))
    return 0


@quality.command()
@click.argument("name", metavar="[NAME]", default="")
@click.option("--last", type=click.IntRange(1), default=20, show_default=True, help="So many results.")
@common_options
def history(common: Common, name: str, last: int) -> int:
    """Results over time, of one checkpoint or of all, newest last."""
    found = common.app().checkpoints.history(name, last)
    emit("quality_history", found) if common.json else show_history(found)
    return 0


def show_run(common: Common, run: QualityRun) -> None:
    """A row a checkpoint, then what does not hold."""
    heads = ("checkpoint", "data", "result", "rows", "expectations", "hold", "trends")
    table(heads, [row_of(one) for one in run.checkpoints])
    for one in run.checkpoints:
        for finding in one.findings:
            show_finding(finding)
    if not common.quiet:
        for note in run.notes:
            tell(f"note: {note}")


def row_of(one: Checked) -> tuple[str, ...]:
    """As one reads it."""
    held = sum(each.status == "passed" for each in one.expectations)
    trends = sum(each.status in ("failed", "warned", "noted") for each in one.trends)
    early = sum(each.status == "too early" for each in one.trends)
    told = f"{trends} of {len(one.trends)} unusual{f', {early} too early' if early else ''}" if one.trends else "-"
    rows = "-" if one.rows is None else f"{one.rows:,}{'' if one.is_whole else ' (sample)'}"
    where = f"{one.data}@{one.ref}" if one.ref else one.data
    return one.name, where, one.status, rows, str(len(one.expectations)), str(held), told


def show_finding(finding: Finding) -> None:
    """What, and the rows or figures that show it."""
    say(f"{finding.source}: {finding.severity}[{finding.code}] {finding.message}")
    for line in finding.detail.splitlines():
        say(f"  {line}")
    if finding.fix:
        say(f"  fix: {finding.fix}")


def show_history(found: QualityHistory) -> None:
    """A row a result."""
    if not found.results:
        say("nothing was checked yet: agentic quality check")
        return
    rows = [
        (one.at, one.name, one.status, "-" if one.rows is None else f"{one.rows:,}", one.trend, f"{one.failed} of {one.evaluated}", one.snapshot)
        for one in found.results
    ]  # fmt: skip
    table(("at", "checkpoint", "result", "rows", "change", "do not hold", "snapshot"), rows)
