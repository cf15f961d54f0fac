"""Transcripts of Claude Code -> executions of the archive, each once; a desk, since archive, prices and git are asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from agentic.archive import FOLDER, Journal
from agentic.archive.archive import opened
from agentic.budget import cost
from agentic.errors import BadTranscript, UsageError
from agentic.exchange.by_hand import PURPOSE, Imported, closing, opening, steps, summary, without_known
from agentic.exchange.places import Places
from agentic.exchange.told import instant
from agentic.exchange.transcript import Transcript, first_lines, read_transcript
from agentic.flows.record import Record
from agentic.values import Usage
from agentic.values.digest import digest

if TYPE_CHECKING:
    from agentic.app.core import App


@dataclass(frozen=True)
class Importing:
    """Where work that was done by hand comes in."""

    app: App
    task: str = ""
    """The task that it belongs to."""
    module: str = ""

    def take(self, paths: tuple[Path, ...], *, dry_run: bool) -> tuple[Imported, ...]:
        """Each transcript, in the order given. One that is broken stops all of them before anything is written.

        Raises BadTranscript.
        """
        for path in paths:
            self.read(path)
        return tuple(self.one(path, dry_run=dry_run) for path in paths)

    def read(self, path: Path, after: int = 0, until: int | None = None) -> Transcript:
        """The lines of a file behind the first `after`. `until`: as it was when it had so many lines."""
        content = content_of(path)
        return read_transcript(content if until is None else first_lines(content, until), str(path), after)

    def one(self, path: Path, *, dry_run: bool) -> Imported:
        """One transcript: known, or as much of it as is new. What a kill cut off is brought to its end before."""
        session = self.read(path).session
        if not dry_run and (cut_off := self.cut_off(session)):
            self.refuse_other(path, cut_off["transcript"])
            self.take_up(path, cut_off["transcript"]["lines"], str(cut_off["id"]))
        return self.take_up(path, None, "", dry_run=dry_run)

    def take_up(self, path: Path, until: int | None, name: str, *, dry_run: bool = False) -> Imported:
        """What has been said since the last import. `name`: of the record that was begun; empty: a new one."""
        before = self.before(self.read(path).session)
        known = before.get("transcript", {})
        self.refuse_other(path, known)
        transcript, repeated = without_known(self.read(path, known.get("lines", 0), until), self.known(before))
        places = self.places(transcript)
        of = str(before.get("id", ""))
        if not transcript.said:
            return self.nothing_new(path, transcript, places, of, repeated)
        state = "grown" if known else "new"
        told = summary(transcript, path.name, self.priced, places, state=state, id=name, of=of, repeated=repeated)
        return told if dry_run else self.keep(transcript, told, places)

    def nothing_new(self, path: Path, transcript: Transcript, places: Places, of: str, repeated: int) -> Imported:
        """It changes nothing. Raises BadTranscript where there never was anything."""
        if not of and not repeated:
            raise BadTranscript(f"{path}: nobody says anything in it", path=str(path))
        return summary(transcript, path.name, self.priced, places, state="known", id=of, repeated=repeated)

    def refuse_other(self, path: Path, known: Mapping[str, Any]) -> None:
        """A transcript only ever grows. Raises BadTranscript where it begins otherwise than when it was imported."""
        if known and digest(first_lines(content_of(path), known["lines"])) != known["digest"]:
            raise BadTranscript(
                f"{path}: its first {known['lines']} lines are not those that were imported",
                path=str(path),
                hint="import the file as Claude Code wrote it; what was imported stands in the archive unchanged.",
            )

    def keep(self, transcript: Transcript, told: Imported, places: Places) -> Imported:
        """A record is born, or gone on with, and closed."""
        tools = self.app.tools
        name, journal = self.journal(told)
        record = Record(name, journal, tools.redact, tools.stop)
        about = {
            "id": name, "archive": FOLDER, "developer": tools.person(), "version": tools.version,
            "task": self.task or f"by-hand/{told.session[:8]}", "module": self.module,
        }  # fmt: skip
        begun = opening(transcript, told, places, about)
        try:
            for kind, body in (begun, *steps(transcript, self.priced, places), closing(transcript, told)):
                record.once(kind, partial(dict, body))
        finally:
            record.close()
        tools.archive.write_page(name)
        return replace(told, id=name)

    def journal(self, told: Imported) -> tuple[str, Journal]:
        """A new one, or the one that was begun. Raises Busy where another process writes it."""
        if told.id:
            return told.id, Journal.reopen(self.app.archive.path(told.id))
        return self.app.archive.create(f"by-hand-{told.session[:8]}")

    # --- what is asked ------------------------------------------------------------------------------------

    def imports(self, *, ended: bool = True) -> Iterator[dict[str, Any]]:
        """The first step of every import, oldest first, that came to its end, or did not."""
        for name in self.app.archive.ids():
            body = opened(self.app.archive.path(name))
            if body.get("purpose") == PURPOSE and self.app.archive.readable(name).ended is ended:
                yield body

    def cut_off(self, session: str) -> dict[str, Any]:
        """The first step of an import of a session that has no end; empty where there is none."""
        begun = self.imports(ended=False)
        return next((one for one in begun if one["transcript"]["session"] == session), {})

    def before(self, session: str) -> dict[str, Any]:
        """The first step of the newest import of a session that has ended; empty where there is none."""
        found = [one for one in self.imports() if one["transcript"]["session"] == session]
        return max(found, key=lambda one: int(one["transcript"]["lines"]), default={})

    def known(self, before: Mapping[str, Any]) -> frozenset[str]:
        """Ids of answers and prompts that stand in imports of other sessions."""
        session = before.get("transcript", {}).get("session")
        others = (one["id"] for one in self.imports() if one["transcript"]["session"] != session)
        return frozenset(name for one in others for name in self.names(one) if name)

    def names(self, name: str) -> Iterator[str]:
        """Ids in one import."""
        story = self.app.archive.readable(name)
        yield from (str(body["reply"]["request_id"]) for body in story.all("reply"))
        yield from (str(body["uuid"]) for kind in ("prompt", "followed_up") for body in story.all(kind))

    def priced(self, usage: Usage, model: str, at: str) -> int | None:
        """By the table of prices, and the project's own."""
        return cost(usage, model, instant(at).date(), self.app.settings.prices)

    def places(self, transcript: Transcript) -> Places:
        """How that machine calls the project: this one's root, where it was worked there; else where the session began."""
        root = self.app.root.resolve()
        inside = [folder for folder in transcript.folders if Path(folder).is_relative_to(root)]
        return Places((str(root), str(self.app.root)) if inside else transcript.folders[:1])


def content_of(path: Path) -> bytes:
    """The file. Raises BadTranscript."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadTranscript(f"{path} cannot be read", path=str(path), cause=str(error)) from error


def belonging(app: App, task: str, module: str) -> tuple[str, str]:
    """Task and module that are meant. Raises UsageError, NoSuchSpec."""
    from agentic.app.evidence import refuse_unknown

    if task and module:
        raise UsageError(
            "--task and --module contradict each other", hint="a task names its module; leave one of them out."
        )
    if not task:
        refuse_unknown("module", module, [one.module for one in app.modules()])
        return "", module
    path = app.task_path(task)
    return path, app.task(path).module
