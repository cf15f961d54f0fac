"""Executions as in-toto statements: read back by in-toto's own library, and held against the files themselves."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.json_format import ParseDict
from in_toto_attestation.predicates.provenance.v1.provenance_pb2 import Provenance
from in_toto_attestation.v1.resource_descriptor import ResourceDescriptor
from in_toto_attestation.v1.statement import Statement
from in_toto_attestation.v1.statement_pb2 import Statement as StatementMessage

from agentic.app import App
from agentic.app.exchange import address
from asked import asked
from corridor.liars import WRONG, turns, written
from house import House
from house.house import TEST

ROOT = Path(__file__).resolve().parents[2]


def statements(house: House, *ids: str) -> list[dict[str, Any]]:
    said = asked(house.root, "audit", "export", *ids, "--format", "in-toto")
    assert said.exit == 0, said.err
    return [json.loads(line) for line in said.out.splitlines()]


def digest_of(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def test_in_toto_reads_the_statement_and_slsa_its_provenance(lived_in):
    [told] = statements(lived_in)
    statement = Statement.copy_from_pb(ParseDict(told, StatementMessage()))
    statement.validate()
    provenance = ParseDict(told["predicate"], Provenance())
    for one in (*provenance.build_definition.resolved_dependencies, *provenance.run_details.byproducts):
        ResourceDescriptor.copy_from_pb(one).validate()
    assert told["predicateType"] == "https://slsa.dev/provenance/v1"
    assert provenance.run_details.metadata.HasField("started_on")


def test_its_subjects_are_the_files_that_stand_in_the_project(lived_in):
    [told] = statements(lived_in)
    assert {one["name"]: one["digest"]["sha256"] for one in told["subject"]} == {
        path: digest_of(lived_in.root / path) for path in ("src/adding.py", "tests/test_adding.py")
    }


def test_it_names_task_context_and_records_by_their_bytes(lived_in):
    [told] = statements(lived_in)
    [execution] = lived_in.app().archive.executions()
    definition, details = told["predicate"]["buildDefinition"], told["predicate"]["runDetails"]
    task = definition["externalParameters"]["task"]
    assert (task["path"], task["digest"]["sha256"]) == (
        House.TASK,
        digest_of(lived_in.root / "agent-prompts" / House.TASK),
    )
    context = {one["name"]: one["digest"].get("sha256") for one in definition["resolvedDependencies"]}
    assert context == {"context/data_context.md": digest_of(lived_in.root / "agent-prompts/context/data_context.md")}
    assert definition["internalParameters"]["model"] == execution.model
    assert details["metadata"]["invocationId"] == execution.id
    assert {one["name"]: one["digest"]["sha256"] for one in details["byproducts"]} == {
        path: digest_of(lived_in.root / path)
        for path in (execution.archive, execution.archive.replace(".md", ".jsonl"))
    }


def test_what_landed_nothing_has_no_statement(house):
    house.run(script=turns(written(WRONG)), attempts=1)
    assert statements(house) == []


def test_what_a_person_wrote_and_kept_is_no_work_of_the_execution(house):
    house.write("tests/test_adding.py", TEST)
    house.run(script=turns(written()), adopt=("tests/test_adding.py",))
    [told] = statements(house)
    assert [one["name"] for one in told["subject"]] == ["src/adding.py"]
    [kept] = told["predicate"]["buildDefinition"]["resolvedDependencies"]
    assert kept["name"] == "tests/test_adding.py" and kept["annotations"] == {"adopted": True}
    assert kept["digest"]["sha256"] == digest_of(house.root / "tests/test_adding.py")


def test_a_template_is_named_by_its_digest_and_the_commit_by_itself():
    app = App(ROOT)
    done = [one for one in app.archive.executions() if one.template and one.commit and one.status == "done"]
    [told] = [json.loads(line) for line in app.exchange.in_toto((done[0].id,)).splitlines()]
    definition = told["predicate"]["buildDefinition"]
    assert definition["internalParameters"]["template"]["path"] == done[0].template
    assert definition["resolvedDependencies"][0]["digest"] == {"gitCommit": done[0].commit}
    assert definition["resolvedDependencies"][0]["uri"].endswith(done[0].commit)


@pytest.mark.parametrize(
    ("remote", "url"),
    [
        ("https://reader:secret@git.example/team/x.git", "https://git.example/team/x.git"),
        ("git@git.example:team/x.git", "ssh://git.example/team/x.git"),
        ("ssh://git@git.example:22/team/x.git", "ssh://git.example:22/team/x.git"),
        ("/srv/git/x.git", ""),
        ("../x.git", ""),
        ("file:///srv/git/x.git", ""),
        ("", ""),
    ],
)
def test_a_repository_is_named_without_anybodys_name_or_key(remote, url):
    assert address(remote) == url
