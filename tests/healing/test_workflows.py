"""The workflows for GitHub: least rights, pinned, nothing of others in a shell; and their steps, run by a real bash on a real repository."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from agentic.values.change import ChangeSet
from agentic.values.healing import Diagnosis, Fix, Healing

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
BASIC, AGENTIC = (ROOT / f".github/workflows/{name}.yml" for name in ("pipeline", "agentic-pipeline"))
OURS = [BASIC, AGENTIC]
PIN = re.compile(r"uses: (?P<action>[\w./-]+)@(?P<sha>[0-9a-f]{40}) # v\d+\.\d+\.\d+$")
SECRET = re.compile(r"secrets\.(\w+)")
SECRETS = {"ANTHROPIC_API_KEY", "AZURE_STORAGE_ACCOUNT", "AZURE_STORAGE_KEY", "LOGIC_APP_EMAIL_URL", "NOTIFICATION_WEBHOOK_URL"}  # fmt: skip


# --- what is looked for ----------------------------------------------------------------------------------------


def read(path: Path) -> dict[str, Any]:
    """A workflow. YAML 1.1 takes `on` for a yes."""
    made = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {("on" if key is True else key): value for key, value in made.items()}


def steps(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """(job, step)."""
    for job, about in read(path)["jobs"].items():
        yield from ((job, step) for step in about["steps"])


def step(path: Path, name: str) -> dict[str, Any]:
    """The one of that name."""
    [found] = [one for _, one in steps(path) if one.get("name") == name]
    return found


def rights(about: dict[str, Any]) -> set[str]:
    """`contents: write` of a job or a workflow."""
    return {f"{key}: {value}" for key, value in about["permissions"].items()}


def named(path: Path) -> Any:
    return pytest.param(path, id=path.stem)


# --- what holds -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [named(path) for path in WORKFLOWS])
def test_every_action_is_pinned_by_its_whole_commit_with_the_version_beside_it(path):
    lines = [line.strip() for line in path.read_text().splitlines() if "uses:" in line and not line.strip().startswith("#")]  # fmt: skip
    assert lines and [line for line in lines if not PIN.search(line)] == []


def test_an_action_has_one_commit_in_all_workflows():
    found = [PIN.search(line) for path in WORKFLOWS for line in path.read_text().splitlines()]
    pins = {(match["action"].partition("/cache")[0], match["sha"]) for match in found if match}
    assert len(pins) == len({action for action, _ in pins})


@pytest.mark.parametrize("path", [named(path) for path in WORKFLOWS])
def test_no_expression_stands_in_a_shell(path):
    """A text of others that is put into a script is a script. Into its environment it may go."""
    assert [one.get("name") for _, one in steps(path) if "${{" in one.get("run", "")] == []


@pytest.mark.parametrize("path", [named(path) for path in WORKFLOWS])
def test_no_text_of_an_event_is_used_and_nobody_from_outside_starts_it(path):
    text = re.sub(r"github\.event_name", "", path.read_text())
    assert not re.search(r"github\.(event|head_ref)", text)
    assert not {"pull_request_target", "workflow_run", "issue_comment", "issues"} & set(read(path)["on"])


@pytest.mark.parametrize("path", [named(path) for path in WORKFLOWS])
def test_a_checkout_leaves_no_credentials_and_every_job_ends(path):
    for _, one in steps(path):
        if one.get("uses", "").startswith("actions/checkout@"):
            assert one["with"]["persist-credentials"] is False
    assert all(about["timeout-minutes"] <= 120 for about in read(path)["jobs"].values())


@pytest.mark.parametrize("path", [named(path) for path in OURS])
def test_the_two_pipelines_wait_for_each_other_and_are_never_cut_off(path):
    assert read(path)["concurrency"] == {"group": "pipeline", "cancel-in-progress": False}


def test_only_one_of_the_two_has_the_day():
    assert read(BASIC)["on"]["schedule"] == read(AGENTIC)["on"]["schedule"] == [{"cron": "0 6 * * *"}]
    basic, heal = read(BASIC)["jobs"]["dbt"]["if"], read(AGENTIC)["jobs"]["heal"]["if"]
    assert basic == "github.event_name != 'schedule' || vars.SCHEDULED_PIPELINE == 'basic'"
    assert heal == basic.replace("==", "!=")


@pytest.mark.parametrize("path", [named(path) for path in WORKFLOWS])
def test_a_workflow_may_read_and_nothing_else(path):
    assert rights(read(path)) == {"contents: read"}


def test_who_runs_the_code_cannot_push_and_who_can_push_runs_no_code():
    jobs = read(AGENTIC)["jobs"]
    assert rights(read(BASIC)["jobs"]["dbt"]) == {"contents: read"}
    assert rights(jobs["heal"]) == {"contents: read", "issues: write"}
    assert rights(jobs["publish"]) == {"contents: write", "pull-requests: write"}
    scripts = "\n".join(one.get("run", "") for one in jobs["publish"]["steps"])
    begins = re.findall(r"^\s*(?:if (?:! )?)?([\w./-]+)", scripts, re.MULTILINE)
    assert set(begins) == {"git", "gh", "echo", "exit", "fi", "if", "branch"}


@pytest.mark.parametrize("path", [named(path) for path in OURS])
def test_secrets_are_in_the_one_step_that_needs_them(path):
    having = [(job, one["name"]) for job, one in steps(path) if SECRET.search(json.dumps(one))]
    assert having == [("dbt", "Run dbt") if path == BASIC else ("heal", "Run and heal")]
    assert len(SECRET.findall(path.read_text())) == len(SECRET.findall(json.dumps(step(path, having[0][1])["env"])))


def test_the_secrets_are_those_that_people_were_told_to_set():
    assert set(SECRET.findall(AGENTIC.read_text())) == SECRETS
    assert set(SECRET.findall(BASIC.read_text())) == {"AZURE_STORAGE_ACCOUNT", "AZURE_STORAGE_KEY"}


def test_the_inputs_are_those_that_scripts_give():
    asks = {path: read(path)["on"]["workflow_dispatch"]["inputs"] for path in OURS}
    assert set(asks[BASIC]) == {"dbt_command", "target", "select"}
    assert set(asks[AGENTIC]) == {*asks[BASIC], "max_retries", "commit_strategy"}
    for inputs in asks.values():
        assert (inputs["dbt_command"]["options"], inputs["dbt_command"]["default"]) == (["build", "run", "test", "seed"], "build")  # fmt: skip
        assert all(one["type"] == "choice" and one["default"] in one["options"] for name, one in inputs.items() if name != "select")  # fmt: skip
    assert asks[AGENTIC]["max_retries"]["default"] == "3"
    assert asks[AGENTIC]["commit_strategy"]["options"] == ["configured", "none", "direct", "pr"]


@pytest.mark.parametrize("path", [named(path) for path in OURS])
def test_logs_are_kept_when_it_fails_most_of_all(path):
    keep = step(path, "Keep the logs")
    assert keep["if"] == "${{ !cancelled() }}" and "logs/" in keep["with"]["path"]


def test_what_is_brought_from_the_last_run_is_what_is_left_to_the_next():
    brought, left = (step(AGENTIC, name)["with"] for name in ("Bring what the last run left (data, logs, circuit breaker)", "Leave data, logs and circuit breaker to the next run"))  # fmt: skip
    assert (brought["path"], brought["key"]) == (left["path"], left["key"])
    assert brought["key"].startswith(brought["restore-keys"])


# --- the steps, run ---------------------------------------------------------------------------------------------


class Runner:
    """A clone of a repository with a dbt project, as a runner has it; `gh` is a program that notes what it is asked."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.here, self.temp = folder, folder / "here", folder / "temp"
        for made in (self.here / "src/transformation/models", self.here / "logs", self.here / ".venv/bin", self.temp, folder / "bin"):  # fmt: skip
            made.mkdir(parents=True)
        (self.here / ".venv/bin/python").symlink_to(sys.executable)
        self.program("bin/gh", f'echo "$*" >> {folder}/gh')
        self.write(".gitignore", ".venv/\nlogs/\ntarget/\n")
        self.write("src/transformation/models/orders.sql", "select idd from raw_orders\n")
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("init", "--quiet", "--bare", str(folder / "origin.git"))
        self.git("remote", "add", "origin", str(folder / "origin.git"))
        self.commit("as it was")
        self.git("push", "--quiet", "origin", "main")

    def program(self, path: str, script: str) -> None:
        (self.folder / path).write_text(f"#!/bin/sh\n{script}\n")
        (self.folder / path).chmod(0o755)

    def write(self, path: str, text: str) -> None:
        (self.here / path).parent.mkdir(parents=True, exist_ok=True)
        (self.here / path).write_text(text, encoding="utf-8")

    def git(self, *words: str) -> str:
        who = ("-c", "user.name=tests", "-c", "user.email=tests@example.invalid")
        return subprocess.run(["git", *who, *words], cwd=self.here, capture_output=True, text=True, check=True).stdout

    def commit(self, message: str) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)

    def run(self, name: str, path: Path = AGENTIC, **environment: str) -> subprocess.CompletedProcess[str]:
        """A step's own script, as GitHub runs it."""
        own = {
            "PATH": f"{self.folder}/bin:{os.environ['PATH']}",
            "HOME": str(self.folder),
            "DBT_PROJECT": read(AGENTIC)["env"]["DBT_PROJECT"],
            "RUNNER_TEMP": str(self.temp),
            "GITHUB_SHA": self.git("rev-parse", "origin/main").strip(),
            "GITHUB_REF": "refs/heads/main",
            "GITHUB_REF_NAME": "main",
            "GITHUB_RUN_ID": "7",
            "GITHUB_WORKFLOW": "agentic-pipeline",
            "GITHUB_OUTPUT": str(self.folder / "output"),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
            "RUN": "https://github.example/runs/7",
        }
        shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step(path, name)["run"]]
        return subprocess.run(shell, cwd=self.here, env={**own, **environment}, capture_output=True, text=True, check=False)  # fmt: skip

    def said(self, name: str) -> str:
        """`output`, `summary`, `gh`: what was written there so far."""
        path = self.folder / name
        return path.read_text() if path.exists() else ""

    def heal(self, text: str = "select id from raw_orders\n") -> None:
        """What `agentic pipeline run` leaves behind."""
        self.write("src/transformation/models/orders.sql", text)
        self.write("src/transformation/target/run_results.json", "{}")
        self.write("src/transformation/dbt_packages/of_others.sql", "-- nobody's fix\n")
        self.write("logs/healing.md", "healed\n")

    def fresh(self) -> None:
        """The other job: its own checkout of the commit."""
        self.git("reset", "--quiet", "--hard", "origin/main")
        self.git("clean", "--quiet", "--force", "-d")


