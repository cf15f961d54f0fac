"""The command line holds what cli.md promises to scripts: words, options, exit codes, JSON, quick starts."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest

from agentic.cli import COMMANDS
from agentic.values.explanation import explanations
from asked import Said, asked
from claude_server import KEY, Slow, claude
from corridor.liars import WRONG, turns, written
from house import House, spec
from house.house import answered

TASK = House.TASK


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A project in which one task is done and one is not; no test writes to it."""
    house = House.build(tmp_path_factory.mktemp("lived_in") / "house")
    house.write("agent-prompts/tasks/demo/broken.md", "## TASK: x\n")
    house.run(script=turns(written()))
    return house


# --- help and options --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COMMANDS)
def test_help_says_of_each_command_what_the_table_says(name: str) -> None:
    said = asked(Path("/"), name, "--help")
    assert said.exit == 0 and " ".join(said.out.split()).count(COMMANDS[name][1]) == 1, said.out
    assert f"  {name} " in asked(Path("/"), "--help").out


@pytest.mark.parametrize(
    "words",
    [
        ("task", "new"),
        ("task", "list"),
        ("task", "show"),
        ("audit", "list"),
        ("audit", "show"),
        ("audit", "verify"),
        ("audit", "refused"),
        ("audit", "approvals"),
        ("audit", "requirement"),
        ("audit", "stats"),
        ("audit", "diff"),
        ("audit", "blame"),
        ("audit", "export"),
        ("audit", "import"),
        ("audit", "seal"),
        ("audit", "prove"),
        ("audit", "amend"),
        ("audit", "redact"),
        ("config", "show"),
        ("phase", "list"),
        ("phase", "show"),
        ("phase", "check"),
        ("phase", "draft"),
        ("phase", "waive"),
        ("generate", "tests"),
        ("generate", "docs"),
        ("framework", "propose"),
        ("framework", "diff"),
        ("framework", "accept"),
        ("ingest", "files"),
        ("quality", "check"),
        ("quality", "docs"),
        ("quality", "history"),
        ("ingest", "api"),
        ("ingest", "database"),
        ("store", "list"),
        ("store", "status"),
        ("store", "upload"),
        ("store", "download"),
        ("plan", "new"),
        ("plan", "list"),
        ("plan", "check"),
        ("plan", "approve"),
        ("plan", "implemented"),
    ],
    ids=" ".join,
)
def test_every_command_below_a_command_has_help_with_the_common_options(words: tuple[str, ...]) -> None:
    said = asked(Path("/"), *words, "--help")
    assert said.exit == 0 and all(
        option in said.out for option in ("--project", "--json", "--quiet", "--no-input", "--color")
    )


@pytest.mark.parametrize(
    "words",
    [("--project", "{}", "task", "list"), ("task", "--project", "{}", "list"), ("task", "list", "--project", "{}")],
    ids=str,
)
def test_common_options_work_wherever_on_the_line_they_stand(lived_in: House, words: tuple[str, ...]) -> None:
    said = asked(Path("/"), *(word.format(lived_in.root) for word in words))
    assert said.exit == 0 and TASK in said.out


def test_a_project_is_found_from_any_folder_below_it(lived_in: House) -> None:
    said = asked(lived_in.root / "agent-prompts/tasks/demo", "prompt", "adding.md", "--quiet")
    assert said.exit == 0 and "src/adding.py" in said.out


@pytest.mark.parametrize("wish", [TASK, "demo/adding", "demo/adding.md", "tasks/demo/adding", f"agent-prompts/{TASK}"])
def test_a_task_may_be_named_in_each_of_these_ways(lived_in: House, wish: str) -> None:
    assert asked(lived_in.root, "task", "show", wish).exit == 0


# --- wrong usage -------------------------------------------------------------------------------------------

WRONG_USAGE = {
    "an unknown command": (("rnu",), "AGT200", "Did you mean run?"),
    "an unknown option": (("run", "--stagd", TASK), "AGT200", "--stagd"),
    "no task": (("run",), "AGT200", "TASK"),
    "too many attempts": (("run", TASK, "--attempts", "99"), "AGT200", "--attempts"),
    "a budget below nothing": (("run", TASK, "--budget-usd", "-1"), "AGT200", "--budget-usd"),
    "an unknown colour": (("--color", "pink", "status"), "AGT200", "--color"),
    "an unknown setting": (("config", "show", "limits.atempts"), "AGT200", "limits.atempts"),
    "an unknown code": (("explain", "AGT999"), "AGT200", "AGT999"),
    "an unknown noun": (("schema", "statuss"), "AGT200", "statuss"),
    "an unknown shell": (("completion", "csh"), "AGT200", "csh"),
    "a stranger to adopt": (("run", TASK, "--adopt", "src/other.py"), "AGT200", "src/other.py"),
    "an execution that is not there": (("audit", "show", "2020-01-01_x_v1"), "AGT500", "no execution"),
    "an id that climbs": (("replay", "../../x"), "AGT500", "no execution"),
    "nothing to resume": (("resume", "2020-01-01_x_v1"), "AGT500", "no execution"),
    "a bad name for a task": (("task", "new", "../x"), "AGT200", "MODULE/FEATURE"),
}


