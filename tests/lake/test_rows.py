"""agentic lake rows: a table as it is, and as it was."""

from __future__ import annotations

import json
import time
from datetime import UTC, date, datetime
from decimal import Decimal

import jsonschema
import pyarrow as pa
import pytest

from asked import asked
from lake.pond import Pond

SECRET = "sk-ant-api03-" + "x7Kq9Lm2Np4Rs6Tv8Wy1" * 4
WIDE = {
    "id": pa.array([2**60], pa.int64()),
    "price": pa.array([Decimal("1.50")], pa.decimal128(9, 2)),
    "day": pa.array([date(2024, 1, 31)]),
    "rate": pa.array([float("nan")]),
    "note": pa.array([f"key {SECRET}"]),
    "tags": pa.array([["a", SECRET]]),
    "nothing": pa.array([None], pa.string()),
}


def ids(pond: Pond, *words: str) -> list[int]:
    """The ids that `rows` tells."""
    said = pond.asked("rows", "bronze.flights", "--column", "id", "--json", *words)
    assert said.exit == 0, said
    return sorted(row[0] for row in said.json["rows"])


def test_rows_are_those_of_the_moment_that_was_asked_for(pond: Pond) -> None:
    first, second = pond.loads(2, 1)
    time.sleep(0.01)
    between = datetime.now(UTC).isoformat()
    pond.load().delete("id = 0")
    pond.load().manage_snapshots().create_tag(int(first), "first").commit()
    assert ids(pond) == [1, 1000]
    assert ids(pond, "--at", second) == ids(pond, "--at", between) == [0, 1, 1000]
    assert ids(pond, "--at", first) == ids(pond, "--at", "first") == [0, 1]
    said = pond.asked("rows", "bronze.flights", "--at", first)
    assert "2 row(s) of bronze.flights as of" in said.out and first in said.out


def test_a_branch_that_waits_for_its_audit_can_be_looked_into(pond: Pond) -> None:
    pond.loads(1)
    table = pond.load()
    table.manage_snapshots().create_branch(table.current_snapshot().snapshot_id, "audit").commit()
    pond.load().append(table.scan().to_arrow(), branch="audit")
    assert (len(ids(pond)), len(ids(pond, "--at", "audit"))) == (1, 2)


def test_conditions_columns_and_limits_choose(pond: Pond) -> None:
    pond.loads(30)
    assert ids(pond, "--where", "id >= 3 and id < 5") == [3, 4]
    said = pond.asked("rows", "bronze.flights", "--limit", "7", "--json").json
    assert (len(said["rows"]), said["more"]) == (7, True)
    assert "there are more" in pond.asked("rows", "bronze.flights", "--limit", "7").out


def test_values_are_told_exactly_and_secrets_are_not(pond: Pond) -> None:
    pond.table(pa.table(WIDE), "bronze.wide")
    said = pond.asked("rows", "bronze.wide", "--json")
    jsonschema.validate(said.json, json.loads(asked(pond.root, "schema", "lake_rows").out))
    row = dict(zip(said.json["columns"], said.json["rows"][0], strict=True))
    assert (row["id"], row["price"], row["day"], row["rate"], row["nothing"]) == (
        str(2**60), "1.50", "2024-01-31", "nan", None)  # fmt: skip
    assert row["tags"][0] == "a"
    for shown in (said.out, pond.asked("rows", "bronze.wide").out):
        assert "[redacted:anthropic-key]" in shown and SECRET not in shown


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--where", "id = ="), "AGT200", "cannot be understood"),
        (("--where", "id > 'x'"), "AGT200", "cannot be understood"),
        (("--where", "dey = 1"), "AGT200", "cannot be understood"),
        (("--column", "idd"), "AGT200", "no column idd"),
        (("--at", "yesterday"), "AGT206", "has no snapshot yesterday"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(pond: Pond, words: tuple[str, ...], code: str, told: str) -> None:
    pond.loads(2)
    said = pond.asked("rows", "bronze.flights", *words)
    assert (said.exit, said.errors) == (2, [code]) and told in said.message