@pytest.fixture
def runner(tmp_path):
    return Runner(tmp_path)


@pytest.mark.parametrize(
    ("written", "asked", "found"),
    [
        (None, "configured", "none"),
        ("execution: {mode: human-in-loop}\n", "configured", "none"),
        ("ci: {commit_strategy: pr}\n", "configured", "pr"),
        ("ci: {commit_strategy: pr}\n", "direct", "direct"),
    ],
)
def test_the_strategy_is_that_of_the_file_unless_somebody_asks(runner, written, asked, found):
    if written:
        runner.write("configs/execution_mode.yml", written)
    done = runner.run("Read the strategy, set the retries", STRATEGY=asked, RETRIES="")
    assert (done.returncode, runner.said("output")) == (0, f"strategy={found}\n"), done.stderr


def test_a_strategy_that_nobody_knows_ends_it(runner):
    runner.write("configs/execution_mode.yml", "ci: {commit_strategy: force}\n")
    done = runner.run("Read the strategy, set the retries", STRATEGY="configured", RETRIES="")
    assert done.returncode == 1 and "not 'force'" in done.stderr and runner.said("output") == ""


def test_the_retries_that_somebody_asks_for_hold_for_this_run(runner):
    runner.write("configs/execution_mode.yml", "retry: {max_retries: 3, base_delay_seconds: 5}\n")
    runner.run("Read the strategy, set the retries", STRATEGY="none", RETRIES="0")
    made = yaml.safe_load((runner.here / "configs/execution_mode.yml").read_text())
    assert made == {"retry": {"max_retries": 0, "base_delay_seconds": 5}}


