"""Tests that YAML demanded, and those that it demands now -> which are gone or weaker."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from agentic.policy.cheating.alike import typo
from agentic.policy.cheating.config import milder, slips_only
from agentic.policy.cheating.demands import Demand
from agentic.policy.cheating.known import Known
from agentic.policy.cheating.rules import say, warn
from agentic.values import Finding
from agentic.values.noun import Noun

BUILT_IN = ("unique", "not_null", "accepted_values", "relationships")
CONDITIONS = ("row_condition", "where", "ignore_row_if", "exclude_columns", "quote_columns")
"""Arguments without which a test looks at more rows."""
COLUMNS = re.compile(r"(?:^|_)columns?(?:_|$)")
"""Arguments that name columns: a slip in them is no threshold."""
LOWEST, HIGHEST = re.compile(r"(?:^|_)(?:min|from|at_least)(?:_|$)"), re.compile(r"(?:^|_)(?:max|to|at_most)(?:_|$)")


class Around(Noun, frozen=True):
    """What else is known when tests are compared."""

    base: Known
    columns: Callable[[str], frozenset[str]]
    """model -> its columns; none where its SQL does not tell them all."""
    renamed: frozenset[tuple[str, str]] = frozenset()
    """Models whose file the fix renames."""


def weaker(before: Iterable[Demand], after: Iterable[Demand], around: Around) -> Iterator[Finding]:
    """Each test that was there has to be there, as strict as it was."""
    left, come = apart(tuple(before), tuple(after))
    waiting = list(come)
    for one in left:
        match = next((found for kind in MATCHES for found in waiting if kind(one, found)), None)
        if match is None:
            yield say("removes-a-test", f"the test {one.title} is gone", one.path)
        else:
            waiting.remove(match)
            yield from changed(one, match, around)


def apart(before: Sequence[Demand], after: Sequence[Demand]) -> tuple[list[Demand], list[Demand]]:
    """Those that only one side has; what is the same in both is left out, as often as it is there."""
    old, new = Counter(map(key, before)), Counter(map(key, after))
    return list(once(before, old - new)), list(once(after, new - old))


def once(found: Iterable[Demand], wanted: Counter[str]) -> Iterator[Demand]:
    """As many of each as are wanted."""
    for one in found:
        if wanted[key(one)] > 0:
            wanted[key(one)] -= 1
            yield one


def key(one: Demand) -> str:
    """Everything but the file."""
    return json.dumps(
        [one.owner, one.column, one.name, texts(one.arguments), texts(one.config)], sort_keys=True, default=str
    )


def texts(value: Any) -> Any:
    """Keys as text: YAML has others, too, and they cannot be sorted."""
    if isinstance(value, Mapping):
        return {str(name): texts(one) for name, one in value.items()}
    return [texts(one) for one in value] if isinstance(value, list) else value


def same(one: Demand, other: Demand) -> bool:
    """About the same, but for how strict."""
    return (one.owner, one.column.lower(), one.name) == (other.owner, other.column.lower(), other.name)


def other_name(one: Demand, other: Demand) -> bool:
    """The test's name had a slip."""
    return (one.owner, one.column) == (other.owner, other.column) and typo(bare(one.name), bare(other.name))


def bare(name: str) -> str:
    """Without the package."""
    return name.rsplit(".", 1)[-1]


def other_column(one: Demand, other: Demand) -> bool:
    """The same test of another column: nearest names first."""
    return (one.owner, one.name) == (other.owner, other.name) and typo(one.column, other.column)


def any_column(one: Demand, other: Demand) -> bool:
    """The same test of any other column."""
    return (one.owner, one.name, one.arguments) == (other.owner, other.name, other.arguments)


def other_owner(one: Demand, other: Demand) -> bool:
    """The same test of a relation whose name had a slip."""
    return (one.column, one.name) == (other.column, other.name) and all(
        typo(a, b) for a, b in zip(one.owner.split("."), other.owner.split("."), strict=False)
    )


def any_owner(one: Demand, other: Demand) -> bool:
    """The same test of another relation."""
    return (one.column, one.name, one.arguments) == (other.column, other.name, other.arguments)


MATCHES = (same, other_name, other_column, any_column, other_owner, any_owner)


def changed(old: Demand, new: Demand, around: Around) -> Iterator[Finding]:
    """One test that is there still, otherwise."""
    if old.name != new.name:
        yield from renamed(old, new, around)
    if old.column.lower() != new.column.lower():
        yield from moved_column(old, new, around)
    if old.owner != new.owner:
        yield from moved_owner(old, new, around)
    yield from milder(new.path, f"the test {new.title}", old.config, new.config)
    yield from arguments(old, new, around)


def renamed(old: Demand, new: Demand, around: Around) -> Iterator[Finding]:
    """What dbt knows was no slip."""
    if is_known(old.name, around.base):
        yield say("removes-a-test", f"the test {old.title} is gone, and {new.name} is another one", new.path)
    elif not is_known(new.name, around.base) and around.base.macros:
        yield warn("undecided", f"{new.name} stands in place of {old.name}, and no macro is known for it", new.path)


