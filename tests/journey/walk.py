"""The way of a project through all seven phases, as a person would walk it; Claude is scripted, nothing else is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agentic.app import App
from agentic.errors import PhaseIncomplete
from agentic.phases.judge import QUESTION
from asked import asked

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
        (execution,) = app.corridor.carry((task,), provider="anthropic")
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


def walk(journey: Journey) -> None:
    """Phase by phase."""
    refused_before_phase_4(journey)
    for number in (1, 2, 3):
        complete_documents(journey, number)
    task = journey.draft("tasks/shop/count_orders")
    assert [one.code for one in journey.phase(4).findings if one.severity == "error"] == ["AGT087"]
    (execution,) = journey.app.corridor.run((task,), 1, provider="anthropic")
    assert execution.status == "done", execution.findings
    close(journey)
    for number in (5, 6, 7):
        complete_documents(journey, number)


def refused_before_phase_4(journey: Journey) -> None:
    """No task is run while phases 1 to 3 are templates."""
    journey.app.tasks.new("shop/early")
    early = journey.root / "agent-prompts/tasks/shop/early.md"
    early.write_text(
        "---\nchecks: [python]\n---\n## TASK: Early\n## DELIVERABLES:\n- src/shop/early.py\n", encoding="utf-8"
    )
    with pytest.raises(PhaseIncomplete, match="phase 1"):
        journey.app.corridor.run(("shop/early",), 1, provider="anthropic")
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
    assert app.corridor.carry((app.quality.review(("src/shop",)),), provider="anthropic")[0].status == "done"
    assert (
        app.corridor.carry((app.quality.tests("src/shop/count_orders.py", "", ""),), provider="anthropic")[0].status
        == "done"
    )
    first = journey.app.closing.close("shop", "", "")
    assert not first.closed
    assert not first.waits
    assert "AGT663" in {one.code for one in first.findings}
    app = journey.app
    (docs,) = app.corridor.carry((app.quality.docs("shop"),), provider="anthropic")
    assert docs.status == "done", docs.findings
    journey.person_completes("docs/modules/shop.md")
    second = journey.app.closing.close("shop", "", "")
    assert second.waits, second.findings
    file = journey.root / second.document
    text = re.sub(r"^<(?!!).*>$", "None: it went as planned.", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    file.write_text(text.replace("- [ ]", "- [x]"), encoding="utf-8")
    third = journey.app.closing.close("shop", "A Tester", "")
    assert third.closed, third.findings
