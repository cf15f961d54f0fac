"""What a task was proven against is kept when a run opens, and nobody takes a missing note for a good one."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentic.evidence.grounds import grounds_of
from agentic.specs import Library, parse
from asked import asked
from corridor.liars import turns, written
from evidence.lived import DATA_CONTEXT, REQUIREMENTS, TASK, Lived
from house import House, spec


@pytest.fixture
def lived(tmp_path: Path) -> Lived:
    return Lived.build(tmp_path)


def grounds(lived: Lived, text: str) -> dict[str, dict[str, str]]:
    library = Library(lived.root, ("src", "tests"))
    return grounds_of(parse(text, TASK), library.requirements, library.datasets)


def test_a_run_keeps_the_wording_and_the_contract_that_it_was_proven_against(house: House) -> None:
    house.write("agent-prompts/requirements/business_requirements.md", REQUIREMENTS)
    house.write("agent-prompts/context/data_context.md", DATA_CONTEXT)
    house.write(f"agent-prompts/{House.TASK}", spec(requirements=["BR-1", "BR-77"], parameters={"source": "orders"}))
    done = house.run(script=turns(written()))
    opened = house.journal(done.id)[0]["body"]
    wordings = {one.id: one.digest for one in house.app().library.requirements}
    assert opened["grounds"]["requirements"] == {"BR-1": wordings["BR-1"]}
    assert list(opened["grounds"]["contract"]) == ["orders"]
    assert done.grounds == opened["grounds"] and asked(house.root, "audit", "verify").exit == 0


def test_a_replay_was_made_for_the_words_of_then_and_an_undo_for_none(house: House) -> None:
    house.write("agent-prompts/requirements/business_requirements.md", REQUIREMENTS)
    house.write(f"agent-prompts/{House.TASK}", spec(requirements=["BR-1"]))
    first = house.run(script=turns(written()))
    house.write("agent-prompts/requirements/business_requirements.md", REQUIREMENTS.replace("Every order", "No order"))
    again = house.app().corridor.replay(first.id, staged=True)
    assert again.grounds == first.grounds and first.grounds
    assert house.app().corridor.undo(first.id).grounds is None
    assert asked(house.root, "audit", "verify").exit == 0


def test_the_contract_is_of_datasets_that_the_task_names_as_words(lived: Lived) -> None:
    assert list(grounds(lived, lived.task())["contract"]) == ["orders"]
    both = lived.task(title="Match the parcels")
    assert list(grounds(lived, both)["contract"]) == ["orders", "parcels"]
    neither = spec(deliverables=["src/sales/orders_to_lake.py"], checks=[], criteria=[])
    assert grounds(lived, neither)["contract"] == {}


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("| id | int | no | the order |\n| amount | double | yes | in euros |", "| amount | double | yes | in euros |\n| id | int | no | the order |", True),
        ("| amount | double | yes | in euros |", "| `amount`  |  double | yes |   in euros |", True),
        ("| amount | double |", "| amount | decimal |", False),
        ("| double | yes |", "| double | no |", False),
        ("in euros", "in cents", False),
        ("| amount | double | yes | in euros |\n", "", False),
    ],
    ids=["other order", "other layout", "other type", "no gaps any more", "other meaning", "a column less"],
)  # fmt: skip
def test_the_contract_is_in_the_columns_and_not_in_their_layout(lived: Lived, old: str, new: str, same: bool) -> None:
    before = grounds(lived, lived.task())
    lived.swap("agent-prompts/context/data_context.md", old, new)
    assert (grounds(lived, lived.task()) == before) is same


def test_grounds_are_what_stands_there_when_a_run_begins(lived: Lived) -> None:
    app, task = lived.app(), parse(lived.task(), TASK)
    before = app.grounds(task)
    lived.swap("agent-prompts/requirements/business_requirements.md", "must be in", "may be in")
    assert app.grounds(task) != before


def test_an_old_journal_says_not_recorded_in_every_form(lived: Lived) -> None:
    lived.ran(files={"src/sales/orders.py": "1\n", "tests/sales/test_orders.py": "1\n"}, grounds=None)
    found = asked(lived.root, "trace", "--json").json
    assert [task["wording"] for one in found["requirements"] for task in one["tasks"]] == ["not recorded"] * 2
    said = asked(lived.root, "drift")
    assert said.exit == 0 and "note[AGT657]" in said.out and "AGT650" not in said.out
    assert asked(lived.root, "audit", "show", "--json").json["grounds"] is None