def is_known(name: str, base: Known) -> bool:
    """Is there such a test?"""
    return name in BUILT_IN or f"test_{bare(name).lower()}" in base.macros


def moved_column(old: Demand, new: Demand, around: Around) -> Iterator[Finding]:
    """A slip is mended. A test of one column is none of another."""
    columns = around.columns(old.owner)
    if not old.column or (columns and old.column.lower() not in columns and new.column.lower() in columns):
        return
    if old.column.lower() in columns or not (typo(old.column, new.column) or columns):
        yield say("weakens-a-test", f"the test {old.title} looks at another column: {new.column or 'none'}", new.path)
    elif not typo(old.column, new.column):
        yield warn("undecided", f"the test {old.title} looks at another column: {new.column}", new.path)


def moved_owner(old: Demand, new: Demand, around: Around) -> Iterator[Finding]:
    """The same for the relation."""
    if (old.owner, new.owner) in around.renamed:
        return
    slip = other_owner(old, new)
    if slip and old.owner.lower() not in around.base.relations:
        return
    told = warn if slip else say
    yield told("removes-a-test", f"the test {old.title} is gone; {new.title} is a test of another relation", new.path)


def arguments(old: Demand, new: Demand, around: Around) -> Iterator[Finding]:
    """Each argument that is another; one whose name had a slip is none."""
    if not old.arguments and old.name in ("accepted_values", "relationships"):
        told = f"the test {old.title} had no arguments, and could not run: {short(dict(new.arguments))}"
        yield warn("weakens-a-test", told, new.path)
        return
    was, now = old.arguments, new.arguments
    left, come = set(was) - set(now), set(now) - set(was)
    slips = {one: other for one in left for other in come if typo(one, other)}
    for one in sorted((left - set(slips)) | (come - set(slips.values()))):
        yield from beside(old, new, one)
    for one, other in sorted({**slips, **{name: name for name in set(was) & set(now)}}.items()):
        yield from argument(old, new, one, was[one], now[other], around)


def beside(old: Demand, new: Demand, name: str) -> Iterator[Finding]:
    """An argument that only one side has. Without a condition a test looks at more."""
    if name == "quote":
        told = f"the test {old.title} compares otherwise: quote is {new.arguments.get(name)}"
        yield warn("weakens-a-test", told, new.path)
    elif not (name in old.arguments and name in CONDITIONS):
        is_gone = "is gone" if name in old.arguments else "is new"
        yield say("weakens-a-test", f"the test {old.title} has another argument: {name} {is_gone}", new.path)


def argument(old: Demand, new: Demand, name: str, was: Any, now: Any, around: Around) -> Iterator[Finding]:
    """One argument with another value."""
    if was == now or stricter(name, was, now):
        return
    message = f"the test {old.title} demands less: {name} is {short(now)}, and was {short(was)}"
    if name == "to" and isinstance(was, str) and isinstance(now, str):
        yield from pointed(message, was, now, new.path, around)
    elif name == "field" and field_is_mended(old, str(was), str(now), around):
        return
    elif not slips_only(str(was), str(now)):
        yield say("weakens-a-test", message, new.path)
    elif not COLUMNS.search(name):
        yield warn("weakens-a-test", message, new.path)


def pointed(message: str, was: str, now: str, path: str, around: Around) -> Iterator[Finding]:
    """`to: ref('custmers')`."""
    old, new = target(was), target(now)
    if old not in around.base.relations and (typo(old, new) or (new in around.base.relations and bool(old))):
        return
    told = warn if typo(old, new) else say
    yield told("weakens-a-test", message, path)


def target(said: str) -> str:
    """`customers` of `ref('customers')`, `shop.orders` of `source('shop', 'orders')`."""
    names = [name for name in re.findall(r"\w+", said.lower()) if name not in ("ref", "source")]
    return ".".join(names) if "source" in said.lower() else names[-1] if names else ""


def field_is_mended(old: Demand, was: str, now: str, around: Around) -> bool:
    """The field was not there, and the other is."""
    columns = around.columns(target(str(old.arguments.get("to", ""))))
    return was.lower() not in columns and now.lower() in columns if columns else typo(was, now)


def stricter(name: str, was: Any, now: Any) -> bool:
    """Fewer values, a higher minimum, a lower maximum."""
    if isinstance(was, list) and isinstance(now, list) and name in ("values", "value_set"):
        return {str(one) for one in now} <= {str(one) for one in was} and bool(now)
    numbers = isinstance(was, (int, float)) and isinstance(now, (int, float)) and not isinstance(was, bool)
    if not numbers or isinstance(now, bool):
        return False
    return (bool(LOWEST.search(name)) and now >= was) or (bool(HIGHEST.search(name)) and now <= was)


def short(value: Any) -> str:
    """As much as a sentence bears."""
    return str(value) if len(str(value)) <= 60 else f"{str(value)[:57]}..."
