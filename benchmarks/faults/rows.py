"""Faults of the data: what a seed brings that it did not bring before."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from faults.names import other_name
from faults.project import Edit, Kind, Project

Table = list[list[str]]


def table(text: str) -> Table:
    return list(csv.reader(io.StringIO(text)))


def written(rows: Table) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()


def some_row(project: Project, path: str, rows: Table, *more: object) -> int:
    return project.chance(path, *more).randrange(1, len(rows))


def with_cell(rows: Table, row: int, column: int, value: str) -> str:
    return written([[*one[:column], value, *one[column + 1 :]] if at == row else one for at, one in enumerate(rows)])


def each_cell(
    project: Project, what: str, suits: Callable[[str, str], bool], new: Callable[[str], str], times: int = 1, first: int = 0
) -> Iterator[Edit]:
    """In each column that suits, by its head and a value, one value made another."""
    for path, text in project.seeds:
        rows = table(text)
        for column, head in list(enumerate(rows[0]))[first:]:
            for time in range(times):
                row = some_row(project, path, rows, head, time)
                value = rows[row][column]
                if suits(head, value):
                    said = f"{path}: {what}: {head} of row {row} is {new(value)!r} and not {value!r}"
                    yield project.edit(said, path, with_cell(rows, row, column, new(value)))


def seed_of(edit: Edit) -> str:
    return next(iter(edit.files)).rsplit("/", 1)[-1].removesuffix(".csv")


def both_ways(edits: Iterator[Edit]) -> Iterator[Edit]:
    """Into the table that is there, which refuses, and into a new one, which takes another type."""
    for edit in edits:
        yield edit
        yield anew(edit)


def anew(edit: Edit) -> Edit:
    return replace(edit, what=f"{edit.what}, into a new table", reload=(seed_of(edit),))


def is_key(head: str, _: str) -> bool:
    return head.lower().replace(" ", "_").endswith(("id", "code", "letter"))


def is_word(head: str, value: str) -> bool:
    known = ("status", "channel", "country", "event_type", "device", "medium", "billing_interval", "currency", "sex", "kind",
             "account_type", "industry", "plan_name")  # fmt: skip
    return head.lower() in known and value != ""


def is_number(head: str, value: str) -> bool:
    return bool(re.fullmatch(r"-?\d+(\.\d+)?", value)) and not is_key(head, value) and head not in ("customer", "Rank")


def is_day(_: str, value: str) -> bool:
    return bool(re.match(r"\d{4}-\d\d-\d\d", value))


def duplicate_key(project: Project) -> Iterator[Edit]:
    for path, text in project.seeds:
        rows = table(text)
        for time in range(3):
            row = some_row(project, path, rows, time)
            again = [*rows[row][:-1], rows[row % (len(rows) - 1) + 1][-1]]
            yield project.edit(f"{path}: the key {rows[row][0]} comes twice", path, written([*rows, again]))


def key_missing(project: Project) -> Iterator[Edit]:
    return each_cell(project, "no key", is_key, lambda _: "", 2)


def new_value(project: Project) -> Iterator[Edit]:
    return each_cell(project, "a value nobody knows", is_word, lambda _: "archived", 2)


def other_case(project: Project) -> Iterator[Edit]:
    def change(value: str) -> str:
        return value.upper() if value.islower() else value.lower()

    return each_cell(project, "other letters", is_word, change, 2)


def blank_after(project: Project) -> Iterator[Edit]:
    return each_cell(project, "a blank too much", is_word, lambda value: f"{value} ", 2)


def orphan(project: Project) -> Iterator[Edit]:
    def change(value: str) -> str:
        return "9999" if value.isdigit() else f"{value[:1]}999"

    return each_cell(project, "a key without its row", lambda head, value: is_key(head, value) and value != "", change, 2, 1)


def bad_day(project: Project) -> Iterator[Edit]:
    return both_ways(each_cell(project, "no date", is_day, lambda _: "unknown"))


def text_in_number(project: Project) -> Iterator[Edit]:
    return both_ways(each_cell(project, "no number", is_number, lambda value: f"{value} EUR"))


def negative(project: Project) -> Iterator[Edit]:
    """Discharged before admitted."""
    suits = lambda head, value: head in ("Discharged",) and value > "2024-02"  # noqa: E731 (one line)
    return each_cell(project, "too early", suits, lambda _: "2023-01-01", 4)


def paid_twice(project: Project) -> Iterator[Edit]:
    return each_cell(project, "ten times as much", lambda head, _: head == "amount_cents", lambda value: f"{value}0", 4)


def unbalanced(project: Project) -> Iterator[Edit]:
    suits = lambda head, value: head in ("debit", "credit") and value != ""  # noqa: E731 (one line)
    return each_cell(project, "a figure wrong", suits, lambda value: f"1{value}", 4)


def header_renamed(project: Project) -> Iterator[Edit]:
    for path, text in project.seeds:
        heads = text.split("\n", 1)[0].split(",")
        for head in heads:
            new = other_name(project, head) or head.replace("_", "").replace(" ", "") + ("" if "_" in head or " " in head else "_value")
            line = ",".join(new if one == head else one for one in heads)
            text_now = line + "\n" + text.split("\n", 1)[1]
            yield anew(project.edit(f"{path}: the head {head} is now {new}", path, text_now, renamed={head: new}))


def column_gone(project: Project) -> Iterator[Edit]:
    for path, text in project.seeds:
        rows = table(text)
        for column, head in enumerate(rows[0]):
            less = written([[*one[:column], *one[column + 1 :]] for one in rows])
            yield anew(project.edit(f"{path}: the column {head} does not come any more", path, less))


def field_extra(project: Project) -> Iterator[Edit]:
    for path, text in project.seeds:
        rows = table(text)
        for time in range(2):
            row = some_row(project, path, rows, "extra", time)
            new = [[*one, "yes"] if at == row else one for at, one in enumerate(rows)]
            yield project.edit(f"{path}: row {row} has a field too much", path, written(new))


def other_delimiter(project: Project) -> Iterator[Edit]:
    for path, text in project.seeds:
        yield from both_ways(iter([project.edit(f"{path}: semicolons instead of commas", path, text.replace(",", ";"))]))


def seed_empty(project: Project) -> Iterator[Edit]:
    for path, text in project.seeds:
        yield project.edit(f"{path}: no rows", path, text.split("\n", 1)[0] + "\n")


DATA, SCHEMA = ("DATA_QUALITY",), ("SCHEMA",)
KINDS = (
    Kind("key twice in a seed", DATA, "person", duplicate_key),
    Kind("key missing in a seed", DATA, "person", key_missing),
    Kind("value nobody knows", DATA, "person", new_value),
    Kind("value in other letters", DATA, "person", other_case),
    Kind("value with a blank too much", DATA, "person", blank_after),
    Kind("foreign key without its row", DATA, "person", orphan),
    Kind("cast meets a bad value", ("SCHEMA", "DATA_QUALITY"), "person", bad_day),
    Kind("type of a seed drifts", ("SCHEMA", "DATA_QUALITY"), "person", text_in_number),
    Kind("custom generic test finds rows", DATA, "person", negative),
    Kind("singular test finds rows", DATA, "person", lambda project: [*paid_twice(project), *unbalanced(project)]),
    Kind("CSV head renamed", SCHEMA, "fix", header_renamed),
    Kind("CSV column gone", SCHEMA, "person", column_gone),
    Kind("CSV row with a field too much", ("DATA_QUALITY", "SYNTAX", "SCHEMA"), "person", field_extra),
    Kind("CSV with semicolons", ("SCHEMA", "DATA_QUALITY", "SYNTAX"), "person", other_delimiter),
    Kind("seed without rows", ("DATA_QUALITY", "SCHEMA"), "person", seed_empty),
)
