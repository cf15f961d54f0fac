"""Executions as OpenLineage run events: real ones, of this repository's own lake and of small runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

pytest.importorskip("openlineage.client")

from openlineage.client import event_v2, facet_v2

from agentic.app import App
from asked import asked
from claude_server import CutStream
from corridor.liars import WRONG, requests, turns, written
from house import House

ROOT = Path(__file__).resolve().parents[2]
SILVER = "tasks/transformation/silver_flights.md"


def events(app: App, *ids: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in app.exchange.openlineage(ids).splitlines()]


def newest(task: str) -> str:
    """The execution of this repository that stands for a task."""
    found = [one for one in App(ROOT).archive.executions() if one.task == task and one.purpose == "run"]
    return found[-1].id


def classes() -> dict[str, type]:
    """`_schemaURL` ends in the name of a class of the library."""
    modules = [vars(facet_v2)[name] for name in facet_v2.__all__ if hasattr(vars(facet_v2)[name], "__file__")]
    return {name: one for module in modules for name, one in vars(module).items() if isinstance(one, type)}


def test_a_run_has_a_start_and_an_end(lived_in):
    [execution] = lived_in.app().archive.executions()
    start, end = events(lived_in.app())
    assert [one["eventType"] for one in (start, end)] == ["START", "COMPLETE"]
    assert start["eventTime"] == execution.at <= end["eventTime"]
    assert start["run"]["runId"] == end["run"]["runId"] and UUID(start["run"]["runId"]).version == 7
    assert start["job"]["name"] == end["job"]["name"] == House.TASK
    assert start["job"]["namespace"] == "house"
    assert end["job"]["facets"]["documentation"]["description"] == "Add two numbers"


def test_files_are_told_where_no_table_is_known(lived_in):
    [execution] = lived_in.app().archive.executions()
    end = events(lived_in.app())[-1]
    assert {one["name"]: one["facets"]["version"]["datasetVersion"] for one in end["outputs"]} == {
        one.path: one.digest for one in execution.files
    }


def test_every_facet_has_the_fields_that_the_librarys_class_asks_for(lived_in):
    known, seen = classes(), set()
    told = [*events(lived_in.app()), *events(App(ROOT))]

    def look(node: Any) -> None:
        if isinstance(node, list):
            for one in node:
                look(one)
        elif isinstance(node, dict):
            if "_schemaURL" in node:
                name = node["_schemaURL"].rsplit("/", 1)[1]
                seen.add(name)
                fields = {field.name for field in known[name].__attrs_attrs__}
                assert node.keys() <= fields, (name, node.keys() - fields)
            for one in node.values():
                look(one)

    look(told)
    assert {"SourceCodeLocationJobFacet", "DataQualityAssertionsDatasetFacet", "ParentRunFacet"} <= seen
    assert all(one["schemaURL"] == event_v2.RunEvent._get_schema() for one in told)


def test_an_export_that_is_repeated_has_the_same_runs(lived_in):
    assert events(lived_in.app()) == events(lived_in.app())


def test_a_failed_run_fails_and_says_why(house):
    house.run(script=turns(written(WRONG)), attempts=1)
    end = events(house.app())[-1]
    assert end["eventType"] == "FAIL" and "test_it_adds" in end["run"]["facets"]["errorMessage"]["message"]
    assert end["outputs"] == []


def test_an_interrupted_run_is_aborted(house):
    house.run(script=requests(CutStream()))
    assert [one["eventType"] for one in events(house.app())] == ["START", "ABORT"]


def test_a_run_that_is_cut_off_has_no_end_yet(house):
    execution = house.run(script=requests(CutStream()))
    path = house.root / execution.archive.replace(".md", ".jsonl")
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    assert [one["eventType"] for one in events(house.app())] == ["START"]


def test_a_replay_names_the_run_that_it_replays(lived_in, house):
    first = house.run(script=turns(written()))
    again = house.app().corridor.replay(first.id, staged=True)
    start = events(house.app(), again.id)[0]
    [before] = start["run"]["facets"]["jobDependencies"]["upstream"]
    assert before["run"]["runId"] == events(house.app(), first.id)[0]["run"]["runId"]


# --- the lake of this repository -------------------------------------------------------------------------


def test_tables_are_told_as_the_catalog_saw_them():
    end = events(App(ROOT), newest(SILVER))[-1]
    assert [one["name"] for one in end["inputs"]] == ["bronze.flights"]
    flights = next(one for one in end["outputs"] if one["name"] == "silver.flights")
    assert flights["outputFacets"]["outputStatistics"]["rowCount"] == 334_264
    assert flights["facets"]["version"]["datasetVersion"].isdigit()
    assert {"name": "carrier", "type": "string"}.items() <= flights["facets"]["schema"]["fields"][9].items()
    assert flights["facets"]["tags"]["tags"][0] == {"key": "agentic.place", "value": "lake", "source": "AGENTIC"}


def test_a_source_of_the_configuration_is_what_is_read():
    end = events(App(ROOT), newest("tasks/ingestion/s3.md"))[-1]
    assert [one["name"] for one in end["inputs"]] == ["flights"]


def test_a_table_in_a_lake_of_a_check_has_no_version_that_would_name_nothing():
    end = events(App(ROOT), newest("tasks/transformation/backfill_daily.md"))[-1]
    assert {one["facets"]["tags"]["tags"][0]["value"] for one in end["outputs"]} == {"scratch"}
    assert not any("version" in one["facets"] or one["outputFacets"] for one in end["outputs"])
    assert {one["name"] for one in end["inputs"]} == {"bronze.flights", "silver.flights"}


def test_expectations_are_a_run_below_the_execution():
    told = events(App(ROOT), newest(SILVER))
    execution, check = told[0], told[2]
    assert check["eventType"] == "COMPLETE" and check["job"]["name"] == f"{SILVER}/expectations: silver_flights"
    assert check["run"]["facets"]["parent"]["run"]["runId"] == execution["run"]["runId"] != check["run"]["runId"]
    [table] = check["inputs"]
    [suite] = table["inputFacets"]["dataQualityAssertions"]["assertions"]
    assert table["name"] == "silver.flights"
    assert (suite["assertion"], suite["success"], suite["expected"], suite["actual"]) == (
        "silver_flights",
        True,
        "22",
        "22",
    )


def test_source_code_is_named_by_its_commit():
    execution = App(ROOT).archive.story(newest(SILVER)).execution()
    facet = events(App(ROOT), execution.id)[0]["job"]["facets"]["sourceCodeLocation"]
    assert (facet["type"], facet["version"]) == ("git", execution.commit)
    assert facet["path"] == f"agent-prompts/{SILVER}" and ":" in facet["url"]


def test_one_event_stands_on_one_line(lived_in):
    said = asked(lived_in.root, "audit", "export", "--format", "openlineage")
    assert said.exit == 0 and len(said.out.splitlines()) == 2
