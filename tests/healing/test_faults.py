"""The fault benchmark has enough faults, each changes something, and its judge sees a row that is lost."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

pytest.importorskip("duckdb")

from faults import table  # noqa: E402
from faults.ground import Relation, difference, digests, inject  # noqa: E402
from faults.judge import message  # noqa: E402
from faults.kinds import KINDS, cases, chosen  # noqa: E402
from faults.project import Edit, projects  # noqa: E402

PROJECTS = projects()


@pytest.fixture(scope="module")
def every():
    return list(cases(PROJECTS))


def test_there_are_enough_kinds_projects_and_cases(every):
    assert len(KINDS) == len({kind.name for kind in KINDS}) >= 40
    assert len(PROJECTS) >= 5
    assert len(every) >= 500
    assert {case.kind.name for case in every} == {kind.name for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_fault_changes_what_it_says(kind, tmp_path):
    case = next(iter(cases(PROJECTS, [kind])))
    project = next(one for one in PROJECTS if one.name == case.project)
    for path, text in project.files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    before = digests(tmp_path)
    inject(case.edit, tmp_path)
    changed = {path for path in {*before, *digests(tmp_path)} if before.get(path) != digests(tmp_path).get(path)}
    assert changed == {path for path in case.edit.files if not path.endswith(".duckdb")} or case.edit.hold


def test_the_same_cases_are_drawn_every_time():
    first, second = (chosen(PROJECTS, KINDS, 300) for _ in range(2))
    assert [case.edit for case in first] == [case.edit for case in second]


def test_no_two_cases_are_the_same_fault(every):
    assert max(Counter(case.name for case in every).values()) == 1


def relation(columns, *rows):
    return Relation(tuple(columns), Counter(rows))


def test_rows_count_in_any_order_and_a_lost_one_is_told():
    clean = {"main.orders": relation(["id", "amount"], (1, 2.5), (2, 3.0))}
    assert difference(clean, {"main.orders": relation(["id", "amount"], (2, 3), (1, 2.5))}, Edit("", {})) == ""
    lost = {"main.orders": relation(["id", "amount"], (1, 2.5))}
    assert difference(clean, lost, Edit("", {})).startswith("main.orders: 1 of 2 rows lost")
    assert difference(clean, {}, Edit("", {})) == "main.orders is not there"


def test_a_name_that_the_fault_changed_on_purpose_may_stay():
    clean = {"main.orders": relation(["id", "amount"], (1, 2))}
    kept = {"main.orders": relation(["id", "amt"], (1, 2))}
    assert difference(clean, kept, Edit("", {}, renamed={"amount": "amt"})) == ""
    assert "columns id, amt instead of id, amount" in difference(clean, kept, Edit("", {}))


def test_the_page_counts_what_the_rows_say(tmp_path):
    row = {
        "kind": "ref mistyped", "project": "shop", "place": 1, "what": "w", "right": "fix", "verdict": "right", "status": "healed",
        "why": "", "class_is_right": True, "diagnosis_confidence": 0.9, "fix_confidence": 0.97, "fix_is_right": True, "diff": "",
        "runs": 2, "healing": 3.0, "clean": 2.0,
    }  # fmt: skip
    bad = row | {"verdict": "wrong", "why": "1 of 2 rows lost", "diff": "-a\n+b\n", "fix_is_right": False}
    said = list(table.calibration([row, bad]))
    assert "| 0.95 to 1 | 2 | 50.0 % | 0 | - |" in said
    assert "| ref mistyped | 2 | 100.0 % | 50.0 % | 0 | 0 | 0 | 0 | 1 |" in list(
        table.fixed({"ref mistyped": [row, bad]})
    )
    assert "1 of 2 rows lost" in "\n".join(table.wrong([row, bad]))
    assert "| all | 2 | 1.50 | 1.50 | 2 |" in list(table.cost([row, bad]))


def test_what_dbt_complains_of_is_found_in_its_output():
    output = "10:00:00  Running with dbt=1.11.16\n10:00:01  Encountered an error:\nCompilation Error\n  no such model\n"
    assert message(output) == "Encountered an error: Compilation Error no such model"
