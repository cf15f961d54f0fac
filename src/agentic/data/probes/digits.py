"""JSON whose numbers keep every digit: a float where it says the same number, else the digits as they came."""

import json
import math
from decimal import Decimal

SURE = 15
"""Digits that every float keeps."""
MOST = 800
"""More significant digits than any float has."""


class Digits(str):
    """A number that no float is. A word, since DuckDB, too, makes floats of the fractions that stand in JSON."""

    __slots__ = ()


def parsed(text):
    """A text of JSON as Python's values."""
    return json.loads(text, parse_float=number)


def written(value):
    """The other way round, for a value by itself: a number stays one."""
    return str(value) if isinstance(value, Digits) else json.dumps(value)


def number(text):
    """0.10000000000000001 is a float, as C writes it; 12345678901234567.89 and 1e400 are none."""
    value = float(text)
    if len(text) <= SURE and "e" not in text and "E" not in text:
        return value
    return value if says_the_same(text, value) else Digits(text)


def says_the_same(text, value):
    """Is that float the number that was written? By its shortest digits, or by as many digits as were written."""
    if not math.isfinite(value):
        return False
    try:
        exact = Decimal(text)
    except ArithmeticError:  # an exponent beyond all measure
        return False
    places = len(exact.as_tuple().digits)
    return places <= MOST and exact in (Decimal(repr(value)), Decimal(f"{value:.{places - 1}e}"))


def is_float(whole):
    """Is there a float that is this whole number? Below 1e21 JavaScript and Go write a float's shortest digits, then zeros."""
    value = float(whole)
    return says_the_same(str(whole), value) if abs(whole) < 10**21 else int(value) == whole
