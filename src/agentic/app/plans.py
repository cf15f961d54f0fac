"""The desk of plans: begun, checked, approved by a named person, implemented."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

from agentic.errors import UsageError
from agentic.plans import Plan, PlanFile, approve, check_plans, implemented, new_plan, read_plans
from agentic.plans.check import unfinished
from agentic.plans.write import a_person
from agentic.text import is_file, read_text
from agentic.values import Decision, Finding
from agentic.values.digest import digest

if TYPE_CHECKING:
    from agentic.app.core import App

TEMPLATE = "plans/TEMPLATE.md"
PROMISE = "promise"
"""The fact of a decision that holds the digest of what was approved."""


@dataclass(frozen=True)
class Plans:
    """Words that people agree on before anything is built; what was agreed stands in the archive."""

    app: App

    def new(self, title: str) -> str:
        """The path of a new plan."""
        from agentic.outside.clock import today

        with self.app.tools.lock("plans"):
            return new_plan(self.app.root, title, self.template(), today())

    def template(self) -> str:
        """plans/TEMPLATE.md, else the template in meta/, else the framework's."""
        from agentic.framework import template_text

        file = self.app.root / TEMPLATE
        own = read_text(file, TEMPLATE) if is_file(file) else None
        return own or template_text(self.app.root, "plans/plan.md") or ""

    def list(self) -> tuple[Plan, ...]:
        """Every plan with its findings."""
        return check_plans(read_plans(self.app.root), self.template(), self.kept())

    def kept(self) -> Mapping[str, frozenset[str]]:
        """`plans/003` -> digests that the archive says were approved."""
        found: dict[str, set[str]] = defaultdict(set)
        for one in self.app.archive.decisions():
            if one.kind == "approval":
                found[one.about].add(one.facts.get(PROMISE, ""))
        return {about: frozenset(digests) for about, digests in found.items()}

    def find(self, wish: str) -> tuple[PlanFile, Plan]:
        """The plan that is meant: by number, name or path. Raises UsageError."""
        files, plans = read_plans(self.app.root), self.list()
        by_path = {plan.path: plan for plan in plans}
        meant = [one for one in files if is_meant(one, wish)]
        if not meant:
            raise UsageError(f"no plan {wish}", hint="agentic plan list shows them.")
        if len(meant) > 1:
            names = " and ".join(one.path for one in meant)
            raise UsageError(f"{wish} may mean {names}", hint="rename one of them: a number is never used twice.")
        return meant[0], by_path[meant[0].path]

    def under_way(self, wish: str) -> tuple[PlanFile, Plan]:
        """A plan of which something is still to be decided. Raises UsageError where it is implemented."""
        file, plan = self.find(wish)
        if plan.state == "implemented":
            hint = "agentic plan list shows where each plan stands."
            raise UsageError(f"{plan.path} is implemented already", hint=hint)
        return file, plan

    def check(self, wish: str | None) -> tuple[Plan, ...]:
        """One plan, or all."""
        return self.list() if wish is None else (self.find(wish)[1],)

    def approve(self, wish: str, by: str, why: str) -> Plan:
        """With its findings where it has any: then nothing was approved."""
        who = a_person(by)
        file, plan = self.under_way(wish)
        # What an approval that does not hold any more leaves behind is no reason against a new one.
        missing = tuple(one for one in plan.findings if one.code != "AGT674")
        if missing:
            return replace(plan, findings=missing)
        if plan.state == "approved" and not plan.findings:
            raise UsageError(
                f"{plan.path} was approved by {plan.approved_by} on {plan.approved_on}, and has not changed since"
            )
        with self.app.tools.lock("plans"):
            approve(self.app.root, file, lambda one: self.keep(one, who, why))
        return self.find(file.path)[1]

    def keep(self, file: PlanFile, who: str, why: str) -> Decision:
        """The approval as a decision in the archive."""
        from agentic.flows.decide import decide

        reason = why or f"{file.title}: read, and its check has no findings"
        files = {file.path: digest((self.app.root / file.path).read_bytes())}
        facts = {"title": file.title, PROMISE: file.promise}
        return decide("approval", file.about, who, reason, self.app.tools, files, facts)

    def implemented(self, wish: str) -> Plan:
        """Moved, where nothing is missing; else with what is."""
        file, plan = self.under_way(wish)
        missing: tuple[Finding, ...] = () if file.fault else tuple(unfinished(file, self.app.root))
        if plan.findings or missing:
            return replace(plan, findings=(*plan.findings, *missing))
        with self.app.tools.lock("plans"):
            return self.find(implemented(self.app.root, file))[1]


def is_meant(plan: PlanFile, wish: str) -> bool:
    """`3`, `003`, `003-streaming-sources`, or its path."""
    if wish.isascii() and wish.isdigit():
        return bool(plan.number) and wish.lstrip("0") == str(plan.number)
    return wish.removesuffix(".md") in (plan.name.removesuffix(".md"), plan.path.removesuffix(".md"))
