"""Where mails and chats arrive: a webhook on loopback, a mail server, and a Slack and a Teams behind a proxy with TLS."""

from __future__ import annotations

import json
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from notices.hub import running

SLACK = "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7"
TEAMS = (
    "https://prod-01.westeurope.logic.azure.com:443/workflows/643e69f83c8944dfb1c2a7de5b0c9f11/triggers/manual/paths/invoke"
    "?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=KODuebWbDGYFr0z0eu6Xq2lPj8vNs4Tt1YhRmWc3aZo"
)


@dataclass
class Inbox:
    """What came."""

    url: str = ""
    status: int = 200
    came: list[tuple[str, Any]] = field(default_factory=list)
    """(path with its query, JSON)"""

    @property
    def last(self) -> Any:
        return self.came[-1][1]


@contextmanager
def webhook() -> Iterator[Inbox]:
    """Takes any JSON."""
    inbox = Inbox()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Quiet."""

        def do_POST(self) -> None:
            take(self, inbox, self.path)

    with running(Handler) as url:
        inbox.url = url
        yield inbox


def take(handler: BaseHTTPRequestHandler, inbox: Inbox, where: str) -> None:
    """One message."""
    inbox.came.append((where, json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))))
    handler.send_response(inbox.status)
    handler.send_header("Content-Length", "2")
    handler.end_headers()
    handler.wfile.write(b"ok")


# --- the real addresses of Slack and Teams ---------------------------------------------------------------------


@contextmanager
def proxy(folder: Path) -> Iterator[Inbox]:
    """Asked for hooks.slack.com, it is hooks.slack.com. `folder` gets ca.pem, which whoever asks has to trust."""
    inbox, context = Inbox(), certificates(folder)

    class Inside(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Quiet."""

        def do_POST(self) -> None:
            take(self, inbox, f"https://{self.headers['Host']}{self.path}")

    class Tunnel(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                head += self.request.recv(1)
            self.request.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            Inside(context.wrap_socket(self.request, server_side=True), self.client_address, self.server)  # type: ignore[arg-type]

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Tunnel)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    inbox.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield inbox
    finally:
        server.shutdown()
        server.server_close()


def certificates(folder: Path) -> ssl.SSLContext:
    """An authority of our own, and a certificate for both names."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a test")])
    now = datetime.now(UTC)
    names = [x509.DNSName("hooks.slack.com"), x509.DNSName("*.westeurope.logic.azure.com"), x509.DNSName("localhost")]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "ca.pem").write_bytes(pem)
    (folder / "both.pem").write_bytes(private + pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    return context


# --- mail ------------------------------------------------------------------------------------------------------


@dataclass
class Post:
    """A mail server."""

    port: int = 0
    password: str = ""
    refused: tuple[str, ...] = ()
    mails: list[EmailMessage] = field(default_factory=list)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.refused:
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        return "250 OK"


@contextmanager
def post_office(folder: Path | None = None, password: str = "") -> Iterator[Post]:
    """With a folder it speaks STARTTLS; with a password nobody writes without it."""
    post = Post(port=free_port(), password=password)
    options: dict[str, Any] = {}
    if folder:
        options |= {"tls_context": certificates(folder), "require_starttls": True}
    if password:
        options |= {
            "authenticator": lambda server, session, envelope, mechanism, data: AuthResult(
                success=data.password == password.encode(), handled=False
            ),
            "auth_required": True,
            "auth_require_tls": bool(folder),
        }
    controller = Controller(post, hostname="127.0.0.1", port=post.port, **options)
    controller.start()
    try:
        yield post
    finally:
        controller.stop()


def free_port() -> int:
    """Nobody listens there."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]
