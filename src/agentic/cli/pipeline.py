"""pipeline run, diagnose, fix, validate, history: dbt pipelines, run and healed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from agentic.cli.live import display
from agentic.cli.options import Common, common_options
from agentic.cli.output import emit, say, table, tell

if TYPE_CHECKING:
    from agentic.app.pipelines import PipelineHistory, Pipelines
    from agentic.flows.healing.healer import Answer
    from agentic.flows.healing.validating import Validation
    from agentic.healing.diagnose import Diagnosed
    from agentic.values import Diagnosis, Fix, Healing

EXITS = {"healthy": 0, "healed": 0, "left": 1, "rolled back": 1, "proposed": 5, "refused": 6, "stopped": 7}
PLACES = (
    click.option("--project-dir", metavar="DIR", default="", help="The dbt project; by default the nearest one."),
    click.option("--profiles-dir", metavar="DIR", default="", help="Where profiles.yml is, as for dbt."),
    click.option("--target", metavar="NAME", default="", help="The target of the profile, as for dbt."),
)
MODE = click.option(
    "--mode",
    type=click.Choice(["human-in-loop", "autonomous", "autonomous-ci"]),
    default=None,
    help="Who decides on a fix; by default configs/execution_mode.yml, and autonomous-ci in CI.",
)


def placed(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options that say which dbt project is meant."""
    for option in reversed(PLACES):
        command = option(command)
    return command


@click.group()
@common_options
def pipeline(common: Common) -> None:
    """Run dbt pipelines, and heal them: diagnosed, proposed, judged, applied with a backup, verified on the data.

    In any dbt project, with or without agent-prompts/. Nothing is changed without a person unless the mode says so.
    """


@pipeline.command()
@click.argument("verb", type=click.Choice(["build", "run", "test", "seed"]), default="build")
@click.option("--select", metavar="SELECTION", multiple=True, help="What dbt is to select; may be given several times.")
@MODE
@placed
@common_options
def run(
    common: Common,
    verb: str,
    select: tuple[str, ...],
    mode: str | None,
    project_dir: str,
    profiles_dir: str,
    target: str,
) -> int:
    """Run the pipeline. Where it fails, find the cause, and propose or apply a fix, as the mode says.

    Exit code 0: green, also after a fix. 1: it failed, and nothing is known to do. 5: a fix waits for a person. 6: every fix was refused.
    7: the breaker is open.
    """
    with display(common) as watch:
        desk = desk_of(common, watch, project_dir, profiles_dir, target)
        healing = desk.run((verb, *(("--select", *select) if select else ())), mode or "", asker(common, watch))
    return shown(common, healing)


@pipeline.command()
@placed
@common_options
def diagnose(common: Common, project_dir: str, profiles_dir: str, target: str) -> int:
    """What failed in the last run, why, and what could be done. Nothing is built and nothing is changed.

    Exit code 0: the last run was green. 1: it failed.
    """
    with display(common) as watch:
        healing = desk_of(common, watch, project_dir, profiles_dir, target).diagnose()
    shown(common, healing)
    return 0 if healing.status == "healthy" else 1


@pipeline.command()
@click.option("--auto", is_flag=True, help="Apply what is sure enough, without asking.")
@click.option("--approve", metavar="ID", default="", help="Apply a fix that was proposed.")
@click.option("--reject", metavar="ID", default="", help="Take a proposal off the list.")
@click.option("--rollback", metavar="ID", default="", help="Take back a fix that stands: every file as it was.")
@click.option("--reset-breaker", is_flag=True, help="Let healing go on after several failures in a row.")
@click.option("--why", metavar="TEXT", default="", help="The reason, for the record.")
@placed
@common_options
def fix(
    common: Common, auto: bool, approve: str, reject: str, rollback: str, reset_breaker: bool, why: str, project_dir: str, profiles_dir: str, target: str,
) -> int:  # fmt: skip
    """Run what failed again, and mend it: on a terminal each fix is shown and asked for; elsewhere it waits under its id.

    With --auto, what is at least as sure as configs/execution_mode.yml demands is applied, with a backup, and verified.
    """
    chosen = [bool(approve), bool(reject), bool(rollback), reset_breaker, auto]
    if sum(chosen) > 1:
        raise click.UsageError("one at a time: --auto, --approve, --reject, --rollback or --reset-breaker")
    with display(common) as watch:
        desk = desk_of(common, watch, project_dir, profiles_dir, target)
        if approve:
            healing = desk.approve(approve)
        elif reject:
            healing = desk.reject(reject, why)
        elif rollback:
            healing = desk.roll_back(rollback, why)
        elif reset_breaker:
            healing = desk.reset_breaker(why)
        else:
            healing = desk.fix("autonomous" if auto else "", None if auto else asker(common, watch))
    code = shown(common, healing)
    return 0 if reject or rollback or reset_breaker else code


