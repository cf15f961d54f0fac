"""From `init` through all seven phases to a closed module, as a person would walk it; Claude is scripted, nothing else is."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from agentic.app import App
from agentic.errors import HandEdited, PersonNeeded, PhaseIncomplete
from agentic.phases.judge import QUESTION
from asked import asked
from house.house import answered
from journey.scripted import claude_drafts

NOTES = "The shop has 40 orders in orders.csv. Each order has a number and a customer. 100 % of the orders must have a number."
SAID = "not known yet, see Q-1"


class Journey:
    """One project, and what a person does in it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def app(self) -> App:
        """A fresh toolbox, as every command has."""
        return App(self.root)

    def draft(self, name: str) -> str:
        """`agentic phase draft NAME`; the path of what landed."""
        app = self.app
        task = app.phases.draft_task(name, NOTES)
        (execution,) = app.carry((task,), provider="anthropic")
        assert execution.status == "done", (name, execution.findings)
        return task.deliverables[0]

    def person_completes(self, path: str) -> None:
        """Answers every question, fills in what nobody knew, ticks what was read."""
        file = self.root / path
        lines = file.read_text(encoding="utf-8").replace(SAID, "as we agreed").splitlines()
        answered_ = [f"{line}\nA: the team decides." if QUESTION.match(line) else line for line in lines]
        file.write_text("\n".join(answered_).replace("- [ ]", "- [x]") + "\n", encoding="utf-8")

    def phase(self, number: int):
        """Its report."""
        return next(report for report in self.app.phases.check() if report.number == number)

    def cli(self, *words: str):
        """`agentic ...` as a program."""
        return asked(self.root, *words)


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Journey:
    """The whole way; each test below looks at one thing that it left."""
    patch = pytest.MonkeyPatch()
    patch.setenv("AGENTIC_DEVELOPER", "A Tester")
    root = tmp_path_factory.mktemp("journey") / "shop"
    App(root.parent).framework.init(root, "shop")
    journey = Journey(root)
    with answered(claude_drafts):
        walk(journey)
    patch.undo()
    return journey


def walk(journey: Journey) -> None:
    """Phase by phase."""
    refused_before_phase_4(journey)
    for number in (1, 2, 3):
        complete_documents(journey, number)
    task = journey.draft("tasks/shop/count_orders")
    assert [one.code for one in journey.phase(4).findings if one.severity == "error"] == ["AGT087"]
    (execution,) = journey.app.run((task,), 1, provider="anthropic")
    assert execution.status == "done", execution.findings
    close(journey)
    for number in (5, 6, 7):
        complete_documents(journey, number)


def refused_before_phase_4(journey: Journey) -> None:
    """No task is run while phases 1 to 3 are templates."""
    journey.app.new_task("shop/early")
    early = journey.root / "agent-prompts/tasks/shop/early.md"
    early.write_text("---\nchecks: [python]\n---\n## TASK: Early\n## DELIVERABLES:\n- src/shop/early.py\n", encoding="utf-8")
    with pytest.raises(PhaseIncomplete, match="phase 1"):
        journey.app.run(("shop/early",), 1, provider="anthropic")
    early.unlink()


def complete_documents(journey: Journey, number: int) -> None:
    """Every document of a phase that Claude can draft, required or not; then the person."""
    phase = journey.app.phases.phase(number)
    for document in phase.documents:
        if document.kind in ("document", "code"):
            path = journey.draft(document.name)
            if document.kind == "document":
                questions = [one for one in journey.phase(number).findings if one.code == "AGT083" and one.path == path]
                assert questions or path.endswith((".yaml", ".yml")), f"{path} hides what nobody said"
                journey.person_completes(path)
    report = journey.phase(number)
    assert report.complete, report.findings


