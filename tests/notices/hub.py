"""A GitHub of one's own: issues and comments of one repository, page after page, and every way to fail."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

TOKEN = "ghs_" + "4f9aK2" * 6
REPOSITORY = "shop/pipelines"


@dataclass(frozen=True)
class Trouble:
    """What happens to requests that fit."""

    method: str
    path: str
    status: int = 500
    headers: dict[str, str] = field(default_factory=dict)
    message: str = "trouble"
    body: bytes = b""
    seconds: float = 0
    times: int = 99


@dataclass
class Hub:
    """The server's state."""

    url: str = ""
    issues: dict[int, dict[str, Any]] = field(default_factory=dict)
    comments: dict[int, list[str]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    may_label: bool = True
    hits: int = 0

    @property
    def environment(self) -> dict[str, str]:
        """What a program in GitHub Actions sees."""
        return {"GITHUB_API_URL": self.url, "GITHUB_REPOSITORY": REPOSITORY, "GITHUB_TOKEN": TOKEN}

    def add(self, body: str, **more: Any) -> dict[str, Any]:
        """One more issue."""
        number = len(self.issues) + 1
        new = {
            "number": number,
            "title": "",
            "state": "open",
            "state_reason": None,
            "labels": [],
            "assignees": [],
            **more,
        }
        new |= {
            "body": body,
            "html_url": f"https://github.example/{REPOSITORY}/issues/{number}",
            "updated_at": "2026-11-20T00:00:00Z",
        }
        self.issues[number] = new
        return new

    def trouble(self, method: str, path: str, **more: Any) -> None:
        """From now on."""
        self.troubles.append(Trouble(method, path, **more))

    def writes(self) -> list[str]:
        """Every request that changed something."""
        return [f"{method} {path.split('/issues')[-1]}" for method, path in self.asked if method != "GET"]

    # --- what it answers -----------------------------------------------------------------------------------

    def answer(self, method: str, path: str, query: dict[str, str], said: dict[str, Any]) -> tuple[int, Any]:
        found = re.fullmatch(rf"/repos/{REPOSITORY}/issues(?:/(?P<number>\d+)(?P<comments>/comments)?)?", path)
        if not found:
            return 404, {"message": "Not Found"}
        number = int(found["number"] or 0)
        if number and number not in self.issues:
            return 404, {"message": "Not Found"}
        if found["comments"]:
            self.comments.setdefault(number, []).append(said["body"])
            return 201, {"id": 1}
        if not number:
            return self.create(said) if method == "POST" else (200, self.page(query))
        if method == "PATCH":
            self.issues[number] |= {**said, "updated_at": "2026-11-29T00:00:00Z"}
        return (
            (422, {"message": "body is too long"}) if len(said.get("body", "")) > 65_536 else (200, self.issues[number])
        )

    def create(self, said: dict[str, Any]) -> tuple[int, Any]:
        if len(said["body"]) > 65_536 or len(said["title"]) > 256:
            return 422, {"message": "Validation Failed"}
        labels = [{"name": name} for name in said["labels"]] if self.may_label else []
        return 201, self.add(said["body"], title=said["title"], labels=labels, assignees=said["assignees"])

    def page(self, query: dict[str, str]) -> list[dict[str, Any]]:
        fitting = [
            one
            for one in self.issues.values()
            if query["labels"] in {label["name"] for label in one["labels"]}
            and query["state"] in (one["state"], "all")
            and one["updated_at"] >= query.get("since", "")
        ]
        if query["direction"] == "desc":
            fitting.reverse()
        size, page = int(query["per_page"]), int(query["page"])
        return fitting[(page - 1) * size : page * size]


@contextmanager
def hub() -> Iterator[Hub]:
    """On a free port, until the block ends."""
    state = Hub()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Quiet."""

        def respond(self) -> None:
            parts = urlsplit(self.path)
            said = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
            state.asked.append((self.command, parts.path))
            left = [
                one
                for one in state.troubles
                if one.times > 0 and one.method == self.command and re.search(one.path, parts.path)
            ]
            if left:
                state.troubles[state.troubles.index(left[0])] = Trouble(
                    **{**left[0].__dict__, "times": left[0].times - 1}
                )
                time.sleep(left[0].seconds)
                return self.send(left[0].status, left[0].body or {"message": left[0].message}, left[0].headers)
            if self.headers["Authorization"] != f"token {TOKEN}":
                return self.send(401, {"message": "Bad credentials"}, {})
            self.send(*state.answer(self.command, parts.path, dict(parse_qsl(parts.query)), said), {})

        def send(self, status: int, body: Any, headers: dict[str, str]) -> None:
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            try:
                self.send_response(status)
                for name, value in {
                    "Content-Type": "application/json",
                    "Content-Length": str(len(content)),
                    **headers,
                }.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)
            except OSError:  # whoever asked has gone
                return

        do_GET = do_POST = do_PATCH = respond

    with running(Handler) as url:
        state.url = url
        yield state


@contextmanager
def running(handler: Callable[..., Any]) -> Iterator[str]:
    """A server in a thread."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