def test_the_command_gets_its_words_whole_and_its_exit_code_is_the_steps(runner):
    runner.program("here/.venv/bin/agentic", 'printf "%s\\n" "$@" >&2; echo "{}"; exit 5')
    nasty = "+orders $(touch bad) --mode autonomous"
    done = runner.run("Run and heal", COMMAND="build", TARGET="dev", SELECT=nasty)
    assert done.returncode == 5 and not (runner.here / "bad").exists()
    project = "src/transformation"
    assert done.stderr.splitlines() == [
        "pipeline", "run", "build", "--mode", "autonomous-ci", f"--project-dir={project}", f"--profiles-dir={project}", "--target=dev",
        f"--select={nasty}", "--json",
    ]  # fmt: skip


@pytest.mark.skipif(not shutil.which("jq"), reason="jq is not installed; GitHub's machines have it")
def test_what_came_of_it_is_told_without_markup_of_the_data(runner):
    evil = "no column idd @everyone <img src=x> `rm`"
    told = Healing(
        id="1", status="healed", mode="autonomous-ci", applied=("1a2b3c4d",),
        diagnoses=(Diagnosis(id="0" * 12, error_class="SCHEMA", cause=evil, confidence=0.97, path="models/orders.sql", line=1),),
        fixes=(
            Fix(id="1a2b3c4d", diagnosis="0" * 12, title="idd is id", how="names", changes=ChangeSet(()), diff="", confidence=0.95, why=("the only near name",), blast_radius=("model.shop.orders",)),
            Fix(id="5e6f7a8b", diagnosis="0" * 12, title="drop it", how="claude", changes=ChangeSet(()), diff="", confidence=0.2),
        ),
    )  # fmt: skip
    runner.write("logs/healing.json", json.dumps({"schema": "agentic.healing/1", **msgspec.to_builtins(told)}))
    done = runner.run("Tell what came of it")
    assert done.returncode == 0, done.stderr
    said = runner.said("summary")
    assert "`agentic pipeline run`: **healed**, https://github.example/runs/7" in said
    assert "## SCHEMA: no column idd  everyone  img src=x   rm" in said
    assert (
        "## Applied: idd is id\n\nConfidence 0.95\n\n- the only near name\n\nDepends on it: model.shop.orders" in said
    )
    assert "## Proposed, not applied: drop it" in said