def close(journey: Journey) -> None:
    """Documentation, a review, more tests; then the closure waits for a person, who signs."""
    app = journey.app
    assert app.carry((app.quality.review(("src/shop",)),), provider="anthropic")[0].status == "done"
    assert app.carry((app.quality.tests("src/shop/count_orders.py", "", ""),), provider="anthropic")[0].status == "done"
    first = journey.app.closing.close("shop", "", "")
    assert not first.closed
    assert not first.waits
    assert "AGT663" in {one.code for one in first.findings}
    app = journey.app
    (docs,) = app.carry((app.quality.docs("shop"),), provider="anthropic")
    assert docs.status == "done", docs.findings
    journey.person_completes("docs/modules/shop.md")
    second = journey.app.closing.close("shop", "", "")
    assert second.waits, second.findings
    file = journey.root / second.document
    text = re.sub(r"^<(?!!).*>$", "None: it went as planned.", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    file.write_text(text.replace("- [ ]", "- [x]"), encoding="utf-8")
    third = journey.app.closing.close("shop", "A Tester", "")
    assert third.closed, third.findings


def test_every_phase_is_complete(walked: Journey) -> None:
    assert [report.complete for report in walked.app.phases.check()] == [True] * 7
    said = walked.cli("phase", "check")
    assert said.exit == 0, said.out


def test_the_archive_holds_every_step_and_verifies(walked: Journey) -> None:
    assert walked.cli("audit", "verify").exit == 0
    executions = walked.app.archive.executions()
    drafted = {one.task for one in executions if one.purpose == "run"}
    named = {document.name for phase in walked.app.phases.all for document in phase.documents if document.kind in ("document", "code")}
    assert drafted >= {f"drafts/{name}.md" for name in named}
    assert [decision.kind for decision in walked.app.archive.decisions()] == ["closure"]


def test_lint_has_nothing_against_what_came_of_it(walked: Journey) -> None:
    said = walked.cli("lint", "--json")
    assert [one for one in said.json["findings"] if one["severity"] == "error"] == []


def test_the_closure_names_its_signer_and_what_is_closed(walked: Journey) -> None:
    (decision,) = walked.app.archive.decisions()
    assert decision.who == "A Tester"
    assert {"src/shop/count_orders.py", "tests/shop/test_count_orders.py", "docs/modules/shop.md"} <= set(decision.files)


def test_trace_leads_from_the_requirement_to_the_evidence(walked: Journey) -> None:
    said = walked.cli("trace", "--json")
    assert said.exit == 0
    assert "BR-1" in json.dumps(said.json)
    assert "src/shop/count_orders.py" in json.dumps(said.json)


def test_drift_is_silent_until_a_closed_file_changes(walked: Journey) -> None:
    before = walked.cli("drift", "--json")
    assert before.exit == 0, before.out
    file = walked.root / "src/shop/count_orders.py"
    text = file.read_text(encoding="utf-8")
    try:
        file.write_text(text + "\n# mine\n", encoding="utf-8")
        after = walked.cli("drift", "--json")
        assert after.exit == 1
        assert "src/shop/count_orders.py" in json.dumps(after.json)
    finally:
        file.write_text(text, encoding="utf-8")


def test_a_document_that_a_person_finished_is_not_drafted_over(walked: Journey) -> None:
    with answered(claude_drafts):
        app = walked.app
        task = app.phases.draft_task("design/architecture", NOTES)
        (execution,) = app.carry((task,), provider="anthropic")
    assert execution.status == "refused"
    assert {one.code for one in execution.findings} == {HandEdited.code}


def test_a_waiver_needs_a_person_a_reason_and_something_to_waive(walked: Journey, tmp_path: Path) -> None:
    root = tmp_path / "fresh"
    App(tmp_path).framework.init(root, "fresh")
    fresh = Journey(root)
    with pytest.raises(PersonNeeded, match="reason"):
        fresh.app.phases.waive(1, "A Tester", "")
    decision = fresh.app.phases.waive(1, "A Tester", "the pilot has no business side yet")
    assert fresh.phase(1).waiver == decision
    assert "the pilot has no business side yet" in (root / f"agent-prompts/progress/executed_prompts/{decision.id}.md").read_text()
    assert 1 not in fresh.phase(4).waits_for
    assert fresh.cli("audit", "verify").exit == 0
    assert walked.cli("phase", "waive", "1", "--why", "no need at all").exit == 2
