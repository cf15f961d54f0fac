"""The claude-code provider: against the real CLI where there is one, and against a script that prints what it prints."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from agentic.errors import (
    CredentialsRefused,
    MissingProgram,
    OutsideFailed,
    ProviderBusy,
    ProviderFailed,
    RateLimited,
)
from agentic.outside.shell import run
from agentic.providers.claude_code import ClaudeCode, flat
from agentic.values import Ask, Call, Conversation, Reply, Result, Usage
from claude_server import (
    CutStream,
    ErrorInStream,
    Fails,
    Refuses,
    Says,
    Slow,
    Truncated,
    Uses,
    claude,
)

MODEL = "claude-sonnet-5-5"
ASKED = Conversation("the rules", (Ask(("the context", "the task")),))
ANSWER = {
    "files": [{"path": "a.py", "content": "x = 'ä'\n"}],
    "edits": [{"path": "b.py", "old": "1", "new": "2"}],
    "summary": "done",
    "open_questions": ["why?"],
}
CALLS = [
    ("write_file", {"path": "a.py", "content": "x = 'ä'\n"}),
    ("edit_file", {"path": "b.py", "old": "1", "new": "2"}),
    ("finish", {"summary": "done", "open_questions": ["why?"]}),
]
USED = {
    "input_tokens": 3,
    "output_tokens": 5,
    "cache_read_input_tokens": 7,
    "cache_creation_input_tokens": 30,
    "cache_creation": {"ephemeral_5m_input_tokens": 11, "ephemeral_1h_input_tokens": 19},
}


def told(reply: Reply) -> list[tuple[str, dict]]:
    return [(call.tool, dict(call.arguments)) for call in reply.calls]


# --- a script that prints what the CLI prints --------------------------------------------------------------


def pretender(folder: Path, *lines: object, exit_code: int = 0, stderr: str = "") -> str:
    """An executable that keeps what it was given and prints these lines."""
    program = folder / "claude"
    (folder / "stdout").write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
    (folder / "stderr").write_text(stderr)
    program.write_text(
        f"#!{sys.executable}\n"
        "import json, os, sys, pathlib\n"
        f"home = pathlib.Path({str(folder)!r})\n"
        "given = {'arguments': sys.argv[1:], 'stdin': sys.stdin.read(), 'environment': dict(os.environ),\n"
        "         'folder': os.listdir('.'), 'system': open(sys.argv[sys.argv.index('--system-prompt-file') + 1]).read()}\n"
        "(home / 'given.json').write_text(json.dumps(given))\n"
        "sys.stdout.write((home / 'stdout').read_text())\n"
        "sys.stderr.write((home / 'stderr').read_text())\n"
        f"sys.exit({exit_code})\n"
    )
    program.chmod(0o755)
    return str(program)


def result(**more: object) -> dict[str, object]:
    return {
        "type": "result", "subtype": "success", "is_error": False, "result": "", "stop_reason": "end_turn",
        "session_id": "5e55", "total_cost_usd": 0.0012345, "usage": USED,
        "modelUsage": {"claude-haiku-4-5": {"outputTokens": 1}, MODEL: {"outputTokens": 5}}, **more,
    }  # fmt: skip


def failed(said: str, status: int | None = None) -> dict[str, object]:
    return result(is_error=True, result=said, api_error_status=status, usage={}, modelUsage={})


def test_one_json_object_becomes_calls_usage_model_and_session(tmp_path):
    program = pretender(tmp_path, {"type": "system"}, result(structured_output=ANSWER, stop_reason="tool_use"))
    reply = ClaudeCode(run, program=program).answer(ASKED)
    assert told(reply) == CALLS
    assert (reply.stop, reply.model) == ("tool_use", MODEL)
    assert reply.usage == Usage(input=3, output=5, cache_read=7, cache_write_5m=11, cache_write_1h=19)
    assert reply.about == {"session": "5e55", "micro_usd_by_claude_code": 1234}


def test_it_may_touch_nothing_and_learns_nothing_of_this_machine(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_PASSWORD", "hunter2")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "a-key")
    ClaudeCode(run, MODEL, pretender(tmp_path, result()), effort="low").answer(ASKED)
    given = json.loads((tmp_path / "given.json").read_text())
    arguments = given["arguments"]
    assert arguments[arguments.index("--tools") + 1] == "" and arguments[arguments.index("--setting-sources") + 1] == ""
    assert {"--print", "--strict-mcp-config", "--no-session-persistence", "--disable-slash-commands"} <= set(arguments)
    assert arguments[-4:] == ["--model", MODEL, "--effort", "low"]
    assert given["folder"] == []
    assert given["environment"]["ANTHROPIC_API_KEY"] == "a-key" and "DATABASE_PASSWORD" not in given["environment"]


def test_the_rules_go_as_system_prompt_and_the_task_on_stdin(tmp_path):
    ClaudeCode(run, program=pretender(tmp_path, result())).answer(ASKED)
    given = json.loads((tmp_path / "given.json").read_text())
    assert given["stdin"] == "the context\n\nthe task"
    assert given["system"].startswith("the rules\n\nAnswer with one JSON object")


def test_a_conversation_is_told_as_one_prompt(tmp_path):
    calls = (
        Call("cc_1_1", "write_file", {"path": "a.py", "content": "ä"}),
        Call("cc_1_2", "finish", {"summary": "s"}),
    )
    after = Ask(("a.py does not compile",), (Result("cc_1_1", "written"), Result("cc_1_2", "not yet", refused=True)))
    assert flat(ASKED.then(Reply("m", "tool_use", calls=calls), after)) == (
        "<turn of='user'>\nthe context\n\nthe task\n</turn>\n\n"
        "<turn of='you'>\n"
        'write_file {"path": "a.py", "content": "ä"}\nfinish {"summary": "s"}\n'
        "</turn>\n\n"
        "<turn of='user'>\nwrite_file a.py: written\n\nfinish: refused: not yet\n\na.py does not compile\n</turn>\n\n"
        "Answer the last turn of the user. What was written before stays as it is."
    )


def test_the_object_is_found_in_words_too(tmp_path):
    words = f"Here you are:\n```json\n{json.dumps(ANSWER)}\n```"
    spoken = {"type": "assistant", "message": {"model": MODEL, "content": [{"type": "text", "text": words}]}}
    reply = ClaudeCode(run, program=pretender(tmp_path, spoken, result(result=words))).answer(ASKED)
    assert told(reply) == CALLS


@pytest.mark.parametrize(
    "words", ["No.", '{"files": 3}', '{"answer": 42}', '{"files": [{"path": "a.py"}]}', "{ not json }"]
)
def test_words_that_hold_no_answer_are_words(words, tmp_path):
    spoken = {"type": "assistant", "message": {"model": MODEL, "content": [{"type": "text", "text": words}]}}
    reply = ClaudeCode(run, program=pretender(tmp_path, spoken, result(result=words))).answer(ASKED)
    assert (reply.text, reply.calls, reply.stop) == (words, (), "end_turn")


@pytest.mark.parametrize(
    ("said", "status", "ours", "charged"),
    [
        ("Not logged in · Please run /login", None, CredentialsRefused, False),
        ("Invalid API key · Fix external API key", None, CredentialsRefused, False),
        ("Failed to authenticate. API Error: 401 no", 401, CredentialsRefused, False),
        ("You've hit your session limit · resets 3pm", None, RateLimited, False),
        ("Claude AI usage limit reached|1763650000", None, RateLimited, False),
        ("API Error: Request rejected (429) · slow down", 429, RateLimited, False),
        ("API Error: 529 Overloaded", 529, ProviderBusy, False),
        ("API Error: Unable to connect to API (ConnectionRefused)", None, ProviderBusy, False),
        ("API Error: Overloaded", None, ProviderBusy, True),
        ("Request timed out", None, ProviderBusy, True),
        ("Credit balance is too low", None, ProviderFailed, False),
        ("There's an issue with the selected model (x).", 404, ProviderFailed, False),
        ("API Error: 400 no", 400, ProviderFailed, False),
        ("Something nobody has seen", None, ProviderFailed, True),
    ],
)
def test_what_the_cli_says_of_a_failure_becomes_ours(said, status, ours, charged, tmp_path):
    program = pretender(tmp_path, failed(said, status), exit_code=1)
    with pytest.raises(OutsideFailed) as raised:
        ClaudeCode(run, program=program).answer(ASKED)
    assert type(raised.value) is ours
    assert raised.value.cause == said
    assert raised.value.may_cost is charged


def test_output_that_nobody_can_read_is_a_failure(tmp_path):
    program = pretender(tmp_path, "Segmentation fault", exit_code=139, stderr="dumped core")
    with pytest.raises(ProviderFailed, match="exit code 139") as raised:
        ClaudeCode(run, program=program).answer(ASKED)
    assert raised.value.cause == "dumped core"


def test_an_old_cli_is_told_to_be_updated(tmp_path):
    program = pretender(tmp_path, exit_code=1, stderr="error: unknown option '--json-schema'")
    with pytest.raises(ProviderFailed, match="too old"):
        ClaudeCode(run, program=program).answer(ASKED)


def test_a_key_in_the_output_is_not_repeated(tmp_path):
    program = pretender(tmp_path, failed("bad key sk-secret", 400))
    with pytest.raises(ProviderFailed) as raised:
        ClaudeCode(run, program=program, environment={**os.environ, "ANTHROPIC_API_KEY": "sk-secret"}).answer(ASKED)
    assert raised.value.cause == "bad key [key]"


def test_a_program_that_is_not_there_is_missing(tmp_path):
    with pytest.raises(MissingProgram):
        ClaudeCode(run, program=str(tmp_path / "no-claude")).answer(ASKED)


# --- the real one ------------------------------------------------------------------------------------------

REAL = os.environ.get("AGENTIC_TEST_CLAUDE") or shutil.which("claude")
real_cli = pytest.mark.skipif(not REAL, reason="no Claude Code here: npm install @anthropic-ai/claude-code")


def real(server, home: Path, **more) -> ClaudeCode:
    """The real CLI, in an empty home, talking to our server and to nobody else."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), **server.environment}
    return ClaudeCode(run, **{"model": MODEL, "program": str(REAL), "environment": environment, **more})


