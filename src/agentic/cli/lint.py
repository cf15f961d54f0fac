"""lint [PATH...]."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from agentic.cli import formats
from agentic.cli.options import Common, common_options
from agentic.cli.output import emit, json_of, redactor, show_text, tell
from agentic.errors import UsageError

if TYPE_CHECKING:
    from agentic.app.linting import Linting, LintReport

FORMATS = ("text", "json", "sarif", "junit", "github")


@dataclass(frozen=True, slots=True)
class Wish:
    """How the report shall be told."""

    output: str | None
    strict: bool
    suppressed: bool


@click.command()
@click.argument("paths", metavar="[PATH...]", nargs=-1)
@click.option("--format", "form", type=click.Choice(FORMATS), help="How findings are told; text by default.")
@click.option("--output", metavar="FILE", help="Write them to FILE instead of stdout.")
@click.option("--fix", is_flag=True, help="Mend what can be mended mechanically, and show what was changed.")
@click.option("--dry-run", is_flag=True, help="With --fix: show what would be changed, and change nothing.")
@click.option("--strict", is_flag=True, help="Exit code 1 for warnings, too.")
@click.option("--suppressed", is_flag=True, help="List what comments allow, with their reasons.")
@click.option("--write-baseline", is_flag=True, help="From now on, only what is new counts.")
@click.option("--no-baseline", is_flag=True, help="Tell what is in the baseline, too.")
@common_options
def lint(
    common: Common,
    paths: tuple[str, ...],
    form: str | None,
    output: str | None,
    fix: bool,
    dry_run: bool,
    strict: bool,
    suppressed: bool,
    write_baseline: bool,
    no_baseline: bool,
) -> int:
    """Judge every spec under agent-prompts/, and the graph between them.

    PATH is a task, or any file or folder of specs; without it, all are judged. Exit code 1 where a finding is an error.
    A finding is allowed by a comment above it: `<!-- agentic: allow AGT022 because REASON -->`, in YAML `# agentic: ...`.
    """
    refuse_contradictions(common, paths, form, fix=fix, dry_run=dry_run, write_baseline=write_baseline)
    desk = common.app().linting
    if write_baseline:
        report = desk.write_baseline()
    elif fix:
        report = desk.mend(paths, baseline=not no_baseline, dry_run=dry_run)
    else:
        report = desk.look(paths, baseline=not no_baseline)
    show(common, desk, report, "json" if common.json else form or "text", Wish(output, strict, suppressed))
    if suppressed and form in (None, "text"):
        return 0
    severe = ("error", "warning") if strict else ("error",)
    return 1 if any(one.severity in severe for one in report.findings) else 0


def refuse_contradictions(
    common: Common, paths: tuple[str, ...], form: str | None, *, fix: bool, dry_run: bool, write_baseline: bool
) -> None:
    """What cannot be meant together. Raises UsageError."""
    if common.json and form not in (None, "json"):
        raise UsageError(f"--json and --format {form} contradict each other", hint="leave one of them out.")
    if dry_run and not fix:
        raise UsageError("--dry-run says nothing without --fix", hint="agentic lint --fix --dry-run shows the repairs.")
    if write_baseline and (fix or paths):
        hint = "agentic lint --write-baseline stands alone: it holds everything that is found."
        raise UsageError("a baseline is made of all specs, as they are", hint=hint)


def show(common: Common, desk: Linting, report: LintReport, form: str, wish: Wish) -> None:
    """On stdout or in a file, in the form that is wanted."""
    if wish.output is not None:
        desk.keep(redactor()(words_of(common, desk, report, form, wish)), wish.output)
        if not common.quiet:
            tell(f"{wish.output}: {formats.counted(report)}")
    elif form == "json":
        emit("findings", report)
    elif words := words_of(common, desk, report, form, wish):
        show_text(redactor()(words), color=common.colored)


def words_of(common: Common, desk: Linting, report: LintReport, form: str, wish: Wish) -> str:
    """The report in one of the forms."""
    color = wish.output is None and common.colored
    match form:
        case "json":
            return json_of("findings", report)
        case "sarif":
            return formats.sarif(report, desk.explanations())
        case "junit":
            return formats.junit(report, strict=wish.strict)
        case "github":
            return formats.github(report)
    if wish.suppressed:
        return formats.suppressed_text(report.suppressed, color=color)
    return formats.text(report, color=color, summary=not common.quiet)
