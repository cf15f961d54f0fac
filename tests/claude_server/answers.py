"""What the scripted Claude can answer: one small frozen value for each way a reply may go."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Block = dict[str, Any]


class Answer:
    """Something the server does with one request."""


class Spoken(Answer):
    """An answer with content: blocks and the reason to stop."""

    stop = "end_turn"

    def blocks(self) -> list[Block]:
        """The content of the message; tool_use blocks get their ids from the server."""
        raise NotImplementedError


@dataclass(frozen=True)
class Says(Spoken):
    """Words only."""

    text: str

    def blocks(self) -> list[Block]:
        return [text_block(self.text)]


@dataclass(frozen=True)
class Uses(Spoken):
    """One call of any tool, known or not."""

    tool: str
    arguments: Mapping[str, Any]
    stop = "tool_use"

    def blocks(self) -> list[Block]:
        return [tool_block(self.tool, self.arguments)]


@dataclass(frozen=True)
class Writes(Spoken):
    """`write_file` for each file, and `finish` where a summary is given."""

    files: Mapping[str, str]
    finish: str = ""
    open_questions: Sequence[str] = ()
    text: str = ""
    stop = "tool_use"

    def blocks(self) -> list[Block]:
        writes = [tool_block("write_file", {"path": path, "content": text}) for path, text in self.files.items()]
        return [
            *([text_block(self.text)] if self.text else []),
            *writes,
            *ending(self.finish, self.open_questions),
        ]


@dataclass(frozen=True)
class Edits(Spoken):
    """`edit_file` for each (path, old, new), and `finish` where a summary is given."""

    edits: Sequence[tuple[str, str, str]]
    finish: str = ""
    open_questions: Sequence[str] = ()
    stop = "tool_use"

    def blocks(self) -> list[Block]:
        edits = [tool_block("edit_file", {"path": path, "old": old, "new": new}) for path, old, new in self.edits]
        return [*edits, *ending(self.finish, self.open_questions)]


@dataclass(frozen=True)
class Finishes(Spoken):
    """Only `finish`."""

    summary: str
    open_questions: Sequence[str] = ()
    stop = "tool_use"

    def blocks(self) -> list[Block]:
        return ending(self.summary or " ", self.open_questions)


@dataclass(frozen=True)
class ThinksThenWrites(Spoken):
    """A signed thinking block first; the server insists that it comes back as it went out."""

    files: Mapping[str, str]
    finish: str = ""
    thinking: str = "Partition by month, because…\n  the source is cut by month."
    signature: str = "c2lnbmVkIGJ5IHRoZSBzZXJ2ZXI="
    stop = "tool_use"

    def blocks(self) -> list[Block]:
        thought = {"type": "thinking", "thinking": self.thinking, "signature": self.signature}
        return [thought, *Writes(self.files, self.finish).blocks()]


@dataclass(frozen=True)
class Many(Spoken):
    """Several answers in one reply."""

    answers: Sequence[Spoken]
    stop = "tool_use"

    def blocks(self) -> list[Block]:
        return [block for answer in self.answers for block in answer.blocks()]


@dataclass(frozen=True)
class Truncated(Spoken):
    """`max_tokens` in the middle of a write: the tool call comes without its content, and nothing says so."""

    path: str
    content: str = "half of a fi"
    stop = "max_tokens"

    def blocks(self) -> list[Block]:
        return [tool_block("write_file", {"path": self.path, "content": self.content})]


@dataclass(frozen=True)
class Refuses(Spoken):
    """`refusal`, in mid-sentence."""

    text: str = ""
    stop = "refusal"

    def blocks(self) -> list[Block]:
        return [text_block(self.text)] if self.text else []


@dataclass(frozen=True)
class Pauses(Spoken):
    """`pause_turn`: the turn may be sent back as it is, to go on."""

    text: str = "Still looking."
    stop = "pause_turn"

    def blocks(self) -> list[Block]:
        return [text_block(self.text)]


@dataclass(frozen=True)
class CutStream(Answer):
    """The stream ends early: after so many bytes, or after an event (its name, or how many)."""

    after_bytes: int | None = None
    after_event: str | int = "message_start"
    answer: Spoken = field(default_factory=lambda: Says("It was going so well."))
    clean: bool = False
    """True: the body ends properly, only too early, which raises nothing in the SDK. False: the line goes dead."""


@dataclass(frozen=True)
class ErrorInStream(Answer):
    """An SSE `error` event after status 200 and the first words."""

    type: str = "overloaded_error"
    message: str = "Overloaded"
    answer: Spoken = field(default_factory=lambda: Says("It was going so well."))


@dataclass(frozen=True)
class Fails(Answer):
    """An HTTP error."""

    status: int
    type: str = ""
    retry_after_ms: int | None = None
    message: str = "The scripted server fails here."
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Slow(Answer):
    """The same answer, so many seconds later."""

    seconds: float
    answer: Answer = field(default_factory=lambda: Says("Here I am."))


@dataclass(frozen=True)
class Hangs(Answer):
    """The first events, then silence for so many seconds, then the rest."""

    seconds: float
    answer: Spoken = field(default_factory=lambda: Says("Where was I?"))


@dataclass(frozen=True)
class Garbage(Answer):
    """Status 200 and a page that no API wrote: a proxy's login form."""

    body: str = "<html>Please log in</html>"
    content_type: str = "text/html"


Script = Sequence[Answer] | Callable[[dict[str, Any]], Answer]


def text_block(text: str) -> Block:
    """Words."""
    return {"type": "text", "text": text}


def tool_block(tool: str, arguments: Mapping[str, Any]) -> Block:
    """One call; the server gives it its id."""
    return {"type": "tool_use", "id": "", "name": tool, "input": dict(arguments)}


def ending(summary: str, open_questions: Sequence[str]) -> list[Block]:
    """`finish`, where there is a summary."""
    return [tool_block("finish", {"summary": summary, "open_questions": list(open_questions)})] if summary else []
