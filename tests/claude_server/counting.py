"""Tokens and the prompt cache, roughly but honestly: what was seen before is read, what is new is written."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from claude_server.rules import bare, prompt_blocks

LOOK_BACK = 20
"""A breakpoint finds an earlier entry at most so many blocks before itself."""


def tokens(text: str) -> int:
    """About four bytes to a token, never none."""
    return max(1, (len(text.encode()) + 3) // 4)


def prompt_tokens(body: dict[str, Any]) -> int:
    """The whole prompt."""
    return sum(tokens(bare([block])) for _, block in prompt_blocks(body))


def output_tokens(blocks: list[dict[str, Any]]) -> int:
    """What the model says; thinking counts."""
    return sum(tokens(json.dumps(block, ensure_ascii=False)) for block in blocks)


@dataclass
class Cache:
    """Prefixes that were written, by model; the clock is left out, so nothing expires in a test."""

    smallest: int = 0
    """Shorter prefixes are not cached (the real service: 1,024 tokens and more)."""
    known: set[str] = field(default_factory=set)

    def usage(self, body: dict[str, Any]) -> dict[str, Any]:
        """The input side of `usage` for this request; what it writes is known from now on."""
        digest, total = sha256(str(body.get("model")).encode()), 0
        prefixes: list[tuple[str, int, str]] = []
        for where, block in prompt_blocks(body):
            digest.update(f"{where} {bare([block])}\n".encode())
            total += tokens(bare([block]))
            ttl = (block.get("cache_control") or {}).get("ttl", "5m") if "cache_control" in block else ""
            prefixes.append((digest.hexdigest(), total, ttl))
        return self._settle(prefixes, total)

    def _settle(self, prefixes: list[tuple[str, int, str]], total: int) -> dict[str, Any]:
        marked = [place for place, (_, size, ttl) in enumerate(prefixes) if ttl and size >= self.smallest]
        found = max((self._found_from(place, prefixes) for place in marked), default=0)
        written, reached = {"5m": 0, "1h": 0}, found
        for place in marked:
            name, size, ttl = prefixes[place]
            written[ttl] += max(0, size - reached)
            reached = max(reached, size)
            self.known.add(name)
        return {
            "input_tokens": total - reached,
            "cache_read_input_tokens": found,
            "cache_creation_input_tokens": written["5m"] + written["1h"],
            "cache_creation": {
                "ephemeral_5m_input_tokens": written["5m"],
                "ephemeral_1h_input_tokens": written["1h"],
            },
        }

    def _found_from(self, place: int, prefixes: list[tuple[str, int, str]]) -> int:
        near = prefixes[max(0, place - LOOK_BACK) : place + 1]
        return max((size for name, size, _ in near if name in self.known), default=0)
