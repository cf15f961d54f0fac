"""The desk of pipelines: any dbt project, run and healed, with or without a project of ours around it."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from msgspec.structs import replace

from agentic.errors import NoProject, UsageError
from agentic.flows.healing import heal, later
from agentic.flows.healing.healer import Ask, Healer, Judge
from agentic.flows.healing.recording import record_fix
from agentic.flows.healing.validating import Validation, validate
from agentic.healing.candidate import Candidate
from agentic.healing.diagnose import Diagnosed
from agentic.healing.ledger import Entry, Ledger
from agentic.healing.logs import Logs
from agentic.healing.project import find_dbt
from agentic.outside.dbt import Place
from agentic.settings import Notifications
from agentic.settings.execution import ExecutionMode, load_execution_mode, mode_of
from agentic.specs import find_project
from agentic.values import Finding, Healing
from agentic.values.noun import Noun

if TYPE_CHECKING:
    from agentic.app.core import App


class PipelineHistory(Noun, frozen=True):
    """What was run, and what was tried."""

    runs: tuple[Mapping[str, Any], ...]
    """Lines of pipeline_runs.log, oldest first."""
    fixes: tuple[Entry, ...]
    """Where each fix stands, oldest first."""
    failed_in_a_row: int
    """Healings: the breaker opens at `breaker.failures` of configs/execution_mode.yml."""


@dataclass(frozen=True)
class Pipelines:
    """The desk, for one dbt project."""

    app: App
    project_dir: str = ""
    profiles_dir: str = ""
    target: str = ""

    @cached_property
    def root(self) -> Path:
        """The folder of dbt_project.yml."""
        start = (
            (self.app.here / self.project_dir).resolve()
            if self.project_dir
            else (self.app.project or self.app.here).resolve()
        )
        return find_dbt(start)

    @cached_property
    def home(self) -> Path:
        """Where configs and logs are: the project of ours around it, else the dbt project itself."""
        try:
            return find_project((self.app.project or self.root).resolve())
        except NoProject:
            return self.root

    @property
    def is_ours(self) -> bool:
        """Is there an archive?"""
        return (self.home / "agent-prompts").is_dir()

    @cached_property
    def ours(self) -> App:
        """The project around it, wherever one stands."""
        return dataclasses.replace(self.app, here=self.home, project=self.home)

    @cached_property
    def settings(self) -> ExecutionMode:
        """configs/execution_mode.yml."""
        return load_execution_mode(self.home).settings

    @cached_property
    def place(self) -> Place:
        """The project as dbt is told."""
        profiles = (self.app.here / self.profiles_dir).resolve() if self.profiles_dir else None
        return Place(
            self.root, profiles or (self.root if (self.root / "profiles.yml").is_file() else None), self.target
        )

    def healer(self, mode: str = "", ask: Ask | None = None) -> Healer:
        """Somebody who heals it."""
        from agentic.outside import git

        logs = Logs(self.home / "logs", self.app.redact, uuid4().hex[:12])
        return Healer(
            self.place, self.settings, mode_of(self.settings, mode, os.environ), Ledger(self.root), logs, self.app.redact,
            judge=judge_of(), person=git.person(self.root), record=self.recorder(), ask=ask, claude=self.claude(),
            tell=lambda words: self.app.watch(self.root.name, words),
        )  # fmt: skip

    def recorder(self) -> Callable[[Entry, Healing, Mapping[str, str]], str]:
        """Keeps what was applied as an execution, where there is an archive."""
        if not self.is_ours:
            return lambda entry, healing, before: ""
        return lambda entry, healing, before: record_fix(self.ours.tools, self.root, entry, healing, before)

    def claude(self) -> Callable[[Diagnosed], Candidate | None] | None:
        """Claude, where there is a project of ours, and somebody has said that Claude may be asked."""
        if not self.is_ours or self.settings.execution.claude == "never":
            return None
        from agentic.flows.healing.asking import ask_claude

        return lambda one: ask_claude(one, self.root, self.ours.tools)

    # --- what the commands ask for ---

    def run(self, command: tuple[str, ...], mode: str, ask: Ask | None) -> Healing:
        """Run it, and heal it; commit what CI says is to be committed, and tell whoever is to know."""
        healing = self.committed(heal.run_pipeline(self.healer(mode, ask), command))
        return self.told(healing, whole="--select" not in command)

    def diagnose(self) -> Healing:
        """The last run."""
        return later.look(self.healer("human-in-loop"))

    def fix(self, mode: str, ask: Ask | None) -> Healing:
        """The last command again, and what fails in it healed."""
        healer = self.healer(mode, ask)
        last = healer.ledger.last_run(self.place)
        command = last.command or ("build",)
        return self.told(self.committed(heal.run_pipeline(healer, command)), whole="--select" not in command)

    def approve(self, name: str) -> Healing:
        """A proposal."""
        return self.told(later.approve(self.healer("human-in-loop"), name), whole=False)

    def reject(self, name: str, why: str) -> Healing:
        """A proposal."""
        return later.reject(self.healer("human-in-loop"), name, said(why))

    def roll_back(self, name: str, why: str) -> Healing:
        """A fix that stands."""
        return later.take_back(self.healer("human-in-loop"), name, why)

    def reset_breaker(self, why: str) -> Healing:
        """A person has looked."""
        healer = self.healer("human-in-loop")
        healer.logs.write(
            "fixes",
            {"state": "breaker reset", "by": healer.person, "why": said(why), "failed": healer.ledger.failed_in_a_row},
        )
        healer.ledger.count(failed=False)
        return healer.ended("left")

    def committed(self, healing: Healing) -> Healing:
        """In CI, as `ci.commit_strategy` says: on the branch, or on one of its own. Nothing is pushed: that takes other rights."""
        from agentic.outside import git

        strategy = self.settings.ci.commit_strategy
        if healing.status != "healed" or healing.mode != "autonomous-ci" or strategy == "none" or not healing.applied:
            return healing
        ledger = Ledger(self.root)
        fixes = [ledger.entry(name).fix for name in healing.applied]
        paths = tuple(dict.fromkeys(path for fix in fixes for path in fix.changes.paths))
        message = "\n".join(
            (f"heal: {fixes[0].title}", "", *(f"{fix.id}: {fix.title} ({fix.confidence:.0%})" for fix in fixes))
        )
        made = git.commit_files(self.root, paths, message, f"healing/{healing.id}" if strategy == "pr" else "")
        said = f"committed as {made[:12]}" if made else "git did not commit the fix; it stands in the checkout"
        note = Finding("commit", said, severity="note" if made else "warning")
        return replace(healing, findings=(*healing.findings, note))

    def told(self, healing: Healing, *, whole: bool) -> Healing:
        """Issues, mails and chats. What could not be told is a warning."""
        from agentic.settings import load_notifications

        places = load_notifications(self.home).settings
        remembered = self.root / ".agentic/pipeline/notices.json"
        if not is_wanted(places) and not remembered.is_file():
            return healing
        # githubkit and apprise take half a second: only where somebody is to be told.
        from agentic.notices import green, tell

        told = {"environment": os.environ, "run": run_address(os.environ)}
        findings = tell(healing, places, remembered, **told)  # type: ignore[arg-type]
        if healing.status in ("healthy", "healed"):
            nodes = None if whole else tuple(node for one in healing.diagnoses for node in one.nodes)
            findings = (*findings, *green(places, remembered, nodes=nodes, healing=healing.id, **told))  # type: ignore[arg-type]
        return replace(healing, findings=(*healing.findings, *findings))

    def validate(self, models: tuple[str, ...]) -> Validation:
        """Tests, and the data compared with when it was validated last."""
        return validate(self.healer("human-in-loop"), models)

    def history(self, last: int) -> PipelineHistory:
        """What happened."""
        ledger = Ledger(self.root)
        runs = Logs(self.home / "logs", self.app.redact, "").read("pipeline_runs", last)
        return PipelineHistory(runs, ledger.entries()[-last:], ledger.failed_in_a_row)


def is_wanted(places: Notifications) -> bool:
    """Is any channel set, in the file or by a variable?"""
    return places != Notifications() or any(
        os.environ.get(name) for name in ("NOTIFICATION_WEBHOOK_URL", "LOGIC_APP_EMAIL_URL", "GITHUB_TOKEN")
    )


def run_address(environment: Mapping[str, str]) -> str:
    """Where the run can be seen, in GitHub Actions; empty elsewhere."""
    parts = [environment.get(name, "") for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")]
    return f"{parts[0]}/{parts[1]}/actions/runs/{parts[2]}" if all(parts) else ""


def said(why: str) -> str:
    """Raises UsageError where a person gives no reason."""
    if not why.strip():
        raise UsageError("a reason is needed", hint="--why TEXT")
    return why


def judge_of() -> Judge:
    """Who refuses what cheats."""
    # It brings sqlglot, half a second: only where something failed.
    from agentic.policy.cheating import cheats

    return cheats
