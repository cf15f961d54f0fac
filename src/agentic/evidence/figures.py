"""Figures that never stand without what they are taken from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from agentic.evidence.shown import count
from agentic.values import Execution
from agentic.values.figures import Share
from agentic.values.noun import Noun

__all__ = ["Coverage", "Money", "Share", "Template", "Time", "adherence", "coverage", "first_pass", "money_of", "templates", "time_of"]  # fmt: skip


class Coverage(Noun, frozen=True):
    """How much of the code the tests run."""

    percent: int | None = None
    """Mean by lines where the lines of every file are known, else by files; None: not measured."""
    files: int = 0
    covered: int = 0
    """Lines; 0 where they are not known of every file."""
    lines: int = 0

    @property
    def words(self) -> str:
        """`93 % (412 of 440 lines in 3 files)`."""
        if self.percent is None:
            return "not measured"
        files = count(self.files, "file")
        return f"{self.percent} % ({f'{self.covered:,} of {self.lines:,} lines in {files}' if self.lines else f'mean of {files}'})"


class Time(Noun, frozen=True):
    """Milliseconds, and whose."""

    total: int = 0
    checks: int = 0
    provider: int = 0
    known: Share = Share()
    """Executions that say how long they took."""


class Money(Noun, frozen=True):
    """What is known of the cost. What nobody knows is never 0."""

    micro_usd: int | None = 0
    """None: of one execution or more the cost is not known."""
    known_micro_usd: int = 0
    known: Share = Share()
    """Executions whose cost is known."""

    @property
    def words(self) -> str:
        """`$1.2000`, `at least $1.2000 (3 of 4 known)`, `unknown`."""
        dollars = f"${self.known_micro_usd / 1_000_000:.4f}"
        if self.micro_usd is not None:
            return dollars if self.known.of else "nothing was spent"
        return f"at least {dollars} ({self.known.part} of {self.known.of} known)" if self.known.part else "unknown"


class Template(Noun, frozen=True):
    """One code template, and how often it served."""

    name: str
    runs: int
    tasks: int
    """Tasks that it served: a pattern that is reused serves more than one."""


def first_pass(finished: Iterable[Execution]) -> Share:
    """Runs that were done at the first attempt."""
    found = list(finished)
    return Share(sum(one.status == "done" and one.attempts == 1 for one in found), len(found))


def adherence(finished: Iterable[Execution]) -> Share:
    """Runs whose code neither ruff nor a reviewer had anything to say about, at the first attempt."""
    looks = [look for one in finished if (look := held_to_standards(one.first_look))]
    return Share(sum(not any(look.values()) for look in looks), len(looks))


def held_to_standards(look: Mapping[str, int]) -> dict[str, int]:
    """Of the checks at the first attempt those that hold it against standards."""
    return {source: found for source, found in look.items() if source.split(":", 1)[0] in ("python", "review")}


def coverage(executions: Iterable[Execution]) -> Coverage:
    """The newest figure of each file, in executions that are done.

    Of a file that an execution made, its own tests tell; tests that were added later for a part of it do not.
    """
    percents: dict[str, int] = {}
    lines: dict[str, tuple[int, int]] = {}
    done = [one for one in executions if one.status == "done"]
    makers = {file.path: one.id for one in done for file in one.files if file.state != "gone"}
    told = ((one.id, verdict.evidence) for one in done for verdict in one.verdicts)
    for name, evidence in told:
        for path, percent in evidence.get("coverage", {}).items():
            if makers.get(path, name) != name:
                continue
            percents[path] = int(percent)
            lines.pop(path, None)
            if known := counted(evidence.get("coverage_lines"), path, int(percent)):
                lines[path] = known
    if not percents:
        return Coverage()
    covered, of = sum(hit for hit, _ in lines.values()), sum(all_ for _, all_ in lines.values())
    if of and lines.keys() == percents.keys():
        return Coverage(100 * covered // of, len(percents), covered, of)
    return Coverage(sum(percents.values()) // len(percents), len(percents))


def counted(known: object, path: str, percent: int) -> tuple[int, int] | None:
    """(covered, all) of `412 of 440`, or of a number of lines and the per cent; None: not known."""
    said = known.get(path) if isinstance(known, Mapping) else None
    match str(said).split():
        case [hit, "of", all_] if hit.isdigit() and all_.isdigit():
            return int(hit), int(all_)
        case [all_] if all_.isdigit():
            return int(all_) * percent // 100, int(all_)
    return None


def time_of(executions: Iterable[Execution]) -> Time:
    """Where the time went."""
    found = list(executions)
    known = [one.milliseconds for one in found if one.milliseconds]
    total, checks, provider = (sum(one.get(key, 0) for one in known) for key in ("total", "checks", "provider"))
    return Time(total, checks, provider, Share(len(known), len(found)))


def money_of(executions: Iterable[Execution]) -> Money:
    """What it cost."""
    costs = [one.micro_usd for one in executions]
    known = [cost for cost in costs if cost is not None]
    return Money(sum(known) if len(known) == len(costs) else None, sum(known), Share(len(known), len(costs)))


def templates(finished: Iterable[Execution]) -> tuple[Template, ...]:
    """Every template that served, the busiest first."""
    served: dict[str, list[str]] = {}
    for one in finished:
        if one.template:
            served.setdefault(one.template, []).append(one.task)
    found = (Template(name, len(tasks), len(set(tasks))) for name, tasks in served.items())
    return tuple(sorted(found, key=lambda one: (-one.tasks, -one.runs, one.name)))
