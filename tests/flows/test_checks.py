"""Checks look for themselves: commands, dbt, jobs on a lake, suites over its tables. No word of a job counts."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from agentic.checks import CHECKS
from agentic.ports import Staged
from agentic.values import CheckSpec, Verdict
from claude_server import Writes
from corridor.liars import turns
from house import ADDING, House, spec


def look(house: House, kind: str, target: str = "", **options: Any) -> Verdict:
    """The verdict of one check, in a scratch tree that is the house itself."""
    bench, _ = house.app().bench()
    staged = Staged(house.root, house.app().task(House.TASK), ())
    return CHECKS[kind].look(staged, CheckSpec(kind, target, options), bench)


def why(verdict: Verdict) -> str:
    """Everything it has to say."""
    return "\n".join(f"{one.message}\n{one.detail}" for one in verdict.findings)


# --- command and python ------------------------------------------------------------------------------------


def test_a_command_says_yes_with_exit_code_0_and_nothing_else(house: House) -> None:
    yes, no = (
        look(house, "command", "python -c pass"),
        look(house, "command", "python -c 'print(1); raise SystemExit(3)'"),
    )
    assert yes.passed and yes.evidence["exit"] == 0 and yes.evidence["output_digest"].startswith("sha256:")
    assert no.status == "failed" and no.evidence["exit"] == 3 and no.evidence["tail"] == "1"


def test_a_command_that_is_not_installed_is_no_verdict_but_an_error(house: House) -> None:
    house.write(f"agent-prompts/{House.TASK}", spec(checks=({"command": "no-such-program --now"},), criteria=()))
    execution = house.run(
        script=turns(Writes({"src/adding.py": ADDING, "tests/test_adding.py": "x = 1\n"}, finish="done"))
    )
    assert execution.status != "done" and execution.exit_status in (1, 4) and execution.findings


TELL = """
import json, os, sys, sysconfig
import click
print("venv", click.__file__)
print("home", os.environ["THE_HOME"] + "/notes.txt,", os.environ["THE_HOME"] + "stead")
print("modules", sysconfig.get_path("stdlib"))
json.loads("[")
"""


def test_a_traceback_names_no_folder_of_this_machine(house: House) -> None:
    house.write("tell.py", TELL)
    home = os.environ["HOME"]
    told = why(look(house, "command", f"env THE_HOME={home} python tell.py"))
    tail = "\n".join(told.splitlines()[2:])
    assert 'File "./tell.py", line 7, in <module>' in tail and 'File "<python>/json/decoder.py", line ' in tail
    assert "venv .venv/lib/python3." in tail and "modules <python>\n" in tail
    assert f"home ~/notes.txt, {home}stead" in tail, "only whole names are folders"
    for place in (sys.base_prefix, sys.prefix, str(house.root), f"{home}/"):
        assert place not in tail, tail


def test_a_failure_on_record_names_no_folder_of_this_machine(house: House) -> None:
    house.write(f"agent-prompts/{House.TASK}", spec(checks=({"command": "python src/adding.py"},), criteria=()))
    broken = "import json\n\njson.loads('[')\n"
    execution = house.run(
        script=turns(Writes({"src/adding.py": broken, "tests/test_adding.py": "x = 1\n"}, finish="done"))
    )
    assert execution.status == "failed"
    record = house.root / "agent-prompts/progress/executed_prompts"
    written = "\n".join(path.read_text(encoding="utf-8") for path in sorted(record.rglob("*")) if path.is_file())
    assert "<python>/json/decoder.py" in written
    for place in (sys.base_prefix, sys.prefix, str(house.root)):
        assert place not in written


def test_a_command_has_no_shell(house: House) -> None:
    assert look(house, "command", "python -c pass > out.txt; touch pwned").passed
    assert not house.exists("out.txt") and not house.exists("pwned")


def test_a_check_that_runs_too_long_ends_with_everything_it_started(house: House) -> None:
    """The grandchild would write a file every tenth of a second for as long as it lives."""
    house.write("linger.py", "import subprocess, sys, time\ncode = 'import time\\nfor n in range(300):\\n open(\"alive\", \"w\").write(str(n)); time.sleep(0.1)'\nsubprocess.Popen([sys.executable, '-c', code])\ntime.sleep(30)\n")  # fmt: skip
    verdict = look(house, "command", "python linger.py", seconds=3)
    assert verdict.status == "failed" and "ran longer than it may" in why(verdict)
    count = house.read("alive") if house.exists("alive") else ""
    time.sleep(0.5)
    assert count and house.read("alive") == count, "the grandchild is gone"


# --- dbt ---------------------------------------------------------------------------------------------------

DBT = {
    "src/transformation/dbt_project.yml": "name: tiny\nprofile: tiny\nmodel-paths: [models]\n",
    "src/transformation/profiles.yml": "tiny:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: tiny.duckdb}\n",
    "src/transformation/models/one.sql": "select 1 as id\n",
    "src/transformation/models/schema.yml": "version: 2\nmodels:\n  - name: one\n    columns:\n      - name: id\n        data_tests: [unique, not_null]\n",
}


def dbt_house(house: House, **changes: str) -> House:
    """A project with one model and two tests."""
    if not (Path(sys.executable).parent / "dbt").exists():
        pytest.skip("needs dbt (extra dbt)")
    for path, text in DBT.items():
        house.write(path, changes.get(Path(path).stem, text))
    return house


def test_dbt_builds_what_is_selected_and_counts_it(house: House) -> None:
    verdict = look(dbt_house(house), "dbt", "one")
    assert verdict.passed, why(verdict)
    assert (verdict.evidence["nodes"], verdict.evidence["success"], verdict.evidence["pass"]) == (3, 1, 2)


@pytest.mark.parametrize(
    ("changes", "target", "says"),
    [
        ({"one": "select 1 as id union all select 1\n"}, "one", "unique_one_id"),
        ({"one": "select 1 as\n"}, "one", "model.tiny.one: error"),
        ({}, "no_such_model", "failed"),
        ({"dbt_project": "name: [\n"}, "one", "failed"),
    ],
    ids=["a failed test", "a broken model", "an empty selection", "a broken project"],
)
def test_dbt_says_no_and_names_the_node(house: House, changes: dict[str, str], target: str, says: str) -> None:
    verdict = look(dbt_house(house, **changes), "dbt", target)
    assert verdict.status == "failed" and says in why(verdict)


# --- job and expectations ----------------------------------------------------------------------------------

JOB = """
import os, time
import pyarrow as pa
from pyiceberg.catalog.sql import SqlCatalog

