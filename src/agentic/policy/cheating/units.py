"""Unit tests, before and after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from agentic.policy.cheating.alike import closest, typo
from agentic.policy.cheating.config import milder, slips_only
from agentic.policy.cheating.known import mapping
from agentic.policy.cheating.rules import say, warn
from agentic.policy.cheating.sheet import maps, named
from agentic.values import Finding

Files = Iterable[tuple[str, Any]]
DEMANDED = ("given", "expect", "overrides")


def weaker_units(before: Files, after: Files) -> Iterator[Finding]:
    """Each has to be there, with the same rows given and expected."""
    old, new = units(before), units(after)
    for name, (path, unit) in old.items():
        match = name if name in new else closest(name, new.keys() - old.keys())
        if match:
            yield from changed(new[match][0], match, unit, new[match][1])
        else:
            yield say("removes-a-test", f"the unit test {name} is gone", path)


def units(files: Files) -> dict[str, tuple[str, Mapping[str, Any]]]:
    """Name -> (path, unit test)."""
    return {named(one): (path, one) for path, said in files for one in maps(mapping(said).get("unit_tests"))}


def changed(path: str, name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Finding]:
    """Rows are what it demands; a name in them may have had a slip."""
    whose = f"the unit test {name}"
    yield from milder(path, whose, mapping(old.get("config")), mapping(new.get("config")))
    if str(old.get("model")) != str(new.get("model")) and not typo(str(old.get("model")), str(new.get("model"))):
        yield say("weakens-a-test", f"{whose} is about another model: {new.get('model')}", path)
    for part in DEMANDED:
        if old.get(part) != new.get(part):
            yield from rows(path, f"{whose}: {part}", old.get(part), new.get(part))


def rows(path: str, what: str, was: Any, now: Any) -> Iterator[Finding]:
    """The same values under names that had a slip, under other names, or other values."""
    if Counter(values(was)) != Counter(values(now)):
        if not slips_only(" ".join(inputs(was)), " ".join(inputs(now))) or Counter(values(was, False)) != Counter(
            values(now, False)
        ):
            yield say("weakens-a-test", f"{what} is another than before", path)
    elif not slips_only(str(was), str(now)):
        yield warn("weakens-a-test", f"{what} has other names than before", path)


def values(said: Any, with_inputs: bool = True) -> Iterator[str]:
    """All values, without the names of columns."""
    if isinstance(said, dict):
        yield from (
            one for key, value in said.items() if with_inputs or key != "input" for one in values(value, with_inputs)
        )
    elif isinstance(said, list):
        yield from (one for value in said for one in values(value, with_inputs))
    else:
        yield repr(said)


def inputs(said: Any) -> Iterator[str]:
    """What rows are given for."""
    yield from (str(one.get("input")) for one in maps(said))
