"""Settings -> toolbox: the only one who knows implementations, and imports them when they are chosen."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agentic import __version__
from agentic.errors import ArchiveError, UsageError
from agentic.settings import Loaded, Policy, Settings, load, load_lake, load_policy
from agentic.specs import Library, find_project, find_task, list_tasks, read_task
from agentic.values import Finding, TaskSpec
from agentic.values.digest import digest

if TYPE_CHECKING:
    from agentic.app.amending import Amending
    from agentic.app.auditing import Auditing
    from agentic.app.checkpoints import Checkpoints
    from agentic.app.closing import Closing
    from agentic.app.corridor import Corridor
    from agentic.app.doctor import Doctor
    from agentic.app.evidence import Evidence
    from agentic.app.exchange import Exchange
    from agentic.app.framework import Framework
    from agentic.app.ingesting import Ingesting
    from agentic.app.lake import LakeDesk
    from agentic.app.lake_explaining import Explaining
    from agentic.app.linting import Linting
    from agentic.app.phases import Phases
    from agentic.app.plans import Plans
    from agentic.app.profiling import Profiling
    from agentic.app.providers import Providers
    from agentic.app.quality import Quality
    from agentic.app.sealing import Sealing
    from agentic.app.selftest import Selftest
    from agentic.app.stores import Stores
    from agentic.app.structure import Structures
    from agentic.app.tasks import Tasks
    from agentic.archive import Archive
    from agentic.flows.tools import Tools
    from agentic.outside.sandbox import Bench
    from agentic.progress import ModuleStatus
    from agentic.redact import Redactor
    from agentic.settings.about import SettingRow


@dataclass(frozen=True)
class App:
    """One call of `agentic`: where it stands, what is set. Everything else is made when it is asked for."""

    here: Path
    project: Path | None = None
    """As `--project` names it; None: looked for from `here` upwards."""
    flags: Mapping[str, Any] = ()  # type: ignore[assignment]
    watch: Callable[[str, str], None] = lambda task, words: None

    @cached_property
    def root(self) -> Path:
        """The project. Raises NoProject."""
        return find_project((self.project or self.here).resolve())

    @cached_property
    def loaded(self) -> Loaded[Settings]:
        """Settings with their origins."""
        return load(self.root, os.environ, dict(self.flags))

    @property
    def settings(self) -> Settings:
        """The values alone."""
        return self.loaded.settings

    @cached_property
    def policy(self) -> Loaded[Policy]:
        """configs/policy.yaml."""
        return load_policy(self.root)

    def task_path(self, wish: str) -> str:
        """The task that is meant."""
        return find_task(self.root, wish, self.here)

    def task(self, wish: str) -> TaskSpec:
        """Read and held against the disk."""
        return read_task(self.root, self.task_path(wish), self.settings.workspace.roots)

    def task_paths(self) -> tuple[str, ...]:
        """Every task there is."""
        return list_tasks(self.root)

    @cached_property
    def archive(self) -> Archive:
        """The archive of executed prompts."""
        from agentic.archive import Archive

        return Archive(self.root, self.branch_mark)

    def branch_mark(self) -> str:
        """What the branch that is checked out adds to the names of executions; empty on the main branch and without git."""
        from agentic.outside import git

        branch = git.branch(self.root)
        if not branch or branch in self.settings.archive.main_branch:
            return ""
        plain = "".join(letter if letter.isalnum() else "-" for letter in branch)[:60]
        # `fix/a` and `fix-a` are two branches.
        return plain if plain == branch else f"{plain}-{digest(branch)[7:11]}"

    @cached_property
    def redact(self) -> Redactor:
        """Knows the secrets of this environment."""
        from agentic.redact import Redactor

        return Redactor(os.environ)

    @cached_property
    def tools(self) -> Tools:
        """What the corridor works with."""
        from agentic.checks import CHECKS
        from agentic.checks.document import Document
        from agentic.checks.review import Review
        from agentic.flows.again import recover
        from agentic.flows.tools import Tools
        from agentic.outside import git, shell

        bench, sandbox = self.bench()
        tools = Tools(
            root=self.root,
            settings=self.settings,
            policy=self.policy.settings,
            lake=load_lake(self.root, os.environ),
            archive=self.archive,
            redact=self.redact,
            runner=bench,
            sandbox=sandbox,
            checks={**CHECKS, "review": Review(), "document": Document(self.phases.judge_draft, self.root)},
            provider=self.providers.provider,
            replay=self.providers.replay,
            person=lambda: git.person(self.root),
            commit=lambda: git.commit(self.root),
            files=lambda: git.files(self.root),
            watch=lambda task, words: self.watch(task, self.redact(words)),
            version=__version__,
            brought=self.framework.brought,
            grounds=self.grounds,
            planned=self.structure.to_build,
            end_commands=shell.end_all,
        )
        recover(tools)
        return tools

    def grounds(self, task: TaskSpec) -> Mapping[str, Mapping[str, str]]:
        """What a task is proven against, as it reads now: of several tasks the last may begin long after the first."""
        from agentic.evidence.grounds import grounds_of

        library = Library(self.root, self.settings.workspace.roots)
        return grounds_of(task, library.requirements, library.datasets)

    def bench(self) -> tuple[Bench, str]:
        """Where checks run, and how that is called in the archive."""
        from agentic.outside.sandbox import Bench, choose
        from agentic.redact import names_secret

        name, reason = choose(self.settings.checks.sandbox)
        bench = Bench(
            project=self.root,
            interpreter=self.interpreter,
            sandbox=name,
            seconds=self.settings.checks.seconds,
            redact=self.redact,
            environment=os.environ,
            is_credential=names_secret,
            data=self.settings.workspace.data,
            credentials=self.policy.settings.check_environment,
        )
        return bench, f"{name} ({reason})" if reason else name

    @cached_property
    def interpreter(self) -> str:
        """The project's Python: the setting, its .venv, else the one that runs this."""
        own = self.root / ".venv/bin/python"
        return self.settings.checks.python or (str(own) if own.exists() else sys.executable)

    # --- what the commands ask for ---------------------------------------------------------------------

    def modules(self) -> tuple[ModuleStatus, ...]:
        """Where every module stands."""
        from agentic.progress import module_status

        return module_status(self.root, self.archive)

    def faults_of(self, name: str) -> tuple[str, ...]:
        """A broken journal is a fault, not an end."""
        try:
            return tuple(self.archive.faults(name))
        except ArchiveError as error:
            return (error.message,)

    def setting_rows(self, key: str | None) -> tuple[SettingRow, ...]:
        """One setting, or all, with origin and meaning."""
        from agentic.settings.about import SettingRow, abouts

        about, loaded = abouts(), self.loaded
        if key is not None and key not in loaded.origins:
            raise UsageError(f"no setting {key}", hint="agentic config show lists all.")
        return tuple(
            SettingRow(name, loaded.value(name), origin.place, origin.default, about.get(name, ""))
            for name, origin in loaded.origins.items()
            if key in (None, name)
        )

    def lint(self, wishes: tuple[str, ...]) -> tuple[Finding, ...]:
        """Findings on the specs that are meant; on all of them where none is named. What is allowed or known is left out."""
        return self.linting.look(wishes).findings

    @cached_property
    def library(self) -> Library:
        """Every spec there is, read once."""
        return Library(self.root, self.settings.workspace.roots)

    # --- desks: what belongs together is asked for in one place --------------------------------------------

    @cached_property
    def corridor(self) -> Corridor:
        """Tasks from spec to landed files."""
        from agentic.app.corridor import Corridor

        return Corridor(self)

    @cached_property
    def tasks(self) -> Tasks:
        """Task specs: begun and listed."""
        from agentic.app.tasks import Tasks

        return Tasks(self)

    @cached_property
    def doctor(self) -> Doctor:
        """Where this machine is examined."""
        from agentic.app.doctor import Doctor

        return Doctor(self)

    @cached_property
    def phases(self) -> Phases:
        """The seven phases."""
        from agentic.app.phases import Phases

        return Phases(self)

    @cached_property
    def quality(self) -> Quality:
        """Review, tests and documentation with Claude."""
        from agentic.app.quality import Quality

        return Quality(self)

    @cached_property
    def closing(self) -> Closing:
        """Modules at their end."""
        from agentic.app.closing import Closing

        return Closing(self)

    @cached_property
    def framework(self) -> Framework:
        """Where a project begins."""
        from agentic.app.framework import Framework

        return Framework(self)

    @cached_property
    def providers(self) -> Providers:
        """Who answers."""
        from agentic.app.providers import Providers

        return Providers(self)

    @cached_property
    def selftest(self) -> Selftest:
        """Where the rules of lint are tried."""
        from agentic.app.selftest import Selftest

        return Selftest(self)

    @cached_property
    def linting(self) -> Linting:
        """Where specs are judged."""
        from agentic.app.linting import Linting

        return Linting(self)

    @cached_property
    def evidence(self) -> Evidence:
        """Trace, drift and metrics."""
        from agentic.app.evidence import Evidence

        return Evidence(self)

    @cached_property
    def exchange(self) -> Exchange:
        """Executions in the forms of others, and work of others as executions."""
        from agentic.app.exchange import Exchange

        return Exchange(self)

    @cached_property
    def auditing(self) -> Auditing:
        """The archive, asked."""
        from agentic.app.auditing import Auditing

        return Auditing(self)

    @cached_property
    def plans(self) -> Plans:
        """Plans: begun, checked, approved, implemented."""
        from agentic.app.plans import Plans

        return Plans(self)

    @cached_property
    def ingesting(self) -> Ingesting:
        """Sources, and the way into raw tables."""
        from agentic.app.ingesting import Ingesting

        return Ingesting(self)

    @cached_property
    def stores(self) -> Stores:
        """Object stores."""
        from agentic.app.stores import Stores

        return Stores(self)

    @cached_property
    def structure(self) -> Structures:
        """Modules as planned and as built."""
        from agentic.app.structure import Structures

        return Structures(self)

    @cached_property
    def lake(self) -> LakeDesk:
        """Tables over time."""
        from agentic.app.lake import LakeDesk

        return LakeDesk(self)

    @cached_property
    def explaining(self) -> Explaining:
        """What makes a table or a job slow."""
        from agentic.app.lake_explaining import Explaining

        return Explaining(self)

    @cached_property
    def checkpoints(self) -> Checkpoints:
        """Data, and what it must hold."""
        from agentic.app.checkpoints import Checkpoints

        return Checkpoints(self)

    @cached_property
    def sealing(self) -> Sealing:
        """The archive's seal."""
        from agentic.app.sealing import Sealing

        return Sealing(self)

    @cached_property
    def amending(self) -> Amending:
        """What is said of an execution later."""
        from agentic.app.amending import Amending

        return Amending(self)

    @cached_property
    def profiling(self) -> Profiling:
        """Sources measured."""
        from agentic.app.profiling import Profiling

        return Profiling(self)
