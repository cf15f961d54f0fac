"""How findings, counts and money are written on the screen: in one form, whichever command says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agentic.values import Finding


def told(finding: Finding) -> str:
    """`path:line: error[AGT020] message`."""
    where = place(finding)
    return f"{where}{': ' if where else ''}{finding.severity}[{finding.code}] {finding.message}"


def with_fix(finding: Finding) -> str:
    """The same, and what to do now where that is known."""
    return f"{told(finding)}\n  fix: {finding.fix}" if finding.fix else told(finding)


def place(finding: Finding) -> str:
    """`path:line`, as far as it is known."""
    return f"{finding.path}:{finding.line}" if finding.path and finding.line else finding.path


def some(number: int, noun: str) -> str:
    """`1 error`, `2 errors`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def dollars(micro_usd: int | None, unknown: str = "unknown") -> str:
    """`$1.2000`; what is not known is said so, and is never 0."""
    return unknown if micro_usd is None else f"${micro_usd / 1_000_000:.4f}"
