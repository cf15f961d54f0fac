"""Everything about one requirement."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from agentic.cli.nouns import json_schema
from agentic.flows.decide import decide
from agentic.specs import parse
from asked import asked
from audit.lived import CODE, FIRST, REQUIREMENTS, SECOND, built, ran, task, writes
from claude_server import Writes
from corridor.liars import turns
from house import House, spec
from house.house import answered

DRAFT = "drafts/requirements/business_requirements.md"


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A requirement that was drafted, made by one task, decided on; and another task that has nothing to do with it."""
    house = built(tmp_path_factory.mktemp("requirement") / "house")
    page = house.read(REQUIREMENTS)
    (house.root / REQUIREMENTS).unlink()
    drafting = parse(spec(deliverables=[REQUIREMENTS], checks=[{"command": "true"}], criteria=()), DRAFT)
    with answered(turns(Writes({REQUIREMENTS: page}, finish="Done."))):
        assert house.app().corridor.carry((drafting,), provider="anthropic")[0].status == "done"
    house.write("agent-prompts/tasks/demo/other.md", task(requirements=[], deliverables=["src/other.py"]))
    ran(house, writes(FIRST))
    ran(house, writes(SECOND), who="Jo Brandt")
    house.run("tasks/demo/other.md", script=turns(Writes({"src/other.py": '"""X."""\n'}, finish="Done.")))
    tools = house.app().tools
    decide("approval", "plans/001", "A Tester", "BR-1 is what we need", tools)
    decide("closure", "modules/demo", "A Tester", "all is done", tools, {CODE: "sha256:1"})
    decide("approval", "plans/002", "A Tester", "BR-10 is another thing", tools)
    return house


def recorded(house: House, *words: str) -> dict[str, Any]:
    said = asked(house.root, "audit", "requirement", *words, "--json")
    jsonschema.validate(said.json, json_schema("requirement_record"))
    assert said.exit == 0
    return said.json


def test_tasks_executions_decisions_drafts_and_cost_are_told_together(lived: House) -> None:
    found = recorded(lived, "BR-1")
    assert [task["task"] for task in found["traced"]["tasks"]] == [House.TASK] and found["traced"]["state"] == "shown"
    assert [file["path"] for file in found["traced"]["tasks"][0]["deliverables"]] == [CODE]
    assert [(one["task"], one["who"]) for one in found["executions"]] == [
        (House.TASK, "A Tester"),
        (House.TASK, "Jo Brandt"),
    ]
    assert [(one["kind"], one["about"]) for one in found["decisions"]] == [
        ("approval", "plans/001"),
        ("closure", "modules/demo"),
    ]
    assert [(one["path"], one["run"]["task"]) for one in found["drafts"]] == [(REQUIREMENTS, DRAFT)]
    assert found["cost"]["micro_usd"] == sum(one["cost"]["micro_usd"] for one in found["executions"]) > 0


def test_people_read_it_line_by_line(lived: House) -> None:
    said = asked(lived.root, "audit", "requirement", "BR-1").out
    assert said.startswith("BR-1: Sums are right") and "executions: 2, $0.0" in said and "decisions: 2" in said
    assert "closure of modules/demo by A Tester: all is done" in said and f"{REQUIREMENTS}: " in said


def test_a_requirement_that_nobody_knows_is_named(lived: House) -> None:
    said = asked(lived.root, "audit", "requirement", "BR-2")
    assert said.errors == ["AGT200"] and "BR-2" in said.message
