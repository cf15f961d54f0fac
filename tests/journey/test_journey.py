"""From `init` through all seven phases to a closed module, as a person would walk it; Claude is scripted, nothing else is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agentic.app import App
from agentic.errors import HandEdited, PersonNeeded
from house.house import answered
from journey.scripted import claude_drafts
from journey.walk import NOTES, Journey


def test_every_phase_is_complete(walked: Journey) -> None:
    assert [report.complete for report in walked.app.phases.check()] == [True] * 7
    said = walked.cli("phase", "check")
    assert said.exit == 0, said.out


def test_the_archive_holds_every_step_and_verifies(walked: Journey) -> None:
    assert walked.cli("audit", "verify").exit == 0
    executions = walked.app.archive.executions()
    drafted = {one.task for one in executions if one.purpose == "run"}
    named = {
        document.name
        for phase in walked.app.phases.all
        for document in phase.documents
        if document.kind in ("document", "code")
    }
    assert drafted >= {f"drafts/{name}.md" for name in named}
    assert [decision.kind for decision in walked.app.archive.decisions()] == ["closure"]


def test_lint_has_nothing_against_what_came_of_it(walked: Journey) -> None:
    said = walked.cli("lint", "--json")
    assert [one for one in said.json["findings"] if one["severity"] == "error"] == []


def test_the_closure_names_its_signer_and_what_is_closed(walked: Journey) -> None:
    (decision,) = walked.app.archive.decisions()
    assert decision.who == "A Tester"
    assert {"src/shop/count_orders.py", "tests/shop/test_count_orders.py", "docs/modules/shop.md"} <= set(
        decision.files
    )


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
        (execution,) = app.corridor.carry((task,), provider="anthropic")
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
    assert (
        "the pilot has no business side yet"
        in (root / f"agent-prompts/progress/executed_prompts/{decision.id}.md").read_text()
    )
    assert 1 not in fresh.phase(4).waits_for
    assert fresh.cli("audit", "verify").exit == 0
    assert walked.cli("phase", "waive", "1", "--why", "no need at all").exit == 2
