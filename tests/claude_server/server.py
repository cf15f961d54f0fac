"""A real HTTP server on this machine that speaks the Messages API and answers from a script."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any
from urllib.parse import urlsplit

from claude_server import wire
from claude_server.answers import (
    Answer,
    CutStream,
    ErrorInStream,
    Fails,
    Garbage,
    Hangs,
    Script,
    Slow,
    Spoken,
    Truncated,
)
from claude_server.counting import Cache, output_tokens, prompt_tokens
from claude_server.rules import wrong_with

KEY = "test-key"
MODELS = (
    "claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5", "claude-fable-5-1", "claude-opus-5",
    "claude-sonnet-5", "claude-sonnet-4-6", "claude-haiku-4-5",
)  # fmt: skip


@dataclass(frozen=True)
class Request:
    """One request as it came in."""

    method: str
    path: str
    headers: Mapping[str, str]
    """Names in small letters."""
    body: dict[str, Any]
    fingerprint: str
    """sha256 of the body: two requests with the same one are the same request sent twice."""
    status: int = 0
    """What the rules said to it: 200, or the error they answered with."""

    @property
    def version(self) -> str:
        """`anthropic-version`."""
        return self.headers.get("anthropic-version", "")


class Server:
    """The scripted Claude."""

    def __init__(
        self,
        script: Script,
        *,
        key: str = KEY,
        models: tuple[str, ...] = MODELS,
        answers_as: str = "",
        smallest_cached: int = 0,
        port: int = 0,
    ) -> None:
        self.script = script
        self.key = key
        self.models = models
        self.answers_as = answers_as
        """The model that answers, where it is another than was asked for: a fallback."""
        self.heard: list[Request] = []
        """Every request, of whatever kind."""
        self.usages: list[dict[str, Any]] = []
        """`usage` of each message that was answered, also of those whose stream was cut."""
        self.sent: list[list[dict[str, Any]]] = []
        self.stopping = Event()
        self._cache = Cache(smallest_cached)
        self._given = 0
        self._lock = Lock()
        self._http = _Http(("127.0.0.1", port), _Handler)
        self._http.claude = self

    @property
    def requests(self) -> list[Request]:
        """The requests for an answer (POST /v1/messages), in the order in which they came."""
        return [request for request in self.heard if request.path == "/v1/messages"]

    @property
    def url(self) -> str:
        """For `base_url=` and ANTHROPIC_BASE_URL."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to talk to this server and to nobody else."""
        return {"ANTHROPIC_BASE_URL": self.url, "ANTHROPIC_API_KEY": self.key, "NO_PROXY": "127.0.0.1"}

    def serve(self) -> None:
        """Until stopped."""
        self._http.serve_forever(poll_interval=0.01)

    def stop(self) -> None:
        """Let go of everything that waits."""
        self.stopping.set()
        self._http.shutdown()
        self._http.server_close()

    # --- what the handler asks -------------------------------------------------------------------

    def hear(self, request: Request) -> None:
        """Keep a request."""
        with self._lock:
            self.heard.append(request)

    def refusal(self, body: dict[str, Any], counting: bool) -> Fails | None:
        """What the rules of the API have against it."""
        if body.get("model") not in self.models:
            return Fails(404, message=f"model: {body.get('model')}")
        wrong = wrong_with(body, self.sent, counting=counting)
        return Fails(400, message=wrong) if wrong else None

    def next_answer(self, body: dict[str, Any]) -> Answer:
        """The next line of the script."""
        with self._lock:
            if callable(self.script):
                return self.script(body)
            self._given += 1
            if self._given > len(self.script):
                return Fails(400, message=f"the script has {len(self.script)} answers; this is request {self._given}")
            return self.script[self._given - 1]

    def message(self, body: dict[str, Any], answer: Spoken) -> dict[str, Any]:
        """The message that the answer becomes; ids are given and tokens counted here."""
        with self._lock:
            number = len(self.usages) + 1
            blocks = [_named(block, number, index) for index, block in enumerate(answer.blocks())]
            usage = {
                **self._cache.usage(body),
                "output_tokens": output_tokens(blocks),
                "service_tier": "standard",
            }
            if isinstance(answer, Truncated):
                usage["output_tokens"] = body["max_tokens"]
            self.usages.append(usage)
            self.sent.append(blocks)
        return wire.message(number, self.answers_as or body["model"], blocks, answer.stop, usage)


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    claude: Server

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Unbuffered, header and body leave in two packets: 44 ms a call.
    wbufsize = 65536
    disable_nagle_algorithm = True
    server: _Http

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""

    def do_HEAD(self) -> None:
        self._hear({}, b"", 200)
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        self.do(b"")

    def do_POST(self) -> None:
        self.do(self._read_body())

    def do(self, raw: bytes) -> None:
        """One request."""
        claude = self.server.claude
        body = _parsed(raw)
        path = urlsplit(self.path).path
        counting = path == "/v1/messages/count_tokens"
        refused = self._unknown_key() or _unreadable(body)
        if refused is None and path.startswith("/v1/messages"):
            refused = claude.refusal(body or {}, counting)
        self._hear(body or {}, raw, refused.status if refused else 200)
        if refused:
            self._fail(refused)
        elif self.command == "POST" and counting:
            self._json(200, {"input_tokens": prompt_tokens(body or {})})
        elif self.command == "POST" and path == "/v1/messages":
            self._answer(body or {}, claude.next_answer(body or {}))
        elif self.command == "GET" and path.startswith("/v1/models"):
            self._models(path.removeprefix("/v1/models").strip("/"))
        else:
            self._fail(Fails(404, message=f"no such address: {path}"))

    def _read_body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("content-length") or 0))

    def _unknown_key(self) -> Fails | None:
        given = self.headers.get("x-api-key") or self.headers.get("authorization", "").removeprefix("Bearer ")
        return None if given == self.server.claude.key else Fails(401, message="invalid x-api-key")

    def _hear(self, body: dict[str, Any], raw: bytes, status: int) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        path = urlsplit(self.path).path
        self.server.claude.hear(Request(self.command, path, headers, body, sha256(raw).hexdigest(), status))

    def _answer(self, body: dict[str, Any], answer: Answer) -> None:
        if isinstance(answer, Slow):
            self.server.claude.stopping.wait(answer.seconds)
            self._answer(body, answer.answer)
        elif isinstance(answer, Fails):
            self._fail(answer)
        elif isinstance(answer, Garbage):
            self._send(200, answer.content_type, answer.body.encode())
        elif isinstance(answer, (CutStream, ErrorInStream, Hangs)):
            whole = self.server.claude.message(body, answer.answer)
            self._stream_badly(list(wire.events(whole)), answer)
        elif isinstance(answer, Spoken):
            self._speak(body, self.server.claude.message(body, answer))
        else:
            raise TypeError(f"not an answer: {answer!r}")

    def _speak(self, body: dict[str, Any], whole: dict[str, Any]) -> None:
        if not body.get("stream"):
            self._json(200, whole)
            return
        self._begin_stream()
        for event in wire.events(whole):
            self._chunk(wire.encode(event))
        self._end_stream()

    def _stream_badly(self, events: list[wire.Event], answer: CutStream | ErrorInStream | Hangs) -> None:
        self._begin_stream()
        if isinstance(answer, CutStream):
            self._chunk(_until_cut(events, answer))
            self._end_stream() if answer.clean else self._hang_up()
            return
        for event in events[:4]:
            self._chunk(wire.encode(event))
        self.wfile.flush()
        if isinstance(answer, ErrorInStream):
            self._chunk(wire.encode(("error", wire.error(answer.type, answer.message, self._request_id))))
        else:
            self.server.claude.stopping.wait(answer.seconds)
            for event in events[4:]:
                self._chunk(wire.encode(event))
        self._end_stream()

    def _models(self, wanted: str) -> None:
        known = [
            {"type": "model", "id": name, "display_name": name, "created_at": "2026-01-01T00:00:00Z"}
            for name in self.server.claude.models
        ]
        if not wanted:
            last = known[-1]["id"] if known else None
            self._json(200, {"data": known, "has_more": False, "first_id": None, "last_id": last})
        elif wanted in self.server.claude.models:
            self._json(200, next(model for model in known if model["id"] == wanted))
        else:
            self._fail(Fails(404, message=f"model: {wanted}"))

    # --- the wire -----------------------------------------------------------------------------------

    @property
    def _request_id(self) -> str:
        return f"req_{len(self.server.claude.heard):04d}"

    def _fail(self, answer: Fails) -> None:
        headers = dict(answer.headers)
        if answer.retry_after_ms is not None:
            headers["retry-after-ms"] = str(answer.retry_after_ms)
        type_ = answer.type or wire.ERRORS.get(answer.status, "api_error")
        self._json(answer.status, wire.error(type_, answer.message, self._request_id), headers)

    def _json(self, status: int, body: dict[str, Any], headers: Mapping[str, str] | None = None) -> None:
        self._send(status, "application/json", json.dumps(body, ensure_ascii=False).encode(), headers)

    def _send(self, status: int, kind: str, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"content-type": kind, "request-id": self._request_id, **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _begin_stream(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream; charset=utf-8")
        self.send_header("request-id", self._request_id)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()

    def _chunk(self, data: bytes) -> None:
        if data:
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    def _end_stream(self) -> None:
        self.wfile.write(b"0\r\n\r\n")
        self.wfile.flush()

    def _hang_up(self) -> None:
        self.wfile.flush()
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def claude(script: Script, **options: Any) -> Iterator[Server]:
    """A server with this script, for as long as the block lasts."""
    server = Server(script, **options)
    thread = Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join()


def _parsed(raw: bytes) -> dict[str, Any] | None:
    try:
        body = json.loads(raw or b"{}")
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _unreadable(body: dict[str, Any] | None) -> Fails | None:
    return Fails(400, message="the body is not a JSON object") if body is None else None


def _named(block: dict[str, Any], number: int, index: int) -> dict[str, Any]:
    return {**block, "id": f"toolu_{number:04d}_{index:02d}"} if block["type"] == "tool_use" else block


def _until_cut(events: list[wire.Event], answer: CutStream) -> bytes:
    if answer.after_bytes is not None:
        return b"".join(map(wire.encode, events))[: answer.after_bytes]
    names = [name for name, _ in events]
    count = answer.after_event if isinstance(answer.after_event, int) else names.index(answer.after_event) + 1
    return b"".join(map(wire.encode, events[:count]))
