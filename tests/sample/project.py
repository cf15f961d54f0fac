"""The sample project as its users have it: programs of their own, real stores, a lake in a folder of the test."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
JOB = PROJECT / "src/ingestion/flights_to_iceberg.py"
PROBE = PROJECT / "src/agentic/checks/probes/lake_state.py"
HEADER = (
    "year,month,day,dep_time,sched_dep_time,dep_delay,arr_time,sched_arr_time,arr_delay,"
    "carrier,flight,tailnum,origin,dest,air_time,distance,hour,minute,time_hour"
)
# Nothing of the machine's own lake or cloud may leak into a test.
FOREIGN = ("LAKE_", "SOURCE_", "AWS_", "S3_", "SPARK_", "CORRELATION_ID")

# A short run never earns back what Java's second compiler costs.
SHORT = {"JDK_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"}


def month_as_csv(month: int, flights: int, without_tail: int = 1) -> str:
    """A month of made-up flights; the first few name no aircraft."""
    lines = [HEADER]
    for number in range(flights):
        tail = "" if number < without_tail else f"N{number:05d}"
        day = 1 + number % 28
        lines.append(
            f"2013,{month},{day},517,515,2,830,819,11,UA,{number},{tail},EWR,IAH,227,1400,5,15,2013-{month:02d}-{day:02d}T10:00:00Z"
        )
    return "\n".join(lines) + "\n"


@dataclass
class SampleProject:
    """One lake and one source, and the job run on them as a program."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)

    def deliver(self, month: int, flights: int) -> None:
        path = self.root / f"source/2013/{month:02d}/flights.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(month_as_csv(month, flights), encoding="utf-8")

    def start(self, **more: str) -> subprocess.Popen[str]:
        return self._start([sys.executable, str(JOB)], more)

    def run(self, **more: str) -> dict[str, Any]:
        """The job to its end; gives its last log line."""
        program = self.start(**more)
        _, log = program.communicate(timeout=180)
        assert program.returncode == 0, log
        return [json.loads(line) for line in log.splitlines() if line.startswith("{")][-1]

    def state(self) -> dict[str, Any]:
        """The lake as PyIceberg sees it."""
        program = self._start([sys.executable, str(PROBE)], {})
        answer, log = program.communicate(timeout=120)
        assert program.returncode == 0, answer + log
        tables: dict[str, Any] = json.loads(answer)["tables"]
        return tables

    def rows(self) -> tuple[int, int]:
        """In the table, in quarantine."""
        tables = self.state()
        return tables["bronze.flights"]["rows"], tables["bronze.flights_quarantine"]["rows"]

    def _start(self, command: list[str], more: Mapping[str, str]) -> subprocess.Popen[str]:
        own = {key: value for key, value in os.environ.items() if not key.startswith(FOREIGN)}
        environment = own | {"PYTHONPATH": str(PROJECT / "src"), **SHORT} | self.environment | more
        return subprocess.Popen(
            command,
            cwd=PROJECT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,  # so that a kill takes the Java process along
        )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def wait_until(answers: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not answers():
        assert time.monotonic() < deadline, "it did not come up in time"
        time.sleep(0.1)


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def kill(program: subprocess.Popen[str]) -> None:
    """SIGKILL for the program and all it started: nobody gets to tidy up."""
    os.killpg(program.pid, signal.SIGKILL)
    program.communicate()
