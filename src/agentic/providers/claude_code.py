"""Conversation -> Reply, through `claude -p` as a plain answering machine: it has no tools and can touch nothing."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from agentic.errors import (
    CredentialsRefused,
    MissingProgram,
    OutsideFailed,
    ProviderBusy,
    ProviderFailed,
    RateLimited,
)
from agentic.providers.lost import lost
from agentic.providers.tools import ANSWER_SCHEMA, IN_PROSE, calls_of
from agentic.values import Ask, Call, Conversation, Reply, Usage


class Completed(Protocol):
    """What a command did."""

    @property
    def exit_code(self) -> int:
        """0 where all went well."""
        ...

    @property
    def stdout(self) -> str:
        """What it printed."""
        ...

    @property
    def stderr(self) -> str:
        """What it complained of."""
        ...

    @property
    def timed_out(self) -> bool:
        """It was ended because its time was up."""
        ...


class Run(Protocol):
    """The door to a subprocess; `outside.shell.run` fits. Raises MissingProgram where there is no such program."""

    def __call__(
        self, command: Sequence[str], *, cwd: Path, environment: Mapping[str, str], stdin: str, seconds: float
    ) -> Completed:
        """Carry out `command` in the folder `cwd`, with this environment and no other."""
        ...


NOTHING = ("--tools", "", "--strict-mcp-config", "--setting-sources", "", "--disable-slash-commands")
"""No tools, no MCP servers, no settings files (and so no hooks and no CLAUDE.md), no skills."""

ONE_ANSWER = {
    # With a schema the CLI goes on asking until its tool is called; this ends it after one request.
    "CLAUDE_CODE_MAX_TURNS": "1",
    # Waiting and asking again is the corridor's.
    "CLAUDE_CODE_MAX_RETRIES": "0",
    # Otherwise a stream that was cut is asked for a second time, and paid for twice.
    "CLAUDE_CODE_DISABLE_NONSTREAMING_FALLBACK": "1",
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    "DISABLE_AUTOUPDATER": "1",
}

HANDED_ON = re.compile(
    r"PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_\w+|TZ|TMPDIR|(SYSTEMROOT|APPDATA|LOCALAPPDATA|USERPROFILE)"
    r"|XDG_\w+|(ALL|HTTPS?|NO)_PROXY|SSL_CERT_\w+|NODE_EXTRA_CA_CERTS"
    r"|(ANTHROPIC|CLAUDE|AWS|GOOGLE|VERTEX|CLOUD_ML)_\w+",
    re.IGNORECASE,
)
"""What the CLI needs to find its login and its way; the rest of the environment is none of its business."""


class ClaudeCode:
    """Claude Code, if it is installed, with whatever login it has."""

    name = "claude-code"
    costs = True

    def __init__(
        self,
        run: Run,
        model: str = "",
        program: str = "claude",
        seconds: float = 1800,
        *,
        max_output_tokens: int = 32000,
        effort: str | None = None,
        environment: Mapping[str, str] | None = None,
        redact: Callable[[str], str] = str,
    ) -> None:
        self.model = model
        self.program = program
        self.seconds = seconds
        self.max_output_tokens = max_output_tokens
        self.effort = effort
        self._run = run
        self._environment = os.environ if environment is None else environment
        self._redact = redact

    def refuse_unready(self) -> None:
        """Raises MissingProgram where Claude Code is not installed."""
        if not shutil.which(self.program, path=self._environment.get("PATH", os.defpath)):
            raise MissingProgram(f"{self.program} is not installed", hint="install Claude Code and log in.")

    def answer(self, conversation: Conversation) -> Reply:
        """One answer to one request."""
        with TemporaryDirectory(prefix="agentic-") as folder:
            system = Path(folder) / "system.md"
            system.write_text(f"{conversation.system}\n\n{IN_PROSE}", encoding="utf-8")
            empty = Path(folder) / "empty"
            empty.mkdir()
            done = self._run(
                self._command(system),
                cwd=empty,
                environment=self._surroundings(),
                stdin=flat(conversation),
                seconds=self.seconds,
            )
        try:
            return self._reply(done, len(conversation.replies) + 1)
        except OutsideFailed as error:
            error.message, error.cause = (
                self._without_secrets(error.message),
                shortened(self._without_secrets(error.cause)),
            )
            error.args = (error.message,)
            raise

    def size(self, conversation: Conversation) -> int:
        """Bytes of all that we send; Claude Code adds its own, about two thousand more."""
        schema = json.dumps(ANSWER_SCHEMA)
        return len(f"{conversation.system}\n\n{IN_PROSE}{schema}{flat(conversation)}".encode())

    def _command(self, system: Path) -> list[str]:
        model = ["--model", self.model] if self.model else []
        effort = ["--effort", self.effort] if self.effort else []
        return [
            *(
                self.program,
                "--print",
                "--output-format",
                "stream-json",
                "--verbose",
                "--no-session-persistence",
                *NOTHING,
            ),
            *(
                "--system-prompt-file",
                str(system),
                "--json-schema",
                json.dumps(ANSWER_SCHEMA),
                *model,
                *effort,
            ),
        ]

    def _surroundings(self) -> dict[str, str]:
        handed_on = {name: value for name, value in self._environment.items() if HANDED_ON.fullmatch(name)}
        return {**handed_on, **ONE_ANSWER, "CLAUDE_CODE_MAX_OUTPUT_TOKENS": str(self.max_output_tokens)}

    def _reply(self, done: Completed, number: int) -> Reply:
        if done.timed_out:
            raise lost(ProviderBusy(f"Claude Code was still answering after {self.seconds:g} seconds"))
        told = _told(done)
        if told.get("is_error") and not _answered(told):
            raise _failure(told, self.model)
        return _reply(told, number)

    def _without_secrets(self, text: str) -> str:
        for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN"):
            if secret := self._environment.get(name):
                text = text.replace(secret, "[key]")
        return self._redact(text)


def shortened(text: str) -> str:
    """Its beginning and its end. Cut last of all: half a secret is not known as one."""
    return text if len(text) <= 1000 else f"{text[:500]} ... {text[-500:]}"


def flat(conversation: Conversation) -> str:
    """The whole conversation as one prompt: what was asked, what was answered, what became of it."""
    turns = conversation.turns
    if len(turns) == 1:
        return _said(turns[0], {})
    calls = {call.id: call for reply in conversation.replies for call in reply.calls}
    told = [f"<turn of={_speaker(turn)!r}>\n{_said(turn, calls)}\n</turn>" for turn in turns]
    return "\n\n".join([*told, "Answer the last turn of the user. What was written before stays as it is."])


def _speaker(turn: Ask | Reply) -> str:
    return "user" if isinstance(turn, Ask) else "you"


def _said(turn: Ask | Reply, calls: Mapping[str, Call]) -> str:
    if isinstance(turn, Reply):
        return "\n".join(filter(None, [turn.text, *(_called(call) for call in turn.calls)]))
    results = [
        f"{_name(calls.get(result.call))}: {'refused: ' if result.refused else ''}{result.text}"
        for result in turn.results
    ]
    return "\n\n".join([*results, *turn.texts])


def _called(call: Call) -> str:
    return f"{call.tool} {json.dumps(dict(call.arguments), ensure_ascii=False)}"


def _name(call: Call | None) -> str:
    return f"{call.tool} {call.arguments.get('path', '')}".strip() if call else "a call"


def _told(done: Completed) -> dict[str, Any]:
    """The result that the CLI prints last, also where it fails, with the words of the model that it leaves out of it."""
    lines = [line for line in map(_object_in, done.stdout.splitlines()) if line]
    told = next((line for line in reversed(lines) if line.get("type") == "result"), None)
    if told:
        return {**told, "words": _words(lines)}
    if "unknown option" in done.stderr:
        raise ProviderFailed(
            "this Claude Code is too old for us",
            cause=done.stderr.strip(),
            hint="claude update, or npm.",
        )
    raise lost(
        ProviderFailed(
            f"Claude Code ended with exit code {done.exit_code} and said nothing that we can read",
            cause=done.stderr.strip() or done.stdout.strip(),
        )
    )


def _words(lines: Sequence[Mapping[str, Any]]) -> str:
    """What the model wrote outside of the CLI's tool. What `<synthetic>` says is the CLI's own."""
    messages = [line.get("message") or {} for line in lines if line.get("type") == "assistant"]
    blocks = [block for message in messages if message.get("model") != "<synthetic>" for block in message["content"]]
    return "".join(block["text"] for block in blocks if block.get("type") == "text")


def _answered(told: Mapping[str, Any]) -> bool:
    """Ends that the CLI calls an error and we call an answer: a model spoke, and its words were counted."""
    return told.get("subtype") == "error_max_turns" or _stop(told) in ("refusal", "max_tokens")


def _stop(told: Mapping[str, Any]) -> str:
    if "output token maximum" in str(told.get("result")):
        return "max_tokens"
    return str(told.get("stop_reason") or "end_turn")


def _reply(told: Mapping[str, Any], number: int) -> Reply:
    answer = _structured(told)
    calls = calls_of(answer, f"cc_{number}") if answer else ()
    stop = _stop(told)
    return Reply(
        model=_model(told),
        # The CLI's own tool call is none of ours.
        stop="tool_use" if calls else "end_turn" if stop == "tool_use" else stop,
        text="" if calls else told["words"],
        calls=calls,
        usage=_usage(told.get("usage") or {}),
        about=_about(told),
    )


def _structured(told: Mapping[str, Any]) -> dict[str, Any] | None:
    """The object that the schema asks for; found in the text where the model did not use the CLI's tool."""
    given = told.get("structured_output")
    if isinstance(given, dict):
        return given
    found = _object_in(told["words"]) if _stop(told) == "end_turn" else None
    return found if found and _fits(found) else None


