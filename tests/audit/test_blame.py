"""Which execution a line is from, through undo, adoption, and edits by hand."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from agentic.audit.blame import Landing, Origin, blame
from agentic.cli.nouns import json_schema
from agentic.values.digest import digest
from asked import asked
from audit.lived import CODE, FIRST, OPUS, SECOND, THIRD, built, ran, writes
from house import House


@pytest.fixture
def lived(tmp_path: Any) -> House:
    return built(tmp_path / "house")


def blamed(house: House, *words: str) -> dict[str, Any]:
    said = asked(house.root, "audit", "blame", CODE, *words, "--json")
    assert said.exit == 0, said
    jsonschema.validate(said.json, json_schema("blame"))
    return said.json


def origins(house: House) -> list[str]:
    """For each line, the execution or the kind of person."""
    lines = blamed(house)["lines"]
    assert [one["text"] for one in lines] == house.read(CODE).split("\n")[:-1]
    return [one["origin"]["id"] if one["origin"]["kind"] == "execution" else one["origin"]["kind"] for one in lines]


def test_each_line_is_from_the_execution_that_brought_it(lived: House) -> None:
    one = ran(lived, writes(FIRST))
    two = ran(lived, writes(SECOND), model=OPUS, who="Jo Brandt")
    three = ran(lived, writes(THIRD))
    assert origins(lived) == [three.id, *[one.id] * 5, *[two.id] * 5]
    found = blamed(lived)
    last = found["lines"][-1]["origin"]
    assert (last["model"], last["who"], last["task"]) == (OPUS, "Jo Brandt", House.TASK)
    assert found["as_landed"] and found["landings"] == [one.id, two.id, three.id]


def test_the_same_bytes_again_change_nothing(lived: House) -> None:
    one = ran(lived, writes(FIRST))
    ran(lived, writes(FIRST))
    assert set(origins(lived)) == {one.id}


def test_an_undo_gives_every_line_back_to_whoever_it_was_from(lived: House) -> None:
    one, two, three = (ran(lived, writes(code)) for code in (FIRST, SECOND, THIRD))
    assert lived.app().corridor.undo(three.id).status == "undone"
    assert origins(lived) == [*[one.id] * 6, *[two.id] * 5]
    assert lived.app().corridor.undo(two.id).status == "refused"  # The undo landed after it.
    assert blamed(lived)["as_landed"]


def test_an_undo_of_a_new_file_and_the_file_once_more(lived: House) -> None:
    one = ran(lived, writes(FIRST))
    lived.app().corridor.undo(one.id)
    said = asked(lived.root, "audit", "blame", CODE)
    assert said.exit == 2 and "cannot be read" in said.message
    again = ran(lived, writes(FIRST))
    assert set(origins(lived)) == {again.id}


def test_what_was_edited_since_is_a_persons(lived: House) -> None:
    one = ran(lived, writes(FIRST))
    lived.write(CODE, FIRST.replace("return a + b", "return b + a"))
    assert origins(lived) == [*[one.id] * 5, "person"]
    line = blamed(lived)["lines"][-1]["origin"]
    assert (line["id"], line["who"], line["at"]) == ("", "", "") and not blamed(lived)["as_landed"]


def test_an_adopted_edit_is_the_persons_who_adopted_it(lived: House) -> None:
    one = ran(lived, writes(FIRST))
    lived.write(CODE, FIRST.replace("return a + b", "return b + a"))
    adopted = ran(lived, writes(FIRST), who="Jo Brandt", adopt=(CODE,))
    assert adopted.status == "done" and origins(lived) == [*[one.id] * 5, "person"]
    line = blamed(lived)["lines"][-1]["origin"]
    assert (line["id"], line["who"], line["model"]) == (adopted.id, "Jo Brandt", "")
    assert "(Jo Brandt)" in asked(lived.root, "audit", "blame", CODE).out


def test_an_edit_that_was_overwritten_comes_back_as_a_persons_with_an_undo(lived: House) -> None:
    one = ran(lived, writes(FIRST))
    lived.write(CODE, FIRST.replace("return a + b", "return b + a"))
    two = ran(lived, writes(SECOND), discard=(CODE,))
    assert origins(lived) == [*[one.id] * 5, *[two.id] * 6]
    lived.app().corridor.undo(two.id)
    assert origins(lived) == [*[one.id] * 5, "person"]


def test_a_file_that_a_person_wrote_before_stays_theirs_line_by_line(lived: House) -> None:
    lived.write(CODE, FIRST)
    two = ran(lived, writes(SECOND), discard=(CODE,))
    assert origins(lived) == [*["person"] * 6, *[two.id] * 5]
    assert blamed(lived)["lines"][0]["origin"]["id"] == two.id  # It found the line there.


def test_a_replay_that_lands_the_file_again_is_told_with_its_model(lived: House) -> None:
    one = ran(lived, writes(FIRST), model=OPUS)
    (lived.root / CODE).unlink()
    replayed = lived.app().corridor.replay(one.id, staged=False)
    assert replayed.status == "done"
    # The file was taken away by hand: what stands now was brought by the replay.
    assert set(origins(lived)) == {replayed.id} and blamed(lived)["lines"][0]["origin"]["model"] == OPUS


def test_lines_can_be_chosen_and_the_screen_has_a_column_for_model_and_day(lived: House) -> None:
    one = ran(lived, writes(FIRST))
    assert [line["number"] for line in blamed(lived, "-L", "2,3")["lines"]] == [2, 3]
    assert [line["number"] for line in blamed(lived, "-L", "5,")["lines"]] == [5, 6]
    said = asked(lived.root, "audit", "blame", CODE, "-L", "4")
    assert said.out == f"{one.id}  {one.model}  {one.at[:10]}  4  def add(a: int, b: int) -> int:\n"
    assert "as it was last landed" in said.err
    for wrong in ("0,1", "3,2", "99", "x"):
        assert asked(lived.root, "audit", "blame", CODE, "-L", wrong).errors == ["AGT200"]


def test_a_file_may_be_named_from_where_the_reader_stands_and_must_be_in_the_project(lived: House) -> None:
    ran(lived, writes(FIRST))
    assert asked(lived.root / "src", "audit", "blame", "adding.py").exit == 0
    assert asked(lived.root / "src", "audit", "blame", CODE).exit == 0
    assert asked(lived.root, "audit", "blame", "../elsewhere.py").errors == ["AGT200"]
    said = asked(lived.root, "audit", "blame", "configs/agentic.yaml")
    assert said.errors == ["AGT500"] and "no execution has landed configs/agentic.yaml" in said.message


def test_a_secret_that_the_journal_leaves_out_makes_no_person_of_a_model(lived: House) -> None:
    """The journal holds the file without it; the digest says that the file is as it was landed."""
    origin = Origin("execution", "x_v1", "2026-11-20T10:00:00Z")
    whole, clean = "a\ntoken = 'abc'\n", "a\ntoken = '[secret]'\n"
    landing = Landing(origin, "run", "", "", "", clean, digest(whole), kept=False)
    found = blame("x.py", [landing], whole)
    assert found.as_landed and {line.origin.kind for line in found.lines} == {"execution"}


def test_what_init_wrote_is_the_frameworks() -> None:
    origin = Origin("execution", "x_v1", "2026-11-20T10:00:00Z")
    landing = Landing(
        origin, "run", "", "# head\n", digest("# head\n"), "# head\nmore\n", digest("# head\nmore\n"), kept=False
    )
    assert [line.origin.kind for line in blame("x.md", [landing], "# head\nmore\n", digest("# head\n")).lines] == [
        "framework",
        "execution",
    ]
    assert [line.origin.kind for line in blame("x.md", [landing], "# head\nmore\n").lines] == ["person", "execution"]
