"""The desk of the auditors' questions: the archive is read once, file by file, and each question gets what it needs."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from agentic.audit.approvals import Approval, decided, heeded
from agentic.audit.blame import Blame, blame, landed
from agentic.audit.choose import Wanted, chosen
from agentic.audit.compare import Comparison, Side, compare, previous, side
from agentic.audit.forecast import Forecast, OtherModel, forecast, other_model
from agentic.audit.refusals import Refused, refusals
from agentic.audit.spending import Cost, Spent, cost_of, spending
from agentic.audit.stats import By, Stats, stats
from agentic.audit.steps import drafted
from agentic.errors import ArchiveError, UsageError
from agentic.evidence.trace import Traced
from agentic.outside.clock import today
from agentic.specs import PROMPTS
from agentic.values import Execution, Usage
from agentic.values.noun import Noun

if TYPE_CHECKING:
    from agentic.app.core import App
    from agentic.archive import Index, Story


class Told(Noun, frozen=True):
    """What the questions need of one execution, without its texts: an archive may be large."""

    execution: Execution
    spent: tuple[Spent, ...]
    refused: tuple[Refused, ...]
    heeded: tuple[Approval, ...]
    written: tuple[str, ...]
    """Specs and documents below agent-prompts/ that it drafted, each with the requirements that it names: `PATH ID ID`."""


class Wrote(Noun, frozen=True):
    """An execution that drafted a page which names a requirement."""

    path: str
    run: Side


class RequirementRecord(Noun, frozen=True):
    """Everything that the archive and the project say of one requirement."""

    requirement: str
    traced: Traced
    """Tasks that cite it, with deliverables, checks, criteria, tables and commits, as they are proven today."""
    executions: tuple[Side, ...]
    """Every execution whose spec cited it when it ran."""
    decisions: tuple[Approval, ...]
    """What persons decided: on its tasks, their files or modules, on its page, or with its name."""
    drafts: tuple[Wrote, ...]
    cost: Cost
    """Of those executions. One that made several requirements counts whole for each of them."""
    unreadable: tuple[str, ...] = ()
    """Journals that do not verify: nothing of them is in here."""


@dataclass(frozen=True)
class Auditing:
    """The desk."""

    app: App

    # --- what the commands ask for -------------------------------------------------------------------------

    def chosen(self, wanted: Wanted, newest: int = 0) -> tuple[Execution, ...]:
        """The executions that are meant, or as many of the newest. Raises UsageError for a word that the archive has never seen: an empty
        answer would hide it.
        """
        if newest and wanted == Wanted():
            return tuple(told.execution for told in self.index.told(newest))
        every = self.executions
        told = {
            "person": (wanted.by, [one.developer for one in every]),
            "model": (wanted.model, [one.model for one in every]),
            "module": (wanted.module, [one.module for one in every]),
            "task": (wanted.task, [one.task for one in every]),
            "requirement": (wanted.requirement, [name for one in every for name in self.cited(one)] if wanted.requirement else []),
            "context file": (wanted.context.removeprefix(f"{PROMPTS}/"), [path for one in every for path in one.context]),
        }  # fmt: skip
        for what, (wish, known) in told.items():
            refuse_unknown(what, wish, known)
        found = chosen(every, wanted, self.cited)
        return found[-newest:] if newest else found

    def task_meant(self, wish: str) -> str:
        """A task as the archive names it, also one whose spec is gone."""
        known = {one.task for one in self.executions}
        ways = (wish, wish.removeprefix(f"{PROMPTS}/"), f"tasks/{wish.removesuffix('.md')}.md")
        found = next((way for way in ways if way in known), None)
        return found or (self.app.task_path(wish) if wish else "")

    def refused(self) -> tuple[Refused, ...]:
        """Everything that was refused, oldest first."""
        return tuple(sorted((one for told in self.all for one in told.refused), key=lambda one: one.at))

    def approvals(self, by: str = "") -> tuple[Approval, ...]:
        """Everything that persons allowed, oldest first. Raises UsageError for a person who never did."""
        found = [decided(one) for one in self.app.archive.decisions()]
        found += [one for told in self.all for one in told.heeded]
        refuse_unknown("person", by, [one.who for one in found])
        return tuple(sorted((one for one in found if by in ("", one.who)), key=lambda one: one.at))

    def stats(self, by: By, since: str) -> Stats:
        """Figures by whatever is asked for."""
        return stats(self.executions, self.spent, by, since, self.cited, self.broken)

    def forecast(self, more: int, model: str) -> Forecast:
        """How long budgets last, and what if."""
        limits = self.app.settings.limits
        named = {"limits.usd_per_day": limits.usd_per_day, "limits.usd_total": limits.usd_total}
        budgets = {name: round(usd * 1_000_000) for name, usd in named.items() if usd is not None}
        return forecast(self.executions, self.spent, today(), budgets, more, self.other(model) if model else None)

    def other(self, model: str) -> OtherModel:
        """The recorded tokens at the price of another model."""
        from agentic.budget import cost

        def price(usage: Usage) -> int | None:
            return cost(usage, model, datetime.now(UTC).date(), self.app.settings.prices)

        return other_model(self.spent, model, price)

    def compare(self, before: str, after: str) -> Comparison:
        """Two executions side by side."""
        stories = [self.app.archive.story(name) for name in (before, after)]
        for name, story in zip((before, after), stories, strict=True):
            if not story.steps:
                raise ArchiveError(f"{name} was cut off before it began")
        first, second = ((story.execution(), story.steps) for story in stories)
        return compare(first, second)

    def before(self, name: str) -> str:
        """The execution of the same task before this one. Raises ArchiveError where there is none."""
        self.app.archive.path(name)
        if found := previous(self.executions, name):
            return found
        raise ArchiveError(
            f"no execution of the same task came before {name}", hint="name two: agentic audit diff A B."
        )

    def blame(self, wish: str) -> Blame:
        """A file, line by line. Raises UsageError for a file that is not there, ArchiveError for one that nothing ever landed."""
        path = self.path_of(wish)
        stories = [self.app.archive.readable(name) for name in self.index.landed(path)]
        found = [one for story in stories if story.steps for one in landed(story.execution(), story.steps, path)]
        if not found:
            raise ArchiveError(f"no execution has landed {path}", hint="agentic audit list shows what was executed.")
        try:
            now = (self.app.root / path).read_bytes().decode()
        except (OSError, UnicodeDecodeError) as error:
            last = max(found, key=lambda one: one.origin.at).origin.id
            hint = f"agentic audit show {last} tells of its last landing."
            raise UsageError(f"{path} cannot be read", path=path, cause=str(error), hint=hint) from error
        brought = self.app.framework.brought().get(path)
        return blame(path, found, now, brought.digest if brought else "", self.broken)

    def requirement(self, wish: str) -> RequirementRecord:
        """Everything about one. Raises UsageError for one that neither a page nor the archive knows."""
        trace = self.app.evidence.trace(wish)
        traced = trace.requirements[0]
        meant = [
            told for told in self.all if wish in self.cited(told.execution) and told.execution.purpose != "decision"
        ]
        drafts = [told for told in self.all if names(told, wish)]
        return RequirementRecord(
            wish,
            traced,
            tuple(self.side(told) for told in meant),
            tuple(one for one in self.approvals() if concerns(one, traced, wish)),
            tuple(Wrote(path, self.side(told)) for told in drafts for path in pages(told, wish)),
            cost_of(one for told in meant for one in told.spent),
            self.broken,
        )

    def page(self, ids: Sequence[str] = ()) -> str:
        """The archive as one HTML page: all of it, or the executions that are named."""
        from agentic.audit.page import page

        told = [one for one in self.all if not ids or one.execution.id in ids]
        executions = [one.execution for one in told]
        spent = [request for one in told for request in one.spent]
        allowed = [one for one in self.approvals() if not ids or one.id in ids]
        refused = sorted((one for found in told for one in found.refused), key=lambda one: one.at)
        by: tuple[By, ...] = ("module", "person", "model")
        tables = [stats(executions, spent, one, "", self.cited) for one in by]
        return page(
            self.app.evidence.title, executions, self.spent_by, refused, allowed, tables, self.cited, self.broken
        )

    # --- what is read -------------------------------------------------------------------------------------

    @cached_property
    def index(self) -> Index[Told]:
        """What was read of each journal, and is read again only where it has changed."""
        return self.app.archive.index(Told, self.told_of)

    def told_of(self, name: str, story: Story) -> Told:
        """One execution, read once. Only where it wrote below agent-prompts/ its texts are read, too."""
        execution = story.execution()
        if any(file.path.startswith(f"{PROMPTS}/") for file in execution.files):
            story = self.app.archive.story(name)
        steps = story.steps
        return Told(
            execution, spending(steps), refusals(execution, steps), tuple(heeded(execution, steps)), tuple(written(story))
        )  # fmt: skip

    @cached_property
    def all(self) -> tuple[Told, ...]:
        """What every question needs, in the order in which executions began."""
        return self.index.told()

    @cached_property
    def executions(self) -> tuple[Execution, ...]:
        """In the order in which they began."""
        return tuple(told.execution for told in self.all)

    @cached_property
    def spent(self) -> tuple[Spent, ...]:
        """Every request that may have cost something."""
        return tuple(one for told in self.all for one in told.spent)

    @cached_property
    def broken(self) -> tuple[str, ...]:
        """Journals that do not verify: nothing of them is in any answer, and every answer says so."""
        return self.index.broken()

    def spent_by(self, name: str) -> tuple[Spent, ...]:
        """The requests of one execution."""
        return self._told[name].spent

    @cached_property
    def _told(self) -> dict[str, Told]:
        return {told.execution.id: told for told in self.all}

    def cited(self, execution: Execution) -> tuple[str, ...]:
        """The requirements that its spec cited then."""
        return self.app.evidence.cited(execution)

    def side(self, told: Told) -> Side:
        """One execution in short."""
        return side(told.execution, told.spent)

    def path_of(self, wish: str) -> str:
        """A file as the archive names it: from where the reader stands, or from the project's root."""
        root = self.app.root.resolve()
        for file in ((self.app.here / wish).resolve(), (root / wish).resolve()):
            if file.is_relative_to(root) and (file.exists() or file == (root / wish).resolve()):
                return file.relative_to(root).as_posix()
        raise UsageError(f"{wish} lies outside of the project", hint="name a file from the project's root.")


