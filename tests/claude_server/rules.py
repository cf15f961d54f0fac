"""What the Messages API refuses, as far as it matters here: request -> the words of its 400, or nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

GONE = ("temperature", "top_p", "top_k")
KNOWN = {
    "model", "messages", "max_tokens", "system", "tools", "tool_choice", "stream", "metadata", "stop_sequences",
    "thinking", "output_config", "service_tier", "cache_control", "container", "context_management", "speed",
    "inference_geo", "mcp_servers", "betas", "diagnostics", "user_profile_id", "fallbacks",
}  # fmt: skip


def wrong_with(body: dict[str, Any], sent: Sequence[list[dict[str, Any]]], *, counting: bool = False) -> str:
    """The first rule that the request breaks; empty where it breaks none. `sent`: the turns this server has given."""
    return next(_complaints(body, sent, counting), "")


def breakpoints(body: dict[str, Any]) -> int:
    """How many cache breakpoints the request sets."""
    return sum("cache_control" in block for _, block in prompt_blocks(body))


def prompt_blocks(body: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every block of the prompt in the order in which it is rendered: tools, system, messages."""
    yield from (("tools", tool) for tool in body.get("tools") or [])
    yield from (("system", block) for block in blocks_of(body.get("system")))
    for message in body.get("messages") or []:
        yield from ((message["role"], block) for block in blocks_of(message["content"]))


def blocks_of(content: Any) -> list[dict[str, Any]]:
    """Content as blocks, also where it came as one string."""
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    return list(content or [])


def _complaints(body: dict[str, Any], sent: Sequence[list[dict[str, Any]]], counting: bool) -> Iterator[str]:
    yield from _about_parameters(body, counting)
    yield from _about_tools(body)
    yield from _about_turns(body.get("messages") or [], sent)
    yield from _about_blocks(body)


def _about_parameters(body: dict[str, Any], counting: bool) -> Iterator[str]:
    if "model" not in body:
        yield "model: Field required"
    if not counting and not isinstance(body.get("max_tokens"), int):
        yield "max_tokens: Field required"
    for name in body:
        if name in GONE:
            yield f"{name}: is not supported by this model"
        if name not in KNOWN:
            yield f"{name}: Extra inputs are not permitted"
    effort = (body.get("output_config") or {}).get("effort")
    if effort not in (None, "low", "medium", "high", "xhigh", "max"):
        yield f"output_config.effort: {effort!r} is not one of low, medium, high, xhigh, max"


def _about_tools(body: dict[str, Any]) -> Iterator[str]:
    if (body.get("tool_choice") or {}).get("type") in ("any", "tool"):
        yield "tool_choice: forcing a tool is not supported by this model"
    for tool in body.get("tools") or []:
        schema = tool.get("input_schema") or {}
        if tool.get("strict") and schema.get("additionalProperties") is not False:
            yield f"tools.{tool['name']}: strict tools need additionalProperties: false"


def _about_turns(messages: list[dict[str, Any]], sent: Sequence[list[dict[str, Any]]]) -> Iterator[str]:
    if not messages:
        yield "messages: at least one message is required"
        return
    if messages[0]["role"] != "user":
        yield "messages.0: the first message must be from the user"
    for place, (before, after) in enumerate(pairwise(messages), 1):
        if before["role"] == after["role"]:
            yield f"messages.{place}: roles must alternate"
        if after["role"] == "user":
            yield from _about_results(place, blocks_of(before["content"]), blocks_of(after["content"]))
    for place, message in enumerate(messages):
        yield from _about_thinking(place, message, sent)
    if messages[-1]["role"] == "assistant":
        yield from _about_the_end(blocks_of(messages[-1]["content"]), sent)


def _about_the_end(last: list[dict[str, Any]], sent: Sequence[list[dict[str, Any]]]) -> Iterator[str]:
    """A turn of the assistant at the end is a prefill, unless it was paused and goes on."""
    if bare(last) not in [bare(turn) for turn in sent]:
        yield "messages: this model does not support prefilling the assistant's turn"
    if any(block["type"] == "tool_use" for block in last):
        yield "messages: tool_use blocks need tool_result blocks in the next message"


def _about_results(place: int, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Iterator[str]:
    asked = [block["id"] for block in before if block["type"] == "tool_use"]
    given = [block["tool_use_id"] for block in after if block["type"] == "tool_result"]
    for missing in (call for call in asked if call not in given):
        yield f"messages.{place}: tool_use {missing} has no tool_result immediately after"
    for stray in (call for call in given if call not in asked):
        yield f"messages.{place}: tool_result {stray} answers no tool_use of the message before"
    if len(set(given)) < len(given):
        yield f"messages.{place}: each tool_use must have a single result"
    if any(block["type"] != "tool_result" for block in after[: len(given)]):
        yield f"messages.{place}: tool_result blocks must come before anything else"


def _about_thinking(place: int, message: dict[str, Any], sent: Sequence[list[dict[str, Any]]]) -> Iterator[str]:
    """A turn of ours that held thinking must come back as it went out, byte for byte."""
    turn = blocks_of(message["content"])
    for original in sent if message["role"] == "assistant" else ():
        thoughtful = any(block["type"] == "thinking" for block in original)
        if thoughtful and marks(original) & marks(turn) and bare(original) != bare(turn):
            yield f"messages.{place}: thinking blocks in an assistant turn cannot be modified"


def _about_blocks(body: dict[str, Any]) -> Iterator[str]:
    for where, block in prompt_blocks(body):
        if block.get("type") == "text" and not block["text"].strip():
            yield f"{where}: text content blocks must contain non-whitespace text"
    for place, message in enumerate(body.get("messages") or []):
        if not message["content"]:
            yield f"messages.{place}: content must not be empty"
    if breakpoints(body) > 4:
        yield f"a maximum of 4 blocks with cache_control may be provided. Found {breakpoints(body)}."


def marks(turn: list[dict[str, Any]]) -> set[str]:
    """By what a turn is recognised: the ids of its calls and the signatures of its thoughts."""
    return {block[key] for block in turn for key in ("id", "signature") if block.get(key)}


def bare(content: Any) -> str:
    """A turn as bytes, keys in order, without the cache marks that may come and go."""
    blocks = [{key: value for key, value in block.items() if key != "cache_control"} for block in blocks_of(content)]
    return json.dumps(blocks, ensure_ascii=False, sort_keys=True)