@pytest.mark.parametrize("name", WRONG_USAGE)
def test_wrong_usage_is_one_error_with_exit_code_2(house: House, name: str) -> None:
    words, code, says = WRONG_USAGE[name]
    plain, scripted = asked(house.root, *words), asked(house.root, *words, "--json")
    assert (plain.exit, plain.errors, plain.out) == (2, [code], "") and says in plain.message and plain.line("fix")
    assert (scripted.exit, scripted.json["error"]["code"], scripted.err) == (2, code, "")


def test_outside_of_a_project_the_error_says_how_to_name_one(tmp_path: Path) -> None:
    said = asked(tmp_path, "status")
    assert (said.exit, said.errors) == (2, ["AGT201"]) and "--project" in said.line("fix")


SETTINGS = {
    "an unknown setting": (
        "limits: {atempts: 3}\n",
        "unknown setting: limits.atempts",
        "configs/agentic.yaml:1",
        "did you mean limits.attempts?",
    ),
    "a wrong type": ("limits:\n  attempts: many\n", "limits.attempts: Expected `int`", "configs/agentic.yaml:2", ""),
    "no YAML": ("limits: [\n", "is not YAML", "configs/agentic.yaml", ""),
    "no map": ("- a\n", "is not a map", "configs/agentic.yaml:1", ""),
    "a section that is a word": ("limits: many\n", "limits", "configs/agentic.yaml:1", ""),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_wrong_setting_is_refused_with_file_and_line(house: House, name: str) -> None:
    text, says, at, fix = SETTINGS[name]
    house.write("configs/agentic.yaml", text)
    said = asked(house.root, "run", TASK)
    assert (said.exit, said.errors) == (2, ["AGT202"]) and says in said.message
    assert said.line("at").startswith(at) and fix in said.line("fix")


def test_a_wrong_variable_is_named(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENTIC_LIMITS_ATTEMPTS", "many")
    said = asked(house.root, "status")
    said = asked(house.root, "config", "show")
    assert (said.exit, said.errors) == (2, ["AGT202"]) and said.line("at") == "AGENTIC_LIMITS_ATTEMPTS"


def test_a_setting_tells_its_file_and_line_and_who_overrode_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.write("configs/agentic.yaml", "# ours\nlimits:\n  attempts: 5\n")
    assert (
        asked(house.root, "config", "show", "limits.attempts").out == "5   (configs/agentic.yaml line 3; default 3)\n"
    )
    assert asked(house.root, "config", "show", "limits.turns").out == "20   (default; default 20)\n"
    monkeypatch.setenv("AGENTIC_LIMITS_ATTEMPTS", "4")
    assert asked(house.root, "config", "show", "limits.attempts").out == "4   (AGENTIC_LIMITS_ATTEMPTS; default 3)\n"


# --- JSON --------------------------------------------------------------------------------------------------

NOUNS = {
    "tasks": ("task", "list"), "task": ("task", "show", TASK), "prompt": ("prompt", TASK), "executions": ("audit", "list"),
    "execution": ("audit", "show"), "verification": ("audit", "verify"), "status": ("status",), "settings": ("config", "show"),
    "doctor": ("doctor",), "explanations": ("explain",), "error": ("explain", "nothing"), "findings": ("lint",),
    "prompts": ("run", "--dry-run", TASK, "tasks/demo/adding.md"), "selftest": ("selftest",), "trace": ("trace",),
    "refusals": ("audit", "refused"), "approvals": ("audit", "approvals"), "audit_stats": ("audit", "stats"),
    "audit_forecast": ("audit", "stats", "--forecast"), "blame": ("audit", "blame", "src/adding.py"), "drift": ("drift",), "metrics": ("metrics",), "proposals": ("framework", "diff"), "phases": ("phase", "check"),
    "phase": ("phase", "show", "1"), "documents": ("phase", "list", "--documents"), "plans": ("plan", "list"),
    "template": ("phase", "show", "design/architecture"), "sources": ("ingest", "files", "--list"), "quality_history": ("quality", "history"), "extracts": ("ingest", "api", "--list"),
}  # fmt: skip
IN_A_PROJECT = {
    "moves": ("init", ".", "--upgrade"), "decision": ("phase", "waive", "1", "--why", "only a pilot"),
}  # fmt: skip
"""What needs a project that `init` made."""
BY_OTHERS = (
    "closure", "review", "structure", "plan", "created", "lake_tables", "lake_history", "lake_refs", "lake_diff", "lake_rows", "lake_change", "lake_explained",
    "comparison", "requirement_record", "ingestion", "columns", "quality_run", "quality_docs", "profile", "extraction", "database_tables", "store_objects", "store_status", "store_transfer", "imports", "sealed", "proof", "seal_key", "seal_keys", "redaction", "healing", "validation", "pipeline_history",
)  # fmt: skip
"""Shown where there is a module, a review, a structure or a plan: tests/flows, tests/specs/test_structure.py, tests/plans, tests/lake, tests/data, tests/audit, tests/exchange, tests/archive."""


@pytest.mark.parametrize("noun", NOUNS)
def test_json_is_one_object_on_stdout_that_its_schema_accepts(lived_in: House, noun: str) -> None:
    said = asked(lived_in.root, *NOUNS[noun], "--json")
    schema = json.loads(asked(lived_in.root, "schema", noun).out)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(said.json, schema)
    assert said.json["schema"] == f"agentic.{noun}/1" and said.err == ""


def test_a_run_is_one_json_object_too_and_what_goes_on_stands_on_stderr(house: House) -> None:
    with answered(turns(written())):
        said = asked(house.root, "run", TASK, "--json")
    jsonschema.validate(said.json, json.loads(asked(house.root, "schema", "execution").out))
    assert (said.exit, said.json["status"]) == (0, "done") and "passed: python" in said.err


def test_a_new_task_is_announced_as_json(house: House) -> None:
    said = asked(house.root, "task", "new", "demo/next", "--json")
    jsonschema.validate(said.json, json.loads(asked(house.root, "schema", "created").out))
    assert house.exists(said.json["path"])


def test_every_noun_has_a_schema_and_a_test() -> None:
    listed = asked(Path("/"), "schema").out.split()
    assert set(listed) == {*NOUNS, *IN_A_PROJECT, *BY_OTHERS}


@pytest.mark.parametrize("noun", IN_A_PROJECT)
def test_json_of_a_project_that_init_made_is_what_its_schema_accepts(tmp_path: Path, noun: str) -> None:
    assert asked(tmp_path, "init", ".").exit == 0
    said = asked(tmp_path, *IN_A_PROJECT[noun], "--json")
    jsonschema.validate(said.json, json.loads(asked(tmp_path, "schema", noun).out))
    assert said.json["schema"] == f"agentic.{noun}/1" and said.err == ""


@pytest.mark.parametrize("code", explanations())
def test_every_code_is_explained_offline(code: str) -> None:
    said = asked(Path("/"), "explain", code.lower())
    assert said.exit == 0 and said.out.startswith(f"{code}  ") and "  do:   " in said.out and "  exit: " in said.out


# --- exit codes --------------------------------------------------------------------------------------------


def test_a_run_whose_checks_say_no_ends_with_1(house: House) -> None:
    with answered(turns(written(WRONG))):
        said = asked(house.root, "run", TASK, "--attempts", "1", "--quiet")
    assert said.exit == 1 and said.out.startswith("failed: ") and "agentic audit show" in said.out


def test_lint_ends_with_1_where_a_spec_is_wrong_and_with_0_where_none_is(house: House, lived_in: House) -> None:
    assert asked(house.root, "lint").exit == 0
    assert asked(lived_in.root, "lint").exit == 1


def test_a_dry_run_sends_and_writes_nothing(house: House) -> None:
    before = house.tree()
    with answered(turns(written())) as server:
        said = asked(house.root, "run", TASK, "--dry-run")
    assert said.exit == 0 and "## TASK: Add two numbers" in said.out and not server.heard
    assert house.tree() == before and not house.exists(".agentic") and not house.exists("agent-prompts/progress")


def test_quiet_leaves_stderr_empty(house: House) -> None:
    with answered(turns(written())):
        said = asked(house.root, "run", TASK, "--quiet")
    assert (said.exit, said.err) == (0, "")


@pytest.mark.parametrize("words", [("run", TASK), ("task", "list"), ("status",), ("doctor",), ("rnu",)])
def test_nothing_is_coloured_in_a_pipe(lived_in: House, words: tuple[str, ...]) -> None:
    done = lived_in.cli(*words, environment={"NO_COLOR": "1", "FORCE_COLOR": ""})
    assert "\x1b[" not in done.stdout + done.stderr


# --- as a program ------------------------------------------------------------------------------------------


def test_a_reader_who_leaves_early_is_no_error(lived_in: House) -> None:
    command = f"{sys.executable} -m agentic explain | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command], cwd=lived_in.root, capture_output=True, text=True, timeout=30, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_script_is_one_for_its_shell(shell: str) -> None:
    script = asked(Path("/"), "completion", shell).out
    assert "_AGENTIC_COMPLETE" in script
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed here, so its syntax cannot be tried")
    check = subprocess.run([shell, "-n"], input=script, capture_output=True, text=True, check=False)
    assert (check.returncode, check.stderr) == (0, "")


def test_completion_completes_commands() -> None:
    environment = {**os.environ, "_AGENTIC_COMPLETE": "bash_complete", "COMP_WORDS": "agentic ru", "COMP_CWORD": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "agentic"], env=environment, capture_output=True, text=True, check=False
    )
    assert "plain,run" in done.stdout


HEAVY = (
    "rich",
    "jinja2",
    "yaml",
    "anthropic",
    "msgspec",
    "pyromark",
    "stamina",
    "rfc8785",
    "filelock",
    "asyncio",
    "httpx2",
    "email",
)
LAZY = {
    ("--version",): (*HEAVY, "subprocess"),
    ("--help",): HEAVY,
    ("completion", "bash"): ("rich", "jinja2", "anthropic", "msgspec"),
    ("prompt", TASK): ("anthropic", "rich", "stamina", "httpx2", "asyncio"),
    ("prompt", TASK, "--json"): ("anthropic", "rich", "stamina", "httpx2"),
    ("lint",): ("anthropic", "rich", "stamina", "jinja2"),
    ("config", "show", "limits.attempts"): ("anthropic", "rich", "stamina", "jinja2"),
}  # fmt: skip


@pytest.mark.parametrize("words", LAZY, ids=" ".join)
def test_what_is_heavy_is_imported_when_it_is_used(lived_in: House, words: tuple[str, ...]) -> None:
    lived = lived_in.root
    code = f"import sys; from agentic.cli import roof; roof({list(words)!r}); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=lived, capture_output=True, text=True, timeout=60, check=True
    )
    loaded = set(done.stderr.split())
    assert not loaded & set(LAZY[words])


