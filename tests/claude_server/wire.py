"""A message as the Messages API puts it on the wire: one JSON object, or events in their order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

Event = tuple[str, dict[str, Any]]

ERRORS = {
    400: "invalid_request_error", 401: "authentication_error", 402: "billing_error", 403: "permission_error",
    404: "not_found_error", 408: "timeout_error", 409: "conflict_error", 413: "request_too_large",
    429: "rate_limit_error", 500: "api_error", 503: "api_error", 504: "timeout_error", 529: "overloaded_error",
}  # fmt: skip


def message(number: int, model: str, blocks: list[dict[str, Any]], stop: str, usage: dict[str, Any]) -> dict[str, Any]:
    """The whole message."""
    return {
        "id": f"msg_{number:04d}",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": blocks,
        "stop_reason": stop,
        "stop_sequence": None,
        "usage": usage,
    }


def error(type: str, text: str, request_id: str) -> dict[str, Any]:
    """The body of an error, also of one in mid-stream."""
    return {"type": "error", "error": {"type": type, "message": text}, "request_id": request_id}


def events(whole: dict[str, Any]) -> Iterator[Event]:
    """The same message, event by event."""
    begun = {**whole, "content": [], "stop_reason": None, "usage": {**whole["usage"], "output_tokens": 1}}
    yield "message_start", {"message": begun}
    yield "ping", {}
    for index, block in enumerate(whole["content"]):
        yield from _block_events(index, block, whole["stop_reason"] == "max_tokens")
    delta = {"stop_reason": whole["stop_reason"], "stop_sequence": None}
    yield "message_delta", {"delta": delta, "usage": {"output_tokens": whole["usage"]["output_tokens"]}}
    yield "message_stop", {}


def encode(event: Event) -> bytes:
    """One event as it is sent."""
    name, data = event
    return f"event: {name}\ndata: {json.dumps({'type': name, **data}, ensure_ascii=False)}\n\n".encode()


def _block_events(index: int, block: dict[str, Any], cut: bool) -> Iterator[Event]:
    yield "content_block_start", {"index": index, "content_block": _empty(block)}
    for delta in _deltas(block, cut):
        yield "content_block_delta", {"index": index, "delta": delta}
    yield "content_block_stop", {"index": index}


def _empty(block: dict[str, Any]) -> dict[str, Any]:
    empty: dict[str, dict[str, Any]] = {
        "text": {"text": ""},
        "thinking": {"thinking": "", "signature": ""},
        "tool_use": {"input": {}},
    }
    return {**block, **empty[block["type"]]}


def _deltas(block: dict[str, Any], cut: bool) -> Iterator[dict[str, Any]]:
    if block["type"] == "text":
        yield from ({"type": "text_delta", "text": piece} for piece in _pieces(block["text"]))
    elif block["type"] == "thinking":
        yield from ({"type": "thinking_delta", "thinking": piece} for piece in _pieces(block["thinking"]))
        yield {"type": "signature_delta", "signature": block["signature"]}
    else:
        arguments = json.dumps(block["input"], ensure_ascii=False)
        # A reply cut by max_tokens stops within the last argument: what is parsed of it lacks that argument.
        written = arguments[:-3] if cut else arguments
        yield from ({"type": "input_json_delta", "partial_json": piece} for piece in ["", *_pieces(written)])


def _pieces(text: str, size: int = 400) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)]
