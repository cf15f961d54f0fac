"""selftest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from agentic.cli.options import Common, common_options
from agentic.cli.output import emit, say
from agentic.cli.words import some

if TYPE_CHECKING:
    from agentic.app.selftest import SelftestReport
    from agentic.specs.selftest import Proof


@click.command()
@common_options
def selftest(common: Common) -> int:
    """Plant every known defect, and prove that its rule still bites.

    Needs no project. Exit code 1 where a rule is silent, has nothing planted for it, or speaks of a clean project.
    """
    report = common.app().selftest.run(lambda proof: None if common.json or common.quiet else say(line_of(proof)))
    if common.json:
        emit("selftest", report)
    else:
        say(summary(report))
    return 0 if report.passed else 1


def line_of(proof: Proof) -> str:
    """`ok AGT020 SharedDeliverable (2 defects)`, or what was missed."""
    count = some(proof.defects, "defect")
    if proof.bites:
        return f"ok   {proof.code} {proof.name} ({count})"
    silent = "".join(f"\n       silent about: {name}" for name in proof.missed)
    return f"FAIL {proof.code} {proof.name} ({count}){silent or f'{chr(10)}       nothing is planted for it'}"


def summary(report: SelftestReport) -> str:
    """False alarms, and how it ended."""
    alarms = "".join(f"false alarm {one.code} at {one.path}:{one.line}: {one.message}\n" for one in report.alarms)
    failed = sum(not proof.bites for proof in report.proofs)
    ended = f"{len(report.proofs)} rules, {report.defects} defects planted"
    return f"{alarms}{ended}: {'every rule bites' if report.passed else f'{failed} rule(s) do not bite, {len(report.alarms)} false alarm(s)'}"