# --- Ctrl-C ------------------------------------------------------------------------------------------------


def heed_ctrl_c() -> None:
    """A shell that starts something in the background lets it ignore Ctrl-C, and that is inherited."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def interrupted(house: House, *tasks: str, expect: int = 1) -> Said:
    """`agentic run` as a program, and a Ctrl-C as soon as its requests are with Claude."""
    with claude(turns(Slow(60, written()))) as server:
        environment = {**os.environ, "ANTHROPIC_BASE_URL": server.url, "ANTHROPIC_API_KEY": KEY}
        process = subprocess.Popen([sys.executable, "-m", "agentic", "run", *tasks], cwd=house.root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=heed_ctrl_c)  # fmt: skip # noqa: PLW1509
        waited = 0
        while len(server.requests) < expect and process.poll() is None and waited < 1200:
            time.sleep(0.05)
            waited += 1
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    return Said(process.returncode, out, err)


def test_ctrl_c_leaves_a_record_that_can_be_resumed(house: House) -> None:
    before = house.tree()
    said = interrupted(house, TASK)
    assert said.exit == 130 and "Traceback" not in said.err and "agentic resume" in said.out + said.err, said
    assert house.tree() == before
    name = house.app().archive.ids()[-1]
    with answered(turns(written())):
        resumed = asked(house.root, "resume", name, "--json")
    assert (resumed.exit, resumed.json["status"], resumed.json["id"]) == (0, "done", name)
    assert asked(house.root, "audit", "verify").exit == 0


def test_ctrl_c_during_several_tasks_leaves_a_record_of_each(house: House) -> None:
    for name in ("a", "b"):
        house.write(
            f"agent-prompts/tasks/demo/{name}.md", spec(deliverables=[f"src/{name}.py"], checks=["python"], criteria=())
        )
    said = interrupted(house, "demo/a", "demo/b", expect=2)
    assert said.exit == 130 and "Traceback" not in said.err, said
    assert {one.status for one in house.app().archive.executions()} == {"interrupted"}
    assert len(house.app().archive.ids()) == 2 and not house.exists("src")
