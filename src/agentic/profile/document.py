"""A profile -> the part of data_discovery.md that is ours. Between two markers; the words of people around it stay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from unicodedata import category

from agentic.profile.issues import shown
from agentic.profile.nouns import ColumnProfile, ForeignKey, Issue, Profile, Suspect, TableProfile
from agentic.text.between import ANY

MOST = 200
"""Columns of a very wide table that are listed."""


def begin_of(table: TableProfile) -> str:
    """The marker of one table: several profiles live in one document."""
    return f"{ANY} profile of {cell(table.name)}; write above or below, not between -->"


def as_markdown(profile: Profile, table: TableProfile) -> str:
    """The section of one table."""
    parts = (
        opening(profile, table), columns(table), keys(table), pointing(profile.foreign_keys, table), issues(table), suspects(table),
        rules(table),
    )  # fmt: skip
    return "\n\n".join(part for part in ("\n".join(lines) for lines in parts) if part)


def opening(profile: Profile, table: TableProfile) -> Iterator[str]:
    """What was measured, and how to do it again."""
    yield f"## Profile of {table.name}"
    yield ""
    part = (
        f"a sample of {table.rows_measured:,} of {table.rows:,} rows" if table.is_sample else f"all {table.rows:,} rows"
    )
    files = f"{table.files:,} file{'s' if table.files != 1 else ''}, {table.bytes:,} bytes"
    # As code: lint holds figures in prose against each other, and these are of different tables.
    yield f"Measured on {profile.at[:10]}: `{part} by {len(table.columns):,} columns` of `{cell(table.shown)}`: `{files}`."
    if table.sample_rows and table.sample_rows < table.rows_measured:
        yield (
            f"Shapes, and quartiles of more than a million rows, are from `{table.sample_rows:,} of these rows`; a count with a ~ is approximate"
            " (HyperLogLog, up to a third off); every other figure is counted."
        )
    yield ""
    yield from ("```console", profile.command, "```")


def columns(table: TableProfile) -> Iterator[str]:
    """A row a column."""
    if not table.columns:
        return
    yield from head("column", "type", "missing", "distinct", "least", "greatest", "pattern")
    for column in table.columns[:MOST]:
        missing = part_of(column.missing, table.rows_measured)
        yield row(
            column.name,
            column.type.lower()[:40],
            missing,
            distinct(column),
            shown(column.least),
            shown(column.greatest),
            pattern(column),
        )
    if len(table.columns) > MOST:
        yield ""
        yield f"{len(table.columns) - MOST:,} further columns are in `--json`."


def distinct(column: ColumnProfile) -> str:
    """~ where it is approximate."""
    if column.distinct is None:
        return "not counted"
    return f"{'' if column.distinct_exact else '~'}{column.distinct:,}"


def pattern(column: ColumnProfile) -> str:
    """What can be said in a few words."""
    if not column.present:
        return "empty"
    if column.format:
        return f"{column.format}, {column.format_rows:,} rows"
    if column.complete and column.group != "boolean" and len(column.values) > 1:
        return "; ".join(f"{shown(one.value)} {one.rows / column.present:.1%}" for one in column.values[:5])
    if column.quartiles:
        return "quartiles " + ", ".join(f"{one:g}" for one in column.quartiles)
    if column.span and column.days:
        return f"{column.days:,} of {column.span:,} days"
    return "; ".join(f"{shown(one.shape)} {one.rows / one.of:.0%}" for one in column.shapes[:2])


def keys(table: TableProfile) -> Iterator[str]:
    """What names one row."""
    if not table.keys:
        return
    yield "### Candidate keys"
    yield ""
    for key in table.keys:
        kind = "on a sample, so a suspicion only" if table.is_sample else f"on {key.rows:,} rows"
        yield f"- `{', '.join(map(cell, key.columns))}`: {key.rows:,} distinct, 0 repeated, {kind}"


def pointing(found: Sequence[ForeignKey], table: TableProfile) -> Iterator[str]:
    """Where its columns point to."""
    mine = [one for one in found if one.table == table.name]
    if not mine:
        return
    yield "### Foreign keys"
    yield ""
    yield from head("column", "key", "rows", "orphans", "evidence")
    for one in mine:
        target = f"{one.to_table}.{one.to_column}"
        yield row(one.column, target, f"{one.rows:,}", part_of(one.orphans, one.rows), f"{one.strength}: {one.reason}")


def issues(table: TableProfile) -> Iterator[str]:
    """What is odd."""
    if not table.issues:
        return
    yield "### What is odd"
    yield ""
    yield from head("issue", "column", "rows", "evidence")
    for one in table.issues[:MOST]:
        yield row(one.kind, one.column or "the table", rows_of(one), one.evidence)


def rows_of(issue: Issue) -> str:
    """With a share."""
    return f"{issue.rows:,} ({issue.share:.2%})" if issue.rows else f"{issue.share:.2%}"


def suspects(table: TableProfile) -> Iterator[str]:
    """Columns that may speak of people; no value is shown."""
    mine = [(column, column.suspect) for column in table.columns if column.suspect]
    if not mine:
        return
    yield "### Columns that may speak of people"
    yield ""
    yield from head("column", "suspected", "evidence", "masked samples")
    for column, suspect in mine[:MOST]:
        yield row(column.name, suspect.kind, because(suspect), "; ".join(suspect.masked))


def because(suspect: Suspect) -> str:
    """Why."""
    if suspect.by == "name":
        return "the column's name alone"
    checksum = f", checksum {suspect.checksum}" if suspect.checksum else ""
    return f"{suspect.share:.0%} of {suspect.of:,} values looked at{checksum}"


def rules(table: TableProfile) -> Iterator[str]:
    """In the grammar of requirements."""
    if not table.rules:
        return
    yield "### Suggested rules"
    yield ""
    yield "Not agreed yet: each holds on the rows that were measured, and somebody has to say whether it is meant."
    yield ""
    for one in table.rules[:MOST]:
        yield f"- Rule: {cell(one.text)}"
        yield f"  Figure: {cell(one.figure)}"


def part_of(part: int, whole: int) -> str:
    """`12 (0.04 %)`."""
    return f"{part:,} ({part / whole:.2%})" if part and whole else f"{part:,}"


def head(*names: str) -> Iterator[str]:
    """Of a table."""
    yield f"| {' | '.join(names)} |"
    yield f"|{'---|' * len(names)}"


def row(*cells: str) -> str:
    """Of a table."""
    return f"| {' | '.join(cell(one).replace('|', chr(92) + '|') for one in cells)} |"


def cell(text: str) -> str:
    """Others' words in one line, and no markup: what a source holds shall not write our document."""
    line = "".join(
        " " if letter.isspace() else letter for letter in text if letter.isspace() or category(letter)[0] != "C"
    )
    return " ".join(line.split()).replace("`", "'").replace("<", "&lt;")
