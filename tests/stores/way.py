"""A way to a store on which things go wrong: a proxy on loopback that counts, refuses, waits and breaks off."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

DENIED = b"<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"


class Way:
    """What passed, and what shall happen. Each hook is asked with method and path."""

    def __init__(self, target: str) -> None:
        self.target = urlsplit(target).netloc
        self.heard: list[tuple[str, str]] = []
        self.url = ""
        self.refuse: Callable[[str, str], bytes | None] = lambda method, path: None
        """A body: answered as 403 with it."""
        self.cut: Callable[[str, str], bool] = lambda method, path: False
        """True: half of the answer, then the connection closes."""
        self.before: Callable[[str, str], Any] = lambda method, path: None
        """Called before a request goes on; may wait."""

    def count(self, method: str, part: str = "") -> int:
        """Requests for objects, not for lists and not for the manifest."""
        return sum(
            how == method and part in path and "manifest" not in path and "list-type" not in path
            for how, path in self.heard
        )


@contextmanager
def way_to(target: str) -> Iterator[Way]:
    """The proxy, running."""
    way = Way(target)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Here", (Passing,), {"way": way}))
    server.daemon_threads = True
    way.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield way
    finally:
        server.shutdown()
        server.server_close()


class Passing(BaseHTTPRequestHandler):
    """One connection."""

    way: Way
    protocol_version = "HTTP/1.1"

    def carry(self) -> None:
        way, body = self.way, self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = unquote(self.path)
        way.heard.append((self.command, path))
        if (denied := way.refuse(self.command, path)) is not None:
            self.answer(403, {}, denied, len(denied))
            return
        way.before(self.command, path)
        onward = http.client.HTTPConnection(way.target, timeout=60)
        onward.request(self.command, self.path, body, dict(self.headers))
        reply = onward.getresponse()
        data = reply.read()
        onward.close()
        length = int(reply.headers.get("Content-Length") or len(data)) if self.command == "HEAD" else len(data)
        if way.cut(self.command, path):
            self.close_connection, data = True, data[: len(data) // 2]
        self.answer(reply.status, dict(reply.headers), data, length)

    def answer(self, status: int, headers: dict[str, str], data: bytes, length: int) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in ("content-length", "transfer-encoding", "connection", "server", "date"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    do_GET = do_PUT = do_HEAD = do_POST = do_DELETE = carry

    def log_message(self, *words: Any) -> None:
        """Nothing."""
