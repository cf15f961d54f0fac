"""What fails outside of the spec: templates, providers, keys, folders and disks. One error, and nothing half-written."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from asked import ERROR, asked
from claude_server import KEY, Writes
from corridor.liars import turns, written
from house import ADDING, House, spec
from house.house import answered

TASK = House.TASK
AT = f"agent-prompts/{TASK}"
HEADER = "{#---\ntitle: A\nparameters:\n  size: {type: integer, required: true, about: how large}\n  word: {type: string}\n---#}\n"


def template(text: str | bytes = HEADER + '"""x"""\n', **parameters: object) -> Callable[[House], object]:
    """A task with this template and these parameters."""

    def prepare(house: House) -> None:
        house.write("agent-prompts/examples/a.py.j2", text)
        given = spec(
            deliverables=["src/a.py"],
            checks=["python"],
            criteria=(),
            template="examples/a.py.j2",
            parameters=parameters,
        )
        house.write(AT, given)

    return prepare


def broken_system(house: House) -> None:
    template(size=1)(house)
    house.write("agent-prompts/context/system_context.yaml", "a: [1\n")


TEMPLATES = {
    "a parameter that is not declared": (template(size=1, wrd="x"), "has no parameter wrd", "did you mean word?"),
    "a parameter that is missing": (template(), "needs the parameter size: how large", ""),
    "a parameter of a wrong type": (template(size="large"), "size is a integer, not 'large'", ""),
    "true for a number": (template(size=True), "size is a integer, not True", ""),
    "no header": (template("x\n", size=1), "has no header", "begin with"),
    "a header that is not YAML": (template("{#---\ntitle: [\n---#}\n", size=1), "header of examples/a.py.j2", ""),
    "a header without a title": (template("{#---\nparameters: {}\n---#}\n"), "needs title", ""),
    "a header that is a word": (template("{#---\nhello\n---#}\n"), "needs title", ""),
    "a parameter that says nothing": (template("{#---\ntitle: A\nparameters: {size: 3}\n---#}\n", size=1), "header of examples/a.py.j2", ""),
    "files that are no list of maps": (template("{#---\ntitle: A\nfiles: [a]\n---#}\n"), "header of examples/a.py.j2", ""),
    "a file that is not there": (template("{#---\ntitle: A\nfiles: [{match: '*', template: b.j2}]\n---#}\n"), "b.j2", ""),
    "not UTF-8": (template(b"{#---\ntitle: \xff\n---#}\n"), "is not UTF-8", ""),
    "broken system context": (broken_system, "context/system_context.yaml", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_that_cannot_be_used_is_an_error_before_anything_is_written(house: House, name: str) -> None:
    prepare, says, fix = TEMPLATES[name]
    prepare(house)
    before = house.tree()
    said = asked(house.root, "run", TASK)
    assert (said.exit, len(said.errors), said.out) == (2, 1, ""), said
    assert says in said.message and said.line("fix") and fix in said.line("fix")
    assert house.tree() == before and not house.exists("agent-prompts/progress")


@pytest.mark.parametrize(
    "body",
    [
        "{{ unknown }}",
        "{% if %}",
        "{{ 1 / 0 }}",
        "{{ size.x.y }}",
        "{% include 'none.j2' %}",
        "{{ ''.__class__.__mro__ }}",
    ],
)
def test_a_template_that_does_not_render_is_an_error_with_its_place(house: House, body: str) -> None:
    template(f"{HEADER}{body}\n", size=1)(house)
    said = asked(house.root, "run", TASK, "--json")
    assert (said.exit, said.json["findings"][0]["code"]) == (2, "AGT110")
    assert said.json["findings"][0]["path"] == "agent-prompts/examples/a.py.j2" and not house.exists("src/a.py")


PROVIDERS = {
    "antropic": ("no provider antropic", "did you mean anthropic?"),
    "nobody": ("no provider nobody", "dotted path"),
    "json.Nobody": ("no provider json.Nobody", ""),
    "no_such_package.Provider": ("no provider no_such_package.Provider", ""),
    ".": ("no provider .", ""),
    "replay": ("no archived execution to replay", "another provider first"),
    "json.loads": ("json.loads", ""),
}


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_provider_that_is_not_there_is_an_error_before_anything_is_written(house: House, name: str) -> None:
    said = asked(house.root, "run", TASK, "--provider", name)
    says, fix = PROVIDERS[name]
    assert (said.exit, said.errors, said.out) == (2, ["AGT203"], ""), said
    assert says in said.message and said.line("fix") and fix in said.line("fix")
    assert not house.exists("agent-prompts/progress")


def test_a_template_is_asked_of_a_task_that_names_none(house: House) -> None:
    said = asked(house.root, "run", TASK, "--provider", "template")
    assert (said.exit, said.errors) == (2, ["AGT110"]) and "--provider anthropic" in said.line("fix")


def test_without_a_key_nothing_is_written_and_the_error_names_the_variable(house: House) -> None:
    before = house.tree()
    said = asked(house.root, "run", TASK)
    assert (said.exit, said.errors, said.out) == (4, ["AGT301"], "")
    assert "ANTHROPIC_API_KEY" in said.line("fix")
    assert house.tree() == before and not house.exists("agent-prompts/progress")


def test_without_claude_code_the_error_says_so(house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    said = asked(house.root, "run", TASK, "--provider", "claude-code")
    assert (said.exit, said.errors) == (4, ["AGT307"]) and not house.exists("agent-prompts/progress")


@pytest.mark.parametrize("folder", ["agent-prompts/progress", ".agentic", "agent-prompts/progress/executed_prompts"])
def test_a_file_where_a_folder_is_needed_is_one_error_and_nothing_lands(house: House, folder: str) -> None:
    house.write(folder, "in the way")
    with answered(turns(written())):
        said = asked(house.root, "run", TASK)
    assert (said.exit, said.errors) == (4, ["AGT308"]), said
    assert "Traceback" not in said.err and not house.exists("src/adding.py")


@pytest.mark.parametrize("folder", ["src", "tests"])
def test_a_file_where_a_deliverable_needs_a_folder_lands_nothing(house: House, folder: str) -> None:
    house.write(folder, "in the way")
    before = house.tree()
    execution = house.run(script=turns(written()))
    assert (execution.status, execution.exit_status, execution.findings[0].code) == ("interrupted", 4, "AGT308")
    assert house.tree() == before


# --- disks that are really full or read-only -----------------------------------------------------------------


def walled(house: House, *walls: str) -> subprocess.CompletedProcess[str]:
    """`agentic run` inside bubblewrap, with these walls; against a scripted Claude outside."""
    with answered(turns(written())) as server:
        command = [
            "bwrap",
            "--dev-bind",
            "/",
            "/",
            *walls,
            "--",
            sys.executable,
            "-m",
            "agentic",
            "run",
            TASK,
            "--quiet",
        ]
        return subprocess.run(command, cwd=house.root, capture_output=True, text=True, timeout=60, check=False, env=environment(server.url))  # fmt: skip


def environment(url: str) -> dict[str, str]:
    import os

    return {**os.environ, "ANTHROPIC_BASE_URL": url, "ANTHROPIC_API_KEY": KEY, "AGENTIC_CHECKS_SANDBOX": "none"}


@pytest.fixture
def bubblewrap() -> None:
    """Walls around a process; where there are none, these tests can say nothing."""
    if not shutil.which("bwrap") or subprocess.run(["bwrap", "--dev-bind", "/", "/", "true"], check=False).returncode:
        pytest.skip("needs bubblewrap, which this machine has not")


def only_error(done: subprocess.CompletedProcess[str]) -> str:
    """The code of the one error that was shown."""
    assert "Traceback" not in done.stderr and "AGT900" not in done.stderr + done.stdout, done
    found = ERROR.findall(done.stderr)
    assert len(found) == 1, done
    return found[0][0]


def test_in_a_read_only_project_the_error_says_so(house: House, bubblewrap: None) -> None:
    before = house.tree()
    done = walled(house, "--ro-bind", str(house.root), str(house.root))
    assert (done.returncode, only_error(done)) == (4, "AGT308")
    assert house.tree() == before


def test_a_read_only_source_folder_lands_nothing_and_can_be_resumed(house: House, bubblewrap: None) -> None:
    (house.root / "src").mkdir()
    before = house.tree()
    done = walled(house, "--ro-bind", f"{house.root}/src", f"{house.root}/src")
    assert done.returncode == 4 and "AGT308" in done.stdout and "Traceback" not in done.stderr, done
    assert house.tree() == before
    with answered(turns(written())) as server:
        assert house.app().corridor.resume(house.app().archive.ids()[-1]).status == "done"
    assert not server.requests
    assert house.exists("src/adding.py") and house.exists("tests/test_adding.py")


def test_a_disk_that_is_full_of_archive_stops_the_run(house: House, bubblewrap: None) -> None:
    house.write("agent-prompts/context/long.md", "word " * 20_000)
    house.write(AT, spec(context=("context/long.md",)))
    (house.root / "agent-prompts/progress").mkdir()
    before = house.tree()
    done = walled(house, "--size", "65536", "--tmpfs", f"{house.root}/agent-prompts/progress")
    assert done.returncode == 4 and "error[AGT308]" in done.stdout and "Traceback" not in done.stderr, done
    assert house.tree() == before


def test_a_disk_too_small_for_the_scratch_tree_stops_the_run_and_it_can_be_resumed(
    house: House, bubblewrap: None
) -> None:
    house.write("src/large.bin", b"x" * 200_000)
    before = house.tree()
    (house.root / ".agentic").mkdir()
    done = walled(house, "--size", "65536", "--tmpfs", f"{house.root}/.agentic")
    assert done.returncode == 4 and "AGT308" in done.stdout and "Traceback" not in done.stderr, done
    assert house.tree() == before
    with answered(turns(written())) as server:
        assert house.app().corridor.resume(house.app().archive.ids()[-1]).status == "done"
    assert not server.requests


def test_a_journal_that_could_not_be_written_whole_is_taken_up_again(house: House) -> None:
    """The limit cuts a line of the journal in half, as a full disk does; then there is room again."""
    house.write("agent-prompts/context/long.md", "word " * 20_000)
    house.write(AT, spec(context=("context/long.md",)))
    before = house.tree()
    with answered(turns(written())) as server:
        command = ["bash", "-c", f"ulimit -f 40; exec {sys.executable} -m agentic run {TASK} --quiet"]
        done = subprocess.run(command, cwd=house.root, capture_output=True, text=True, timeout=60, check=False, env=environment(server.url))  # fmt: skip
        assert done.returncode == 4 and "error[AGT308]" in done.stdout and not server.requests, done
        assert house.tree() == before
        archive = house.app().archive
        assert [
            step["kind"] for step in map(json.loads, archive.path(archive.ids()[-1]).read_bytes().splitlines()[:1])
        ] == ["opened"]
        assert house.app().corridor.resume(archive.ids()[-1]).status == "done"
    assert house.read("src/adding.py") == ADDING and house.app().archive.verify().verified


def test_a_file_that_cannot_be_landed_whole_is_not_landed_at_all(house: House) -> None:
    """Room for the code, none for the large test file: neither is there afterwards."""
    large = "from adding import add\n\n\ndef test_it_adds():\n    assert add(1, 2) == 3\n" + "# long\n" * 9_000
    house.write(AT, spec(checks=("python",), criteria=()))
    before = house.tree()
    with answered(turns(Writes({"src/adding.py": ADDING, "tests/test_adding.py": large}, finish="done"))) as server:
        assert asked(house.root, "run", TASK, "--staged", "--quiet").exit == 0
        command = ["bash", "-c", f"ulimit -f 40; exec {sys.executable} -m agentic run {TASK} --quiet"]
        done = subprocess.run(command, cwd=house.root, capture_output=True, text=True, timeout=60, check=False, env=environment(server.url))  # fmt: skip
    assert done.returncode == 4 and "AGT308" in done.stdout + done.stderr and "Traceback" not in done.stderr, done
    assert house.tree() == before