@real_cli
def test_the_real_cli_asks_once_with_nothing_but_our_words(tmp_path):
    with claude([Uses("StructuredOutput", ANSWER)]) as server:
        reply = real(server, tmp_path, max_output_tokens=4321).answer(ASKED)
    assert told(reply) == CALLS
    [request] = server.requests
    assert [tool["name"] for tool in request.body["tools"]] == ["StructuredOutput"]
    assert request.body["max_tokens"] == 4321
    assert request.body["messages"][-1]["content"][-1]["text"] == "the context\n\nthe task"
    assert {path for _, path in {(heard.method, heard.path) for heard in server.heard}} <= {
        "/",
        "/v1/messages",
    }


@real_cli
def test_the_real_cli_tells_the_usage_that_the_server_gave(tmp_path):
    with claude([Uses("StructuredOutput", ANSWER)]) as server:
        reply = real(server, tmp_path).answer(ASKED)
    [given] = server.usages
    assert reply.usage.total == given["input_tokens"] + given["cache_creation_input_tokens"] + given["output_tokens"]
    assert reply.model == MODEL


@real_cli
def test_the_real_cli_reads_no_settings_hooks_or_memory(tmp_path):
    mine = tmp_path / ".claude"
    mine.mkdir()
    (mine / "CLAUDE.md").write_text("Always say banana.")
    hook = {"hooks": [{"type": "command", "command": f"touch {tmp_path}/hooked"}]}
    (mine / "settings.json").write_text(json.dumps({"hooks": {"UserPromptSubmit": [hook]}}))
    with claude([Uses("StructuredOutput", ANSWER)]) as server:
        real(server, tmp_path).answer(ASKED)
    assert "banana" not in json.dumps(server.requests[0].body)
    assert not (tmp_path / "hooked").exists()


