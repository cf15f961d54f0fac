"""Conversation -> the body of a request to the Messages API: stable bytes first, new ones only appended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agentic.providers.tools import TOOLS
from agentic.values import Ask, Conversation, Reply, Result

Block = dict[str, Any]

MARK = {"type": "ephemeral"}
"""A cache breakpoint of five minutes; at most four are allowed, and `turns` sets at most three."""


def body(conversation: Conversation, model: str) -> dict[str, Any]:
    """What `messages` and `count_tokens` have in common."""
    system = [marked(text(conversation.system))] if conversation.system.strip() else []
    return {
        "model": model,
        "tools": list(TOOLS),
        # Forcing a tool is refused by the newer models (400); whoever does not call one is asked again.
        "tool_choice": {"type": "auto"},
        **({"system": system} if system else {}),
        "messages": turns(conversation),
    }


def turns(conversation: Conversation) -> list[dict[str, Any]]:
    """The turns, with cache breakpoints after the stable context and on our last two turns.

    The breakpoint of the turn before stays where it was, because a lookup goes back only 20 blocks, and one reply may
    write more files than that.
    """
    asks = [place for place, turn in enumerate(conversation.turns) if isinstance(turn, Ask)]
    return [
        asked(turn, stable=place == 0, moving=place in asks[-2:]) if isinstance(turn, Ask) else answered(turn)
        for place, turn in enumerate(conversation.turns)
    ]


def asked(ask: Ask, *, stable: bool, moving: bool) -> dict[str, Any]:
    """Our turn: results first, as the API insists, then what we say."""
    blocks = [*map(result, ask.results), *(text(words) for words in ask.texts if words.strip())]
    if stable and len(blocks) > 1:
        blocks[-2] = marked(blocks[-2])
    if moving and blocks:
        blocks[-1] = marked(blocks[-1])
    return {"role": "user", "content": blocks}


def answered(reply: Reply) -> dict[str, Any]:
    """Their turn, byte for byte as it came; put together anew only where another provider gave it."""
    return {"role": "assistant", "content": list(reply.turn) or _retold(reply)}


def result(outcome: Result) -> Block:
    """What became of one call."""
    refused = {"is_error": True} if outcome.refused else {}
    return {"type": "tool_result", "tool_use_id": outcome.call, "content": outcome.text, **refused}


def text(words: str) -> Block:
    """Words."""
    return {"type": "text", "text": words}


def marked(block: Block) -> Block:
    """The same block with a cache breakpoint behind it."""
    return {**block, "cache_control": dict(MARK)}


def _retold(reply: Reply) -> list[Mapping[str, Any]]:
    calls = [
        {"type": "tool_use", "id": call.id, "name": call.tool, "input": dict(call.arguments)} for call in reply.calls
    ]
    words = [text(reply.text)] if reply.text.strip() else []
    # An empty turn is refused by the API, and two turns of ours in a row would be merged.
    return [*words, *calls] or [text("(no answer)")]