@pipeline.command()
@click.argument("models", metavar="[MODEL]...", nargs=-1)
@placed
@common_options
def validate(common: Common, models: tuple[str, ...], project_dir: str, profiles_dir: str, target: str) -> int:
    """Run the tests of models, of all where none is named, and compare the data with when it was validated last."""
    with display(common) as watch:
        found = desk_of(common, watch, project_dir, profiles_dir, target).validate(models)
    emit("validation", found) if common.json else show_validation(found)
    return 0 if found.holds else 1


@pipeline.command()
@click.option("--last", type=click.IntRange(1), default=20, show_default=True, help="So many runs and fixes.")
@placed
@common_options
def history(common: Common, last: int, project_dir: str, profiles_dir: str, target: str) -> int:
    """Runs, and where each fix stands, newest last."""
    found = desk_of(common, lambda task, words: None, project_dir, profiles_dir, target).history(last)
    emit("pipeline_history", found) if common.json else show_history(found)
    return 0


def desk_of(common: Common, watch: Any, project_dir: str, profiles_dir: str, target: str) -> Pipelines:
    """The desk for one dbt project."""
    from agentic.app.pipelines import Pipelines

    return Pipelines(common.app(watch), project_dir, profiles_dir, target)


# --- a person is asked ---


def asker(common: Common, watch: Any) -> Callable[[Fix, Diagnosed], Answer] | None:
    """Somebody to be asked; nobody without a terminal."""
    if common.no_input or common.json:
        return None

    def ask(fix: Fix, found: Diagnosed) -> Answer:
        from agentic.flows.healing.healer import Answer
        from agentic.values import Change, ChangeSet

        if pause := getattr(watch, "pause", None):  # nobody moves with --quiet
            pause()
        show_diagnosis(found.diagnosis)
        show_fix(fix, stands=False)
        word = click.prompt(
            "approve, edit, reject or later",
            type=click.Choice(["approve", "edit", "reject", "later"]),
            default="later",
            err=True,
        )
        if word == "edit":
            texts = [
                Change(one.path, click.edit(one.text or "", extension=f".{one.path.rsplit('.', 1)[-1]}") or one.text)
                for one in fix.changes.changes
            ]
            return Answer("approve", changes=ChangeSet(tuple(texts)))
        if word == "reject":
            return Answer("reject", click.prompt("Why?", err=True))
        return Answer("approve" if word == "approve" else "later")

    return ask


# --- shown ---


def shown(common: Common, healing: Healing) -> int:
    """The whole; its exit code."""
    if common.json:
        emit("healing", healing)
    else:
        show_healing(common, healing)
    return EXITS[healing.status]


WORDS = {
    "healthy": "green", "healed": "healed: green again", "proposed": "it failed; a fix waits for a person", "left": "it failed, and nothing is known to do",
    "refused": "it failed, and every fix was refused", "stopped": "stopped", "rolled back": "what was tried is taken back",
}  # fmt: skip


def show_healing(common: Common, healing: Healing) -> None:
    """Causes, fixes, what became of the data."""
    for one in healing.diagnoses:
        show_diagnosis(one)
        for each in [fix for fix in healing.fixes if fix.diagnosis == one.id][:1]:
            show_fix(each, stands=each.id in healing.applied)
    known = {one.id for one in healing.diagnoses}
    for each in [fix for fix in healing.fixes if fix.diagnosis not in known and fix.id in healing.applied]:
        show_fix(each, stands=True)
    if healing.compared:
        table(("relation", "rows before", "rows after", "data"), [compared_row(one) for one in healing.compared])
    for finding in healing.findings:
        tell(f"{finding.severity}: {finding.source}: {finding.message}")
    say(
        f"{WORDS[healing.status]} ({healing.runs} run(s) of dbt, {healing.milliseconds / 1000:.1f} s, healing {healing.id})"
    )
    if healing.archive and not common.quiet:
        tell(f"on record: {healing.archive}")


