"""What was said between the runner and a provider, in turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Usage:
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


@dataclass(frozen=True, slots=True)
class Call:
    """One use of a tool: `write_file(path, content)`, `edit_file(path, old, new)` or `finish(summary, open_questions)`."""

    id: str
    tool: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one call; goes back with the next request."""

    call: str
    """The id of the call it answers."""
    text: str
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """Our side of one exchange: results of the calls before, then what we say."""

    texts: tuple[str, ...] = ()
    results: tuple[Result, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
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
    about: Mapping[str, Any] = field(default_factory=dict)
    """What else the provider tells of itself: the template and its digest, the session of Claude Code."""


@dataclass(frozen=True, slots=True)
class Conversation:
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