def _object_in(text: str) -> dict[str, Any] | None:
    """The JSON object in a text, whatever stands around it."""
    begin, end = text.find("{"), text.rfind("}")
    try:
        found = json.loads(text[begin : end + 1])
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _fits(answer: Mapping[str, Any]) -> bool:
    """Whether it has the shape of the schema, whose lists hold objects of strings."""
    lists = [answer.get("files", []), answer.get("edits", [])]
    wanted = [{"path", "content"}, {"path", "old", "new"}]
    return bool(answer.keys() & {"files", "edits", "summary"}) and all(
        isinstance(items, list) and all(isinstance(item, dict) and item.keys() == keys for item in items)
        for items, keys in zip(lists, wanted, strict=True)
    )


def _model(told: Mapping[str, Any]) -> str:
    """The model that wrote most: the CLI may use a small one beside it."""
    used: Mapping[str, Any] = told.get("modelUsage") or {}
    return max(used, key=lambda name: int(used[name].get("outputTokens") or 0), default="")


def _usage(used: Mapping[str, Any]) -> Usage:
    one_hour = int((used.get("cache_creation") or {}).get("ephemeral_1h_input_tokens") or 0)
    return Usage(
        input=int(used.get("input_tokens") or 0),
        output=int(used.get("output_tokens") or 0),
        cache_read=int(used.get("cache_read_input_tokens") or 0),
        cache_write_5m=max(0, int(used.get("cache_creation_input_tokens") or 0) - one_hour),
        cache_write_1h=one_hour,
    )


