"""A server of one's own: well-behaved, slow, lying or broken, as each path is told to be."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Ask:
    """One request."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: str
    at: float


@dataclass(frozen=True)
class Reply:
    """One answer."""

    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    claims: int = 0
    """Bytes that are promised beyond those that come."""
    kind: str = "application/json"


@dataclass
class Web:
    """The server."""

    address: str = ""
    paths: dict[str, Callable[[Ask], Reply]] = field(default_factory=dict)
    asked: list[Ask] = field(default_factory=list)

    def at(self, path: str) -> list[Ask]:
        """What was asked there."""
        return [one for one in self.asked if one.path == path]


@contextmanager
def serving() -> Iterator[Web]:
    """On a free port, until the block ends."""
    web = Web()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Quiet."""

        def answer(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            ask = Ask(parts.path, dict(parse_qsl(parts.query)), dict(self.headers.items()), body, time.monotonic())
            web.asked.append(ask)
            reply = web.paths.get(parts.path, lambda _: Reply({"error": "no such path"}, 404))(ask)
            data = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.kind)
            self.send_header("Content-Length", str(len(data) + reply.claims))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = answer  # noqa: N815 (http.server looks for these names)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    web.address = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
