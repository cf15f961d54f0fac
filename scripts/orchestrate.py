"""Run a DAG in a real Airflow, once and to its end; or serve Airflow with its web page.

    python scripts/orchestrate.py                     # the master DAG `pipeline`
    python scripts/orchestrate.py --dag ingestion     # another one
    python scripts/orchestrate.py --serve             # until Ctrl-C

Airflow keeps its database and its logs in .agentic/airflow and runs in its own environment (setup-scripts/airflow.sh).
Exit code 0: every task succeeded. 1: one did not; its log is shown. 4: Airflow itself failed.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

PROJECT = Path(os.environ.get("AGENTIC_PROJECT") or Path(__file__).resolve().parents[1])
ENDED = ("success", "failed")
PARTS = ("api-server", "scheduler", "dag-processor", "triggerer")


class AirflowFailed(RuntimeError):
    """Airflow itself, not a task of ours."""


def main() -> int:
    """Start, trigger, watch, show, stop."""
    wish = arguments()
    try:
        with Airflow(wish.home, wish.verbose, by_schedule=wish.serve) as airflow:
            if wish.serve:
                return serve(airflow)
            airflow.wait_for_dag(wish.dag)
            run = airflow.trigger(wish.dag)
            state = airflow.watch(wish.dag, run, wish.minutes)
            return show(airflow, run, state, wish.log)
    except AirflowFailed as error:
        print(f"error: {error}", file=sys.stderr)
        return 4
    except OSError as error:  # also what urllib raises: an answer that is none, or none at all
        print(f"error: Airflow, or the disk, failed: {error}; {wish.home}/*.log may say more", file=sys.stderr)
        return 4
    except KeyboardInterrupt:
        return 130


def arguments() -> argparse.Namespace:
    """Flags."""
    parser = argparse.ArgumentParser(description="Run a DAG in a real Airflow, once and to its end.")
    parser.add_argument("--dag", default="pipeline", help="the DAG to run; by default the master, pipeline")
    parser.add_argument("--minutes", type=float, default=240, help="the longest it may take (default: 240)")
    parser.add_argument("--log", type=Path, help="write what every task was and said into this file")
    parser.add_argument("--serve", action="store_true", help="serve Airflow's web page until Ctrl-C instead")
    parser.add_argument("--home", type=Path, default=PROJECT / ".agentic/airflow", help="where Airflow keeps its state")
    parser.add_argument("--verbose", action="store_true", help="show what Airflow's own parts say")
    return parser.parse_args()


def serve(airflow: Airflow) -> int:
    """Until a person ends it."""
    print(f"Airflow is at {airflow.url}; end it with Ctrl-C", flush=True)
    while airflow.is_alive():
        time.sleep(1)
    raise AirflowFailed(f"a part of Airflow ended; {airflow.home}/*.log says why")


class Airflow:
    """The parts of one Airflow on this machine, on free ports, for the time of a `with`."""

    def __init__(self, home: Path, verbose: bool = False, by_schedule: bool = False) -> None:
        self.home = home.resolve()
        self.verbose = verbose
        self.by_schedule = by_schedule
        self.secret = secrets.token_hex(32)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.parts: list[subprocess.Popen[bytes]] = []
        self.token = ""

    def __enter__(self) -> Airflow:
        """Make the database where there is none, start the parts, wait until they answer."""
        self.home.mkdir(parents=True, exist_ok=True)
        self.lock = (self.home / "orchestrate.lock").open("w")
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            # Two schedulers on one SQLite would each start the same task.
            raise AirflowFailed(f"another orchestrate.py runs on {self.home}; wait for it, or give --home") from error
        done = subprocess.run([program(), "db", "migrate"], env=self.environment, capture_output=True, check=False)
        if done.returncode:
            raise AirflowFailed(f"its database cannot be made:\n{done.stderr.decode()[-2000:]}")
        try:
            self.parts = [self.start(part) for part in PARTS]
            self.until(self.login, 180, "Airflow did not answer")
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    @property
    def environment(self) -> dict[str, str]:
        """Only this project's DAGs, SQLite, no examples, nobody outside this machine."""
        return {
            **os.environ,
            "AIRFLOW_HOME": str(self.home),
            "AGENTIC_PROJECT": str(PROJECT),
            "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "src/orchestration"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "false",
            "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
            "AIRFLOW__CORE__PARALLELISM": "4",
            "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "true",
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{self.url}/execution/",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "true",
            "AIRFLOW__API__HOST": "127.0.0.1",
            "AIRFLOW__API__PORT": str(self.port),
            "AIRFLOW__API__BASE_URL": self.url,
            "AIRFLOW__API__WORKERS": "1",
            "AIRFLOW__API_AUTH__JWT_SECRET": self.secret,
            "AIRFLOW__API__SECRET_KEY": self.secret,
            "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(free_port()),
            "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(free_port()),
            "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "5",
            # Else a DAG that is switched on for one run would also make up for the last one of its schedule.
            "AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE": str(self.by_schedule),
            "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "false",
            "SCARF_ANALYTICS": "false",
            "DO_NOT_TRACK": "1",
        }

    def start(self, part: str) -> subprocess.Popen[bytes]:
        """In a group of its own, so that its workers end with it."""
        log = (self.home / f"{part}.log").open("wb")
        told = None if self.verbose else log
        return subprocess.Popen(
            [program(), part], env=self.environment, stdout=told, stderr=told, start_new_session=True
        )

    def stop(self) -> None:
        """Asked first; after ten seconds not asked."""
        for sign, patience in ((signal.SIGTERM, 10), (signal.SIGKILL, 5)):
            for one in self.parts:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(one.pid, sign)
            deadline = time.monotonic() + patience
            while any(one.poll() is None for one in self.parts) and time.monotonic() < deadline:
                time.sleep(0.1)
            if all(one.poll() is not None for one in self.parts):
                return

    def is_alive(self) -> bool:
        """Every part runs."""
        return all(one.poll() is None for one in self.parts)

    # --- asking it -----------------------------------------------------------------------------------------

    def login(self) -> bool:
        """A token; False while it does not answer yet."""
        try:
            self.token = self.ask("/auth/token")["access_token"]
        except (OSError, KeyError, ValueError):
            return False
        return True

    def ask(self, path: str, body: Any = None, method: str = "") -> Any:
        """Airflow's own REST interface."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method or None)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read())

    def until(self, answers: Any, seconds: float, otherwise: str) -> None:
        """Wait for a yes."""
        deadline = time.monotonic() + seconds
        while not answers():
            if not self.is_alive():
                raise AirflowFailed(f"a part of Airflow ended; {self.home}/*.log says why")
            if time.monotonic() > deadline:
                raise AirflowFailed(f"{otherwise} within {seconds:.0f} s; {self.home}/*.log says more")
            time.sleep(0.5)

    def wait_for_dag(self, dag: str) -> None:
        """The dag processor has read every file. A DAG that cannot be imported is told at once."""

        def known() -> bool:
            broken = self.ask("/api/v2/importErrors")["import_errors"]
            if broken:
                raise AirflowFailed("\n".join(f"{one['filename']}: {one['stack_trace']}" for one in broken))
            return dag in {one["dag_id"] for one in self.ask("/api/v2/dags?limit=100")["dags"]}

        self.until(known, 120, f"no DAG {dag} was found in src/orchestration")
        for one in (dag, *self.triggered_by(dag)):
            self.until(lambda name=one: name in self.dags(), 60, f"no DAG {one} was found in src/orchestration")
            self.ask(f"/api/v2/dags/{one}", {"is_paused": False}, "PATCH")

    def dags(self) -> set[str]:
        """Every DAG that was read."""
        return {one["dag_id"] for one in self.ask("/api/v2/dags?limit=100")["dags"]}

    def triggered_by(self, dag: str) -> list[str]:
        """DAGs that this one starts: a paused one would be waited for in vain."""
        tasks = self.ask(f"/api/v2/dags/{dag}/tasks")["tasks"]
        return [one["task_id"] for one in tasks if one["operator_name"] == "TriggerDagRunOperator"]

    def trigger(self, dag: str) -> str:
        """A run by hand; its id."""
        run = f"manual-{datetime.now(UTC):%Y%m%dT%H%M%S}"
        self.ask(f"/api/v2/dags/{dag}/dagRuns", {"dag_run_id": run, "logical_date": None})
        return run

    def watch(self, dag: str, run: str, minutes: float) -> str:
        """Tell every change of a task, until the run has ended."""
        told: dict[tuple[str, str], str] = {}
        state = ""

        def ended() -> bool:
            nonlocal state
            for one in self.tasks(run):
                key = one["dag_id"], one["task_id"]
                if one["state"] and told.get(key) != one["state"]:
                    told[key] = one["state"]
                    print(f"  {one['dag_id']}.{one['task_id']}: {one['state']}", flush=True)
            state = self.ask(f"/api/v2/dags/{dag}/dagRuns/{run}")["state"]
            return state in ENDED

        self.until(ended, 60 * minutes, f"{dag} did not end")
        return state

    def tasks(self, run: str) -> list[dict[str, Any]]:
        """Every task of every DAG in a run: those that a master triggers have its run id."""
        found = self.ask(f"/api/v2/dags/~/dagRuns/~/taskInstances?limit=200&run_id_pattern={run}")["task_instances"]
        own = [one for one in found if one["dag_run_id"] == run]
        return sorted(own, key=lambda one: (one["start_date"] or "9", one["dag_id"]))

    def log_of(self, task: dict[str, Any]) -> Iterator[str]:
        """What one task said, line by line."""
        path = f"/api/v2/dags/{task['dag_id']}/dagRuns/{task['dag_run_id']}/taskInstances/{task['task_id']}"
        try:
            content = self.ask(f"{path}/logs/{max(task['try_number'], 1)}")["content"]
        except urllib.error.HTTPError as error:
            yield f"(no log: {error})"
            return
        for line in content:
            yield (line.get("event", "") if isinstance(line, dict) else str(line)).replace(str(PROJECT), ".")


def show(airflow: Airflow, run: str, state: str, log: Path | None) -> int:
    """Every task with its time; the log of what failed; all of it in the file that was asked for."""
    tasks = airflow.tasks(run)
    rows = [
        f"{one['dag_id']}.{one['task_id']:<20} {one['state'] or '-':<16} {one['duration'] or 0:7.1f} s" for one in tasks
    ]
    print(f"run {run}: {state}", *rows, sep="\n  ")
    for one in (one for one in tasks if one["state"] == "failed"):
        print(f"\n--- {one['dag_id']}.{one['task_id']}", *airflow.log_of(one), sep="\n")
    if log:
        log.parent.mkdir(parents=True, exist_ok=True)
        said = ["\n".join((f"--- {one['dag_id']}.{one['task_id']}", *airflow.log_of(one))) for one in tasks]
        log.write_text("\n".join((f"run {run}: {state}", *rows, "", *said)) + "\n", encoding="utf-8")
    return 0 if state == "success" else 1


def program() -> str:
    """Airflow of its own environment."""
    named = os.environ.get("AGENTIC_AIRFLOW") or str(PROJECT / ".agentic/tools/airflow/bin/airflow")
    if not Path(named).is_file():
        raise AirflowFailed("Airflow is not installed. Run: bash setup-scripts/airflow.sh")
    return named


def free_port() -> int:
    """One that nobody listens on now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


if __name__ == "__main__":
    sys.exit(main())