REQUIREMENT = re.compile(r"\b(?:BR|TR|DR)-\d+\b")


def written(story: Story) -> Iterator[str]:
    """Pages below agent-prompts/ that were drafted, each with the requirements that it names."""
    for path, (_, text) in drafted(story.steps).items():
        if path.startswith(f"{PROMPTS}/"):
            yield " ".join([path, *dict.fromkeys(REQUIREMENT.findall(text))])


def pages(told: Told, requirement: str) -> list[str]:
    """The pages of one execution that name the requirement."""
    split = [one.split(" ") for one in told.written]
    return [words[0] for words in split if requirement in words[1:]]


def names(told: Told, requirement: str) -> bool:
    """Did it draft such a page, and land it?"""
    return told.execution.status == "done" and bool(pages(told, requirement))


def concerns(one: Approval, traced: Traced, requirement: str) -> bool:
    """Is it about the requirement?"""
    tasks = {link.task for link in traced.tasks}
    modules = {f"modules/{link.module}" for link in traced.tasks}
    files = {file.path for link in traced.tasks for file in link.deliverables} | {traced.path}
    named = bool(re.search(rf"\b{re.escape(requirement)}\b", f"{one.about} {one.why}"))
    return named or one.about in tasks | modules | files or bool(files & set(one.files))


def refuse_unknown(what: str, wish: str, known: Sequence[str]) -> None:
    """An empty answer would say that there is nothing to find."""
    if wish and wish not in known:
        near = difflib.get_close_matches(wish, known, n=1)
        listed = ", ".join(sorted({one for one in known if one})[:20]) or "none"
        raise UsageError(
            f"no {what} {wish} in the archive", hint=f"did you mean {near[0]}?" if near else f"there are: {listed}."
        )
