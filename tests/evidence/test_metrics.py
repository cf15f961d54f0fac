"""Figures from the archive alone, each with what it is taken from; what nobody measured is said so."""

from __future__ import annotations

import csv
import io
import os
import re
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from agentic.cli.nouns import json_schema
from agentic.evidence.tally import bars, clock
from agentic.flows.decide import decide
from asked import asked
from evidence.lived import TASK, Lived, verdict

CODE = "src/sales/orders.py"
CLEAN = [verdict("python", files=1)]
DIRTY = [verdict("python", "failed", [("error", "ruff E501: long")])]
NOTED = [verdict("python", "passed", [("note", "by the way")])]


@pytest.fixture
def lived(tmp_path: Path) -> Lived:
    return Lived.build(tmp_path)


def measured(lived: Lived, *words: str) -> dict[str, Any]:
    said = asked(lived.root, "metrics", *words, "--json")
    jsonschema.validate(said.json, json_schema("metrics"))
    assert said.exit == 0
    return said.json


def total(lived: Lived, *words: str) -> dict[str, Any]:
    return measured(lived, *words)["total"]


def groups(lived: Lived, *words: str) -> dict[str, Any]:
    return {one["name"]: one for one in measured(lived, *words)["groups"]}


def share(part: int, of: int) -> dict[str, int]:
    return {"part": part, "of": of}


def test_the_first_pass_is_of_runs_that_ended_and_of_nothing_else(lived: Lived) -> None:
    lived.ran(looks=[CLEAN], files={CODE: "1\n"})
    lived.ran(looks=[DIRTY, CLEAN], attempts=2, files={CODE: "2\n"})
    lived.ran(looks=[DIRTY], status="failed")
    lived.ran(looks=[], status="refused", attempts=0)
    lived.ran(looks=[CLEAN], status="interrupted")
    lived.ran(looks=[CLEAN], status="staged")
    for purpose in ("refinement", "replay", "verification"):
        lived.ran(looks=[CLEAN], purpose=purpose, of="x")
    last = lived.app().archive.newest()
    lived.undone(last)
    decide("waiver", "phases/2", "A Tester", "we have no data yet", lived.app().tools)
    found = total(lived)
    assert found["first_pass"] == share(1, 4) and found["runs"] == share(4, 6)
    assert found["executions"] == {"decision": 1, "refinement": 1, "replay": 1, "run": 6, "undo": 1, "verification": 1}
    said = asked(lived.root, "metrics")
    assert "25 % (1 of 4)" in said.out
    assert "told apart, in no figure: 1 decision, 1 replay, 1 undo, 1 verification" in said.err


def test_adherence_is_of_runs_that_were_held_to_standards_at_the_first_attempt(lived: Lived) -> None:
    lived.ran(looks=[CLEAN])
    lived.ran(looks=[NOTED])
    lived.ran(looks=[DIRTY, CLEAN], attempts=2)
    lived.ran(looks=[[verdict("pytest: tests/x.py")]])
    lived.ran(looks=[[verdict("review: r.json", remarks=[{"severity": "warning", "message": "x"}])]])
    lived.ran(looks=[[verdict("review: r.json", remarks=[{"severity": "note", "message": "x"}])]])
    lived.ran(looks=[[verdict("python", "not run")]], status="failed")
    assert total(lived)["adherence"] == share(3, 5)
    assert "target of 100 % adherence: missed by 40 points, 60 % (3 of 5)" in asked(lived.root, "metrics").err


def covering(lines: dict[str, Any] | None = None, **percent: int) -> list[dict[str, Any]]:
    named = {f"src/{name}.py": number for name, number in percent.items()}
    known = {"coverage_lines": {f"src/{name}.py": said for name, said in lines.items()}} if lines else {}
    return [verdict("pytest: tests/x.py", coverage=named, **known)]


def test_coverage_is_the_mean_by_lines_where_they_are_known(lived: Lived) -> None:
    assert total(lived)["coverage"]["percent"] is None
    lived.ran(looks=[covering({"a": "90 of 100", "b": "0 of 800"}, a=90, b=0)])
    assert total(lived)["coverage"] == {"percent": 10, "files": 2, "covered": 90, "lines": 900}
    lived.ran(looks=[covering({"b": "800 of 800"}, b=100)])
    assert total(lived)["coverage"] == {"percent": 98, "files": 2, "covered": 890, "lines": 900}
    lived.ran(looks=[covering({"b": "0 of 800"}, b=0)], status="failed")
    assert total(lived)["coverage"]["percent"] == 98
    assert "98 % (890 of 900 lines in 2 files)" in asked(lived.root, "metrics").out