@pytest.mark.skipif(not shutil.which("jq"), reason="jq is not installed; GitHub's machines have it")
@pytest.mark.parametrize("text", ['{"schema": "agentic.error/1", "error": {"message": "no project", "fix": "say one"}}', "{}", ""])  # fmt: skip
def test_an_error_or_nothing_at_all_is_told_as_well(runner, text):
    runner.write("logs/healing.json", text)
    done = runner.run("Tell what came of it")
    assert done.returncode == 0, done.stderr
    assert ("Stopped: no project say one" in runner.said("summary")) == ("error" in text)


def test_a_green_run_without_a_fix_publishes_nothing(runner):
    done = runner.run("Take the fix out of the working tree", STRATEGY="pr")
    assert done.returncode == 0 and runner.said("output") == "" and not (runner.temp / "fix").exists()


@pytest.mark.parametrize(("strategy", "output"), [("none", ""), ("direct", "publish=direct\n"), ("pr", "publish=pr\n")])
def test_a_fix_becomes_a_patch_of_the_project_and_its_record(runner, strategy, output):
    runner.heal()
    runner.write("configs/execution_mode.yml", "retry: {max_retries: 1}\n")
    runner.write("agent-prompts/progress/executed_prompts/2026-11-20_orders_v1.md", "# kept\n")
    done = runner.run("Take the fix out of the working tree", STRATEGY=strategy)
    assert (done.returncode, runner.said("output")) == (0, output), done.stderr
    touched = re.findall(r"^\+\+\+ b/(.*)$", (runner.temp / "fix/fix.patch").read_text(), re.MULTILINE)
    assert touched == ["agent-prompts/progress/executed_prompts/2026-11-20_orders_v1.md", "src/transformation/models/orders.sql"]  # fmt: skip


