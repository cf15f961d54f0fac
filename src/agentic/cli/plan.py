"""plan new, list, check, approve, implemented."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from agentic.cli import words
from agentic.cli.options import Common, common_options
from agentic.cli.output import emit, say, table

if TYPE_CHECKING:
    from agentic.plans import Plan


@click.group()
@common_options
def plan(common: Common) -> None:
    """Plans: proposed, approved by a named person, implemented."""


@plan.command()
@click.argument("title")
@common_options
def new(common: Common, title: str) -> int:
    """Write the next plan into plans/proposed/, to be filled in."""
    path = common.app().plans.new(title)
    if common.json:
        emit("created", {"path": path})
    else:
        say(f"{path}\nFill in what stands between < and >, then: agentic plan check {number_in(path)}")
    return 0


@plan.command("list")
@common_options
def list_(common: Common) -> int:
    """Every plan: its state, who approved it, and how much is missing."""
    plans = common.app().plans.list()
    if common.json:
        emit("plans", {"plans": plans})
    else:
        rows = [
            (f"{one.number:03}", one.title, one.state, approval(one), str(len(one.findings)), one.path) for one in plans
        ]
        table(("plan", "title", "state", "approved", "findings", "file"), rows) if rows else say("no plan yet")
    return 0


@plan.command()
@click.argument("wish", metavar="[N]", required=False)
@common_options
def check(common: Common, wish: str | None) -> int:
    """What is missing in a plan, or in all of them.

    Every section that a plan needs is there and filled in, no text of the template is left, goals are boxes, files are named,
    and an approval holds for the words as they stand. Exit code 1 where a finding is an error.
    """
    plans = common.app().plans.check(wish)
    if common.json:
        emit("plans", {"plans": plans})
    else:
        for one in plans:
            show(one, f"{one.path}: {one.state}{f', {len(one.findings)} finding(s)' if one.findings else ''}")
    return answer(*plans)


@plan.command()
@click.argument("wish", metavar="N")
@click.option("--by", metavar="NAME", default="", help="Who has read the plan and approves it.")
@click.option("--why", metavar="TEXT", default="", help="Why, for the archive.")
@common_options
def approve(common: Common, wish: str, by: str, why: str) -> int:
    """Approve a plan, by a named person, for the words as they stand.

    Refused with exit code 1 while `plan check` has findings. What the plan promises may not change afterwards; ticks and the
    Implementation Log may.
    """
    return told(common, common.app().plans.approve(wish, by, why), "approved")


@plan.command()
@click.argument("wish", metavar="N")
@common_options
def implemented(common: Common, wish: str) -> int:
    """Move a plan to plans/implemented/.

    Exit code 1 where it is not approved, has changed since, has a goal that is not ticked, names a file that does not exist,
    or has no dated entry in its log.
    """
    return told(common, common.app().plans.implemented(wish), "implemented")


def told(common: Common, one: Plan, wanted: str) -> int:
    """One plan after something was asked of it."""
    if common.json:
        emit("plan", one)
    else:
        reached = one.state == wanted and answer(one) == 0
        show(one, f"{one.path}: {f'{wanted}; approved by {approval(one)}' if reached else f'not {wanted}'}")
    return answer(one)


def show(one: Plan, head: str) -> None:
    """The plan, then what is missing."""
    say(head)
    for finding in one.findings:
        say(f"  {words.told(finding)}")


def answer(*plans: Plan) -> int:
    """1 where a finding is an error."""
    return 1 if any(finding.severity == "error" for one in plans for finding in one.findings) else 0


def approval(one: Plan) -> str:
    """Who, and when."""
    return f"{one.approved_by}, {one.approved_on}" if one.approved_by else "-"


def number_in(path: str) -> str:
    """`003` of plans/proposed/003-streaming.md."""
    return path.rpartition("/")[2].partition("-")[0]
