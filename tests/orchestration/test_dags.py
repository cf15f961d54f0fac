"""The DAGs in a real Airflow: what is triggered, waited for, told, and not started after a failure."""

from __future__ import annotations

import fcntl
import re
from pathlib import Path

import pytest

from orchestration.airflow_home import ROOT, needs_airflow, orchestrate, project_with_dags

STEP = re.compile(r'step\(\s*"(?P<id>\w+)",\s*"(?P<command>[^"]*)"')


def standing_in(folder: Path, failing: str = "") -> None:
    """Every command of every DAG writes its name and its correlation id; the one that is named fails."""
    for path in folder.glob("src/orchestration/*_dag.py"):

        def instead(found: re.Match[str]) -> str:
            end = "exit 3" if found["id"] == failing else "true"
            return f'step("{found["id"]}", "echo {found["id"]} $CORRELATION_ID >> said.txt; {end}"'

        text = STEP.sub(instead, path.read_text(encoding="utf-8"))
        path.write_text(text.replace("timedelta(seconds=30)", "timedelta(seconds=1)"), encoding="utf-8")


@needs_airflow
@pytest.mark.chaos(
    source="airflow", given="dbt fails in the middle of the master's run", data="quality is not started; exit code 1, the task's log is shown"
)  # fmt: skip
def test_a_dag_that_fails_ends_the_master_and_nothing_behind_it_starts(tmp_path):
    project = project_with_dags(tmp_path)
    standing_in(tmp_path, failing="dbt")
    done = project.run()
    assert done.returncode == 1, done.stdout + done.stderr
    said = [line.split()[0] for line in (tmp_path / "said.txt").read_text().splitlines()]
    assert set(said[:2]) == {"files", "flights"}, "dbt waits for both"
    assert said.count("dbt") == 2, "one retry, as the task spec declares"
    assert "checkpoints" not in said
    assert "transformation.dbt" in done.stdout and "return code 3" in done.stdout


@needs_airflow
@pytest.mark.chaos(
    source="airflow",
    given="a DAG that cannot be imported",
    data="nothing is started; exit code 4 with the file and the error",
)
def test_a_dag_that_cannot_be_imported_is_told_with_its_file(tmp_path):
    project = project_with_dags(tmp_path)
    project.dag("broken", "from airflow.sdk import DAG\nraise RuntimeError('no such table')\n")
    done = project.run()
    assert done.returncode == 4, done.stdout + done.stderr
    assert "broken_dag.py" in done.stderr and "no such table" in done.stderr
    assert not (tmp_path / "said.txt").exists()


def test_without_airflow_the_error_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setenv("AGENTIC_AIRFLOW", str(tmp_path / "none"))
    module = orchestrate()
    with pytest.raises(module.AirflowFailed, match=re.escape("bash setup-scripts/airflow.sh")):
        module.program()


def test_dags_start_programs_that_exist():
    commands = [
        found["command"]
        for path in (ROOT / "src/orchestration").glob("*_dag.py")
        for found in STEP.finditer(path.read_text())
    ]
    assert len(commands) >= 4
    for command in commands:
        for word in re.findall(r"(?:src|scripts)/[\w/]+\.py", command):
            assert (ROOT / word).is_file(), f"{command} starts {word}, which is not there"


def test_a_second_airflow_on_the_same_state_is_refused(tmp_path):
    module = orchestrate()
    with (tmp_path / "orchestrate.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(module.AirflowFailed, match="another orchestrate.py"), module.Airflow(tmp_path):
            pass
