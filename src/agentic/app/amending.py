"""The desk for amendments: nothing is edited. A word is added; or a text is taken out, and what stood there keeps its digest."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from agentic.archive.blobs import Blobs
from agentic.archive.index import forget
from agentic.archive.journal import Journal, lines_of, split_tail
from agentic.archive.line import FIRST, Line, body_of, replaced
from agentic.archive.redaction import in_place_of, place
from agentic.errors import CannotTakeOut
from agentic.text.write import write_beside
from agentic.values import Decision
from agentic.values.digest import digest
from agentic.values.noun import Noun

if TYPE_CHECKING:
    from agentic.app.core import App

KEPT = ("$blob", "$json", "digest", "path", "facts")
"""Keys whose values are names of other things: digests, paths, what a record vouches for. They stay."""
FIXED = ("id", "purpose", "of", "task", "module", "kind", "status", "archive")
"""Words of a body that hold the archive together."""


class Find(Noun, frozen=True):
    """One place where a text stands."""

    file: str
    """From the folder of the archive."""
    line: int
    """0: the whole of a long text."""
    digest: str
    """Of the long text; empty for a line."""


@dataclass(frozen=True)
class Amending:
    """Corrections, signatures, and late redactions."""

    app: App

    def amend(self, name: str, kind: Literal["correction", "sign-off"], who: str, why: str) -> Decision:
        """A person's word on an execution, as a record of its own; it names the head that it speaks of."""
        from agentic.flows.decide import decide

        self.app.archive.path(name)
        lines, head = self.app.archive.heads_of(name)
        return decide(kind, name, who, why, self.app.tools, facts={"lines": str(lines), "head": head})

    def find(self, text: str) -> tuple[Find, ...]:
        """Every place where it stands, in lines and in long texts."""
        if not text:
            raise CannotTakeOut("an empty text stands everywhere")
        return (*self.in_lines(text), *self.in_texts(text))

    def redact(self, text: str, finds: Sequence[Find], who: str, why: str) -> Decision:
        """Take it out: on record first, then lines, long texts and pages. Raises CannotTakeOut before anything is done."""
        from agentic.flows.decide import decide
        from agentic.flows.note import note_progress

        if not finds:
            raise CannotTakeOut("the text stands nowhere in the archive where it may be taken out")
        if text in f"{who} {why}":
            raise CannotTakeOut("the reason holds the very text", hint="say why without it: the reason stays.")
        lines = [one for one in finds if one.line]
        for one in lines:
            self.without(one, text, "")
        self.refuse_torn(text)

        def facts(record: str) -> Mapping[str, str]:
            told = {place(self.path(one), one.line): digest(self.without(one, text, record)) for one in lines}
            return {**told, **{one.digest: "" for one in finds if one.digest}}

        with self.app.tools.lock("seal"), self.held(lines):
            decision = decide("redaction", "archive", who, why, self.app.tools, facts_of=facts)
            self.carry_out(text, finds, decision.id)
        note_progress(self.app.tools, "")
        return decision

    @contextmanager
    def held(self, lines: Sequence[Find]) -> Iterator[None]:
        """Nobody else writes these journals meanwhile. Raises Busy where a run does."""
        journals = []
        try:
            for path in sorted({self.path(one) for one in lines}):
                journal = Journal(path, (), FIRST)
                journal.hold()
                journals.append(journal)
            yield
        finally:
            for journal in journals:
                journal.close()

    def refuse_torn(self, text: str) -> None:
        """What a crash left of a line is no record, and holds the text all the same. Raises CannotTakeOut."""
        for name in self.app.archive.ids():
            if text.encode() in split_tail(self.app.archive.path(name).read_bytes())[1]:
                hint = f"agentic resume {name} takes that half off; then take the text out."
                raise CannotTakeOut(f"it stands in the half-written last line of {name}", hint=hint)

    def carry_out(self, text: str, finds: Sequence[Find], record: str) -> None:
        """What the record says."""
        for path in {self.path(one) for one in finds if one.line}:
            mine = {one.line: one for one in finds if one.file == path.name}
            rows = path.read_bytes().split(b"\n")
            write_beside(
                path,
                b"\n".join(
                    self.without(mine[at], text, record) if at in mine else row for at, row in enumerate(rows, 1)
                ),
            )
        blobs = Blobs(self.app.archive.folder)
        for one in finds:
            if one.digest:
                blobs.path(one.digest).unlink(missing_ok=True)
        blobs.forget()
        forget(self.app.root)
        for name in self.app.archive.ids():
            if (self.app.archive.folder / f"{name}.md").is_file() and self.app.archive.faults(name):
                self.app.archive.write_page(name)

    def in_lines(self, text: str) -> Iterator[Find]:
        """Lines of journals."""
        for name in self.app.archive.ids():
            for line in self.lines(self.app.archive.path(name)):
                if any(text in one for one in strings(body_of(line, name))):
                    yield Find(f"{name}.jsonl", line.number, "")

    def in_texts(self, text: str) -> Iterator[Find]:
        """Long texts."""
        # In a list or a map, which lies there as JSON, it is escaped.
        ways = {text.encode(), json.dumps(text, ensure_ascii=False)[1:-1].encode()}
        folder = Blobs(self.app.archive.folder).folder
        for path in sorted(folder.glob("??/*")):
            if len(path.name) == 62 and any(way in path.read_bytes() for way in ways):
                name = f"sha256:{path.parent.name}{path.name}"
                yield Find(f"{folder.name}/{path.parent.name}/{path.name}", 0, name)

    def lines(self, path: Path) -> Iterator[Line]:
        """Of one journal, in their order."""
        return lines_of(split_tail(path.read_bytes())[0], path.name)

    def path(self, one: Find) -> Path:
        """The journal of a line."""
        return self.app.archive.folder / one.file

    def without(self, one: Find, text: str, record: str) -> bytes:
        """The line as it will stand there. Raises CannotTakeOut where the text holds the archive together."""
        path = self.path(one)
        line = next(line for line in self.lines(path) if line.number == one.line)
        if line.version == 1:
            raise CannotTakeOut(
                f"line {one.line} of {one.file} is of the first form, whose chain holds every word",
                hint="rewrite the history of the repository, or delete the execution, in the open: the seal will say that it is gone.",
            )
        body = body_of(line, path.name)
        if fixed := [key for key in FIXED if text in str(body.get(key, ""))]:
            raise CannotTakeOut(
                f"line {one.line} of {one.file} holds it as `{fixed[0]}`, by which executions are known",
                hint="name more of the text, so that only what may go is meant.",
            )
        return replaced(line, changed(body, text, in_place_of(record)))


def strings(body: Any) -> Iterator[str]:
    """Every text in it that may go."""
    if isinstance(body, str):
        yield body
    elif isinstance(body, Mapping):
        for key, value in body.items():
            yield from () if key in KEPT else strings(value)
    elif isinstance(body, list):
        for one in body:
            yield from strings(one)


def changed(body: Any, text: str, other: str) -> Any:
    """The same with another text in its place; names of other things stay."""
    if isinstance(body, str):
        return body if body.startswith("sha256:") else body.replace(text, other)
    if isinstance(body, Mapping):
        return {key: value if key in KEPT else changed(value, text, other) for key, value in body.items()}
    return [changed(one, text, other) for one in body] if isinstance(body, list) else body
