"""Rules about requirements: each wording of a defect is found on its line, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentic.specs import Library
from agentic.specs.rule import Said
from agentic.specs.rules.requirements import RULES, ids_in

BY_CODE = {rule.code: rule for rule in RULES}
GOOD = "- Acceptance: given a, when b, then c."
TASK = "---\nrequirements: [{}]\nchecks: [python]\n---\n## TASK: T\n## DELIVERABLES:\n- src/x.py\n"
WAITING = "T" + "BD"


def said(root: Path, code: str, text: str, *, cited: str | None = None, other: str = "", words: str = "") -> list[Said]:
    """What one rule says of a requirements file. `cited`: what the only task cites."""
    folder = root / "agent-prompts/requirements"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "a.md").write_text(f"# Needs\n\n{text}\n", encoding="utf-8")
    if other:
        (folder / "b.md").write_text(f"# More\n\n{other}\n", encoding="utf-8")
    if cited is not None:
        task = root / "agent-prompts/tasks/m/x.md"
        task.parent.mkdir(parents=True, exist_ok=True)
        task.write_text(f"{TASK.format(cited)}{words}\n", encoding="utf-8")
    return list(BY_CODE[code].look(Library(root, ("src",))))


def lines(found: list[Said]) -> list[tuple[str, int]]:
    return [(one.path.rpartition("/")[2], one.line) for one in found]


def test_an_id_that_stands_twice_is_found_at_its_second_place(tmp_path: Path) -> None:
    text = f"### BR-1: A\nIt must.\n{GOOD}\n\n### BR-1: B\nIt must.\n{GOOD}"
    found = said(tmp_path, "AGT030", text)
    assert lines(found) == [("a.md", 7)] and "BR-1 is also on line 3" in found[0].message


def test_an_id_that_stands_in_two_files_is_found(tmp_path: Path) -> None:
    found = said(tmp_path, "AGT030", f"### BR-1: A\nIt must.\n{GOOD}", other="- BR-1: It should, too.")
    assert lines(found) == [("b.md", 3)] and "agent-prompts/requirements/a.md:3" in found[0].message


@pytest.mark.parametrize(
    "other", ["- BR-1: met by Spark", "| BR-1 | met |", "- BR-1, BR-2: met", "See BR-1.", "- [BR-1](a.md): met"]
)
def test_a_mention_is_no_second_requirement(tmp_path: Path, other: str) -> None:
    assert said(tmp_path, "AGT030", f"### BR-1: A\nIt must.\n{GOOD}", other=other) == []


def test_a_requirement_that_no_task_cites_is_found(tmp_path: Path) -> None:
    text = "\n".join(f"### BR-{number}: A\nIt must.\n" for number in (1, 2, 3))
    found = said(tmp_path, "AGT031", text, cited="BR-1, BR-3")
    assert lines(found) == [("a.md", 6)] and "BR-2" in found[0].message


def test_before_the_first_task_nothing_is_uncited(tmp_path: Path) -> None:
    assert said(tmp_path, "AGT031", "### BR-1: A\nIt must.") == []


@pytest.mark.parametrize("words", ["serves BR-1", "BR-1 to BR-3", "BR-1..3", "BR-01, BR-2", "- (BR-1)"])
def test_an_id_in_the_text_of_a_task_counts(tmp_path: Path, words: str) -> None:
    needs = "### BR-1: A\nIt must.\n### BR-2: A\nIt must."
    assert said(tmp_path, "AGT031", needs, cited="BR-2", words=words) == []


@pytest.mark.parametrize(("cited", "words"), [("BR-2] # BR-1 later", ""), ("BR-2", "<!-- BR-1\nBR-1 -->")])
def test_an_id_in_a_remark_does_not(tmp_path: Path, cited: str, words: str) -> None:
    found = said(tmp_path, "AGT031", "### BR-1: A\nIt must.\n### BR-2: A\nIt must.", cited=cited, words=words)
    assert [one.line for one in found] == [3]


def test_a_zero_before_the_number_makes_no_other_id(tmp_path: Path) -> None:
    assert lines(said(tmp_path, "AGT030", "### BR-1: A\nIt must.\n### BR-01: B\nIt must.")) == [("a.md", 5)]


@pytest.mark.parametrize("text", ["A BR-10 and XBR-1", "BR-1-2", "TBR-1"])
def test_what_only_looks_like_an_id_does_not(text: str) -> None:
    assert "BR-1" not in set(ids_in(text))


def test_a_range_of_ids_names_each() -> None:
    assert list(ids_in("DR-2 to DR-4, BR-7.")) == ["DR-2", "DR-3", "DR-4", "BR-7"]


@pytest.mark.parametrize("words", ["### BR-1: A (withdrawn)\nIt must.", "### BR-1: A\nIt must.\n- Status: deferred", "### BR-1: Withdrawn: A", "### BR-1: ~~A~~"])  # fmt: skip
def test_what_was_withdrawn_needs_nothing(tmp_path: Path, words: str) -> None:
    for code in ("AGT031", "AGT032", "AGT034", "AGT037"):
        assert said(tmp_path, code, words, cited="") == []


@pytest.mark.parametrize("title", ["Rejected rows are kept", "Future dates are refused", "Removed files are noticed"])
def test_words_of_a_title_withdraw_nothing(tmp_path: Path, title: str) -> None:
    assert said(tmp_path, "AGT032", f"### BR-1: {title}\nIt must.") != []


@pytest.mark.parametrize(
    "line",
    [
        "", "- Acceptance:", "- Acceptance: ", f"- Acceptance: {WAITING}", "- Acceptance: ...", "- Acceptance: n/a", "- Acceptance: none",
        "- **Acceptance:** to be defined", "- Acceptance: given ..., when ..., then ...", "- Acceptance: <given when then>",
        "- Acceptance: given <a starting point>, when <something happens>, then <what can be counted>.",
        "- Acceptance: ???", "#### Acceptance\n", "- Acceptance: later", "- Priority: must",
    ],
)  # fmt: skip
def test_a_requirement_without_acceptance_is_found(tmp_path: Path, line: str) -> None:
    for kind in ("BR", "TR", "DR"):
        assert len(said(tmp_path, "AGT032", f"### {kind}-1: A\nIt must.\n{line}")) == 1


def test_the_empty_one_of_several_is_found_on_its_line(tmp_path: Path) -> None:
    assert lines(said(tmp_path, "AGT032", f"### BR-1: A\nIt must.\n{GOOD}\n- Acceptance:")) == [("a.md", 6)]


def test_a_rule_is_enough_for_a_data_requirement_alone(tmp_path: Path) -> None:
    rule = "- Rule: a.b.c unique, threshold 100 %"
    assert said(tmp_path, "AGT032", f"### DR-1: A\nIt must.\n{rule}") == []
    assert len(said(tmp_path, "AGT032", f"### BR-1: A\nIt must.\n{rule}")) == 1
    assert len(said(tmp_path, "AGT032", "### DR-1: A\nIt must.\n- Rule:")) == 1


@pytest.mark.parametrize("line", ["given rows a < 5 and b > 3, when loaded, then none is lost", "given `flights/<year>/<month>/`, when read, then 1", "given x, when none is there, then nothing changes"])  # fmt: skip
def test_an_acceptance_that_says_something_is_none_that_waits(tmp_path: Path, line: str) -> None:
    for code in ("AGT032", "AGT033"):
        assert said(tmp_path, code, f"### BR-1: A\nIt must.\n- Acceptance: {line}") == []


@pytest.mark.parametrize("line", ["it works", "given a month, then rows are equal", "given a month, when it is loaded, rows are equal", "rows are counted"])  # fmt: skip
def test_an_acceptance_without_a_scenario_is_found(tmp_path: Path, line: str) -> None:
    assert lines(said(tmp_path, "AGT033", f"### BR-1: A\nIt must.\n- Acceptance: {line}")) == [("a.md", 5)]


@pytest.mark.parametrize("words", ["Flights are complete.", "Every flight is in the table.", "", "We want every flight.", "In May 2013 all came.", "`must`"])  # fmt: skip
def test_a_requirement_without_a_modal_verb_is_found(tmp_path: Path, words: str) -> None:
    assert lines(said(tmp_path, "AGT034", f"### BR-1: A\n{words}\n- Acceptance: given a, when b, then it must c.")) == [
        ("a.md", 3)
    ]


@pytest.mark.parametrize("words", ["It must.", "It MUST NOT.", "It shall.", "It should.", "Somebody may.", "A key is required.", "It is OPTIONAL.", "- Requirement: it must."])  # fmt: skip
def test_the_words_of_rfc_2119_are_modal_verbs(tmp_path: Path, words: str) -> None:
    for code in ("AGT034", "AGT035", "AGT037"):
        assert said(tmp_path, code, f"### BR-1: A\n{words}\n{GOOD}") == []


def test_a_heading_alone_may_ask(tmp_path: Path) -> None:
    assert said(tmp_path, "AGT034", f"- BR-1: A flight must be there.\n{GOOD}") == []


@pytest.mark.parametrize("word", ["will", "can", "needs to", "has to"])
def test_a_weak_verb_is_a_warning_of_its_own(tmp_path: Path, word: str) -> None:
    text = f"### BR-1: A\nThe job {word} run.\n{GOOD}"
    assert said(tmp_path, "AGT034", text) == [] and word in said(tmp_path, "AGT037", text)[0].message
    assert BY_CODE["AGT037"].severity == "warning"


@pytest.mark.parametrize("words", ["It must a. It must b.", "It must a, and it should b.", "- It must a.\n- It may b."])
def test_two_duties_in_one_requirement_are_found(tmp_path: Path, words: str) -> None:
    assert lines(said(tmp_path, "AGT035", f"### BR-1: A\n{words}\n{GOOD}")) == [("a.md", 3)]


@pytest.mark.parametrize("words", ["It must a.\n- Acceptance: given a, when b, then it must c.", "A flight that may be late must be there.", "It must a.\n- Priority: must", "A must-have must be there."])  # fmt: skip
def test_one_duty_is_one_whatever_stands_beside_it(tmp_path: Path, words: str) -> None:
    assert said(tmp_path, "AGT035", f"### BR-1: A\n{words}") == []


@pytest.mark.parametrize(
    ("line", "mended"),
    [
        ("### BR1: Flights", "### BR-1: Flights"),
        ("### BR_1: Flights", "### BR-1: Flights"),
        ("### br-1: Flights", "### BR-1: Flights"),
        ("### BR 1 - Flights", "### BR-1: Flights"),
        ("- **TR_2**: Flights", "- TR-2: Flights"),
        ("### **DR3: Flights**", "### DR-3: Flights"),
        ("### [BR-1] Flights", "### BR-1: Flights"),
        ("BR-1: Flights must fly", "- BR-1: Flights must fly"),
    ],
)
def test_what_was_meant_as_an_id_is_found_and_mended(tmp_path: Path, line: str, mended: str) -> None:
    (found,) = said(tmp_path, "AGT036", line)
    assert found.line == 3 and found.mend and (found.mend.before, found.mend.after) == (line, mended)
    assert said(tmp_path, "AGT036", mended) == []


@pytest.mark.parametrize("line", ["### BR-1.2: Flights", "### BR-1a: Flights", "### FR-1: Flights", "- NFR-2: Fast"])
def test_an_id_that_has_no_certain_repair_is_found_without_one(tmp_path: Path, line: str) -> None:
    (found,) = said(tmp_path, "AGT036", line)
    assert found.mend is None


@pytest.mark.parametrize("line", ["### BR-1: A", "- BR-1, BR-2: both", "- DR 2 metres off", "### Brakes", "- req 5 is open", "| BR1 | x |", "```\n### BR1: x\n```"])  # fmt: skip
def test_what_is_no_id_is_left_alone(tmp_path: Path, line: str) -> None:
    assert said(tmp_path, "AGT036", line) == []


def test_a_task_whose_front_matter_is_broken_still_cites(tmp_path: Path) -> None:
    assert said(tmp_path, "AGT031", "### BR-1: A\nIt must.", cited="BR-1]\nx: [") == []
