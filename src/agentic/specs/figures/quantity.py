"""`7 years`, `99.9 %`, `336,776`, `three`: a number with its unit, so that equal amounts are equal."""

from __future__ import annotations

import re

from agentic.values.noun import Noun

WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "sixty": 60, "ninety": 90, "hundred": 100,
}  # fmt: skip
SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "mio": 1e6, "bn": 1e9, "billion": 1e9}
HOUR, DAY = 3600.0, 86_400.0
UNITS: dict[str, tuple[str, float]] = {
    **dict.fromkeys(("ms", "millisecond", "milliseconds"), ("time", 0.001)),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), ("time", 1.0)),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), ("time", 60.0)),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), ("time", HOUR)),
    **dict.fromkeys(("d", "day", "days"), ("time", DAY)),
    **dict.fromkeys(("week", "weeks"), ("time", 7 * DAY)),
    **dict.fromkeys(("month", "months"), ("time", 365.25 / 12 * DAY)),
    **dict.fromkeys(("year", "years", "yr", "yrs"), ("time", 365.25 * DAY)),
    **dict.fromkeys(("byte", "bytes"), ("size", 1.0)),
    **dict.fromkeys(("kb", "kib", "kilobytes"), ("size", 1e3)),
    **dict.fromkeys(("mb", "mib", "megabyte", "megabytes"), ("size", 1e6)),
    **dict.fromkeys(("gb", "gib", "gigabyte", "gigabytes"), ("size", 1e9)),
    **dict.fromkeys(("tb", "tib", "terabyte", "terabytes"), ("size", 1e12)),
    **dict.fromkeys(("pb", "pib"), ("size", 1e15)),
    **dict.fromkeys(("%", "percent", "per cent", "pct"), ("share", 1.0)),
    **dict.fromkeys(("usd", "dollar", "dollars", "$"), ("usd", 1.0)),
    **dict.fromkeys(("eur", "euro", "euros", "€"), ("eur", 1.0)),
    **dict.fromkeys(("times",), ("count", 1.0)),
}
NUMBER = r"(?:\d{1,3}(?:[,_’'\u00a0\u202f]\d{3}){1,4}|\d{1,15})(?:\.\d{1,9})?"
LONG = "|".join(sorted((unit for unit in UNITS if unit.isalpha() or " " in unit), key=len, reverse=True))
PATTERN = (
    rf"(?<![\w.,:/\#@$€-])(?:(?P<money>[$€])\s?)?(?:(?P<low>{NUMBER})(?:\s?(?P<scale>k|K|M|mio|bn|thousand|million|billion)\b)?"
    rf"(?:\s*(?:-|–|—|\.\.\.?|\bto\b)\s*(?P<high>{NUMBER}))?|(?P<word>\b(?i:{'|'.join(WORDS)})\b))"
    rf"(?P<unit>\s?%|[\s-]?(?i:{LONG})\b)?(?![\w]|[.:/]\d|-\d|,\d)"
)
"""No version, date, time of day or id: those have more digits or letters on either side."""
QUANTITY = re.compile(PATTERN)
YEARS = (1900.0, 2100.0)


class Quantity(Noun, frozen=True):
    """An amount."""

    low: float
    high: float
    """Equal to `low` unless it is a range."""
    dimension: str
    """time, size, share, usd, eur, or count where there is no unit."""
    unit: str
    shown: str
    """As it stands in the text."""
    is_word: bool = False
    """`three` and not 3."""

    @property
    def is_year(self) -> bool:
        """2013 is a year and not two thousand things."""
        return self.dimension == "count" and YEARS[0] <= self.low <= YEARS[1] and self.shown.isdigit()

    def equals(self, other: Quantity, slack: float = 1e-9) -> bool:
        """The same amount; months and days, or GB and MiB, need not fit to the last digit."""
        allowed = slack if self.unit == other.unit else max(slack, 0.03)
        return all(
            abs(one - two) <= allowed * max(abs(one), abs(two))
            for one, two in ((self.low, other.low), (self.high, other.high))
        )


def quantity(found: re.Match[str], unit: str = "") -> Quantity:
    """From a match of QUANTITY. `unit`: what a label in front says, such as `timeout (s)`."""
    written = (found["money"] or found["unit"] or "").strip(" -\u00a0").lower() or unit
    dimension, factor = UNITS.get(written, ("count", 1.0))
    scale = SCALES[found["scale"].lower()] if found["scale"] else 1.0
    if found["word"]:
        low = high = float(WORDS[found["word"].lower()])
    else:
        low = number(found["low"])
        high = number(found["high"]) if found["high"] else low
    return Quantity(
        low * scale * factor, high * scale * factor, dimension, written, " ".join(found[0].split()), bool(found["word"])
    )


def number(text: str) -> float:
    """Without what parts its thousands."""
    return float(re.sub(r"[,_’'\u00a0\u202f]", "", text))