def test_a_fix_that_the_command_has_committed_is_a_patch_as_well(runner):
    runner.heal()
    runner.commit("heal")
    runner.run("Take the fix out of the working tree", STRATEGY="pr")
    assert "+select id from raw_orders" in (runner.temp / "fix/fix.patch").read_text()


def published(runner: Runner, strategy: str) -> subprocess.CompletedProcess[str]:
    """From the healed tree of one job to what the other one does with it."""
    runner.heal()
    runner.run("Take the fix out of the working tree", STRATEGY=strategy)
    runner.fresh()
    committed = runner.run("Commit it")
    assert committed.returncode == 0, committed.stdout + committed.stderr
    return runner.run("Publish it", STRATEGY=strategy)


def test_direct_pushes_to_the_branch_that_was_run(runner):
    done = published(runner, "direct")
    assert done.returncode == 0, done.stderr
    assert runner.git("show", "origin/main:src/transformation/models/orders.sql") == "select id from raw_orders\n"
    assert runner.git("log", "-1", "--format=%an %s", "origin/main") == "github-actions[bot] heal: src/transformation is green again\n"  # fmt: skip
    assert runner.said("gh") == "auth setup-git\n"


def test_direct_does_not_overwrite_what_somebody_pushed_meanwhile(runner):
    runner.heal()
    runner.run("Take the fix out of the working tree", STRATEGY="direct")
    runner.fresh()
    runner.run("Commit it")
    mine = runner.git("rev-parse", "HEAD").strip()
    runner.git("reset", "--quiet", "--hard", "origin/main")
    runner.write("README.md", "theirs\n")
    runner.commit("theirs")
    runner.git("push", "--quiet", "origin", "main")
    runner.git("reset", "--quiet", "--hard", mine)
    assert runner.run("Publish it", STRATEGY="direct").returncode != 0
    assert runner.git("log", "-1", "--format=%s", "origin/main") == "theirs\n"


def test_pr_asks_once_for_the_same_fix_however_often_it_is_found(runner):
    first = published(runner, "pr")
    assert first.returncode == 0, first.stderr
    [branch] = re.findall(r"healing/[0-9a-f]{12}", runner.git("ls-remote", "origin"))
    assert runner.git("log", "-1", "--format=%s", "origin/main") == "as it was\n"
    assert f"pr create --base main --head {branch} --title heal: src/transformation is green again" in runner.said("gh")
    runner.fresh()
    second = published(runner, "pr")
    assert second.returncode == 0 and f"waits already: {branch}" in second.stdout
    assert runner.said("gh").count("pr create") == 1


@pytest.mark.parametrize(
    "path", [".github/workflows/pipeline.yml", "configs/policy.yaml", "src/transformation_of_others/x.sql", "x"]
)
def test_a_patch_that_reaches_further_is_not_published(runner, path):
    runner.write(path, "mine now\n")
    runner.heal()
    runner.git("add", "--all")
    (runner.temp / "fix").mkdir()
    (runner.temp / "fix/fix.patch").write_text(runner.git("diff", "--cached", "--binary"))
    runner.fresh()
    done = runner.run("Commit it")
    assert done.returncode == 6 and "reaches outside" in done.stdout
    assert runner.git("log", "-1", "--format=%s") == "as it was\n"
