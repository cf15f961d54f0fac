"""How fresh a source has to be, before and after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from agentic.policy.cheating.alike import typo
from agentic.policy.cheating.known import mapping
from agentic.policy.cheating.rules import say, warn
from agentic.values import Finding

MINUTES = {"minute": 1, "hour": 60, "day": 1440}


def staler(path: str, whose: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Finding]:
    """A source, or a table of it."""
    was, now = told(old, "freshness"), told(new, "freshness")
    if was == now:
        yield from ()
    elif mapping(was) and not mapping(now):
        yield say("changes-freshness", f"{whose} does not have to be fresh any more", path)
    elif now is None and "freshness" in new and "freshness" not in old:
        yield say("changes-freshness", f"{whose} is taken out of what has to be fresh", path)
    else:
        yield from bounds(path, whose, mapping(was), mapping(now))
    yield from loaded_at(path, whose, told(old, "loaded_at_field"), told(new, "loaded_at_field"))


def told(entry: Mapping[str, Any], key: str) -> Any:
    """Beside `config` or in it."""
    return entry.get(key, mapping(entry.get("config")).get(key))


def bounds(path: str, whose: str, was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Finding]:
    """`warn_after` and `error_after`; a filter looks at fewer rows."""
    for key in ("warn_after", "error_after"):
        if minutes(now.get(key)) > minutes(was.get(key)):
            yield say("changes-freshness", f"{whose}: {key} is {now.get(key)}, and was {was.get(key)}", path)
    if now.get("filter") not in (None, was.get("filter")):
        yield say("changes-freshness", f"{whose}: its freshness looks at fewer rows: {now['filter']}", path)


def minutes(bound: Any) -> float:
    """How long; for ever where it is not said, or not so that it can be read."""
    count, period = mapping(bound).get("count"), str(mapping(bound).get("period"))
    return count * MINUTES[period] if isinstance(count, (int, float)) and period in MINUTES else float("inf")


def loaded_at(path: str, whose: str, was: Any, now: Any) -> Iterator[Finding]:
    """The column that tells when a row came. A slip is mended."""
    if was and was != now and not typo(str(was), str(now or "")):
        yield warn("changes-freshness", f"{whose}: loaded_at_field is {now or 'not set'}, and was {was}", path)
