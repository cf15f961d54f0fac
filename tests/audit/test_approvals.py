"""Everything that a person allowed: who, why, when, about what, on which files."""

from __future__ import annotations

import csv
import io
from typing import Any

import jsonschema
import pytest

from agentic.cli.nouns import json_schema
from agentic.flows.decide import decide
from agentic.values.digest import digest
from asked import asked
from audit.lived import CODE, FIRST, SECOND, built, ran, task, writes
from house import House


@pytest.fixture
def lived(tmp_path: Any) -> House:
    return built(tmp_path / "house")


def approvals(house: House, *words: str) -> list[dict[str, Any]]:
    said = asked(house.root, "audit", "approvals", *words, "--json")
    jsonschema.validate(said.json, json_schema("approvals"))
    assert said.exit == 0
    return said.json["approvals"]


def test_a_decision_is_told_with_its_files(lived: House) -> None:
    made = decide(
        "approval", "plans/001", "A Tester", "it is what we need", lived.app().tools, {"plans/001.md": digest("x")}
    )
    (one,) = approvals(lived)
    assert one == {
        "kind": "approval", "who": "A Tester", "why": "it is what we need", "about": "plans/001", "id": made.id, "at": made.at,
        "files": {"plans/001.md": digest("x")}, "facts": {},
    }  # fmt: skip


def test_a_file_that_was_adopted_or_given_up_is_a_persons_word(lived: House) -> None:
    ran(lived, writes(FIRST))
    mine = FIRST + "\n# mine\n"
    lived.write(CODE, mine)
    adopted = ran(lived, writes(FIRST), who="Jo Brandt", adopt=(CODE,))
    lived.write(CODE, mine + "# more\n")
    given_up = ran(lived, writes(SECOND), discard=(CODE,))
    one, two = approvals(lived)
    assert (one["kind"], one["who"], one["about"], one["id"]) == ("adopted", "Jo Brandt", CODE, adopted.id)
    assert one["files"] == {CODE: digest(mine)}
    assert (two["kind"], two["who"], two["id"]) == ("discarded", "A Tester", given_up.id)
    assert approvals(lived, "--by", "Jo Brandt") == [one]


def test_a_run_that_landed_nothing_decided_nothing(lived: House) -> None:
    ran(lived, writes(FIRST))
    lived.write(CODE, "# mine\n")
    assert ran(lived, writes("def add(:\n"), discard=(CODE,), attempts=1).status == "failed"
    assert approvals(lived) == []


def test_what_a_spec_allows_is_told_with_its_reason(lived: House) -> None:
    text = task().replace(
        "A function `add(a, b)`.", "A function `add(a, b)`. <!-- agentic:allow AGT022 because: a sum is no job -->"
    )
    lived.write(f"agent-prompts/{House.TASK}", text)
    done = ran(lived, writes(FIRST))
    (one,) = approvals(lived)
    assert (one["kind"], one["why"], one["about"], one["id"]) == ("suppression", "a sum is no job", House.TASK, done.id)
    assert one["facts"] == {"code": "AGT022", "task digest": done.task_digest}
    assert "suppression (AGT022)" in asked(lived.root, "audit", "approvals").out


def test_a_spreadsheet_of_it_and_a_person_who_never_decided(lived: House) -> None:
    decide("waiver", "phases/1", "A Tester", "only a pilot", lived.app().tools)
    (row,) = csv.DictReader(io.StringIO(asked(lived.root, "audit", "approvals", "--format", "csv").out))
    assert (row["who"], row["kind"], row["why"]) == ("A Tester", "waiver", "only a pilot")
    assert asked(lived.root, "audit", "approvals", "--by", "A Tetser").line("fix") == "did you mean A Tester?"
