"""Claims -> those that cannot both be true."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from agentic.specs.figures.claim import Claim
from agentic.specs.figures.words import GLOBAL, LESS, MORE, RESOURCES, SETTINGS
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
    for clash in (*(clash for group in groups(claims) for clash in among(group)), *slips(claims)):
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
    """The claims of a group that differ from one that is believed more."""
    if len({(one.amount.low, one.amount.high) for one in group}) < 2:
        return
    kinds: dict[tuple[object, ...], list[Claim]] = {}
    several = varied(group)
    for one in ranked(group)[:MANY]:
        there = next((other for same in kinds.values() for other in same if contradict(one, other, several)), None)
        # Three of a kind stand for all: five hundred tasks may say the same.
        same = kinds.setdefault(
            (one.amount.low, one.amount.high, one.bound, one.apart, one.tools, one.folder == "tasks"), []
        )
        if len(same) < (3 if one.folder == "tasks" else 20):
            same.append(one)
        if there:
            yield Clash(one, there)


def ranked(group: Sequence[Claim]) -> list[Claim]:
    """What is said most often first, then by folder."""
    often = Counter((one.amount.low, one.amount.high) for one in group)
    return sorted(
        group, key=lambda one: (-often[one.amount.low, one.amount.high], ORDER.get(one.folder, 9), one.path, one.line)
    )


def varied(group: Iterable[Claim]) -> frozenset[str]:
    """Documents with several figures of this, one for each of several things: a timeout for each of two jobs."""
    paths: dict[str, list[Claim]] = defaultdict(list)
    for one in group:
        paths[one.path].append(one)
    return frozenset(
        path
        for path, own in paths.items()
        if any(
            siblings(one, other) and one.amount != other.amount
            for place, one in enumerate(own[:20])
            for other in own[:place]
        )
    )


def contradict(one: Claim, other: Claim, several: Collection[str]) -> bool:
    """Said of the same thing, and not both true. `several`: documents in which one has to look of what it is said."""
    if not comparable(one, other) or not differ(one, other):
        return False
    return all(
        first.path not in several or first.path == second.path or first.scope & second.context
        for first, second in ((one, other), (other, one))
    )


def comparable(one: Claim, other: Claim) -> bool:
    """Of the same layer, dataset, environment, condition; and not two rows or sections of one document."""
    if one.apart != other.apart or (one.tools and other.tools and not one.tools & other.tools):
        return False
    if one.about & RESOURCES and not any(
        two.is_sheet or two.promised or two.bound in ("most", "least") for two in (one, other)
    ):
        # What a machine has, what it needs and what was measured are told of in the same words.
        return False
    if one.path == other.path:
        return one.line != other.line and not siblings(one, other)
    return not (one.folder == other.folder == "tasks") or bool(one.about & EVERYWHERE)


def siblings(one: Claim, other: Claim) -> bool:
    """Two rows of a table, or two sections that each have figures of their own."""
    if one.table and one.table == other.table:
        return True
    if one.section == other.section:
        return one.is_item and other.is_item and not one.about & (GLOBAL | SETTINGS)
    return one.is_record or other.is_record or (len(one.about) < 2 and not one.about & GLOBAL)


def differ(one: Claim, other: Claim) -> bool:
    """Do the amounts exclude each other?"""
    first, second = one.amount, other.amount
    if (first.low == first.high) != (second.low == second.high):
        return False
    if "about" in (one.bound, other.bound):
        return not first.equals(second, ROUGH)
    if first.equals(second) or is_rounded(one, other):
        return False
    bounds = {one.bound, other.bound}
    if is_alarm(one) != is_alarm(other):
        return False
    if len(bounds) == 1 or one.about & SETTINGS:
        return bounds != {"most", "least"} and (one.promised == other.promised or not reached(one, other))
    return excludes(one, other) or excludes(other, one)


def is_alarm(claim: Claim) -> bool:
    """`latency > 10 minutes` is when somebody is called, and no promise."""
    return bool((claim.bound == "least" and claim.about & LESS) or (claim.bound == "most" and claim.about & MORE))


def reached(one: Claim, other: Claim) -> bool:
    """What is reached may be better than what was promised."""
    if one.bound or other.bound:
        return False
    promised, real = (one, other) if one.promised else (other, one)
    if promised.about & MORE:
        return real.amount.low >= promised.amount.low
    return bool(promised.about & LESS) and real.amount.high <= promised.amount.high


def excludes(exact: Claim, bound: Claim) -> bool:
    """`5 days` against `at most 3 days`; `2 days` fit, unless they are what somebody asks for."""
    if exact.bound or bound.bound not in ("most", "least"):
        return False
    if exact.promised or (exact.folder == "requirements" != bound.folder) or states(exact, bound):
        return True
    return exact.amount.high > bound.amount.high if bound.bound == "most" else exact.amount.low < bound.amount.low


def states(exact: Claim, bound: Claim) -> bool:
    """`Freshness: 24 hours` in the data context is what others hold to."""
    return (
        exact.folder == "context"
        and bound.folder not in ("requirements", "context")
        and bool(exact.about & (GLOBAL | LESS | MORE))
    )


def is_rounded(one: Claim, other: Claim) -> bool:
    """337,000 is 336,776 for somebody who does not need the last digits, and 299 ms are 298.77."""
    if one.amount.unit != other.amount.unit or one.amount.dimension == "share":
        return False
    two = (number(one.amount.shown), number(other.amount.shown))
    if two[0] % 1 or two[1] % 1:
        rough, exact = sorted(two, key=lambda value: value % 1 > 0)
        return rough >= 10 and round(exact) == rough
    rough, exact = sorted(two, key=zeros, reverse=True)
    return one.kind == "fact" and zeros(rough) >= 1 and round(exact, -zeros(rough)) == rough


def number(shown: str) -> float:
    """What stands in front of the unit."""
    found = re.search(r"\d[\d,_]*(?:\.\d+)?", shown)
    return float(re.sub(r"[,_]", "", found[0])) if found else 0.0


def zeros(value: float) -> int:
    """How many zeros end it."""
    text = f"{value:.0f}" if value == int(value) else ""
    return len(text) - len(text.rstrip("0"))


def slips(claims: Sequence[Claim]) -> Iterator[Clash]:
    """336,776 and 336,767 flights: long figures of one thing that differ by one slip of the hand."""
    long = [
        one
        for one in claims
        if one.amount.dimension == "count" and is_long(one.amount.low) and one.amount.low == one.amount.high
    ]
    believed: dict[tuple[float, frozenset[str]], Claim] = {}
    for one in ranked(long):
        if (one.amount.low, one.about) in believed or len(believed) > MANY:
            continue
        if there := next((other for other in believed.values() if is_slip(one, other)), None):
            yield Clash(one, there)
        believed[one.amount.low, one.about] = one


def is_long(value: float) -> bool:
    """Long and exact: nobody writes it twice by chance."""
    return value >= 10_000 and value == int(value) and value % 100 != 0


def is_slip(one: Claim, other: Claim) -> bool:
    """One digit is another, or two neighbours changed places; one row more or less is a row, and no slip."""
    first, second = f"{one.amount.low:.0f}", f"{other.amount.low:.0f}"
    if len(first) != len(second) or abs(int(first) - int(second)) <= 2 or not one.about & other.about:
        return False
    if one.path == other.path and (one.line == other.line or one.table == other.table > 0):
        return False
    apart = [place for place, (left, right) in enumerate(zip(first, second, strict=True)) if left != right]
    swapped = (
        len(apart) == 2
        and apart[1] == apart[0] + 1
        and first[apart[0]] == second[apart[1]]
        and first[apart[1]] == second[apart[0]]
    )
    return len(apart) == 1 or swapped
