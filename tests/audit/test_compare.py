"""What changed between two runs of one task."""

from __future__ import annotations

import re
from typing import Any

import jsonschema
import pytest

from agentic.cli.nouns import json_schema
from asked import asked
from audit.lived import CODE, CONTEXT, FIRST, OPUS, SECOND, SONNET, built, ran, task, writes
from house import House


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Two runs that differ in everything, and a third that differs from the second in nothing but cost."""
    house = built(tmp_path_factory.mktemp("compare") / "house")
    house.write("agent-prompts/context/old.md", "# Old\n")
    house.write(f"agent-prompts/{House.TASK}", task(context=[CONTEXT, "context/old.md"]))
    ran(house, writes(FIRST))
    house.write(f"agent-prompts/{CONTEXT}", "# Words\n\nA sum is what it is.\n")
    house.write("agent-prompts/context/new.md", "# New\n")
    house.write(
        f"agent-prompts/{House.TASK}", task(context=[CONTEXT, "context/new.md"], title="Add two numbers, twice")
    )
    ran(house, writes(SECOND), model=OPUS, who="Jo Brandt")
    ran(house, writes(SECOND), model=OPUS, who="Jo Brandt")
    ran(house, writes("def add(:\n"), model=OPUS, attempts=1)
    return house


def ids(house: House) -> list[str]:
    return [one.id for one in house.app().archive.executions()]


def compared(house: House, *words: str, exits: int = 0) -> dict[str, Any]:
    said = asked(house.root, "audit", "diff", *words, "--json")
    jsonschema.validate(said.json, json_schema("comparison"))
    assert said.exit == exits
    return said.json


def test_prompt_context_model_files_and_cost_stand_side_by_side(lived: House) -> None:
    one, two, *_ = ids(lived)
    found = compared(lived, one, two)
    lines = found["prompt"].splitlines()
    assert any(line.startswith("-") and line.endswith("Add two numbers") for line in lines), lines
    assert any(line.startswith("+") and line.endswith("Add two numbers, twice") for line in lines), lines
    states = {part["path"]: part["state"] for part in found["context"]}
    assert states[CONTEXT] == "changed" and states["context/old.md"] == "gone" and states["context/new.md"] == "added"
    assert "-A sum is a sum." in next(part["diff"] for part in found["context"] if part["path"] == CONTEXT)
    (file,) = found["files"]
    assert (file["path"], file["state"]) == (CODE, "changed") and "+def twice(a: int) -> int:" in file["diff"]
    assert (found["before"]["model"], found["after"]["model"], found["after"]["who"]) == (SONNET, OPUS, "Jo Brandt")
    assert found["before"]["cost"]["micro_usd"] > 0 and found["differs"]
    assert {check["source"]: (check["before"], check["after"]) for check in found["checks"]}["python"] == (
        "passed",
        "passed",
    )


def test_one_name_alone_is_held_against_the_run_before_it(lived: House) -> None:
    one, two, *_ = ids(lived)
    assert compared(lived, two) == compared(lived, one, two)
    said = asked(lived.root, "audit", "diff", one)
    assert said.errors == ["AGT500"] and "came before" in said.message


def test_the_exit_code_tells_of_a_difference_only_where_it_is_asked_for(lived: House) -> None:
    one, two, three, _ = ids(lived)
    compared(lived, one, two)
    compared(lived, one, two, "--exit-code", exits=1)
    assert not compared(lived, two, two, "--exit-code")["differs"]
    third = compared(lived, two, three)
    assert {part["state"] for part in third["files"]} == {"same"}


def test_a_check_that_ended_otherwise_is_told(lived: House) -> None:
    *_, three, four = ids(lived)
    found = compared(lived, three, four)
    assert {check["source"]: (check["before"], check["after"]) for check in found["checks"]}["python"] == (
        "passed",
        "failed",
    )
    assert "python: passed -> failed" in asked(lived.root, "audit", "diff", three, four).out


def test_people_see_words_and_colours_only_where_they_want_them(lived: House) -> None:
    one, two, *_ = ids(lived)
    plain = asked(lived.root, "audit", "diff", one, two).out
    assert (
        "\x1b[" not in plain and re.search(rf"model +{SONNET} +{OPUS}", plain) and "+def twice(a: int) -> int:" in plain
    )
    colored = asked(lived.root, "--color", "always", "audit", "diff", one, two).out
    assert "\x1b[32m+def twice(a: int) -> int:" in colored


def test_an_execution_that_is_not_there_is_named(lived: House) -> None:
    assert asked(lived.root, "audit", "diff", "2020-01-01_x_v1").errors == ["AGT500"]
    assert asked(lived.root, "audit", "diff", ids(lived)[0], "2020-01-01_x_v1").errors == ["AGT500"]


def test_a_missing_end_of_line_is_a_difference() -> None:
    from agentic.audit.lines import unified

    assert unified("x", "a\n", "a") == "--- a/x\n+++ b/x\n@@ -1 +1,2 @@\n a\n+\\ No newline at end of file"
    assert unified("x", "a\n", "a\n") == ""
