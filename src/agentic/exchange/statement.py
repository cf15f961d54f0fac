"""Told -> an in-toto Statement with SLSA provenance: which files an execution made, out of what, and where that is on record.

Plain maps: in-toto's own library holds the statement in a protobuf that knows no integer, and signs nothing either. A test
reads every statement back with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from agentic.exchange.told import Project, Told, hexadecimal
from agentic.values.execution import Landed

STATEMENT = "https://in-toto.io/Statement/v1"
PROVENANCE = "https://slsa.dev/provenance/v1"
BUILD = "urn:agentic:task:1"
"""What an execution is built from: a task, the files it names, a commit; no other parameter comes from outside."""
BUILDER = "pkg:pypi/agentic-pipelines"
MADE = ("run", "refinement", "replay")
"""Purposes in which files are made. An undo puts back what others made, a verification only looks."""


def statement(told: Told, project: Project) -> dict[str, Any] | None:
    """The statement, unsigned; None where nothing was made, or nothing was landed."""
    subjects = [described(file) for file in made(told)]
    if not subjects:
        return None
    return {
        "_type": STATEMENT,
        "subject": subjects,
        "predicateType": PROVENANCE,
        "predicate": {"buildDefinition": definition(told, project), "runDetails": details(told)},
    }


def made(told: Told) -> Iterator[Landed]:
    """Files whose bytes the execution wrote. A person's own version, adopted, is no work of it."""
    if told.execution.status == "done" and told.execution.purpose in MADE:
        yield from (file for file in told.execution.files if file.state not in ("gone", "kept"))


def described(file: Landed) -> dict[str, Any]:
    """One file by its content."""
    return {"name": file.path, "digest": {"sha256": hexadecimal(file.digest)}}


def definition(told: Told, project: Project) -> dict[str, Any]:
    """What was asked for, and what went in."""
    one, opened = told.execution, told.opened
    return {
        "buildType": BUILD,
        "externalParameters": {
            "task": {"path": one.task, "digest": {"sha256": hexadecimal(one.task_digest)}},
            "purpose": one.purpose,
            **({"of": one.of} if one.of else {}),
        },
        "internalParameters": {
            "provider": one.provider,
            "model": one.model,
            "sandbox": opened["sandbox"],
            **template(told),
        },
        "resolvedDependencies": list(dependencies(told, project)),
    }  # fmt: skip


def dependencies(told: Told, project: Project) -> Iterator[dict[str, Any]]:
    """The commit, the context files that were sent, and what a person brought along."""
    one = told.execution
    if one.commit:
        uri = f"git+{project.repository}@{one.commit}" if project.repository else f"swh:1:rev:{one.commit}"
        yield {"name": "source", "uri": uri, "digest": {"gitCommit": one.commit}}
    for path, named in one.context.items():
        yield {"name": path, "digest": {"sha256": hexadecimal(named)}}
    yield from ({**described(file), "annotations": {"adopted": True}} for file in one.files if file.state == "kept")


def template(told: Told) -> dict[str, Any]:
    """The code template that answered, by the digest of all its files one after the other; nothing where a model did."""
    abouts: Iterator[Mapping[str, Any]] = (body["reply"].get("about", {}) for body in told.all("reply"))
    found = next((about for about in abouts if "template" in about), None)
    return (
        {"template": {"path": found["template"], "digest": {"sha256": hexadecimal(found["digest"])}}} if found else {}
    )


def details(told: Told) -> dict[str, Any]:
    """Who built it, when, and where that is on record."""
    one, version = told.execution, str(told.opened["version"])
    records = ((f"{one.archive.removesuffix('.md')}.jsonl", told.journal), (one.archive, told.page))
    return {
        "builder": {"id": f"{BUILDER}@{version}", "version": {"agentic": version}},
        "metadata": {"invocationId": one.id, "startedOn": told.began_at, "finishedOn": told.ended_at},
        "byproducts": [
            {"name": name, "digest": {"sha256": hexadecimal(named)}} for name, named in records if named
        ],
    }  # fmt: skip
