"""Executions -> success metrics: by module, requirement, task or time, and held against the targets of seed 003."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Literal

from agentic.evidence.figures import (
    Coverage,
    Money,
    Share,
    Template,
    Time,
    adherence,
    coverage,
    first_pass,
    money_of,
    templates,
    time_of,
)
from agentic.values import Execution, Usage
from agentic.values.noun import Noun

By = Literal["module", "requirement", "task", "week", "month"]
APART = ("replay", "undo", "verification", "decision")
"""Executions in which nothing is made: they are counted, and no figure is taken from them."""
FINISHED = ("done", "failed", "refused")
DOCUMENTS = "docs/modules/"
MOST_WEEKS = 26
"""What a person still takes in as weeks; a longer time is shown by months."""
TARGETS = {"first_pass": None, "adherence": 100, "coverage": 90, "documentation": 100}
"""Per cent, as seed 003 demands them. It names none for the first pass."""


class Point(Noun, frozen=True):
    """One week or month."""

    period: str
    """Its first day, or `2026-11`."""
    runs: int
    first_pass: int


class Figures(Noun, frozen=True):
    """The metrics of one module, requirement, task or time."""

    name: str
    executions: Mapping[str, int]
    """Purpose -> how many."""
    runs: Share
    """Finished runs, of all runs that began."""
    first_pass: Share
    adherence: Share
    coverage: Coverage
    documentation: Share
    """Modules with a landed document as of now, of modules in which a task was run."""
    reuse: Share
    """Finished runs whose code came from a template."""
    templates: tuple[Template, ...]
    time: Time
    usage: Usage
    money: Money
    over_time: tuple[Point, ...]
    documented: tuple[str, ...] = ()
    """The modules with a document."""


class Metrics(Noun, frozen=True):
    """All of it."""

    by: By
    since: str
    """The first day that counts; empty: from the beginning."""
    period: Literal["week", "month"]
    """What `over_time` is told in."""
    total: Figures
    groups: tuple[Figures, ...]
    unreadable: tuple[str, ...] = ()
    """Journals that do not verify: nothing of them is in the figures."""
    newest: str = ""
    """When the newest execution that counts began."""


Names = Callable[[Execution], Sequence[str]]
"""The groups that an execution belongs to."""


def metrics(
    executions: Iterable[Execution], by: By, since: str, cited: Names, unreadable: tuple[str, ...] = ()
) -> Metrics:
    """The whole, and each group. `cited`: the requirements of an execution; it counts for each of them."""
    ordered = sorted(executions, key=lambda one: one.at)
    meant = [one for one in ordered if one.at[:10] >= since]
    period, documented = period_of(meant), frozenset(documents(ordered))
    groups: dict[str, list[Execution]] = {}
    for one in meant:
        for name in names_of(by, cited)(one):
            groups.setdefault(name, []).append(one)
    # A period in which nothing happened is one, too.
    moments = [one.at for one in meant]
    names = sorted({*spelled(by, moments), *groups}, key=natural)
    periods = spelled(period, moments)
    rows = tuple(figures(name, groups.get(name, []), documented, period, periods) for name in names)
    total = figures("all", meant, documented, period, periods)
    return Metrics(by, since, period, total, rows, unreadable, moments[-1] if moments else "")


def natural(name: str) -> tuple[str, int, str]:
    """BR-2 before BR-10."""
    head, _, tail = name.rpartition("-")
    return (head, int(tail), name) if tail.isdigit() and head.isalpha() else (name, 0, name)


def names_of(by: By, cited: Names) -> Names:
    """How executions are put together."""
    match by:
        case "requirement":
            return lambda one: cited(one) or ("(none)",)
        case "module":
            return lambda one: (one.module or "(project)",)
        case "task":
            return lambda one: (one.task,)
    return lambda one: (begins(by, one.at),)


def begins(period: str, at: str) -> str:
    """The period that a moment lies in: `2026-11`, or the Monday of its week."""
    if period == "month":
        return at[:7]
    day = date.fromisoformat(at[:10])
    return (day - timedelta(days=day.weekday())).isoformat()


def period_of(executions: Sequence[Execution]) -> Literal["week", "month"]:
    """Weeks, as long as a person takes them in."""
    if not executions:
        return "week"
    first, last = (date.fromisoformat(executions[place].at[:10]) for place in (0, -1))
    return "week" if (last - first).days <= 7 * MOST_WEEKS else "month"


def spelled(period: str, moments: Sequence[str]) -> list[str]:
    """Every period between the first moment and the last; none where it is no period that is asked for."""
    if period not in ("week", "month") or not moments:
        return []
    found, day, last = [], date.fromisoformat(begins("week", moments[0])), date.fromisoformat(moments[-1][:10])
    while day <= last:
        found.append(begins(period, day.isoformat()))
        day += timedelta(days=7)
    # A week may begin in the month before the first moment.
    first = begins(period, moments[0])
    return [name for name in dict.fromkeys([*found, begins(period, moments[-1])]) if name >= first]


def figures(
    name: str, executions: Sequence[Execution], documented: frozenset[str], period: str, periods: Sequence[str]
) -> Figures:
    """The metrics of these executions. `documented`: modules with a document, whoever wrote it when."""
    made = [one for one in executions if one.purpose not in APART]
    runs = [one for one in made if one.purpose == "run"]
    finished = [one for one in runs if one.status in FINISHED]
    executed = [one for one in made if one.task.startswith("tasks/") and one.purpose != "import"]
    modules = {one.module for one in executed if one.module}
    served = [one for one in finished if one.template]
    return Figures(
        name=name,
        executions=dict(sorted(Counter(one.purpose for one in executions).items())),
        runs=Share(len(finished), len(runs)),
        first_pass=first_pass(finished),
        adherence=adherence(finished),
        coverage=coverage(made),
        documentation=Share(len(modules & documented), len(modules)),
        reuse=Share(len(served), len(finished)),
        templates=templates(finished),
        time=time_of(made),
        usage=sum((one.usage for one in made), Usage()),
        money=money_of(made),
        over_time=tuple(points(finished, period, periods)),
        documented=tuple(sorted(modules & documented)),
    )


def documents(executions: Iterable[Execution]) -> set[str]:
    """Modules whose document was landed, and not taken back since."""
    landed: dict[str, set[str]] = {}
    for one in executions:
        if one.status == "undone":
            landed.pop(one.of, None)
        paths = (file.path for file in one.files if file.state != "gone")
        if one.status == "done" and (named := {module_in(path) for path in paths if path.startswith(DOCUMENTS)}):
            landed[one.id] = named
    return set().union(*landed.values())


def module_in(path: str) -> str:
    """`ingestion` of `docs/modules/ingestion.md` and of `docs/modules/ingestion/flows.md`."""
    return path.removeprefix(DOCUMENTS).split("/")[0].removesuffix(".md")


def points(finished: Iterable[Execution], period: str, periods: Sequence[str]) -> Iterator[Point]:
    """Finished runs in each week or month, none left out."""
    counted: dict[str, list[Execution]] = {}
    for one in finished:
        counted.setdefault(begins(period, one.at), []).append(one)
    for name in periods:
        found = counted.get(name, [])
        yield Point(name, len(found), first_pass(found).part)
