"""What stands for `dbt` on PATH: hands one call to the warm dbt, and notes it.

Started for every call, so it imports four modules and nothing more.
"""

import json
import os
import sys
import time
from _socket import AF_UNIX, SCM_RIGHTS, SOCK_STREAM, SOL_SOCKET, socket

COLD = "import sys; from dbt.cli.main import cli; sys.argv[0] = 'dbt'; cli()"


def call(path: str, calls: str, arguments: list[str]) -> int:
    """One call of dbt; the note tells when it began and when it ended."""
    begun = time.time()
    connection = socket(AF_UNIX, SOCK_STREAM)
    try:
        connection.connect(path)
    except OSError:
        code = os.spawnv(os.P_WAIT, sys.executable, [sys.executable, "-c", COLD, *arguments])  # slower, and as right
    else:
        code = ask(connection, arguments)
    note = {"begun": begun, "ended": time.time(), "code": code, "argv": arguments}
    with open(calls, "a") as stream:  # noqa: PTH123 (no pathlib)
        stream.write(json.dumps(note) + "\n")
    return code


def ask(connection: socket, arguments: list[str]) -> int:
    """Folder, environment and streams go along; the answer is the exit code, or nothing where the server died."""
    mask = os.umask(0)
    os.umask(mask)
    wish = {"argv": arguments, "folder": os.getcwd(), "environment": dict(os.environ), "umask": mask}  # noqa: PTH109 (no pathlib)
    data = json.dumps(wish).encode()
    send(connection, f"{len(data):012}".encode() + data)
    return (connection.recv(1) or b"\1")[0]


def send(connection: socket, data: bytes) -> None:
    """All of it, and with its first part the three streams."""
    handles = b"".join(number.to_bytes(4, sys.byteorder) for number in (0, 1, 2))
    sent = connection.sendmsg([data], [(SOL_SOCKET, SCM_RIGHTS, handles)])
    connection.sendall(data[sent:])


if __name__ == "__main__":
    sys.exit(call(sys.argv[1], sys.argv[2], sys.argv[3:]))