def _about(told: Mapping[str, Any]) -> dict[str, Any]:
    """Its session, and what it thinks the answer has cost (in whole millionths: the archive holds no floats)."""
    cost = told.get("total_cost_usd")
    guess = {"micro_usd_by_claude_code": round(cost * 1_000_000)} if isinstance(cost, int | float) else {}
    return {"session": str(told.get("session_id") or ""), **guess}


NOT_LOGGED_IN = re.compile(r"not logged in|invalid api key|failed to authenticate|oauth token|/login", re.IGNORECASE)
LIMITED = re.compile(r"usage limit|rate.?limit|hit your .*limit|limit reached", re.IGNORECASE)
UNPAID = re.compile(r"credit balance|billing", re.IGNORECASE)
UNREACHED = re.compile(r"unable to connect", re.IGNORECASE)
BROKEN = re.compile(r"overloaded|timed out|connection|malformed response", re.IGNORECASE)


def _failure(told: Mapping[str, Any], model: str) -> OutsideFailed:
    """Our error for what the CLI says: by the HTTP status where it tells one, else by its words."""
    said = str(told.get("result") or "; ".join(told.get("errors") or [])).strip()
    status = int(told.get("api_error_status") or 0)
    error = _by_status(status, said, model) if status else _by_words(said)
    error.cause = said
    return error


def _by_status(status: int, said: str, model: str) -> OutsideFailed:
    if status in (401, 403):
        return _login_needed()
    if status == 429:
        return RateLimited("Claude limits the rate of our requests")
    if status in (408, 409) or status >= 500:
        return ProviderBusy("Claude is overloaded or cannot be reached")
    if status == 402 or UNPAID.search(said):
        return _money_needed()
    about = f"cannot use the model {model or '(its default)'}" if status == 404 else f"failed ({status})"
    return ProviderFailed(f"Claude Code {about}")


def _by_words(said: str) -> OutsideFailed:
    known = (
        (NOT_LOGGED_IN, _login_needed),
        (UNPAID, _money_needed),
        (LIMITED, lambda: RateLimited("Claude limits the rate of our requests")),
        (UNREACHED, lambda: ProviderBusy("Claude is overloaded or cannot be reached")),
        (BROKEN, lambda: lost(ProviderBusy("Claude Code's line broke in the middle of an answer"))),
    )
    return next((make() for words, make in known if words.search(said)), lost(ProviderFailed("Claude Code failed")))


def _login_needed() -> CredentialsRefused:
    return CredentialsRefused(
        "Claude Code is not logged in, or its key is refused", hint="claude /login, or ANTHROPIC_API_KEY."
    )


def _money_needed() -> ProviderFailed:
    return ProviderFailed("Claude asks for payment", hint="look at the billing page of your account.")
