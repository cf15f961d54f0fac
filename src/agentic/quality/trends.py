"""The figures of this run against those of the runs before -> what is out of the ordinary, with its evidence.

One figure (rows, share of nulls): the median and the median absolute deviation of the last runs; 3.5 deviations (scaled by 1.4826) are
out of the ordinary (Iglewicz and Hoaglin, How to Detect and Handle Outliers, 1993). A history that never moved has a deviation of 0, so a
change must be larger than `tolerance` of the median as well.
Categories: the population stability index, sum of (p - q) ln(p / q); above 0.25 the population is another one (Siddiqi, Credit Risk
Scorecards, 2006). Numbers: the largest distance between the two distributions, read from their deciles (Kolmogorov and Smirnov); with
many rows every distance is significant, so it has to be large: 0.15 of all rows.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from statistics import median
from typing import Any, Literal

from agentic.quality.checkpoint import Trends
from agentic.quality.nouns import Trend

DEVIATIONS = 3.5
SCALE = 1.4826
STABLE = 0.25
"""Of the population stability index."""
DISTANCE = 0.15
"""Of Kolmogorov and Smirnov."""
LEAST = 1e-4
"""A share of nothing has no logarithm."""
AHEAD = 24
"""Hours that a value may lie ahead: local times are read as UTC, and clocks differ."""
LEAST_NULLS = 0.01
"""A change of the share of nulls below one in a hundred is never told."""
Kind = Literal["row_count", "freshness", "nulls", "distribution"]
STATUS: Mapping[str, Literal["passed", "failed", "warned", "noted"]] = {"critical": "failed", "warning": "warned", "info": "noted"}  # fmt: skip


def judge_trends(
    asked: Trends, now: Mapping[str, Any], before: Sequence[Mapping[str, Any]], at: datetime
) -> tuple[Trend, ...]:
    """Every trend that the checkpoint asks for. `before`: figures of earlier runs, oldest first."""
    return tuple(found(asked, now, before[-asked.history :], at))


def found(asked: Trends, now: Mapping[str, Any], before: Sequence[Mapping[str, Any]], at: datetime) -> Iterator[Trend]:
    """One after the other."""
    if asked.row_count:
        past = [float(one["row_count"]) for one in before if "row_count" in one]
        yield figure(asked, "row_count", "", float(now["row_count"]), past, 0.0)
    if asked.freshness:
        yield fresh(asked, str(now.get("newest") or ""), at)
    for name in asked.nulls:
        past = [float(one["nulls"][name]) for one in before if name in (one.get("nulls") or {})]
        yield figure(asked, "nulls", name, float(now["nulls"][name]), past, LEAST_NULLS)
    for name in asked.distribution:
        shapes = [one["distribution"][name] for one in before if (one.get("distribution") or {}).get(name)]
        yield distribution(asked, name, (now.get("distribution") or {}).get(name) or {}, shapes)


def figure(asked: Trends, kind: Kind, column: str, value: float, past: Sequence[float], least: float) -> Trend:
    """One number against its own past."""
    of = " of rows" if kind == "row_count" else f" of nulls in {column}"
    what = "the number" if kind == "row_count" else "the share"
    if len(past) < asked.minimum:
        return early(asked, kind, column, value, past)
    middle = median(past)
    spread = SCALE * median(abs(one - middle) for one in past)
    room = max(DEVIATIONS * spread, asked.tolerance * abs(middle), least)
    expected = f"{middle - room:,.6g} to {middle + room:,.6g}"
    if abs(value - middle) <= room:
        return Trend(
            kind, column, asked.severity, "passed", f"{what}{of} is {value:,.10g}", value, expected, tuple(past)
        )
    words = f"{what}{of} is {value:,.10g}; the last {len(past)} runs let expect {expected} (median {middle:,.10g})"
    return Trend(kind, column, asked.severity, STATUS[asked.severity], words, value, expected, tuple(past))


def fresh(asked: Trends, newest: str, at: datetime) -> Trend:
    """The age of the newest value; needs no history."""
    assert asked.freshness is not None  # noqa: S101 (asked by found)
    column, hours = asked.freshness.column, asked.freshness.hours
    expected = f"at most {hours:g} hours"
    if not newest:
        words = f"{column} has no value that is a time: nobody can tell how fresh the data is"
        return Trend("freshness", column, asked.severity, STATUS[asked.severity], words, None, expected)
    age = (at.astimezone(UTC) - datetime.fromisoformat(newest)).total_seconds() / 3600
    words = f"the newest {column} is {newest}, {age:,.1f} hours old; {expected}"
    if age < -AHEAD:
        words += "; it lies in the future, so that nobody can tell how fresh the data is"
    status = STATUS[asked.severity] if age > hours or age < -AHEAD else "passed"
    return Trend("freshness", column, asked.severity, status, words, round(age, 3), expected)


def distribution(asked: Trends, column: str, now: Mapping[str, Any], past: Sequence[Mapping[str, Any]]) -> Trend:
    """Numbers by their deciles, everything else by its shares."""
    numbers = "deciles" in now
    alike = [one for one in past if ("deciles" in one) is numbers]
    if not now and len(past) >= asked.minimum:
        words = f"{column} has no value that a distribution could be told by; the last {len(past)} runs had"
        return Trend("distribution", column, asked.severity, STATUS[asked.severity], words)
    if len(alike) < asked.minimum or not now:
        return early(asked, "distribution", column, None, [float(one.get("mean", 0)) for one in alike])
    value, *usual = parted_by([now, *alike], alike, numbers)
    limit, name = (DISTANCE, "distance (Kolmogorov-Smirnov)") if numbers else (STABLE, "population stability index")
    words = f"the distribution of {column}: {name} {value:.3f} to the last {len(alike)} runs, {limit:g} is the limit"
    if numbers:
        words += f"; mean {now['mean']:,.6g}, before {median(one['mean'] for one in alike):,.6g}"
    status = STATUS[asked.severity] if value > limit else "passed"
    evidence = tuple(round(one, 4) for one in usual)
    return Trend("distribution", column, asked.severity, status, words, round(value, 6), f"at most {limit:g}", evidence)


def parted_by(shapes: Sequence[Mapping[str, Any]], usual: Sequence[Mapping[str, Any]], numbers: bool) -> list[float]:
    """How far each is from what is usual."""
    if numbers:
        middle = usual_deciles(usual)
        return [distance(one["deciles"], middle) for one in shapes]
    shares = usual_shares(usual)
    return [stability(one, shares) for one in shapes]


def early(asked: Trends, kind: Kind, column: str, value: float | None, past: Sequence[float]) -> Trend:
    """Nothing is said before there is something to say it by."""
    words = f"{len(past)} of {asked.minimum} runs are there that {kind} {column}".rstrip() + " is held against"
    return Trend(kind, column, asked.severity, "too early", words, value, "", tuple(past))


def usual_deciles(past: Sequence[Mapping[str, Any]]) -> list[float]:
    """The median of each decile."""
    return [median(one["deciles"][number] for one in past) for number in range(len(past[0]["deciles"]))]


def distance(deciles: Sequence[float], other: Sequence[float]) -> float:
    """The largest gap between the two distributions, looked for at the deciles of both."""
    there = (gap(other, deciles, number) for number in range(len(other)))
    here = (gap(deciles, other, number) for number in range(len(deciles)))
    return max(*there, *here)


def gap(here: Sequence[float], there: Sequence[float], number: int) -> float:
    """How far `there` is from `here` at one of its deciles. A value that stands for many deciles is met by any of them."""
    low, high = share_below(there, here[number])
    own = [place / (len(here) - 1) for place, value in enumerate(here) if value == here[number]]
    return max(0.0, low - own[-1], own[0] - high)


def share_below(deciles: Sequence[float], value: float) -> tuple[float, float]:
    """The share of rows below a value, and that of rows up to it."""
    steps = len(deciles) - 1
    same = [place / steps for place, one in enumerate(deciles) if one == value]
    if same:
        return same[0], same[-1]
    place = sum(one < value for one in deciles)
    if place in (0, len(deciles)):
        return (0.0, 0.0) if place == 0 else (1.0, 1.0)
    low, high = deciles[place - 1], deciles[place]
    share = (place - 1 + (value - low) / (high - low)) / steps
    return share, share


def usual_shares(past: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """The mean share of each category; what was not among the commonest then counts as nothing."""
    names = {name for one in past for name in one["shares"]}
    return {name: sum(one["shares"].get(name, 0.0) for one in past) / len(past) for name in names}


def stability(now: Mapping[str, Any], usual: Mapping[str, float]) -> float:
    """The population stability index; categories beyond the commonest are one."""
    shares: Mapping[str, float] = now["shares"]
    names = {*shares, *usual}
    pairs = [(shares.get(name, 0.0), usual.get(name, 0.0)) for name in names]
    pairs.append((max(0.0, 1 - sum(shares.values())), max(0.0, 1 - sum(usual.values()))))
    return sum((max(p, LEAST) - max(q, LEAST)) * math.log(max(p, LEAST) / max(q, LEAST)) for p, q in pairs)
