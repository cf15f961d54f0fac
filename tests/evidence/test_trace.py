"""The chain from requirement to evidence is told as it is: what is not shown is a gap, whatever anybody ticked."""

from __future__ import annotations

import csv
import io
import re
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from agentic.cli.nouns import json_schema
from agentic.values.digest import digest
from asked import asked
from evidence.lived import TASK, Lived, verdict

CODE, TEST = "src/sales/orders.py", "tests/sales/test_orders.py"
FILES = {CODE: "print(1)\n", TEST: "def test(): ...\n"}
SPEC = f"agent-prompts/{TASK}"
REQUIREMENTS = "agent-prompts/requirements/business_requirements.md"


def table(rows: int, snapshot: str) -> dict[str, Any]:
    return {"rows": rows, "snapshot": snapshot, "digest": "sha256:0", "columns": [], "snapshots": 1}


LOOK = [
    verdict("deliverables", written=[CODE]),
    verdict("policy: no weaker tests"),
    verdict("python", files=2),
    verdict(f"pytest: {TEST}", passed=18, emptied={"emptied": [{"noticed": True}] * 3}, coverage={CODE: 93}),
    verdict(f"job: {CODE}", second_run={}, tables={"bronze.orders": table(10, "11"), "bronze.rest": table(2, "12")}),
    verdict("expectations: bronze_orders", evaluated=31, failed=["unique id"], rows=10, table="bronze.orders"),
]
PUBLISHED = verdict(
    f"publish: {CODE}",
    tables={"bronze.orders": table(12, "21"), "bronze.rest": table(2, "22"), "silver.others": table(99, "23")},
    **{"rows of bronze.orders": "12"},
)


@pytest.fixture
def lived(tmp_path: Path) -> Lived:
    lived = Lived.build(tmp_path)
    lived.ran(files=FILES, looks=[LOOK], published=[PUBLISHED], commit="0123456789abcdef")
    return lived


def traced(lived: Lived, *words: str) -> dict[str, Any]:
    """Requirement -> what is said of it."""
    said = asked(lived.root, "trace", *words, "--json")
    jsonschema.validate(said.json, json_schema("trace"))
    assert said.exit == 0
    return {one["requirement"]: one for one in said.json["requirements"]}


def test_a_requirement_leads_to_task_files_checks_and_data(lived: Lived) -> None:
    one = traced(lived)["BR-1"]
    (task,) = one["tasks"]
    assert (one["state"], one["title"], one["path"], one["line"]) == ("shown", "Orders are complete", REQUIREMENTS, 3)
    assert (task["task"], task["state"], task["wording"], task["commit"]) == (
        TASK,
        "done",
        "as proven",
        "0123456789abcdef",
    )
    assert [(file["path"], file["digest"], file["now"]) for file in task["deliverables"]] == [
        (path, digest(text), "as landed") for path, text in FILES.items()
    ]
    assert {check["source"]: check["shows"] for check in task["checks"]} == {
        "python": "2 files looked at",
        f"pytest: {TEST}": "18 tests passed, 3 of 3 emptied functions noticed, coverage 93 % of 1 file",
        f"job: {CODE}": "run twice, 2 tables, 12 rows",
        "expectations: bronze_orders": "30 of 31 expectations hold on bronze.orders",
        f"publish: {CODE}": "12 rows in bronze.orders",
    }
    assert [(one["table"], one["evaluated"], one["held"]) for one in task["validations"]] == [("bronze.orders", 31, 30)]


def test_the_tables_of_a_task_are_those_that_it_wrote_as_they_stand_in_the_lake(lived: Lived) -> None:
    (task,) = traced(lived)["BR-1"]["tasks"]
    assert [(one["name"], one["rows"], one["snapshot"], one["lake"]) for one in task["tables"]] == [
        ("bronze.orders", 12, "21", "project"),
        ("bronze.rest", 2, "22", "project"),
    ]


def test_what_was_never_published_is_shown_by_the_scratch_lake_alone(tmp_path: Path) -> None:
    lived = Lived.build(tmp_path)
    lived.ran(files=FILES, looks=[LOOK])
    (task,) = traced(lived)["BR-1"]["tasks"]
    assert {(one["name"], one["lake"]) for one in task["tables"]} == {("bronze.orders", "scratch"), ("bronze.rest", "scratch")}  # fmt: skip