place = os.environ["LAKE_URI"].removeprefix("jdbc:sqlite:")
catalog = SqlCatalog(os.environ["LAKE_NAME"], uri=f"sqlite:///{place}", warehouse=f"file://{os.environ['LAKE_WAREHOUSE']}")
rows = pa.table({"id": [1, 2, 3], "word": ["a", "b", "c"]})
catalog.create_namespace_if_not_exists("bronze")
there = catalog.table_exists("bronze.words")
table = catalog.create_table_if_not_exists("bronze.words", rows.schema)
"""
JOBS = {
    "honest": "table.overwrite(rows)\n",
    "adds nothing twice": "there or table.append(rows)\n",
    "other types": "table.overwrite(pa.table({'id': [1, 2, 3], 'word': ['a', 'b', 'd' if there else 'c']}))\n",
    "a new table each time": "new = catalog.create_table(f'bronze.t{time.time_ns()}', rows.schema)\nnew.append(rows)\ntable.overwrite(rows)\n",
    "drops it": "table.overwrite(rows)\nthere and catalog.drop_table('bronze.words')\n",
}
SAYS = {
    "other types": ("AGT603", "with other content"),
    "a new table each time": ("AGT603", "the table is new"),
    "drops it": ("AGT603", "the table is gone"),
}


@pytest.fixture
def lake(house: House) -> House:
    """A house whose Python has PyIceberg."""
    pytest.importorskip("pyiceberg.catalog.sql", reason="needs PyIceberg (extra lake)")
    return house


def job(house: House, name: str) -> Verdict:
    """The verdict on one of the jobs above."""
    house.write("src/job.py", JOB + JOBS[name])
    return look(house, "job", "src/job.py")


@pytest.mark.parametrize("name", ["honest", "adds nothing twice"])
def test_an_honest_job_passes_with_counts_and_snapshot_in_its_evidence(lake: House, name: str) -> None:
    verdict = job(lake, name)
    assert verdict.passed, why(verdict)
    assert (
        verdict.evidence["rows of bronze.words"] == "3"
        and verdict.evidence["tables"]["bronze.words"]["snapshot"].isdigit()
    )
    assert verdict.evidence["first_run"]["exit"] == verdict.evidence["second_run"]["exit"] == 0


@pytest.mark.parametrize("name", SAYS)
def test_a_job_that_lies_is_found_out_by_the_catalog(lake: House, name: str) -> None:
    verdict = job(lake, name)
    code, says = SAYS[name]
    assert verdict.status == "failed" and says in why(verdict)
    assert not code or code in {one.code for one in verdict.findings}


def suite(*expectations: dict[str, Any]) -> str:
    """A Great Expectations suite."""
    return json.dumps({"name": "bronze_words", "expectations": list(expectations), "meta": {}})


def demand(kind: str, **kwargs: Any) -> dict[str, Any]:
    """One expectation."""
    return {"type": kind, "kwargs": kwargs}


UNIQUE = demand("expect_column_values_to_be_unique", column="id")
LETTERS = demand("expect_column_values_to_be_in_set", column="word", value_set=["a", "b", "c"])
SUITES = {
    "good": (suite(UNIQUE, LETTERS), "passed", ""),
    "emptied": (suite(), "failed", "expects nothing"),
    "wrong data": (suite(demand("expect_column_values_to_be_in_set", column="word", value_set=["a"])), "failed", "expect_column_values_to_be_in_set on word"),
    "a column that is not there": (suite(demand("expect_column_values_to_not_be_null", column="none")), "failed", "none"),
}  # fmt: skip


@pytest.mark.parametrize("name", SUITES)
def test_a_suite_is_held_against_the_table_itself(lake: House, name: str) -> None:
    pytest.importorskip("great_expectations", reason="needs Great Expectations (extra quality)")
    text, status, says = SUITES[name]
    lake.write("great-expectations/expectations/bronze_words.json", text)
    assert job(lake, "honest").passed
    verdict = look(lake, "expectations", "bronze_words")
    assert verdict.status == status and says in why(verdict), why(verdict)


def test_a_suite_that_is_not_there_is_no_pass(house: House) -> None:
    assert "there is no suite nothing" in why(look(house, "expectations", "nothing"))


STRICT = suite(LETTERS, UNIQUE)
LOOSER = {
    "taken out": suite(UNIQUE),
    "loosened": suite(
        UNIQUE, demand("expect_column_values_to_be_in_set", column="word", value_set=["a", "b", "c"], mostly=0.1)
    ),
    "no longer critical": suite(UNIQUE, {**LETTERS, "severity": "info"}),
    "emptied": suite(),
    "a wider set": suite(
        UNIQUE, demand("expect_column_values_to_be_in_set", column="word", value_set=["a", "b", "c", "x"])
    ),
}


@pytest.mark.parametrize("how", LOOSER)
def test_a_suite_that_is_loosened_after_a_failure_is_refused(house: House, how: str) -> None:
    path = "great-expectations/expectations/bronze_words.json"
    house.write(f"agent-prompts/{House.TASK}", spec(deliverables=(path,), checks=({"command": "python -c 'raise SystemExit(1)'"},), criteria=()))  # fmt: skip
    execution = house.run(
        script=turns(Writes({path: STRICT}, finish="done"), Writes({path: LOOSER[how]}, finish="done")), attempts=2
    )
    assert execution.status == "failed" and not house.exists(path)
    assert "AGT404" in {one.code for one in execution.findings}, execution.findings


def test_checks_see_no_credential(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ANTHROPIC_API_KEY", "AWS_SECRET_ACCESS_KEY", "LAKE_PASSWORD", "GITHUB_TOKEN"):
        monkeypatch.setenv(name, "a-value-nobody-may-see")
    verdict = look(house, "command", "python -c 'import os; print(sorted(os.environ))'")
    assert not [name for name in ("ANTHROPIC", "AWS_", "LAKE_", "GITHUB") if name in verdict.evidence["tail"]]
    assert os.environ["LAKE_PASSWORD"]
