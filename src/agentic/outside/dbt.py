"""dbt as a program: its artifacts and events are the story, not its exit code.

dbt exits 1 where a node failed and 2 for everything else. Where it dies before any node it writes no `run_results.json`, and the one of the
run before stays; so every run has a mark of its own, and only results that bear it are believed.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from agentic.errors import MissingProgram
from agentic.outside import shell

# dbt takes an empty selection for a success; here it is none. And it writes home unless it is told not to.
STRICT = {
    "DBT_WARN_ERROR_OPTIONS": json.dumps({"error": ["NoNodesForSelectionCriteria"]}),
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "DBT_USE_COLORS": "false",
    "DO_NOT_TRACK": "1",
}
MARK = "DBT_ENV_CUSTOM_ENV_"
"""What dbt copies from the environment into its artifacts: that tells whose they are."""
WITHHELD = (
    "ANTHROPIC_API_KEY",
    "ANTHROPIC_AUTH_TOKEN",
    "GITHUB_TOKEN",
    "GH_TOKEN",
    "LOGIC_APP_EMAIL_URL",
    "NOTIFICATION_WEBHOOK_URL",
)
"""Secrets of ours: whatever a project's Jinja asks of the environment, it does not get them."""
LONGEST = 6 * 3600
"""Seconds; a build may take long."""
Hear = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Place:
    """A dbt project, and how it is run."""

    root: Path
    """The folder of dbt_project.yml."""
    profiles: Path | None = None
    """The folder of profiles.yml; None: as dbt finds it."""
    target: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    program: str = ""
    """Where dbt is; empty: looked for on PATH, then beside this Python."""

    @property
    def artifacts(self) -> Path:
        """Where dbt writes what it did."""
        return self.root / (self.environment.get("DBT_TARGET_PATH") or "target")


@dataclass(frozen=True, slots=True)
class Ran:
    """What one call of dbt did."""

    id: str
    command: tuple[str, ...]
    """Without the program and the places."""
    exit_code: int
    results: tuple[Mapping[str, Any], ...]
    """Nodes as run_results.json tells them; none where this run did not get so far."""
    events: tuple[Mapping[str, Any], ...]
    """What it said, as far as it was an error, or tells that something was left out."""
    manifest: Mapping[str, Any]
    """As this run wrote it; empty where it did not get so far."""
    output: str
    """The end of what it printed, for what is no event: a traceback."""
    milliseconds: int
    timed_out: bool = False

    @property
    def failed(self) -> tuple[Mapping[str, Any], ...]:
        """Nodes that broke or whose test found rows."""
        return tuple(
            one for one in self.results if one["status"] in ("error", "fail", "runtime error", "partial success")
        )

    @property
    def is_green(self) -> bool:
        """Status wins over detail: a run that ended badly is not healthy, whatever it says of its nodes."""
        return self.exit_code == 0 and not self.failed and not self.timed_out


def program(place: Place) -> str:
    """Where dbt is. Raises MissingProgram."""
    beside = str(Path(sys.executable).parent)
    path = os.pathsep.join(filter(None, (place.environment.get("PATH", os.environ.get("PATH", "")), beside)))
    if found := place.program or shutil.which("dbt", path=path):
        return found
    raise MissingProgram(
        "dbt is not installed",
        hint="install dbt-core and the adapter of your database, for instance: pip install dbt-duckdb.",
    )


def python_of(found: str) -> str:
    """The Python that runs a dbt: it has the database's library. This one, where the program does not say."""
    try:
        with Path(found).resolve().open("rb") as file:
            first = file.readline(1000).decode("utf-8", "replace").strip()
    except OSError:
        return sys.executable
    named = first.removeprefix("#!").split()
    return (
        named[0]
        if first.startswith("#!") and "python" in Path(named[0]).name and Path(named[0]).is_file()
        else sys.executable
    )


def run(place: Place, command: Sequence[str], hear: Hear = lambda words: None) -> Ran:
    """Carry out one command of dbt, `("build", "--select", "orders")`."""
    mark = uuid4().hex
    began = {
        path: changed_at(path) for path in (place.artifacts / "manifest.json", place.artifacts / "run_results.json")
    }
    heard: list[Mapping[str, Any]] = []
    rest: list[str] = []
    done = shell.run(
        (program(place), "--log-format", "json", "--log-level", "info", "--no-use-colors", *command, *places(place)),
        cwd=place.root, seconds=LONGEST, together=True,
        environment={**environment_of(place), **STRICT, f"{MARK}RUN": mark},
        heard=lambda line: take(line, heard, rest, hear),
    )  # fmt: skip
    manifest, results = began
    invocation = next((str(event["info"]["invocation_id"]) for event in heard), "")
    events = [event for event in heard if is_telling(event)]
    return Ran(
        mark[:12], tuple(command), done.exit_code, results_of(results, mark, invocation), tuple(events),
        json_of(manifest) if changed_at(manifest) != began[manifest] else {}, "\n".join(rest[-80:]), done.milliseconds, done.timed_out,
    )  # fmt: skip


def environment_of(place: Place) -> dict[str, str]:
    """Of this process, without what is not dbt's business."""
    return {name: value for name, value in {**os.environ, **place.environment}.items() if name not in WITHHELD}


def places(place: Place) -> tuple[str, ...]:
    """Where the project is, where its profile is, which target."""
    profiles = ("--profiles-dir", str(place.profiles)) if place.profiles else ()
    return ("--project-dir", str(place.root), *profiles, *(("--target", place.target) if place.target else ()))


def take(line: str, events: list[Mapping[str, Any]], rest: list[str], hear: Hear) -> None:
    """One line: an event of dbt's (the first is kept, and errors), or something else that was printed."""
    try:
        event = json.loads(line)
        info = event["info"]
    except (ValueError, KeyError, TypeError):
        rest.append(line)
        return
    if not events or is_telling(event):
        events.append(event)
    if info["name"] in ("LogStartLine", "LogModelResult", "LogTestResult", "LogSeedResult", "LogSnapshotResult"):
        hear(info["msg"])


def is_telling(event: Mapping[str, Any]) -> bool:
    """An error; or that a test was left out because of what it refers to, which dbt takes for a small thing."""
    info = event["info"]
    return info["level"] == "error" or (
        info["level"] == "warn" and info["name"] in ("NodeNotFoundOrDisabled", "InvalidDisabledTargetInTestNode")
    )


def results_of(path: Path, mark: str, invocation: str = "") -> tuple[Mapping[str, Any], ...]:
    """The nodes that this very run came to: it bears our mark, or the number that dbt said of itself. Hooks are no nodes of anybody's."""
    written = json_of(path)
    about = written.get("metadata", {})
    if about.get("env", {}).get("RUN") != mark and (not invocation or about.get("invocation_id") != invocation):
        return ()
    return tuple(one for one in written.get("results", []) if not one["unique_id"].startswith("operation."))


def json_of(path: Path) -> dict[str, Any]:
    """A JSON object; empty where it is not there, or half-written."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def changed_at(path: Path) -> int:
    """When it was written, in nanoseconds; 0 where it is not there."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
