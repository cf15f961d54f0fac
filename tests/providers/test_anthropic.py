"""The anthropic provider, against a server that is as strict as the real one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence

import pytest

from agentic.errors import (
    CredentialsRefused,
    NoCredentials,
    OutsideFailed,
    ProviderBusy,
    ProviderFailed,
    RateLimited,
    StreamCut,
)
from agentic.providers.anthropic import Anthropic
from agentic.values import Ask, Call, Conversation, Reply, Result
from claude_server import (
    CutStream,
    Edits,
    ErrorInStream,
    Fails,
    Finishes,
    Garbage,
    Hangs,
    Many,
    Pauses,
    Refuses,
    Says,
    Server,
    Slow,
    ThinksThenWrites,
    Truncated,
    Writes,
    claude,
)

MODEL = "claude-sonnet-5-5"
ASKED = Conversation("the rules", (Ask(("context one", "context two", "the task")),))


@pytest.fixture(autouse=True)
def nobodys_credentials(monkeypatch, tmp_path):
    """No key, no profile and no proxy of this machine."""
    for name in [name for name in os.environ if name.startswith("ANTHROPIC_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def provider(server: Server, **more) -> Anthropic:
    return Anthropic(MODEL, **{"base_url": server.url, "api_key": server.key, **more})


def results(reply: Reply, *texts: str) -> Ask:
    """A result for every call, then what we say."""
    return Ask(texts, tuple(Result(call.id, "written") for call in reply.calls))


def failure(*script, **more) -> tuple[OutsideFailed, Server]:
    """How one request ends, and what the server saw of it."""
    with claude(script) as server, pytest.raises(OutsideFailed) as raised:
        provider(server, **more).answer(ASKED)
    return raised.value, server


def marks(messages: Sequence[dict]) -> list[list[bool]]:
    """Where the cache breakpoints are, turn by turn."""
    return [["cache_control" in block for block in message["content"]] for message in messages]


# --- a request -------------------------------------------------------------------------------------------


def test_files_come_as_calls_and_the_usage_with_them():
    with claude([Writes({"src/a.py": "x = 'ä'\n"}, finish="one file", open_questions=["why?"])]) as server:
        reply = provider(server).answer(ASKED)
    assert [(call.tool, call.arguments) for call in reply.calls] == [
        ("write_file", {"path": "src/a.py", "content": "x = 'ä'\n"}),
        ("finish", {"summary": "one file", "open_questions": ["why?"]}),
    ]
    assert (reply.stop, reply.model, reply.request_id) == ("tool_use", MODEL, "req_0001")
    assert reply.usage.cache_write_5m > 0 and reply.usage.output > 0 and reply.usage.cache_read == 0


def test_words_without_a_call_are_an_answer_too():
    with claude([Says("I would rather not.")]) as server:
        reply = provider(server).answer(ASKED)
    assert (reply.text, reply.calls, reply.stop) == ("I would rather not.", (), "end_turn")


def test_the_request_forces_nothing_samples_nothing_and_is_streamed():
    with claude([Says("yes")]) as server:
        provider(server, max_output_tokens=64_000, effort="high").answer(ASKED)
    sent = server.requests[0]
    assert sorted(sent.body) == [
        "max_tokens", "messages", "model", "output_config", "stream", "system", "tool_choice", "tools",
    ]  # fmt: skip
    assert (sent.body["max_tokens"], sent.body["stream"]) == (64_000, True)
    assert (sent.body["tool_choice"], sent.body["output_config"]) == ({"type": "auto"}, {"effort": "high"})
    assert sent.version == "2026-10-21"


def test_the_tools_are_strict_and_the_same_bytes_in_every_process():
    told = "import json; from agentic.providers.tools import TOOLS; print(json.dumps(TOOLS))"
    with claude([Says("yes")]) as server:
        provider(server).answer(ASKED)
    elsewhere = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert json.dumps(server.requests[0].body["tools"]) == elsewhere.stdout.strip()
    assert [tool["strict"] for tool in server.requests[0].body["tools"]] == [True, True, True]


def test_the_sdk_is_imported_only_when_a_request_leaves():
    told = "import sys; from agentic.providers.anthropic import Anthropic; Anthropic('m'); print('anthropic' in sys.modules)"
    elsewhere = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert elsewhere.stdout == "False\n"


def test_a_fallback_is_told_by_the_model_that_really_answered():
    with claude([Says("me instead")], answers_as="claude-haiku-5-5") as server:
        assert provider(server).answer(ASKED).model == "claude-haiku-5-5"


# --- a conversation ----------------------------------------------------------------------------------------


def test_a_conversation_goes_on_with_a_result_for_every_call():
    with claude([Writes({"a.py": "1", "b.py": "2"}), Finishes("done")]) as server:
        asks = provider(server)
        first = asks.answer(ASKED)
        refused = Ask(
            ("b.py is not declared",),
            (Result(first.calls[0].id, "written"), Result(first.calls[1].id, "no", True)),
        )
        second = asks.answer(ASKED.then(first, refused))
    assert second.calls[0].tool == "finish"
    blocks = server.requests[1].body["messages"][2]["content"]
    assert [(block["type"], block.get("is_error")) for block in blocks] == [
        ("tool_result", None), ("tool_result", True), ("text", None),
    ]  # fmt: skip


def test_the_turn_goes_back_as_it_came_thinking_and_all():
    with claude([ThinksThenWrites({"a.py": "1"}), Finishes("done")]) as server:
        asks = provider(server)
        first = asks.answer(ASKED)
        asks.answer(ASKED.then(first, results(first, "go on")))
    assert server.requests[1].body["messages"][1]["content"] == server.sent[0]


def test_the_turn_survives_the_archive():
    with claude([ThinksThenWrites({"a.py": "1"}), Finishes("done")]) as server:
        first = provider(server).answer(ASKED)
        kept = Reply(
            first.model,
            first.stop,
            calls=first.calls,
            turn=tuple(json.loads(json.dumps(first.turn, sort_keys=True))),
        )
        assert provider(server).answer(ASKED.then(kept, results(kept))).calls[0].tool == "finish"


def test_a_turn_that_was_tampered_with_is_refused_by_the_server():
    with claude([ThinksThenWrites({"a.py": "1"}), Finishes("done")]) as server:
        first = provider(server).answer(ASKED)
        forged = ({**first.turn[0], "thinking": "something else"}, *first.turn[1:])
        odd = Reply(first.model, first.stop, calls=first.calls, turn=forged)
        with pytest.raises(ProviderFailed) as raised:
            provider(server).answer(ASKED.then(odd, results(odd)))
    assert "thinking blocks" in raised.value.cause


def test_an_answer_of_another_provider_is_told_anew():
    other = Reply("", "tool_use", "as I said", (Call("cc_1_1", "write_file", {"path": "a.py", "content": "1"}),))
    with claude([Finishes("done")]) as server:
        provider(server).answer(ASKED.then(other, results(other, "go on")))
    assert [block["type"] for block in server.requests[0].body["messages"][1]["content"]] == [
        "text",
        "tool_use",
    ]


def test_the_stable_context_and_our_last_two_turns_are_cached_by_four_breakpoints_at_most():
    answers = [Writes({"a.py": str(number)}) for number in range(4)]
    said = ASKED
    with claude(answers) as server:
        for _ in answers:
            reply = provider(server).answer(said)
            said = said.then(reply, results(reply, "again"))
    first, last = server.requests[0].body["messages"], server.requests[3].body["messages"]
    assert marks(first) == [[False, True, True]]
    assert marks(last) == [
        [False, True, False], [False], [False, False], [False], [False, True], [False], [False, True],
    ]  # fmt: skip


def test_a_follow_up_reads_from_the_cache_what_was_sent_before():
    with claude([Writes({f"{n}.py": "x" for n in range(30)}), Finishes("done")]) as server:
        asks = provider(server)
        first = asks.answer(ASKED)
        second = asks.answer(ASKED.then(first, results(first, "go on")))
    assert second.usage.cache_read == first.usage.prompt
    assert (second.usage.input, second.usage.cache_write_1h) == (0, 0)


def test_the_next_task_reads_the_rules_and_the_context_of_the_one_before():
    other = Conversation("the rules", (Ask(("context one", "context two", "another task")),))
    with claude([Says("yes"), Says("yes")]) as server:
        first = provider(server).answer(ASKED)
        second = provider(server).answer(other)
    assert 0 < second.usage.cache_read < first.usage.prompt
    assert second.usage.prompt == pytest.approx(first.usage.prompt, abs=2)


def test_nothing_but_the_conversation_goes_into_the_body():
    with claude([Says("yes"), Says("yes")]) as server:
        provider(server).answer(ASKED)
        provider(server).answer(ASKED)
    assert server.requests[0].fingerprint == server.requests[1].fingerprint


def test_empty_words_are_left_out_since_the_api_refuses_them():
    with claude([Says("yes")]) as server:
        provider(server).answer(Conversation("", (Ask(("", "the task", "  \n")),)))
    assert server.requests[0].body["messages"][0]["content"][0]["text"] == "the task"
    assert "system" not in server.requests[0].body


# --- other ends of an answer -------------------------------------------------------------------------------


def test_a_call_that_max_tokens_cut_is_given_with_what_is_left_of_it():
    with claude([Truncated("a.py")]) as server:
        reply = provider(server).answer(ASKED)
    assert reply.stop == "max_tokens"
    assert [(call.tool, dict(call.arguments)) for call in reply.calls] == [("write_file", {"path": "a.py"})]


def test_after_a_truncated_call_the_conversation_can_go_on():
    with claude([Truncated("a.py"), Finishes("done")]) as server:
        first = provider(server).answer(ASKED)
        said = ASKED.then(first, Ask(("in smaller pieces",), (Result(first.calls[0].id, "cut off", True),)))
        assert provider(server).answer(said).stop == "tool_use"


@pytest.mark.parametrize(
    ("answer", "stop"), [(Refuses("I"), "refusal"), (Refuses(), "refusal"), (Pauses(), "pause_turn")]
)
def test_a_refusal_and_a_pause_are_answers_with_their_own_stop(answer, stop):
    with claude([answer]) as server:
        assert provider(server).answer(ASKED).stop == stop


def test_many_calls_of_one_reply_keep_their_order():
    answer = Many([Writes({"a.py": "1"}), Edits([("a.py", "1", "2")]), Finishes("done")])
    with claude([answer]) as server:
        reply = provider(server).answer(ASKED)
    assert [call.tool for call in reply.calls] == ["write_file", "edit_file", "finish"]


# --- failures ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cut",
    [
        CutStream(),
        CutStream(clean=True),
        CutStream(after_bytes=0),
        CutStream(after_bytes=0, clean=True),
        CutStream(after_bytes=900),
        CutStream(after_bytes=900, clean=True),
        CutStream(after_event="content_block_delta", clean=True),
        CutStream(after_event="content_block_stop", clean=True, answer=Writes({"a.py": "1"})),
    ],
    ids=str,
)
def test_a_stream_that_is_cut_is_no_answer_wherever_it_is_cut(cut):
    error, server = failure(cut)
    assert type(error) is StreamCut
    assert error.may_cost
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("type_", "ours"),
    [
        ("overloaded_error", ProviderBusy),
        ("api_error", ProviderBusy),
        ("rate_limit_error", RateLimited),
        ("invalid_request_error", ProviderFailed),
    ],
)
def test_an_error_in_mid_stream_is_known_by_its_type_and_may_have_cost_something(type_, ours):
    error, server = failure(ErrorInStream(type_))
    assert type(error) is ours
    assert error.may_cost
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("status", "ours"),
    [
        (400, ProviderFailed),
        (401, CredentialsRefused),
        (402, ProviderFailed),
        (403, CredentialsRefused),
        (404, ProviderFailed),
        (408, ProviderBusy),
        (409, ProviderBusy),
        (413, ProviderFailed),
        (422, ProviderFailed),
        (429, RateLimited),
        (500, ProviderBusy),
        (502, ProviderBusy),
        (503, ProviderBusy),
        (504, ProviderBusy),
        (529, ProviderBusy),
    ],
)
def test_every_status_has_one_end_and_is_asked_once(status, ours):
    error, server = failure(Fails(status, retry_after_ms=5))
    assert type(error) is ours
    assert not error.may_cost
    assert len(server.requests) == 1
    assert str(status) in error.message and "req_0001" in error.message


def test_how_long_to_wait_is_told_in_milliseconds_seconds_or_as_a_date():
    waits = [
        failure(Fails(429, retry_after_ms=1500))[0],
        failure(Fails(529, headers={"retry-after": "7"}))[0],
        failure(Fails(529, headers={"retry-after": "Thu, 01 Jan 2015 00:00:00 GMT"}))[0],
        failure(Fails(503, headers={"retry-after": "soon"}))[0],
        failure(Fails(503))[0],
    ]
    assert [error.retry_after for error in waits if isinstance(error, ProviderBusy)] == [
        1.5,
        7.0,
        0.0,
        None,
        None,
    ]


@pytest.mark.parametrize("status", [400, 402])
def test_no_money_is_told_as_what_it_is(status):
    error, _ = failure(Fails(status, message="Your credit balance is too low"))
    assert "payment" in error.message and "billing" in error.fix and "credit balance" in error.cause


def test_an_unknown_model_is_named():
    with claude([], models=("claude-opus-5-5",)) as server, pytest.raises(ProviderFailed) as raised:
        provider(server).answer(ASKED)
    assert "does not know the model claude-sonnet-5-5" in raised.value.message


def test_a_page_that_is_not_the_api_is_told_from_an_answer():
    error, _ = failure(Garbage())
    assert type(error) is ProviderFailed
    assert "text/html" in error.message and "ANTHROPIC_BASE_URL" in error.fix


def test_silence_before_the_answer_and_in_the_middle_of_it_ends():
    before, _ = failure(Slow(5), seconds=0.2)
    within, _ = failure(Hangs(5), seconds=0.2)
    assert [type(before), type(within)] == [ProviderBusy, ProviderBusy]
    assert before.may_cost and within.may_cost


def test_a_server_that_is_not_there_cost_nothing():
    with claude([]) as server:
        pass
    with pytest.raises(ProviderBusy) as raised:
        provider(server).answer(ASKED)
    assert not raised.value.may_cost


def test_an_address_that_is_none_is_refused():
    with pytest.raises(OutsideFailed) as raised:
        Anthropic(MODEL, base_url="no-address", api_key="k").answer(ASKED)
    assert type(raised.value) is ProviderFailed


# --- credentials ---------------------------------------------------------------------------------------------


def test_without_any_key_nothing_is_sent():
    with claude([Says("yes")]) as server, pytest.raises(NoCredentials):
        provider(server, api_key="").answer(ASKED)
    assert server.heard == []


@pytest.mark.parametrize("name", ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"])
def test_the_key_of_the_environment_is_used(name, monkeypatch):
    with claude([Says("yes")]) as server:
        monkeypatch.setenv(name, server.key)
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        assert Anthropic(MODEL).answer(ASKED).text == "yes"


def test_a_header_of_ones_own_is_a_credential_too(monkeypatch):
    with claude([Says("yes")]) as server:
        monkeypatch.setenv("ANTHROPIC_CUSTOM_HEADERS", f"Authorization: Bearer {server.key}")
        assert provider(server, api_key=None).answer(ASKED).text == "yes"


def test_a_profile_that_is_named_and_not_there_is_told(monkeypatch):
    monkeypatch.setenv("ANTHROPIC_PROFILE", "work")
    with claude([Says("yes")]) as server, pytest.raises(NoCredentials) as raised:
        provider(server, api_key=None).answer(ASKED)
    assert "profile" in raised.value.message
    assert server.heard == []


@pytest.mark.parametrize("key", ["sk-secret-1\n", "sk-sécret-1", "sk secret 1\t", "sk-secret-1"])
def test_the_key_is_in_no_message(key):
    with claude([Says("yes")]) as server, pytest.raises(CredentialsRefused) as raised:
        provider(server, api_key=key).answer(ASKED)
    told = [*map(str, vars(raised.value).values()), str(raised.value), repr(raised.value.__cause__)]
    assert not any("secret" in words or "sécret" in words for words in told)


def test_a_server_that_repeats_the_key_is_not_quoted():
    error, _ = failure(Fails(400, message="bad header: Bearer test-key"))
    assert error.cause == "bad header: Bearer [key]"


# --- beside the answer -----------------------------------------------------------------------------------------


def test_tokens_can_be_counted_without_being_spent():
    with claude([Says("yes")]) as server:
        asks = provider(server)
        counted = asks.count(ASKED)
        assert counted == asks.answer(ASKED).usage.prompt
    assert len(server.requests) == 1


def test_the_size_in_bytes_is_never_below_the_tokens():
    with claude([]) as server:
        asks = provider(server)
        assert asks.size(ASKED) >= asks.count(ASKED)
        assert asks.size(Conversation("r", (Ask(("ä" * 100,)),))) - asks.size(Conversation("r", (Ask(("ä",)),))) == 198


def test_reachable_says_nothing_where_nothing_is_wrong():
    with claude([]) as server:
        assert provider(server).reachable() == ""
    assert [request.path for request in server.heard] == [f"/v1/models/{MODEL}"]


def test_reachable_says_what_is_wrong():
    with claude([], models=("claude-opus-5-5",)) as server:
        told = [
            provider(server).reachable(),
            provider(server, api_key="wrong").reachable(),
            provider(server, api_key="").reachable(),
        ]
    told.append(provider(server).reachable())
    assert [words.split(" (")[0] for words in told] == [
        "Claude does not know the model claude-sonnet-5-5",
        "Claude does not accept the key",
        "no key for Claude: ANTHROPIC_API_KEY and ANTHROPIC_AUTH_TOKEN are not set, and there is no profile",
        "Claude cannot be reached",
    ]
