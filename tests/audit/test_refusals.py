"""What was refused: writes, verdicts of the policy, runs."""

from __future__ import annotations

import csv
import io
from typing import Any

import jsonschema
import pytest

from agentic.cli.nouns import json_schema
from asked import asked
from audit.lived import CODE, FIRST, SECOND, built, ran, strays, writes
from house import House


def refused(house: House) -> list[dict[str, Any]]:
    said = asked(house.root, "audit", "refused", "--json")
    jsonschema.validate(said.json, json_schema("refusals"))
    assert said.exit == 0
    return said.json["refusals"]


@pytest.fixture
def lived(tmp_path: Any) -> House:
    return built(tmp_path / "house")


def test_a_write_to_where_a_task_may_not_is_told_with_its_rule(lived: House) -> None:
    done = ran(lived, strays(FIRST))
    assert done.status == "done"
    (one,) = refused(lived)
    assert (one["kind"], one["rule"], one["path"], one["id"], one["who"]) == (
        "write",
        "fence",
        "src/other.py",
        done.id,
        "A Tester",
    )
    assert "not a declared deliverable" in one["reason"] and one["at"].endswith("Z")


def test_a_run_that_the_policy_ends_is_told_with_each_verdict(lived: House) -> None:
    ran(lived, writes(FIRST))
    lived.write(CODE, "# mine\n")
    again = ran(lived, writes(SECOND), who="Jo Brandt")
    assert (again.status, again.exit_status) == ("refused", 6)
    policy, run = refused(lived)
    assert policy["kind"] == "policy" and "AGT402" in policy["rule"] and policy["path"] == CODE
    assert run["kind"] == "run" and "AGT402" in run["rule"] and run["id"] == again.id and run["who"] == "Jo Brandt"
    said = asked(lived.root, "audit", "refused").out
    assert "AGT402" in said and again.id in said and "Jo Brandt" in said


def test_an_undo_that_was_refused_is_there_as_well(lived: House) -> None:
    done = ran(lived, writes(FIRST))
    lived.write(CODE, "# mine\n")
    assert asked(lived.root, "undo", done.id).exit == 6
    (one,) = refused(lived)
    assert one["kind"] == "run" and "AGT406" in one["rule"] and f"{CODE} is not as {done.id} landed it" in one["reason"]


def test_what_only_failed_was_not_refused(lived: House) -> None:
    assert ran(lived, writes("def add(:\n"), attempts=1).status == "failed"
    assert refused(lived) == []


def test_a_spreadsheet_of_it(lived: House) -> None:
    ran(lived, strays(FIRST))
    (row,) = csv.DictReader(io.StringIO(asked(lived.root, "audit", "refused", "--format", "csv").out))
    assert (row["kind"], row["path"], row["task"]) == ("write", "src/other.py", House.TASK)