def test_a_criterion_that_names_a_requirement_measures_that_one_alone(lived: Lived) -> None:
    found = traced(lived)
    assert [one["id"] for one in found["BR-1"]["tasks"][0]["criteria"]] == ["AC-1", "AC-2"]
    assert [one["id"] for one in found["BR-2"]["tasks"][0]["criteria"]] == ["AC-2"]


def test_what_has_no_evidence_is_a_gap_even_where_every_box_is_ticked(tmp_path: Path) -> None:
    lived = Lived.build(tmp_path)
    lived.swap(SPEC, "- [ ] AC-2", "- [x] AC-2")
    found = traced(lived)
    assert [(one["state"], one["gap"]) for one in found.values()] == [
        ("gap", f"{TASK}: not started"), ("gap", f"{TASK}: not started"), ("gap", "no task cites it"),
    ]  # fmt: skip
    assert not any(one["ticked"] for one in found["BR-2"]["tasks"][0]["criteria"])
    lived.ran(status="failed", looks=[LOOK])
    assert traced(lived)["BR-1"]["gap"] == f"{TASK}: failed"


def test_an_id_that_nobody_wrote_is_a_gap_and_a_second_task_may_be_missing(lived: Lived) -> None:
    lived.write(
        "agent-prompts/tasks/sales/more.md", lived.task(requirements=["BR-1", "BR-9"], deliverables=["src/x.py"])
    )
    found = traced(lived)
    assert (found["BR-1"]["state"], found["BR-1"]["gap"]) == ("partly", "tasks/sales/more.md: not started")
    assert (found["BR-9"]["state"], found["BR-9"]["gap"]) == ("gap", "no requirement of that id is written")


def test_strict_ends_with_1_where_a_requirement_has_no_evidence(lived: Lived) -> None:
    assert asked(lived.root, "trace").exit == 0
    assert asked(lived.root, "trace", "--strict").exit == 1
    assert asked(lived.root, "trace", "--strict", "--requirement", "BR-1").exit == 0
    lived.swap(SPEC, '"BR-2"', '"BR-2", "BR-3"')
    lived.ran(files=FILES, looks=[LOOK])
    assert asked(lived.root, "trace", "--strict").exit == 0


def test_files_and_words_that_have_parted_are_told(lived: Lived) -> None:
    lived.write(CODE, "mine\n")
    (lived.root / TEST).unlink()
    lived.swap(REQUIREMENTS, "must be in", "may be in")
    (task,) = traced(lived)["BR-1"]["tasks"]
    assert [file["now"] for file in task["deliverables"]] == ["changed", "gone"] and task["wording"] == "changed"
    said = asked(lived.root, "trace").out
    assert "done, wording changed" in said and "0 of 2 as landed, 1 changed, 1 gone" in said


def test_the_commit_that_a_file_is_in_is_told(lived: Lived) -> None:
    assert traced(lived)["BR-1"]["tasks"][0]["deliverables"][0]["commit"] == ""
    assert "not committed" in asked(lived.root, "trace").out
    commit = ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "--allow-empty", "-qm", "x"]
    subprocess.run(["git", "init", "-q"], cwd=lived.root, check=True)
    for text in ("print(0)\n", FILES[CODE]):
        lived.write(CODE, text)
        for words in (["add", CODE], commit):
            subprocess.run(["git", *words], cwd=lived.root, check=True)
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=lived.root, capture_output=True, text=True, check=True)
    (task,) = traced(lived)["BR-1"]["tasks"]
    assert [file["commit"] for file in task["deliverables"]] == [head.stdout.strip(), ""]


def test_a_task_that_cannot_be_read_is_no_end_of_the_matrix(lived: Lived) -> None:
    lived.swap(SPEC, "## DELIVERABLES:", "## DELIVERED:")
    one = traced(lived)["BR-1"]
    assert (one["state"], one["tasks"][0]["task"]) == ("shown", TASK)
    lived.write("agent-prompts/tasks/sales/other.md", "## TASK: x\n")
    assert asked(lived.root, "trace").exit == 0


def test_one_requirement_or_one_module_can_be_named(lived: Lived) -> None:
    lived.write(
        "agent-prompts/tasks/parcels/match.md", lived.task(requirements=["BR-1", "BR-3"], deliverables=["src/p.py"])
    )
    lived.write("agent-prompts/tasks/parcels/clean.md", lived.task(requirements=[], deliverables=["src/c.py"]))
    assert list(traced(lived, "--requirement", "BR-2")) == ["BR-2"]
    parcels = traced(lived, "--module", "parcels")
    assert {name: one["state"] for name, one in parcels.items()} == {"BR-1": "gap", "BR-3": "gap"}
    assert "1 task without a requirement" in asked(lived.root, "trace", "--module", "parcels").err
    for words, near in ((("--requirement", "BR-22"), "BR-2"), (("--module", "parcel"), "parcels")):
        said = asked(lived.root, "trace", *words)
        assert (said.exit, said.errors) == (2, ["AGT200"]) and near in said.line("fix")


