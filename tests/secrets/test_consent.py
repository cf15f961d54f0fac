"""A prompt that holds a secret waits for a person; with consent the rest of it goes out, on record."""

from __future__ import annotations

import json
from random import Random

import pytest

from agentic.errors import SecretWithheld
from claude_server import Fails, Writes
from house import House
from house.house import ADDING, TEST, answered, spec
from planted import LETTERS, MAKERS, made

TOKEN = MAKERS["github-token"][0](Random(7))[0]
GOOD = Writes({"src/adding.py": ADDING, "tests/test_adding.py": TEST}, finish="done")


@pytest.fixture
def leaky(house: House) -> House:
    """A context file with a token in its third line."""
    house.write("agent-prompts/context/notes.md", f"# Notes\n\nclone with {TOKEN}\n")
    house.write(f"agent-prompts/{House.TASK}", spec(context=["context/notes.md"]))
    return house


def prompt_of(house: House, name: str) -> dict:
    return next(step["body"] for step in house.journal(name) if step["kind"] == "prompt")


def test_a_context_file_with_a_secret_is_refused_with_its_place_and_rule(leaky: House) -> None:
    with answered([GOOD]) as server:
        done = leaky.cli("run", House.TASK, "--provider", "anthropic", "--json")
    error = json.loads(done.stdout)["error"]
    assert done.returncode == 6 and error["code"] == "AGT408" and "github-token" in error["message"]
    assert error["where"] == {"path": "agent-prompts/context/notes.md", "line": 3} and "--send-redacted" in error["fix"]
    assert not server.heard and not leaky.exists("agent-prompts/progress/executed_prompts")
    assert TOKEN not in done.stdout + done.stderr


def test_with_consent_the_rest_goes_out_and_who_consented_is_on_record(leaky: House) -> None:
    with answered([GOOD]) as server:
        run = leaky.app().corridor.run((House.TASK,), 1, provider="anthropic", send_redacted=True)[0]
    said = json.dumps(server.requests[0].body)
    assert run.status == "done" and TOKEN not in said and "[redacted:github-token]" in said
    prompt = prompt_of(leaky, run.id)
    assert prompt["consent"] == {"who": "A Tester", "flag": "--send-redacted"} and prompt["redacted"] == {
        "github-token": 1
    }
    assert prompt["secrets"] == [
        {"path": "agent-prompts/context/notes.md", "rule": "github-token", "line": 3, "count": 1}
    ]


def test_a_recorded_consent_holds_for_what_is_resumed_and_replayed(leaky: House) -> None:
    cut = leaky.run(script=[Fails(529, retry_after_ms=1)] * 2, send_redacted=True)
    assert cut.status == "interrupted"
    with answered([GOOD]) as server:
        done = leaky.app().corridor.resume(cut.id)
    assert done.status == "done" and "[redacted:github-token]" in json.dumps(server.requests[0].body)
    again = leaky.app().corridor.replay(done.id, staged=True)
    assert again.status == "staged" and prompt_of(leaky, again.id)["consent"]["who"] == "A Tester"


def test_a_secret_that_stands_in_a_deliverable_is_found_before_the_first_request(house: House) -> None:
    house.write("src/adding.py", f'KEY = "{TOKEN}"\n{ADDING}')
    with answered([GOOD]) as server:
        run = house.app().corridor.run((House.TASK,), 1, provider="anthropic", discard=("src/adding.py",))[0]
    assert (run.status, run.exit_status) == ("refused", 6) and not server.heard
    assert [(one.code, one.path, one.line) for one in run.findings] == [("AGT408", "src/adding.py", 1)]


def test_a_secret_in_what_a_person_says_is_refused_as_well(house: House) -> None:
    assert house.run(script=[GOOD]).status == "done"
    with pytest.raises(SecretWithheld, match="--follow-up holds a secret"), answered([GOOD]):
        house.app().corridor.run((House.TASK,), 1, provider="anthropic", follow_up=f"use {TOKEN} for it")


def test_the_value_of_a_variable_is_named_by_the_variable(leaky: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DB_PASSWORD", value := made(Random(8), LETTERS, 20))
    leaky.write("agent-prompts/context/notes.md", f"the password is {value}\n")
    with pytest.raises(SecretWithheld, match=r"\$DB_PASSWORD"), answered([GOOD]):
        leaky.app().corridor.run((House.TASK,), 1, provider="anthropic")


def test_a_template_sends_nothing_so_nobody_is_asked_and_the_record_is_clean(leaky: House) -> None:
    header = "{#---\ntitle: Adding\nparameters: {}\nfiles:\n  - {match: src/*.py, template: adding.py.j2}\n  - {match: tests/*.py, template: test.py.j2}\n---#}\n"
    leaky.write("agent-prompts/examples/adding.py.j2", header + ADDING)
    leaky.write("agent-prompts/examples/test.py.j2", TEST)
    leaky.write(f"agent-prompts/{House.TASK}", spec(context=["context/notes.md"], template="examples/adding.py.j2"))
    run = leaky.run()
    prompt = prompt_of(leaky, run.id)
    assert (
        run.status == "done"
        and prompt["redacted"] == {"github-token": 1}
        and "consent" not in prompt
        and TOKEN not in json.dumps(prompt)
    )


def test_the_preview_says_it_and_its_exit_code_is_as_before(leaky: House) -> None:
    done = leaky.cli("prompt", House.TASK)
    assert (
        done.returncode == 0
        and TOKEN not in done.stdout
        and "context/notes.md:3 holds a secret (github-token, 1)" in done.stderr
    )
