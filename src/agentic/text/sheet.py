"""Rows -> CSV that a spreadsheet shows and does not carry out."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import StringIO

Row = tuple[str, ...]
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for a formula at the start of a cell."""


def as_csv(heads: Row, lines: Iterable[Row]) -> str:
    """RFC 4180, with the line ends of this system's files. No cell is a formula, whoever wrote its words."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows(tuple(harmless(cell) for cell in line) for line in lines)
    return text.getvalue()


def harmless(cell: str) -> str:
    """A spreadsheet shows it, and does not carry it out."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