def show_diagnosis(one: Diagnosis) -> None:
    """What broke, and why."""
    place = f"{one.path}:{one.line}" if one.line else one.path
    say(f"{one.error_class}: {one.cause}{f' ({place})' if place else ''}")
    for node in one.nodes[:5]:
        say(f"  fails: {node}")
    for line in one.message.splitlines()[:8]:
        say(f"  | {line}")
    if changed := one.evidence.get("changed_since"):
        say(f"  changed since it was good: {', '.join(changed[:5])}")
    if rows := one.evidence.get("rows"):
        table(rows["columns"], [["-" if value is None else value for value in row] for row in rows["rows"]])
    for offer in one.evidence.get("offers", ()):
        say(f"  could be done: {offer}")
    say(f"  sure: {one.confidence:.0%}{f'; what to do: {one.hint}' if one.hint else ''}")


def show_fix(fix: Fix, *, stands: bool) -> None:
    """What would be changed, what speaks for it, how far it reaches."""
    say(f"fix {fix.id}{' (applied)' if stands else ''}: {fix.title}")
    for line in fix.diff.splitlines():
        say(f"  {line}")
    say(f"  sure: {fix.confidence:.0%}: {'; '.join(fix.why)}")
    if fix.blast_radius:
        say(f"  reaches {len(fix.blast_radius)} node(s): {shortened(fix.blast_radius)}")
    for finding in fix.findings:
        say(f"  {finding.severity}: {finding.source}: {finding.message}")
    if not fix.refused:
        say(f"  agentic pipeline fix --{'rollback' if stands else 'approve'} {fix.id}")


def shortened(names: Sequence[str], most: int = 6) -> str:
    """The first of them."""
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def compared_row(one: Any) -> tuple[str, ...]:
    """A relation before and after."""
    same = one["same"]
    moved = ", ".join(
        [
            *one["columns_changed"],
            *(f"+{name}" for name in one["columns_added"]),
            *(f"-{name}" for name in one["columns_gone"]),
        ]
    )
    then = "-" if one["rows_before"] is None else f"{one['rows_before']:,}"
    return (
        one["relation"],
        then,
        f"{one['rows_after']:,}",
        "new" if same is None else "the same" if same else f"changed: {moved}",
    )


def show_validation(found: Validation) -> None:
    """Tests, then data."""
    for one in found.diagnoses:
        show_diagnosis(one)
    table(("relation", "rows", "rows before", "columns that changed"), [
        (one["relation"], f"{one['rows']:,}", "-" if one["rows_before"] is None else f"{one['rows_before']:,}", ", ".join(one["columns_changed"]) or "-")
        for one in found.relations
    ])  # fmt: skip
    counts = ", ".join(f"{number} {status}" for status, number in found.tests.items())
    say(
        f"{'every test passes' if found.holds else 'tests fail'} ({counts}); compared with {found.compared_with or 'nothing: this was the first time'}"
    )


def show_history(found: PipelineHistory) -> None:
    """Runs, then fixes."""
    table(("at", "command", "result", "seconds", "healing"), [
        (str(one.get("at")), " ".join(one.get("command", ())), "green" if one.get("green") else f"exit {one.get('exit_code')}", f"{one.get('milliseconds', 0) / 1000:.1f}", str(one.get("healing")))
        for one in found.runs
    ])  # fmt: skip
    if found.fixes:
        table(
            ("fix", "state", "at", "sure", "what", "by"),
            [
                (one.fix.id, one.state, one.at, f"{one.fix.confidence:.0%}", one.fix.title, one.by)
                for one in found.fixes
            ],
        )
    if found.failed_in_a_row:
        say(f"{found.failed_in_a_row} healing(s) in a row failed")
