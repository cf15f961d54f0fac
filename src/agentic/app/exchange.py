"""The desk of exchange: the archive is read here and handed to the room that knows the forms of others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import rfc8785

from agentic.archive import Story
from agentic.exchange.told import Project, Told
from agentic.outside import git
from agentic.specs import PROMPTS
from agentic.values.digest import digest

if TYPE_CHECKING:
    from agentic.app.core import App
    from agentic.exchange.by_hand import Imported

SYSTEM = "context/system_context.yaml"


@dataclass(frozen=True)
class Exchange:
    """Out to the ecosystem, and in from it."""

    app: App

    # --- out ----------------------------------------------------------------------------------------------

    def otel(self, ids: Sequence[str]) -> str:
        """OTLP as JSON. Raises MissingProgram."""
        from agentic.exchange.otel import otlp_json

        return otlp_json(self.told(ids), self.project)

    def send(self, ids: Sequence[str]) -> tuple[int, int]:
        """To a collector: executions, spans. Raises MissingProgram, OutsideFailed."""
        from agentic.exchange.otel import send

        told = self.told(ids)
        return len(told), send(told, self.project)

    def openlineage(self, ids: Sequence[str]) -> str:
        """Run events, one a line. Raises MissingProgram."""
        from agentic.exchange.lineage import events

        told = self.told(ids)
        everyone = {one.execution.id: one for one in (self.told(()) if ids else told)}
        return "".join(f"{event}\n" for one in told for event in events(one, self.project, everyone))

    def in_toto(self, ids: Sequence[str]) -> str:
        """A statement for each execution that landed, one a line."""
        from agentic.exchange.statement import statement

        found = (statement(one, self.project) for one in self.told(ids))
        return "".join(f"{rfc8785.dumps(one).decode()}\n" for one in found if one)

    def broken(self) -> tuple[str, ...]:
        """Executions that are left out where none is named: their journals do not verify."""
        return tuple(name for name, story in self.readable.items() if not story.steps and self.app.faults_of(name))

    # --- in -----------------------------------------------------------------------------------------------

    def take_in(self, paths: tuple[Path, ...], task: str, module: str, *, dry_run: bool) -> tuple[Imported, ...]:
        """Transcripts of Claude Code. Raises BadTranscript, UsageError, NoSuchSpec."""
        from agentic.app.importing import Importing, belonging

        return Importing(self.app, *belonging(self.app, task, module)).take(paths, dry_run=dry_run)

    # --- what is read -------------------------------------------------------------------------------------

    def told(self, ids: Sequence[str]) -> tuple[Told, ...]:
        """The executions that are named, or all that began and verify; in the order in which they began.

        Raises ArchiveError where one that is named is not there, BadJournal where it does not verify.
        """
        stories = {name: self.app.archive.story(name) for name in ids} or self.readable
        begun = sorted((story.steps[0].at, name) for name, story in stories.items() if story.first("opened"))
        return tuple(self.one(name, stories[name]) for _, name in begun)

    @cached_property
    def readable(self) -> dict[str, Story]:
        """Every journal that verifies; of one that does not, there is no step."""
        return {name: self.app.archive.readable(name) for name in self.app.archive.ids()}

    def one(self, name: str, story: Story) -> Told:
        """With its spec, and with the digests of its two files."""
        execution = story.execution()
        journal = self.app.archive.path(name)
        task = self.app.evidence.as_executed(execution)[1] if execution.task_digest else None
        return Told(execution, story.steps, task, of_file(journal), of_file(journal.with_suffix(".md")))

    @cached_property
    def project(self) -> Project:
        """As its system context calls it, else as its folder is called."""
        name = self.app.providers.read_map(self.app.root / PROMPTS / SYSTEM).get("project")
        remote = (git.ask(self.app.root, "config", "--get", "remote.origin.url") or "").strip()
        return Project(name if isinstance(name, str) and name else self.app.root.resolve().name, address(remote))


def of_file(path: Path) -> str:
    """Digest of a file; empty where it is not there."""
    return digest(path.read_bytes()) if path.is_file() else ""


def address(remote: str) -> str:
    """`git@host:team/x.git` and `https://name@host/team/x.git` as URLs without anybody's name or key.

    Empty for a folder of this machine: that is no address for anybody else.
    """
    scheme, mark, rest = remote.partition("://")
    if not mark and ":" in remote and not remote.startswith(("/", ".")):
        scheme, rest = "ssh", remote.replace(":", "/", 1)
    if not rest or scheme == "file":
        return ""
    host, _, path = rest.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}/{path}"
