"""Usage -> what it costs, in whole millionths of a US dollar, rounded up; None where the price is not known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

from agentic.errors import BadSettings
from agentic.values import Usage
from agentic.values.noun import Noun

MILLION = 1_000_000

FRAMING = 4_000
"""Tokens for what is around a conversation: our tools, the provider's words about them, and Claude Code's own words."""

SNAPSHOT = re.compile(r"-\d{8}|@\d{8}|-latest|")
"""What may follow a model's name without making it another model: `claude-opus-5` is not `claude-opus-5-5`."""


class Band(Noun, frozen=True):
    """Prices for prompts up to a size: millionths of a dollar for a million tokens of each class."""

    input: int
    output: int
    cache_read: int
    cache_write_5m: int
    cache_write_1h: int
    up_to: int | None = None
    """Tokens of the prompt; None: however many."""

    def of(self, usage: Usage) -> int:
        """What this usage costs here."""
        return _whole(
            usage.input * self.input
            + usage.output * self.output
            + usage.cache_read * self.cache_read
            + usage.cache_write_5m * self.cache_write_5m
            + usage.cache_write_1h * self.cache_write_1h
        )

    def at_most(self, prompt: int, output: int) -> int:
        """What so many tokens can cost here at most. We never write to the cache for an hour."""
        return _whole(prompt * max(self.input, self.cache_write_5m, self.cache_read) + output * self.output)


class Price(Noun, frozen=True):
    """What a model costs on a day."""

    model: str
    """The name in the table."""
    bands: tuple[Band, ...]
    """By the size of the prompt, small ones first."""

    def band(self, prompt: int) -> Band:
        """The band of a prompt of so many tokens."""
        return next((band for band in self.bands if band.up_to is None or prompt <= band.up_to), self.bands[-1])

    def at_most(self, prompt: int, output: int) -> int:
        """What a request of at most so many tokens can cost: the dearest of all bands that it can reach."""
        reached = self.bands[: self.bands.index(self.band(prompt)) + 1]
        return max(band.at_most(prompt, output) for band in reached)


class Row(Noun, frozen=True):
    """One row of a table of prices."""

    model: str
    band: Band
    since: date = date.min


def price_of(model: str, on: date, extra: Mapping[str, Any] | None = None) -> Price | None:
    """The price of `model` on a day; a price of one's own (`extra`: the setting `prices:`) comes before the table."""
    return _found(own_rows(extra or {}), model, on) or _found(table(), model, on)


def cost(usage: Usage, model: str, on: date, extra: Mapping[str, Any] | None = None) -> int | None:
    """What `usage` costs with `model` on a day."""
    price = price_of(model, on, extra)
    return price.band(usage.prompt).of(usage) if price else None


def worst_case(
    model: str,
    prompt_bytes: int,
    known: Usage | None,
    *,
    new_bytes: int,
    max_output: int,
    on: date,
    extra: Mapping[str, Any] | None = None,
) -> tuple[int, int | None]:
    """Tokens and money that the next request cannot pass.

    A token is at least one byte of UTF-8, so a prompt has at most as many tokens as bytes (`prompt_bytes`: of the whole
    conversation as JSON). Where the last reply's usage is known, its tokens are what is sent again, and only `new_bytes` are new.
    """
    bounds = [prompt_bytes, *([known.total + new_bytes] if known else [])]
    prompt = min(bounds) + FRAMING
    price = price_of(model, on, extra)
    return prompt + max_output, price.at_most(prompt, max_output) if price else None


@cache
def table() -> tuple[Row, ...]:
    """The table that ships with agentic."""
    import yaml  # here, since few commands ask for a price

    text = (Path(__file__).parent / "prices.yaml").read_text(encoding="utf-8")
    told = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 (safe, in C where it can)
    return tuple(_row(model, row) for row in told["prices"] for model in row["models"])


def own_rows(extra: Mapping[str, Any]) -> tuple[Row, ...]:
    """`{model: {input: 3, output: 15}}`, or a list of such rows with `since` and `up_to` for a model."""
    return tuple(
        _row(model, row) for model, told in extra.items() for row in (told if isinstance(told, list) else [told])
    )


def _found(rows: Sequence[Row], model: str, on: date) -> Price | None:
    fitting = [row for row in rows if row.since <= on and _is_named(model, row.model)]
    if not fitting:
        return None
    name = max((row.model for row in fitting), key=len)
    latest = max(row.since for row in fitting if row.model == name)
    bands = [row.band for row in fitting if row.model == name and row.since == latest]
    return Price(name, tuple(sorted(bands, key=lambda band: (band.up_to is None, band.up_to or 0))))


def _is_named(model: str, name: str) -> bool:
    return model.startswith(name) and SNAPSHOT.fullmatch(model.removeprefix(name)) is not None


def _row(model: str, told: Mapping[str, Any]) -> Row:
    """A row as it was written. Cache classes that are not told are taken from the input, at the usual ratios."""
    try:
        given = dict(_prices(told))
        price = given["input"]
        classes = {
            "cache_read": price,
            "cache_write_5m": price * 5 // 4,
            "cache_write_1h": price * 2,
            **given,
        }
        return Row(model, Band(**classes, up_to=told.get("up_to")), _day(told.get("since")))
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as error:
        raise BadSettings(
            f"the price of {model} cannot be read",
            cause=f"{type(error).__name__}: {error}",
            hint="prices: {MODEL: {input: USD, output: USD}}",
        ) from error


def _prices(told: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    known = told.keys() - {"models", "since", "up_to"}
    for name in sorted(known):
        price = Decimal(str(told[name]))
        if price < 0:
            raise ValueError(f"{name} is below 0")
        yield name, int(price * MILLION)


def _day(told: Any) -> date:
    return date.fromisoformat(str(told)) if told else date.min


def _whole(millionths: int) -> int:
    return -(-millionths // MILLION)
