"""A scripted Claude: a local server that speaks the Messages API and is as strict as the real one."""

from claude_server.answers import (
    Answer,
    CutStream,
    Edits,
    ErrorInStream,
    Fails,
    Finishes,
    Garbage,
    Hangs,
    Many,
    Pauses,
    Refuses,
    Says,
    Script,
    Slow,
    ThinksThenWrites,
    Truncated,
    Uses,
    Writes,
)
from claude_server.server import KEY, Request, Server, claude

__all__ = [
    "KEY", "Answer", "CutStream", "Edits", "ErrorInStream", "Fails", "Finishes", "Garbage", "Hangs", "Many", "Pauses",
    "Refuses", "Request", "Says", "Script", "Server", "Slow", "ThinksThenWrites", "Truncated", "Uses", "Writes", "claude",
]  # fmt: skip
