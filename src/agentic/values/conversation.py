"""What was said between the runner and a provider, in turn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agentic.values.noun import Noun


class Usage(Noun, frozen=True):
    """Tokens by price class. `output` includes thinking."""

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0

    @property
    def prompt(self) -> int:
        """Everything that went in, however it was priced."""
        return self.input + self.cache_read + self.cache_write_5m + self.cache_write_1h

    @property
    def total(self) -> int:
        """Everything, in and out."""
        return self.prompt + self.output

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.input + other.input,
            self.output + other.output,
            self.cache_read + other.cache_read,
            self.cache_write_5m + other.cache_write_5m,
            self.cache_write_1h + other.cache_write_1h,
        )


class Call(Noun, frozen=True):
    """One use of a tool: `write_file(path, content)`, `edit_file(path, old, new)` or `finish(summary, open_questions)`."""

    id: str
    tool: str
    arguments: Mapping[str, Any]


class Result(Noun, frozen=True):
    """What became of one call; goes back with the next request."""

    call: str
    """The id of the call it answers."""
    text: str
    refused: bool = False


class Ask(Noun, frozen=True):
    """Our side of one exchange: results of the calls before, then what we say."""

    texts: tuple[str, ...] = ()
    results: tuple[Result, ...] = ()


class Reply(Noun, frozen=True):
    """The other side of one exchange: one answer to one request."""

    model: str
    """The model that really answered, which may be a fallback; empty where none did (template)."""
    stop: str
    """`tool_use end_turn max_tokens stop_sequence pause_turn refusal model_context_window_exceeded`."""
    text: str = ""
    calls: tuple[Call, ...] = ()
    usage: Usage = Usage()
    turn: tuple[Mapping[str, Any], ...] = ()
    """The provider's own blocks, to be sent back as they came: thinking is bound to its bytes."""
    request_id: str = ""
    about: Mapping[str, Any] = {}
    """What else the provider tells of itself: the template and its digest, the session of Claude Code."""


class Conversation(Noun, frozen=True):
    """All that was said so far; a follow-up only appends."""

    system: str
    turns: tuple[Ask | Reply, ...]

    def then(self, *turns: Ask | Reply) -> Conversation:
        """The same conversation, some turns on."""
        return Conversation(self.system, (*self.turns, *turns))

    @property
    def replies(self) -> tuple[Reply, ...]:
        """What the other side said."""
        return tuple(turn for turn in self.turns if isinstance(turn, Reply))
