"""Claims -> those that cannot both be true."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from agentic.specs.figures.claim import Claim
from agentic.specs.figures.words import GLOBAL, SETTINGS
from agentic.values.noun import Noun

ORDER = {folder: place for place, folder in enumerate(("requirements", "design", "context", "standards", "tasks"))}
"""Who is believed first, where one figure stands against one other."""
ROUGH = 0.15
"""How far `about 300,000` may be from what was counted."""
EVERYWHERE = GLOBAL - {"retry", "attempt", "latency", "backfill", "coverage"}
"""What two tasks may not see differently."""
MANY = 300
"""More long claims than these are compared by equal words alone, so that time does not grow with their square."""


class Clash(Noun, frozen=True):
    """Two claims of which one must be wrong."""

    here: Claim
    there: Claim


def clashes(claims: Sequence[Claim]) -> Iterator[Clash]:
    """Every claim that contradicts what is believed, once."""
    said: set[tuple[str, int]] = set()
    for group in groups(claims):
        for clash in among(group):
            if (clash.here.path, clash.here.line) not in said:
                said.add((clash.here.path, clash.here.line))
                yield clash


def groups(claims: Sequence[Claim]) -> Iterator[list[Claim]]:
    """Claims of the same thing in the same dimension; also those of which one says the same with a few words more."""
    same: dict[tuple[object, ...], list[Claim]] = defaultdict(list)
    for one in claims:
        if one.kind != "weak":
            same[one.amount.dimension, one.repeated, one.kind, one.about].append(one)
    yield from (group for group in same.values() if len(group) > 1)
    long = [one for one in claims if len(one.about) > 2 and one.folder != "tasks" and one.kind != "weak"]
    for place, one in enumerate(long[:MANY]):
        for other in long[:place]:
            if nearly_same(one, other):
                yield [other, one]


def nearly_same(one: Claim, other: Claim) -> bool:
    """All words of the shorter claim, and at most a quarter more."""
    shorter, longer = sorted((one.about, other.about), key=len)
    return (
        one.about != other.about
        and shorter < longer
        and len(shorter) >= 0.75 * len(longer)
        and (one.amount.dimension, one.repeated, one.kind) == (other.amount.dimension, other.repeated, other.kind)
    )


def among(group: list[Claim]) -> Iterator[Clash]:
    """The claims of a group that differ from the one that is believed."""
    often = Counter((one.amount.low, one.amount.high) for one in group)
    ranked = sorted(group, key=lambda one: (-often[one.amount.low, one.amount.high], ORDER.get(one.folder, 9), one.path, one.line))
    for place, one in enumerate(ranked):
        there = next((other for other in ranked[:place] if contradict(one, other)), None)
        if there:
            yield Clash(one, there)


def contradict(one: Claim, other: Claim) -> bool:
    """Said of the same thing, and not both true."""
    return comparable(one, other) and differ(one, other)


def comparable(one: Claim, other: Claim) -> bool:
    """Of the same layer, dataset, environment, condition; and not two rows or sections of one document."""
    if one.apart != other.apart or (one.tools and other.tools and not one.tools & other.tools):
        return False
    if one.path == other.path:
        return one.line != other.line and not siblings(one, other)
    return not (one.folder == other.folder == "tasks") or bool(one.about & EVERYWHERE)


def siblings(one: Claim, other: Claim) -> bool:
    """Two rows of a table, or two sections that each have figures of their own."""
    if one.table and one.table == other.table:
        return True
    if one.section == other.section:
        return False
    return one.is_record or other.is_record or (len(one.about) < 2 and not one.about & GLOBAL)


def differ(one: Claim, other: Claim) -> bool:
    """Do the amounts exclude each other?"""
    first, second = one.amount, other.amount
    if (first.low == first.high) != (second.low == second.high):
        return False
    if "about" in (one.bound, other.bound):
        return not first.equals(second, ROUGH)
    if first.equals(second) or (one.kind == "fact" and is_rounded(one, other)):
        return False
    bounds = {one.bound, other.bound}
    if len(bounds) == 1 or one.about & SETTINGS:
        return bounds != {"most", "least"}
    return excludes(one, other) or excludes(other, one)


def excludes(exact: Claim, bound: Claim) -> bool:
    """`5 days` against `at most 3 days`; `2 days` fit, unless they are what somebody asks for."""
    if exact.bound or bound.bound not in ("most", "least"):
        return False
    if exact.promised or (exact.folder == "requirements" != bound.folder):
        return True
    return exact.amount.high > bound.amount.high if bound.bound == "most" else exact.amount.low < bound.amount.low


def is_rounded(one: Claim, other: Claim) -> bool:
    """337,000 is 336,776 for somebody who does not need the last digits."""
    rough, exact = sorted((one.amount.low, other.amount.low), key=zeros, reverse=True)
    digits = zeros(rough)
    return digits >= 1 and round(exact, -digits) == rough


def zeros(value: float) -> int:
    """How many zeros end it."""
    text = f"{value:.0f}" if value == int(value) else ""
    return len(text) - len(text.rstrip("0"))


def places(found: Iterable[Claim]) -> list[str]:
    """`path:line` of each, for tests and for people who look into it."""
    return [f"{one.path}:{one.line}" for one in found]
