"""What dbt left behind -> root failures. The status tells that a run failed, and only then its details tell why."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from agentic.healing.fixers.jinja import parses
from agentic.healing.project import DbtProject, yaml_of
from agentic.outside.dbt import Ran
from agentic.values import Failure

PLACE = re.compile(r"\((?P<path>[^()\s]+\.(?:sql|yml|yaml|csv|py|md))\)")
READING = re.compile(r"Error (?:reading|parsing) [^:\n]+: (?P<path>\S+\.(?:yml|yaml|md|sql))")
GIVEN = re.compile(r"config given in (?P<path>\S+\.ya?ml)")
NEAR = re.compile(r"(?:near line|^\s*line|LINE|string>\", line) (?P<line>\d+)", re.MULTILINE)
START = (
    "profile", "Credentials in", "adapter", "IO Error", "lock on file", "No dbt_project.yml", "not a valid DuckDB", "Env var required",
    "version of dbt", "read-only", "unrecognized configuration parameter", "Extension", "Connection", "dbt_project.yml",
)  # fmt: skip
"""Words of messages that come before dbt reads the project's files."""


def failures_of(ran: Ran, project: DbtProject) -> tuple[Failure, ...]:
    """Root failures only. A run that ended badly and says nothing has one, of which nothing is known."""
    if ran.is_green:
        return ()
    found = tuple(of_node(one, project) for one in roots(ran, project))
    return found or (of_run(ran, project),)


def roots(ran: Ran, project: DbtProject) -> Iterator[Mapping[str, Any]]:
    """Failed nodes of which no ancestor failed: what lies below may fail for what lies above."""
    failed = {one["unique_id"] for one in ran.failed}
    for one in ran.failed:
        if not failed & set(project.ancestors(one["unique_id"])):
            yield one


def of_node(result: Mapping[str, Any], project: DbtProject) -> Failure:
    """One node that broke, or one test that found rows."""
    name, message = str(result["unique_id"]), str(result.get("message") or "")
    node = project.node(name)
    found_rows = result["status"] == "fail"
    return Failure(
        message=message,
        node=name,
        path=place_in(message) or str(node.get("original_file_path", "")),
        line=line_in(message),
        stage="test" if found_rows else "build",
        compiled=str(result.get("compiled_code") or node.get("compiled_code") or ""),
        rows=result.get("failures") if found_rows else None,
    )


def of_run(ran: Ran, project: DbtProject) -> Failure:
    """Why dbt came to no node."""
    errors = [
        event for event in ran.events if event["info"]["level"] == "error" and event["info"]["name"] != "MainStackTrace"
    ]
    said = [str(event["data"].get("exc") or event["info"]["msg"]) for event in errors]
    message = "\n".join(one for one in said if one.strip()) or last_words(ran)
    if ran.timed_out:
        message = f"dbt did not end in time\n{message}"
    stage: Literal["start", "parse"] = "start" if any(word in message for word in START) else "parse"
    return Failure(
        message.strip() or f"dbt ended with {ran.exit_code} and said nothing",
        path=place_in(message) or unread(message, project),
        line=line_in(message),
        stage=stage,
    )


def unread(message: str, project: DbtProject) -> str:
    """Of what dbt could not read it may not say where it stands: the first file that does not parse; empty where all do."""
    if "Compilation Error" in message:
        files = sorted(project.files, key=lambda path: not path.startswith(("macros/", "tests/")))
        return next((path for path in files if path.endswith(".sql") and not parses(project.files[path])), "")
    if "unicode string" in message:
        files = sorted(project.files, key=lambda path: path != "dbt_project.yml")
        return next(
            (
                path
                for path in files
                if path.endswith((".yml", ".yaml")) and project.files[path].strip() and not yaml_of(project.files[path])
            ),
            "",
        )
    return ""


def last_words(ran: Ran) -> str:
    """Of a crash: the last line of its traceback, and the lines before it."""
    lines = [line for line in ran.output.splitlines() if line.strip() and "Error uploading artifacts" not in line]
    return "\n".join(lines[-4:])


def place_in(message: str) -> str:
    """The file that a message names; empty where it names none."""
    found = PLACE.search(message) or GIVEN.search(message) or READING.search(message)
    return found["path"] if found else ""


def line_in(message: str) -> int:
    """A line that a message names; 0 where it names none. Of compiled SQL it is a line there."""
    found = NEAR.search(message)
    return int(found["line"]) if found else 0