def test_without_lines_coverage_is_the_mean_of_files_and_says_so(lived: Lived) -> None:
    lived.ran(looks=[covering(a=90, b=51)])
    assert total(lived)["coverage"] == {"percent": 70, "files": 2, "covered": 0, "lines": 0}
    said = asked(lived.root, "metrics")
    lived.ran(looks=[covering({"a": "90 of 100", "b": "51 of 100"}, a=90, b=51)])
    lived.ran(looks=[covering(a=80)])
    assert total(lived)["coverage"] == {"percent": 65, "files": 2, "covered": 0, "lines": 0}, "newer, and without lines"
    assert "70 % (mean of 2 files)" in said.out and "target of 90 % coverage: missed by 20 points" in said.err


def test_what_was_not_measured_is_never_a_number(lived: Lived) -> None:
    lived.ran(status="failed", attempts=0, milliseconds={}, micro_usd=None)
    lived.ran(looks=[[]], micro_usd=None)
    found = total(lived)
    assert found["adherence"] == share(0, 0) and found["coverage"]["percent"] is None
    assert found["money"] == {"micro_usd": None, "known_micro_usd": 0, "known": share(1, 2)}
    said = asked(lived.root, "metrics")
    assert said.out.count("not measured") == 4 and "at least $0.0000 (1 of 2 known)" in said.out
    assert "target of 90 % coverage: not measured" in said.err and "80 % less time" in said.err
    (row, _) = csv.DictReader(io.StringIO(asked(lived.root, "metrics", "--format", "csv").out))
    assert (row["coverage_percent"], row["micro_usd"], row["lines_of"]) == ("", "", "")


def test_money_that_is_not_known_is_never_nothing(lived: Lived) -> None:
    lived.ran(micro_usd=1_500_000)
    assert "$1.5000" in asked(lived.root, "metrics").out
    lived.ran(micro_usd=None)
    assert total(lived)["money"] == {"micro_usd": None, "known_micro_usd": 1_500_000, "known": share(1, 2)}
    assert "at least $1.5000 (1 of 2 known)" in asked(lived.root, "metrics").out


def test_a_module_is_documented_by_a_document_that_stands(lived: Lived) -> None:
    lived.write("agent-prompts/tasks/parcels/match.md", lived.task(deliverables=["src/parcels/match.py"]))
    lived.ran()
    lived.ran("tasks/parcels/match.md")
    assert total(lived)["documentation"] == share(0, 2)
    text = lived.task(requirements=[], deliverables=["docs/modules/sales.md"], checks=[], criteria=[], module="sales")
    made = lived.ran("generate/docs_sales.md", text=text, files={"docs/modules/sales.md": "# Sales\n"})
    assert total(lived)["documentation"] == share(1, 2)
    assert {name: one["documented"] for name, one in groups(lived).items()} == {"parcels": [], "sales": ["sales"]}
    assert groups(lived, "--by", "requirement")["BR-1"]["documentation"] == share(1, 2)
    lived.undone(made)
    assert total(lived)["documentation"] == share(0, 2)


def test_reuse_is_told_by_runs_and_by_tasks(lived: Lived) -> None:
    lived.write("agent-prompts/tasks/parcels/match.md", lived.task(deliverables=["src/parcels/match.py"]))
    lived.ran(template="examples/a.j2")
    lived.ran(template="examples/a.j2")
    lived.ran("tasks/parcels/match.md", template="examples/b.j2")
    lived.ran("tasks/parcels/match.md")
    found = total(lived)
    assert found["reuse"] == share(3, 4)
    assert [(one["name"], one["runs"], one["tasks"]) for one in found["templates"]] == [("examples/a.j2", 2, 1), ("examples/b.j2", 1, 1)]  # fmt: skip
    assert "templates that serve more than one task: 0 of 2" in asked(lived.root, "metrics").err
    lived.ran("tasks/parcels/match.md", template="examples/a.j2")
    assert "templates that serve more than one task: 1 of 2" in asked(lived.root, "metrics").err


def test_time_and_tokens_are_of_all_that_made_something(lived: Lived) -> None:
    lived.ran(tokens=100)
    lived.ran(tokens=50, purpose="refinement", of="x", attempts=2)
    lived.ran(tokens=1000, purpose="replay", of="x")
    found = total(lived)
    assert found["usage"]["input"] == 200
    assert found["time"] == {"total": 6000, "checks": 4000, "provider": 1800, "known": share(2, 2)}


def test_requirements_are_those_that_were_cited_then(lived: Lived) -> None:
    lived.ran()
    lived.ran(grounds=None)
    lived.write(f"agent-prompts/{TASK}", lived.task(requirements=["BR-3", "BR-10"]))
    lived.ran()
    lived.write(f"agent-prompts/{TASK}", lived.task(requirements=[]))
    lived.ran()
    found = groups(lived, "--by", "requirement")
    assert {name: one["runs"] for name, one in found.items()} == {
        "(none)": share(1, 1), "BR-1": share(2, 2), "BR-2": share(2, 2), "BR-3": share(1, 1),
    }  # fmt: skip
    assert total(lived, "--by", "requirement")["runs"] == share(4, 4)
    assert "rows do not add up" in asked(lived.root, "metrics", "--by", "requirement").err


