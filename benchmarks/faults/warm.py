"""A warm dbt: imported once, forked for every call, so that a call costs what dbt does and not what it loads.

`with warm_dbt(folder) as dbt:` starts the server; `dbt.bin(name)` is a folder for PATH with a `dbt` in it that hands its
arguments, folder, environment and outputs to the server. The real dbt runs them. Every call is noted in `dbt.calls(name)`.
What is saved: the imports, and what dbt makes once a process (JSON schemas, packers), by parsing a project of three files.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import multiprocessing.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing import resource_tracker
from pathlib import Path

NEEDED = (
    "dbt.cli.main", "dbt.adapters.duckdb", "dbt.task.build", "dbt.task.debug", "dbt.task.deps", "dbt.task.list", "dbt.task.show",
    "dbt.task.retry", "dbt.task.docs.generate", "dbt.task.run_operation", "dbt.parser.manifest", "dbt.parser.unit_tests",
    "dbt_common.clients.agate_helper", "dbt.include.duckdb", "duckdb", "agate", "sqlparse",
)  # fmt: skip
CLIENT = """#!/bin/sh
exec {python} -S -E -s {script} {socket} {calls} "$@"
"""


@dataclass
class Warm:
    """A server, and the folders through which it is called."""

    folder: Path
    process: subprocess.Popen[bytes] | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self) -> subprocess.Popen[bytes]:
        """Starts it, or starts it again where somebody has ended it."""
        with self.lock:
            if self.process and self.process.poll() is None:
                return self.process
            place = self.folder / "socket"
            place.unlink(missing_ok=True)
            # A session of its own: whoever ends a group of processes does not mean it.
            self.process = subprocess.Popen(
                [sys.executable, __file__, str(place)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )
            while not place.exists():
                if self.process.poll() is not None:
                    raise RuntimeError(f"the warm dbt did not start: exit {self.process.returncode}")
                time.sleep(0.05)
            return self.process

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait()

    def bin(self, name: str) -> Path:
        """A folder for PATH; what is called through it is noted under `name`."""
        self.start()
        folder = self.folder / f"bin-{name}"
        if not folder.exists():
            folder.mkdir()
            program = folder / "dbt"
            program.write_text(
                CLIENT.format(
                    python=sys.executable,
                    script=Path(__file__).with_name("warm_client.py"),
                    socket=self.folder / "socket",
                    calls=self.calls(name),
                )
            )
            program.chmod(0o755)
        return folder

    def calls(self, name: str) -> Path:
        return self.folder / f"calls-{name}.jsonl"


@contextlib.contextmanager
def warm_dbt(folder: Path) -> Iterator[Warm]:
    """A server in `folder`, whose path has to be short: a socket's name has 107 letters at most."""
    folder.mkdir(parents=True, exist_ok=True)
    dbt = Warm(folder)
    try:
        dbt.start()
        yield dbt
    finally:
        dbt.stop()
        shutil.rmtree(folder, ignore_errors=True)


# --- the server


def serve(path: str) -> None:
    """Imports dbt, then forks for each connection."""
    sys.path.pop(0)  # nothing in this folder is dbt's
    for name in NEEDED:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    with tempfile.TemporaryDirectory() as folder:
        parse_once(Path(folder))
    multiprocessing.util._run_finalizers()  # its semaphores
    # One tracker for all children; each would start its own, a Python more for every call.
    resource_tracker.ensure_running()
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(f"{path}.new")
    server.listen(64)
    server.settimeout(2)
    Path(f"{path}.new").rename(path)
    parent = os.getppid()
    # Who started it may be ended before it can say so.
    while os.getppid() == parent:
        with contextlib.suppress(TimeoutError):
            connection, _ = server.accept()
            if os.fork() == 0:
                server.close()
                answer(connection)
            connection.close()


TINY = {
    "dbt_project.yml": "name: tiny\nprofile: tiny\nflags: {send_anonymous_usage_stats: false}\n",
    "profiles.yml": "tiny: {target: dev, outputs: {dev: {type: duckdb, path: tiny.duckdb}}}\n",
    "models/one.sql": "select * from {{ ref('two') }}\n",
    "models/models.yml": "models: [{name: one, columns: [{name: id, data_tests: [unique]}]}]\n"
    "sources: [{name: raw, tables: [{name: three}]}]\n"
    "exposures: [{name: four, type: dashboard, owner: {name: nobody}, depends_on: [ref('one')]}]\n",
    "seeds/two.csv": "id\n1\n",
    "tests/none.sql": "select 1 from {{ ref('one') }} where false\n",
}


def parse_once(folder: Path) -> None:
    """Lets dbt read a project, without a database: what it makes at first use is there afterwards."""
    from dbt.cli.main import dbtRunner

    for path, text in TINY.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    before = Path.cwd()
    # The static parser starts threads, which a fork would lose: a child that needs it would wait for them for ever.
    places = ("--project-dir", str(folder), "--profiles-dir", str(folder), "--log-path", str(folder))
    for _ in range(2):  # the second time reads what the first has kept
        dbtRunner().invoke(["-q", "--no-static-parser", "ls", *places])
    os.chdir(before)


def answer(connection: socket.socket) -> None:
    """In the child: become the dbt that was called, and end as it ends."""
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        call, outputs = receive(connection)
        become(call, outputs)
        threading.Thread(target=end_with, args=(connection,), daemon=True).start()
        code = run(call["argv"])
    finally:
        with contextlib.suppress(OSError):
            multiprocessing.util._exit_function()  # lets go of dbt's semaphores
            sys.stdout.flush()
            sys.stderr.flush()
        with contextlib.suppress(OSError):
            connection.sendall(bytes([code & 255]))
        os._exit(code)


def receive(connection: socket.socket) -> tuple[dict[str, object], list[int]]:
    """What is to be done, and where its output goes."""
    data, handles, _, _ = socket.recv_fds(connection, 65536, 3)
    size = int(data[:12])
    data = data[12:]
    while len(data) < size:
        data += connection.recv(65536)
    return json.loads(data), list(handles)


def become(call: dict[str, object], outputs: list[int]) -> None:
    for number, handle in enumerate(outputs):
        os.dup2(handle, number)
        os.close(handle)
    os.environ.clear()
    os.environ.update(call["environment"])
    os.chdir(call["folder"])
    os.umask(call["umask"])


def end_with(connection: socket.socket) -> None:
    """A client that was killed takes its dbt with it, as if they were one process."""
    with contextlib.suppress(OSError):
        if connection.recv(1) == b"":
            os._exit(143)


def run(arguments: list[str]) -> int:
    from dbt.cli.main import cli

    sys.argv = ["dbt", *arguments]
    try:
        cli(arguments, prog_name="dbt")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


if __name__ == "__main__":
    serve(sys.argv[1])
