"""A source as measured. Of a column that may speak of people, values are shapes: letters as x, digits as 9."""

from __future__ import annotations

from typing import Literal

from agentic.values.noun import Noun


class ValueCount(Noun, frozen=True):
    """One value, and in how many rows."""

    value: str
    rows: int


class Shape(Noun, frozen=True):
    """`AA-9999`: capital letters as A, small ones as a, digits as 9."""

    shape: str
    rows: int
    of: int
    """Rows of the sample that have a value."""


class Suspect(Noun, frozen=True):
    """Why a column may speak of people."""

    kind: str
    by: Literal["values", "name"]
    """name: weaker evidence."""
    share: float = 0.0
    of: int = 0
    """Rows of the sample that have a value."""
    checksum: str = ""
    """The checksum that the values pass: Luhn, mod 97."""
    masked: tuple[str, ...] = ()


class ColumnProfile(Noun, frozen=True):
    """One column."""

    name: str
    type: str
    group: Literal["number", "text", "time", "boolean", "other"]
    present: int
    missing: int
    distinct: int | None = None
    """None: lists and structs are not counted."""
    distinct_exact: bool = False
    """False: by HyperLogLog, up to a third off."""
    least: str | None = None
    greatest: str | None = None
    mean: float | None = None
    quartiles: tuple[float, ...] = ()
    quartiles_of: int = 0
    """Rows that they were taken from."""
    shortest: int | None = None
    longest: int | None = None
    values: tuple[ValueCount, ...] = ()
    """The most frequent ones, counted on all rows."""
    complete: bool = False
    """Those are all values that there are."""
    shapes: tuple[Shape, ...] = ()
    regex: str = ""
    """Every value on all rows fits it."""
    format: str = ""
    """`e-mail`, `UUID`, `IBAN`, ..."""
    format_rows: int = 0
    """How many of all rows have it; where a checksum belongs to the format, the form alone is counted."""
    format_regex: str = ""
    looks_like: str = ""
    """A text of which nearly all values are numbers or dates."""
    looks_like_rows: int = 0
    unreal: int = 0
    """NaN and the infinite."""
    days: int | None = None
    """Days on which there is a row."""
    span: int | None = None
    """Days from the first to the last."""
    suspect: Suspect | None = None
    detailed: bool = True
    """False: a very wide table; only the first columns were looked at closely."""


class Key(Noun, frozen=True):
    """Columns that name one row, without one that is not needed."""

    columns: tuple[str, ...]
    rows: int
    """So many rows, and as many distinct values."""


class ForeignKey(Noun, frozen=True):
    """A column whose values are keys of another table."""

    table: str
    column: str
    to_table: str
    to_column: str
    rows: int
    orphans: int
    used: int
    """Keys that are pointed to."""
    of: int
    """Keys that there are."""
    strength: Literal["strong", "weak"]
    reason: str


class Issue(Noun, frozen=True):
    """Something odd, with its evidence."""

    kind: str
    """`constant`, `empty column`, `outliers`, `sentinel`, `text that is a number`, `skew`, `gap in time`, ..."""
    column: str
    """Empty: about the whole table."""
    rows: int
    share: float
    evidence: str


class SuggestedRule(Noun, frozen=True):
    """A quality rule in the grammar of requirements, and the figure behind it."""

    text: str
    figure: str


class TableProfile(Noun, frozen=True):
    """One table, file, or files of one source."""

    name: str
    shown: str
    kind: Literal["files", "warehouse", "lake", "postgresql"]
    format: str
    files: int
    bytes: int
    rows: int
    rows_measured: int
    """Less than rows: a sample was asked for, and every figure is about the sample."""
    unread: int
    """Lines of a file that are no rows."""
    unread_why: str
    sample_rows: int
    """Rows from which shapes and quartiles were taken."""
    columns: tuple[ColumnProfile, ...]
    keys: tuple[Key, ...] = ()
    issues: tuple[Issue, ...] = ()
    rules: tuple[SuggestedRule, ...] = ()
    milliseconds: int = 0

    @property
    def is_sample(self) -> bool:
        """Was only a part looked at?"""
        return self.rows_measured < self.rows


class Profile(Noun, frozen=True):
    """What one run has measured."""

    at: str
    command: str
    tables: tuple[TableProfile, ...]
    foreign_keys: tuple[ForeignKey, ...] = ()
    document: str = ""
    """Where it was written; empty: nowhere."""
    suites: tuple[str, ...] = ()