def test_time_is_told_without_holes_and_can_be_cut(lived: Lived) -> None:
    for day in ("2026-09-28", "2026-10-04", "2026-10-05", "2026-10-21"):
        lived.ran(at=day, looks=[CLEAN], attempts=2 if day.endswith("21") else 1)
    assert asked(lived.root, "audit", "verify").exit == 0
    weeks = groups(lived, "--by", "week")
    assert {name: one["runs"]["of"] for name, one in weeks.items()} == {
        "2026-09-28": 2, "2026-10-05": 1, "2026-10-12": 0, "2026-10-19": 1,
    }  # fmt: skip
    assert {name: one["runs"]["of"] for name, one in groups(lived, "--by", "month").items()} == {
        "2026-09": 1,
        "2026-10": 3,
    }
    since = measured(lived, "--since", "2026-10-05")
    assert (since["since"], since["total"]["runs"]) == ("2026-10-05", share(2, 2))
    points = [(one["period"], one["runs"], one["first_pass"]) for one in total(lived)["over_time"]]
    assert points == [("2026-09-28", 2, 2), ("2026-10-05", 1, 1), ("2026-10-12", 0, 0), ("2026-10-19", 1, 0)]
    assert "█▄ ▄" in asked(lived.root, "metrics").out
    assert asked(lived.root, "metrics", "--since", "yesterday").errors == ["AGT200"]


def test_a_long_time_is_told_by_months_across_years(lived: Lived) -> None:
    for day in ("2025-11-30", "2026-02-01"):
        lived.ran(at=day)
    assert list(groups(lived, "--by", "month")) == ["2025-11", "2025-12", "2026-01", "2026-02"]
    lived.ran(at="2026-09-01")
    assert [one["period"] for one in total(lived)["over_time"]][::9] == ["2025-11", "2026-08"]


def test_groups_are_by_module_task_and_what_belongs_to_none(lived: Lived) -> None:
    lived.write("agent-prompts/tasks/parcels/match.md", lived.task(deliverables=["src/parcels/match.py"]))
    lived.ran()
    lived.ran("tasks/parcels/match.md")
    assert list(groups(lived)) == ["parcels", "sales"]
    assert list(groups(lived, "--by", "task")) == ["tasks/parcels/match.md", TASK]


def test_a_journal_that_does_not_verify_is_left_out_and_named(lived: Lived) -> None:
    lived.ran()
    broken = lived.ran()
    path = lived.root / f"agent-prompts/progress/executed_prompts/{broken}.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"attempt":1', b'"attempt":7', 1))
    assert measured(lived)["unreadable"] == [broken] and total(lived)["runs"] == share(1, 1)
    assert f"left out, since they do not verify: {broken}" in asked(lived.root, "metrics").err


def test_an_empty_archive_is_no_error(lived: Lived) -> None:
    assert measured(lived)["groups"] == []
    assert "Nothing was executed" in asked(lived.root, "metrics", "--format", "html").out


def test_the_page_stands_alone_and_draws_every_week(lived: Lived) -> None:
    for day in ("2026-09-28", "2026-10-05", "2026-10-21"):
        lived.ran(at=day, looks=[CLEAN], template="examples/<x>.j2")
    page = asked(lived.root, "metrics", "--format", "html").out
    assert not re.search(r"<script|<link|<img|src=|url\(|@import|https?:", page)
    assert "2026-10-12: 0 finished, 0 at the first attempt" in page and "examples/&lt;x&gt;.j2" in page
    assert 'title="target 90 %"' not in page and 'title="target 100 %"' in page, "coverage was not measured"
    assert "2026-10-21 12:00 UTC" in page


@pytest.mark.parametrize(
    ("milliseconds", "said"),
    [(0, "0.00 s"), (47, "0.05 s"), (41_200, "41.2 s"), (265_724, "4 min 25 s"), (3_900_000, "1 h 5 min")],
)
def test_times_are_said_as_exactly_as_anybody_wants_to_know(milliseconds: int, said: str) -> None:
    assert clock(milliseconds) == said


@pytest.mark.parametrize(("numbers", "drawn"), [([], ""), ([0, 0], "  "), ([1, 0, 1000], "▁ █"), ([4, 2], "█▄")])
def test_whatever_is_there_is_seen_in_a_bar(numbers: list[int], drawn: str) -> None:
    assert bars(numbers) == drawn


def test_hundreds_of_journals_are_summed_up_in_a_moment(lived: Lived, monkeypatch: pytest.MonkeyPatch) -> None:
    # What is measured is the reading; hundreds of syncs to disk are the disk's.
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)
    for number in range(300):
        lived.ran(looks=[CLEAN], grounds={"requirements": {f"BR-{number % 3 + 1}": "sha256:0"}, "contract": {}})
    began = time.process_time()
    assert total(lived, "--by", "requirement")["runs"] == share(300, 300)
    assert time.process_time() - began < 2, "1,000 journals are to take a few seconds"
