"""Executions -> those that are meant: by person, model, module, task, requirement, time, context file or commit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from agentic.audit.spending import Spent, cost_of, usage_of
from agentic.text.sheet import Row, as_csv
from agentic.values import Execution
from agentic.values.noun import Noun

Cited = Callable[[Execution], Sequence[str]]
"""The requirements that the spec of an execution cited when it ran."""


class Wanted(Noun, frozen=True):
    """What a reader asks for; an empty word asks for nothing."""

    by: str = ""
    """The person who began it."""
    model: str = ""
    module: str = ""
    task: str = ""
    requirement: str = ""
    purpose: str = ""
    status: str = ""
    since: str = ""
    """The first day (UTC)."""
    until: str = ""
    """The last day (UTC)."""
    context: str = ""
    """A context file, as a task names it or from the project's root."""
    commit: str = ""
    """How its name begins."""


def chosen(executions: Iterable[Execution], wanted: Wanted, cited: Cited) -> tuple[Execution, ...]:
    """Those that fit every wish, in the order in which they came."""
    return tuple(one for one in executions if fits(one, wanted) and in_time(one, wanted) and cites(one, wanted, cited))


def fits(one: Execution, wanted: Wanted) -> bool:
    """Does it fit by its own words?"""
    names = ("model", "module", "task", "purpose", "status")
    same = all(getattr(wanted, name) in ("", getattr(one, name)) for name in names)
    return (
        same
        and wanted.by in ("", one.developer)
        and one.commit.startswith(wanted.commit)
        and (not wanted.context or bool(given(one, wanted.context)))
    )


def in_time(one: Execution, wanted: Wanted) -> bool:
    """Did it begin on one of these days?"""
    return one.at[:10] >= wanted.since and (not wanted.until or one.at[:10] <= wanted.until)


def cites(one: Execution, wanted: Wanted, cited: Cited) -> bool:
    """Did its spec cite the requirement?"""
    return not wanted.requirement or wanted.requirement in cited(one)


def word(one: Execution) -> str:
    """How it ended; of what another tool did and nobody checked, that."""
    return "by hand" if one.purpose == "import" else one.status


def given(one: Execution, file: str) -> str:
    """The digest of a context file as it was sent; empty where it was not."""
    return one.context.get(file) or one.context.get(file.removeprefix("agent-prompts/"), "")


HEADS = ("execution", "task", "status", "provider", "model", "who", "commit")
CSV_HEADS = (
    "execution", "at", "who", "purpose", "of", "task", "module", "requirements", "status", "provider", "model", "commit", "attempts", "requests",
    "tokens_in", "tokens_cached", "tokens_out", "micro_usd", "at_least_micro_usd", "at_most_micro_usd", "milliseconds", "files", "checks", "context",
)  # fmt: skip


def heads(file: str) -> Row:
    """What the columns of the screen are called. `file`: the context file that was asked for."""
    return (*HEADS, "digest") if file else HEADS


def row(one: Execution, file: str) -> Row:
    """One execution on the screen."""
    told = (one.id, one.task, word(one), one.provider, one.model or "-", one.developer or "-", one.commit[:9] or "-")
    return (*told, given(one, file)[:19]) if file else told


def sheet(executions: Iterable[Execution], spent: Callable[[str], Sequence[Spent]], cited: Cited) -> str:
    """CSV: a row for each execution; what is not known is an empty cell. `spent`: id -> its requests."""
    return as_csv(CSV_HEADS, (line(one, spent(one.id), cited(one)) for one in executions))


def line(one: Execution, spent: Sequence[Spent], requirements: Sequence[str]) -> Row:
    """One execution in a spreadsheet."""
    usage, cost = usage_of(spent), cost_of(spent)
    numbers = (
        one.attempts, len(spent), usage.prompt, usage.cache_read, usage.output, cost.micro_usd, cost.at_least_micro_usd,
        cost.at_most_micro_usd, one.milliseconds.get("total"),
    )  # fmt: skip
    return (
        one.id, one.at, one.developer, one.purpose, one.of, one.task, one.module, " ".join(requirements), one.status, one.provider,
        one.model, one.commit, *("" if number is None else str(number) for number in numbers),
        "; ".join(f"{file.state} {file.path}" for file in one.files),
        "; ".join(f"{verdict.status} {verdict.source}" for verdict in one.verdicts),
        "; ".join(f"{path} {known}" for path, known in one.context.items()),
    )  # fmt: skip
