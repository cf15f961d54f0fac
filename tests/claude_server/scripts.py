"""A few scripts with a name, for demos and benchmarks."""

from __future__ import annotations

from typing import Any

from claude_server.answers import Answer, Fails, Finishes, Says, Script, Writes

HELLO = 'def hello() -> str:\n    """Greet."""\n    return "hello"\n'


def writes_what_is_asked(body: dict[str, Any]) -> Answer:
    """Writes `src/hello.py`, and finishes when asked again."""
    asked_before = any(message["role"] == "assistant" for message in body["messages"])
    return Finishes("nothing left to do") if asked_before else Writes({"src/hello.py": HELLO}, finish="said hello")


SCRIPTS: dict[str, Script] = {
    "hello": writes_what_is_asked,
    "says": lambda body: Says("I would rather talk about it."),
    "busy": lambda body: Fails(529, retry_after_ms=5),
    "limited": lambda body: Fails(429, retry_after_ms=5),
    "busy-then-hello": [Fails(529, retry_after_ms=5), Writes({"src/hello.py": HELLO}, finish="said hello")],
}