@real_cli
@pytest.mark.parametrize(
    ("answer", "stop", "text"),
    [(Says("No."), "end_turn", "No."), (Refuses("I"), "refusal", "I"), (Truncated("a.py"), "max_tokens", "")],
)
def test_the_real_cli_is_not_let_go_on_by_itself(answer, stop, text, tmp_path):
    with claude([answer]) as server:
        reply = real(server, tmp_path).answer(ASKED)
    assert (reply.stop, reply.text, reply.calls, len(server.requests)) == (stop, text, (), 1)
    assert reply.usage.output > 0


@real_cli
@pytest.mark.parametrize(
    ("answer", "ours"),
    [
        (Fails(401), CredentialsRefused),
        (Fails(402), ProviderFailed),
        (Fails(400), ProviderFailed),
        (Fails(429, retry_after_ms=5), RateLimited),
        (Fails(529, retry_after_ms=5), ProviderBusy),
        (CutStream(), ProviderBusy),
        (ErrorInStream(), ProviderBusy),
    ],
    ids=str,
)
def test_the_real_cli_fails_as_we_expect_and_asks_once(answer, ours, tmp_path):
    with claude([answer]) as server, pytest.raises(OutsideFailed) as raised:
        real(server, tmp_path).answer(ASKED)
    assert type(raised.value) is ours
    assert len(server.requests) == 1


@real_cli
def test_the_real_cli_without_a_login_sends_nothing(tmp_path):
    with claude([Says("yes")]) as server, pytest.raises(CredentialsRefused):
        nobody = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "ANTHROPIC_BASE_URL": server.url}
        real(server, tmp_path, environment=nobody).answer(ASKED)
    assert server.requests == []


@real_cli
def test_the_real_cli_is_ended_when_its_time_is_up(tmp_path):
    with claude([Slow(30)]) as server, pytest.raises(ProviderBusy, match="after 2 seconds"):
        real(server, tmp_path, seconds=2).answer(ASKED)