def test_the_table_has_a_row_for_each_task_of_each_requirement(lived: Lived) -> None:
    lines = asked(lived.root, "trace").out.splitlines()
    assert lines[0].split() == "requirement title task state deliverables checks criteria commit data".split()
    assert len(lines) == 4 and "GAP: no task cites it" in lines[3]
    for words in ("2 of 2 as landed", "5 of 5", "12 rows in bronze.orders and 1 table more; 30 of 31 hold"):
        assert words in lines[1]
    whole = asked(lived.root, "trace", "--requirement", "BR-1").out
    assert f"deliverable {CODE} {digest(FILES[CODE])[:19]}: as landed, not committed" in whole
    assert "table       bronze.orders: 12 rows, snapshot 21, project lake" in whole


def test_the_spreadsheet_has_a_row_for_each_deliverable_and_no_formula(lived: Lived) -> None:
    lived.swap(REQUIREMENTS, "BR-3: Orders are seen", 'BR-3: =HYPERLINK("x"), see')
    rows = list(csv.DictReader(io.StringIO(asked(lived.root, "trace", "--format", "csv").out)))
    assert [(row["requirement"], row["deliverable"]) for row in rows] == [
        ("BR-1", CODE), ("BR-1", TEST), ("BR-2", CODE), ("BR-2", TEST), ("BR-3", ""),
    ]  # fmt: skip
    assert rows[0]["digest"] == digest(FILES[CODE]) and rows[0]["wording"] == "as proven"
    assert rows[4]["title"] == '\'=HYPERLINK("x"), see' and rows[4]["gap"] == "no task cites it"


def test_the_page_stands_alone_and_shows_words_instead_of_obeying_them(lived: Lived) -> None:
    lived.swap(REQUIREMENTS, "Orders are seen", '<script>alert(1)</script> & "quotes"')
    lived.write("agent-prompts/context/system_context.yaml", "project: <b>Sales</b>\n")
    page = asked(lived.root, "trace", "--format", "html").out
    assert page.startswith("<!DOCTYPE html>") and "&lt;script&gt;alert(1)" in page and "&lt;b&gt;Sales" in page
    assert not re.search(r"<script|<link|<img|src=|url\(|@import|https?:|<b>", page.replace("<b style", "")), page
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids)) and {"BR-1", "BR-2", "BR-3"} <= set(ids)
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)
    for words in (
        "prefers-color-scheme: dark",
        "@media print",
        "max-width: 46rem",
        digest(FILES[CODE]),
        "bronze.orders",
    ):
        assert words in page


def test_an_empty_project_has_a_page_too(tmp_path: Path) -> None:
    (tmp_path / "agent-prompts").mkdir()
    said = asked(tmp_path, "trace", "--format", "html")
    assert said.exit == 0 and "No requirement is written yet" in said.out and "Nothing was run" in said.out


@pytest.mark.parametrize("form", ["html", "csv", "json"])
@pytest.mark.parametrize("noun", ["trace", "metrics"])
def test_a_report_goes_into_a_file_of_ones_own(lived: Lived, form: str, noun: str) -> None:
    said = asked(lived.root, noun, "--format", form, "--output", f"reports/{noun}.{form}")
    written = (lived.root / f"reports/{noun}.{form}").read_text(encoding="utf-8")
    assert (said.exit, said.out) == (0, "") and f"written: reports/{noun}.{form}" in said.err
    assert written.strip() == asked(lived.root, noun, "--format", form).out.strip()


def test_a_table_goes_into_no_file_and_a_folder_is_no_file(lived: Lived) -> None:
    said = asked(lived.root, "trace", "--output", "x.txt")
    assert (said.exit, said.errors) == (2, ["AGT200"]) and "--format html" in said.line("fix")
    said = asked(lived.root, "trace", "--format", "csv", "--output", "agent-prompts")
    assert (said.exit, said.errors) == (4, ["AGT308"])
    assert [path.name for path in lived.root.glob("*.new")] == []
