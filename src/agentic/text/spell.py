"""Numbers as people read them."""

from __future__ import annotations


def clock(milliseconds: int) -> str:
    """`0.05 s`, `41.2 s`, `4 min 26 s`, `1 h 5 min`: as exactly as anybody wants to know."""
    seconds = milliseconds // 1000
    if seconds < 60:
        return f"{milliseconds / 1000:.{2 if milliseconds < 1000 else 1}f} s"
    minutes, rest = divmod(seconds, 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
