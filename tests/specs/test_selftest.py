"""`agentic selftest` proves that every rule bites, and says so when one does not."""

from __future__ import annotations

import json
import time
from pathlib import Path

import jsonschema
import pytest

from agentic.app import App
from agentic.app.selftest import SelftestReport
from agentic.cli.selftest import line_of, summary
from agentic.errors import SpecError, all_errors
from agentic.settings import Settings
from agentic.specs import Library
from agentic.specs.lint import lint
from agentic.specs.rule import Defect, Rule, Said, add, swap, write
from agentic.specs.rules import RULES
from agentic.specs.selftest import Bitten, Proof, alarms, known, planted, prove
from asked import asked

ROOTS = Settings().workspace.roots
NOTHING = Defect(
    "nothing that anybody would mind",
    write("agent-prompts/design/notes.md", "# Notes\n\nThe shop is closed on Sundays.\n"),
)


def test_every_rule_bites_and_the_clean_project_is_clean(tmp_path: Path) -> None:
    """Outside of any project."""
    began = time.process_time()
    said = asked(tmp_path, "selftest")
    assert said.exit == 0, said.out
    assert time.process_time() - began < 10
    assert all(f"ok   {rule.code} {rule.name} (" in said.out for rule in RULES)
    assert said.out.splitlines()[-1].endswith("every rule bites")
    assert list(tmp_path.iterdir()) == []


def test_the_same_is_one_json_object(tmp_path: Path) -> None:
    said = asked(tmp_path, "selftest", "--json")
    schema = json.loads(asked(tmp_path, "schema", "selftest").out)
    jsonschema.validate(said.json, schema)
    assert (said.exit, said.json["schema"], said.json["passed"], said.json["alarms"]) == (
        0,
        "agentic.selftest/1",
        True,
        [],
    )
    assert said.json["defects"] == sum(proof["defects"] for proof in said.json["proofs"])


def test_what_the_reader_of_tasks_says_is_planted_as_well() -> None:
    from_tasks = {error.code for error in all_errors(SpecError) if error.code <= "AGT110"}
    assert from_tasks <= {one.code for one in known()}


def test_codes_are_planted_once_each() -> None:
    codes = [one.code for one in known()]
    assert len(codes) == len(set(codes)) and codes == sorted(codes)


def test_a_rule_that_is_silent_is_named_with_the_defect(tmp_path: Path) -> None:
    bitten = Bitten("AGT020", "SharedDeliverable", (NOTHING,))
    (proof,) = prove(tmp_path, ROOTS, [bitten])
    assert not proof.bites and proof.missed == ("nothing that anybody would mind",)
    assert (
        line_of(proof)
        == "FAIL AGT020 SharedDeliverable (1 defect)\n       silent about: nothing that anybody would mind"
    )


def test_a_rule_for_which_nothing_is_planted_is_not_proven(tmp_path: Path) -> None:
    (proof,) = prove(tmp_path, ROOTS, [Bitten("AGT020", "SharedDeliverable", ())])
    assert not proof.bites and "nothing is planted for it" in line_of(proof)


@pytest.mark.parametrize(
    "plant",
    [swap("agent-prompts/design/architecture.md", "words that are not there", ""), add("no/such/folder.md", "x")],
)
def test_a_defect_that_cannot_be_planted_is_a_failure(tmp_path: Path, plant: object) -> None:
    (proof,) = prove(tmp_path, ROOTS, [Bitten("AGT020", "SharedDeliverable", (Defect("odd", plant),))])  # type: ignore[arg-type]
    assert not proof.bites and proof.missed[0].startswith("odd (cannot be planted")


def test_a_rule_taken_out_would_be_noticed(tmp_path: Path) -> None:
    """Each defect is proof of its own rule: without the rule nobody else says its code."""
    rule = next(rule for rule in RULES if rule.code == "AGT020")
    root = planted(tmp_path / "project", (rule.defects[0].plant,))
    others = [other for other in RULES if other is not rule]
    assert rule.code not in {
        code for other in others for code in (other.code for _ in other.look(Library(root, ROOTS)))
    }
    assert rule.code in {finding.code for finding in lint(Library(root, ROOTS))}


def test_a_false_alarm_fails_the_test_and_is_shown() -> None:
    from agentic.values import Finding

    report = SelftestReport(
        False, 1, (Proof("AGT020", "SharedDeliverable", 1),), (Finding("lint", "too much", "a.md", 3, code="AGT020"),)
    )
    assert "false alarm AGT020 at a.md:3: too much" in summary(report) and "every rule bites" not in summary(report)


def test_in_the_clean_project_nothing_is_found(tmp_path: Path) -> None:
    assert alarms(tmp_path, ROOTS) == ()


def test_the_desk_tells_of_each_rule_as_it_is_done(tmp_path: Path) -> None:
    heard: list[str] = []
    report = App(tmp_path).selftest.run(lambda proof: heard.append(proof.code))
    assert heard == [proof.code for proof in report.proofs] and report.passed


def test_a_rule_knows_its_code_by_shape() -> None:
    assert all(
        isinstance(rule, Rule) and rule.code.startswith("AGT0") and len(rule.code) == 6 and rule.defects
        for rule in RULES
    )
    assert Said("a.md", 1, "words").mend is None
