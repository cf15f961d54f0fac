"""Phase 4 does not begin while a phase before it is incomplete; a waiver lets it begin, and stands in the archive."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentic.app import App
from agentic.errors import PersonNeeded, PhaseIncomplete, UsageError
from asked import asked
from corridor.liars import GOOD, turns, written
from house import House, spec
from house.house import answered

PHASES = """version: "1.0"
phases:
  - number: 1
    title: Discovery
    steps:
      - id: "1.1"
        title: Only
        documents:
          - {path: agent-prompts/requirements/notes.md, purpose: what was said, required: true}
          - {path: agent-prompts/requirements/more.md, purpose: what else was said}
  - number: 2
    title: Design
    steps:
      - id: "2.1"
        title: Only
        documents: [{path: agent-prompts/design/plan.md, purpose: what comes when, required: true}]
  - number: 4
    title: Development
    after: [1, 2]
"""
NOTES, PLAN = "agent-prompts/requirements/notes.md", "agent-prompts/design/plan.md"


@pytest.fixture
def phased(house: House) -> House:
    """A project with two phases before the fourth; nothing of them is there."""
    house.write("agent-prompts/meta/phases.yaml", PHASES)
    return house


def refused(house: House, *wishes: str) -> str:
    """What stops a run; nothing was asked, written or recorded."""
    before = house.tree()
    with answered(turns(written())) as server:
        with pytest.raises(PhaseIncomplete) as caught:
            house.app().corridor.run((House.TASK,), 1, provider="anthropic")
        said = asked(house.root, "run", House.TASK, "--provider", "anthropic", *wishes)
        assert not server.requests
    assert (said.exit, said.errors) == (6, ["AGT407"])
    assert house.tree() == before
    assert not house.app().archive.executions()
    return f"{caught.value.message}: {caught.value.cause}"


def test_a_run_is_refused_while_a_phase_before_it_is_incomplete(phased: House) -> None:
    assert (
        refused(phased)
        == f"phase 4 has not begun: phase 1 (Discovery) is incomplete: {NOTES} is missing: what was said (1 finding(s))"
    )
    phased.write(NOTES, "# Notes\n\n## Orders\n\nForty a day.\n\nQ-1: who counts them?\n")
    assert f"{NOTES}:7: unanswered: Q-1: who counts them?" in refused(phased)
    phased.write(NOTES, "# Notes\n\n## Orders\n\nForty a day.\n\nQ-1: who counts them?\nA: the shop\n")
    assert "phase 2 (Design) is incomplete" in refused(phased)
    phased.write(PLAN, "# Plan\n\n## First\n\nThe orders.\n")
    assert phased.run(script=turns(written())).status == "done"
    assert phased.read("src/adding.py") == GOOD["src/adding.py"]


def test_a_document_that_nobody_asked_for_has_to_be_whole_once_it_is_begun(phased: House) -> None:
    for path in (NOTES, PLAN):
        phased.write(path, "# One\n\n## Two\n\nThree.\n")
    phased.write("agent-prompts/requirements/more.md", "# More\n\n## Two\n\n<what else was said>\n")
    assert "more.md:5: Two: still to be filled in" in refused(phased)


def test_a_plain_project_has_no_gate(house: House) -> None:
    assert house.run(script=turns(written())).status == "done"


def test_a_fresh_project_of_the_framework_has_the_gate(tmp_path: Path) -> None:
    App(tmp_path).framework.init(tmp_path / "shop", "shop")
    house = House(tmp_path / "shop")
    house.write(f"agent-prompts/{House.TASK}", spec())
    assert "phase 4 has not begun: phase 1 (Discovery & Requirements) is incomplete" in refused(house)


def test_a_dry_run_a_prompt_and_a_review_are_not_gated(phased: House) -> None:
    for words in (["run", House.TASK, "--dry-run"], ["prompt", House.TASK], ["status"]):
        assert asked(phased.root, *words).exit == 0, words
    phased.write("src/adding.py", "x = 1\n")
    phased.write("agent-prompts/standards/code.md", "# Code\n\n## Names\n\nWhole words.\n")
    assert asked(phased.root, "review", "src/adding.py", "--dry-run").exit == 0


def test_a_waiver_lets_work_begin_and_stands_in_the_archive(phased: House) -> None:
    said = asked(phased.root, "phase", "waive", "1", "--why", "a pilot without a business side", "--by", "Ines Ruiz")
    assert said.exit == 0, said.err
    assert "phase 2 (Design) is incomplete" in refused_after(phased)
    phased.app().phases.waive(2, "Ines Ruiz", "one module needs no plan")
    assert phased.run(script=turns(written())).status == "done"
    first, second = phased.app().archive.decisions()
    assert (first.kind, first.about, first.who, first.why) == (
        "waiver", "phases/1", "Ines Ruiz", "a pilot without a business side",
    )  # fmt: skip
    assert dict(first.facts) == {"findings": "1", "first": f"{NOTES} is missing: what was said"}
    for decision in (first, second):
        page = phased.read(f"agent-prompts/progress/executed_prompts/{decision.id}.md")
        assert decision.who in page
        assert decision.why in page
    assert first.id in asked(phased.root, "audit", "list").out
    assert asked(phased.root, "audit", "verify").exit == 0
    assert "waived by Ines Ruiz" in asked(phased.root, "phase", "list").out
    assert asked(phased.root, "phase", "check", "1").exit == 1, "a waiver does not make a phase complete"


def refused_after(house: House) -> str:
    """Of a run in a project with decisions in its archive."""
    with pytest.raises(PhaseIncomplete) as caught:
        house.app().corridor.run((House.TASK,), 1)
    return caught.value.message


@pytest.mark.parametrize(
    ("number", "who", "why", "error", "says"),
    [
        (1, "Ines Ruiz", "", PersonNeeded, "needs a reason"),
        (1, "Ines Ruiz", "because", PersonNeeded, "needs a reason"),
        (9, "Ines Ruiz", "there is none", UsageError, "no phase 9"),
        (4, "Ines Ruiz", "it is complete", UsageError, "there is nothing to waive"),
    ],
)
def test_a_waiver_needs_a_reason_and_something_to_waive(
    phased: House, number: int, who: str, why: str, error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        phased.app().phases.waive(number, who, why)
    assert not phased.app().archive.decisions()


def test_a_waiver_names_its_person_in_one_line(phased: House) -> None:
    decision = phased.app().phases.waive(1, " Ines\n## Ruiz ", "two words\n- [x] and a line")
    assert (decision.who, decision.why) == ("Ines ## Ruiz", "two words - [x] and a line")


def test_without_a_name_the_person_of_the_machine_waives(phased: House) -> None:
    assert phased.app().phases.waive(1, "", "nobody else is here").who == "A Tester"


def test_a_draft_waits_for_the_phases_before_its_own(tmp_path: Path) -> None:
    App(tmp_path).framework.init(tmp_path / "shop", "shop")
    said = asked(tmp_path / "shop", "phase", "draft", "docs/operations/runbook", "--dry-run")
    assert (said.exit, said.errors) == (6, ["AGT407"])
    assert "phase 6 has not begun: phase 5" in said.message
    for name in ("requirements/business_requirements", "design/architecture"):
        assert asked(tmp_path / "shop", "phase", "draft", name, "--dry-run").exit == 0, name
