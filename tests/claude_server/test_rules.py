"""The scripted server is as strict as the real one: what that refuses, this refuses."""

from __future__ import annotations

import json
from contextlib import closing
from http.client import HTTPConnection
from typing import Any

import pytest

from claude_server import Finishes, Pauses, Says, Server, Slow, ThinksThenWrites, Writes, claude

USER = {"role": "user", "content": "hello"}
WELL = {"model": "claude-opus-5-5", "max_tokens": 100, "messages": [USER]}
MARKED = {"type": "text", "text": "words", "cache_control": {"type": "ephemeral"}}


def post(
    server: Server, body: dict[str, Any], key: str = "test-key", path: str = "/v1/messages"
) -> tuple[int, dict[str, Any]]:
    with closing(HTTPConnection(server.url.removeprefix("http://"))) as connection:
        connection.request("POST", path, json.dumps(body), {"authorization": f"Bearer {key}"})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in WELL.items() if key != name}


def assistant(*blocks: dict[str, Any]) -> dict[str, Any]:
    return {"role": "assistant", "content": list(blocks)}


def user(*blocks: dict[str, Any]) -> dict[str, Any]:
    return {"role": "user", "content": list(blocks)}


CALL = {"type": "tool_use", "id": "t1", "name": "write_file", "input": {}}
RESULT = {"type": "tool_result", "tool_use_id": "t1", "content": "ok"}
WORDS = {"type": "text", "text": "words"}


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (without("model"), "model: None"),
        (without("max_tokens"), "max_tokens: Field required"),
        (without("messages"), "at least one message"),
        ({**WELL, "temperature": 1.0}, "temperature: is not supported"),
        ({**WELL, "frobnicate": 1}, "Extra inputs are not permitted"),
        ({**WELL, "tool_choice": {"type": "any"}}, "forcing a tool"),
        ({**WELL, "tool_choice": {"type": "tool", "name": "finish"}}, "forcing a tool"),
        ({**WELL, "output_config": {"effort": "huge"}}, "output_config.effort"),
        (
            {**WELL, "tools": [{"name": "t", "strict": True, "input_schema": {"type": "object"}}]},
            "additionalProperties",
        ),
        ({**WELL, "messages": [assistant(WORDS), USER]}, "must be from the user"),
        ({**WELL, "messages": [USER, USER]}, "roles must alternate"),
        ({**WELL, "messages": [USER, assistant(WORDS)]}, "prefilling"),
        ({**WELL, "messages": [USER, assistant(CALL), USER]}, "has no tool_result"),
        (
            {**WELL, "messages": [USER, assistant(CALL), user(WORDS, RESULT)]},
            "must come before anything else",
        ),
        ({**WELL, "messages": [USER, assistant(CALL), user(RESULT, RESULT)]}, "a single result"),
        ({**WELL, "messages": [USER, assistant(WORDS), user(RESULT)]}, "answers no tool_use"),
        ({**WELL, "messages": [user({"type": "text", "text": " "})]}, "non-whitespace"),
        ({**WELL, "messages": [user()]}, "must not be empty"),
        ({**WELL, "messages": [user(*[MARKED] * 5)]}, "maximum of 4 blocks"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_request_against_the_rules_is_refused_and_takes_no_answer_from_the_script(body, complaint):
    with claude([Says("yes")]) as server:
        status, told = post(server, body)
        assert complaint in told["error"]["message"]
        assert status in (400, 404)
        assert post(server, WELL)[0] == 200


def test_a_wrong_key_is_401():
    with claude([]) as server:
        assert post(server, WELL, key="wrong")[0] == 401


def test_a_script_that_is_used_up_says_so():
    with claude([Says("yes")]) as server:
        post(server, WELL)
        status, told = post(server, WELL)
    assert (status, told["error"]["message"]) == (400, "the script has 1 answers; this is request 2")


def test_thinking_that_comes_back_changed_or_not_at_all_is_refused():
    with claude([ThinksThenWrites({"a.py": "1"}), Finishes("done")]) as server:
        thought, call = post(server, WELL)[1]["content"]
        answer = user({**RESULT, "tool_use_id": call["id"]})
        changed, kept = {**thought, "thinking": thought["thinking"] + " "}, assistant(thought, call)
        statuses = [
            post(server, {**WELL, "messages": [USER, turn, answer]})[0]
            for turn in (assistant(changed, call), assistant(call), kept)
        ]
    assert statuses == [400, 400, 200]


def test_a_paused_turn_may_be_sent_back_as_it_is():
    with claude([Pauses(), Says("done")]) as server:
        paused = post(server, WELL)[1]["content"]
        assert post(server, {**WELL, "messages": [USER, assistant(*paused)]})[0] == 200


def test_a_script_can_be_a_function_of_the_request():
    with claude(lambda body: Writes({"a.py": body["messages"][0]["content"]})) as server:
        assert post(server, WELL)[1]["content"][0]["input"]["content"] == "hello"


def test_a_prefix_is_written_once_and_read_after_that():
    def ask(words: str) -> dict[str, Any]:
        return {**WELL, "messages": [user(MARKED, {"type": "text", "text": words})]}

    with claude([Says("yes")] * 3) as server:
        first, second = (post(server, ask(words))[1]["usage"] for words in ("one", "two"))
        other = post(server, {**ask("one"), "model": "claude-sonnet-5-5"})[1]["usage"]
    written = first["cache_creation"]["ephemeral_5m_input_tokens"]
    assert (second["cache_read_input_tokens"], second["cache_creation_input_tokens"]) == (written, 0)
    assert second["input_tokens"] == first["input_tokens"] > 0
    assert other["cache_read_input_tokens"] == 0


def test_a_slow_answer_does_not_hold_up_the_end_of_a_test():
    with (
        claude([Slow(600)]) as server,
        closing(HTTPConnection(server.url.removeprefix("http://"))) as connection,
    ):
        connection.request("POST", "/v1/messages", json.dumps(WELL), {"x-api-key": server.key})
    assert len(server.requests) <= 1
