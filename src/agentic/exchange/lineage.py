"""Told -> OpenLineage run events: a task is a job, an execution is a run, a check of expectations is a run below it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from agentic.errors import MissingProgram
from agentic.exchange.datasets import Dataset, read_and_written
from agentic.exchange.told import Project, Told, instant, when
from agentic.values import Step

if TYPE_CHECKING:
    from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, RunEvent, RunState

PRODUCER = "pkg:pypi/agentic-pipelines"
ENDS = {"done": "COMPLETE", "staged": "COMPLETE", "undone": "COMPLETE", "failed": "FAIL", "refused": "FAIL"}
"""Status of an execution -> how its run ended; every other status: ABORT."""


def events(told: Told, project: Project, everyone: Mapping[str, Told]) -> Iterator[str]:
    """Each event as JSON on one line. `everyone`: id -> execution, among them what this one refines, replays or verifies.

    A decision of a person runs nothing, so it has no event. Raises MissingProgram.
    """
    refuse_missing()
    if told.execution.purpose == "decision":
        return
    from openlineage.client.serde import Serde

    yield from (Serde.to_json(event) for event in run_events(told, project, everyone))


def refuse_missing() -> None:
    """Raises MissingProgram. Every facet names who made it, and OpenLineage keeps that in one place for all of them."""
    try:
        from openlineage.client.event_v2 import set_producer
    except ImportError as error:
        raise MissingProgram(
            "OpenLineage is not installed", cause=str(error), hint="pip install agentic-pipelines[lineage]"
        ) from error
    from agentic import __version__

    set_producer(f"{PRODUCER}@{__version__}")


def run_events(told: Told, project: Project, everyone: Mapping[str, Told]) -> Iterator[RunEvent]:
    """Its start; every check of expectations; its end, where it has ended."""
    from openlineage.client.event_v2 import Run, RunEvent, RunState

    job = task_job(told, project)
    run = Run(run_id(told), facets=run_facets(told, project, everyone))
    yield RunEvent(eventType=RunState.START, eventTime=told.began_at, run=run, job=job)
    for before, step in pairwise(told.steps):
        if step.kind == "check" and step.body["verdict"]["source"].startswith("expectations:"):
            yield from check_events(told, project, before, step)
    if told.ended:
        read, written = read_and_written(told)
        yield RunEvent(
            eventType=end_of(told), eventTime=told.ended_at, job=job,
            run=Run(run_id(told), facets={**run_facets(told, project, everyone), **error(told)}),
            inputs=[as_input(one, project) for one in read], outputs=[as_output(one, project) for one in written],
        )  # fmt: skip


def end_of(told: Told) -> RunState:
    """By its status."""
    from openlineage.client.event_v2 import RunState

    return RunState(ENDS.get(told.execution.status, "ABORT"))


def run_id(told: Told, key: str = "") -> str:
    """The same in every export. `key`: the step of a run below."""
    from openlineage.client.uuid import generate_static_uuid

    return str(generate_static_uuid(instant(told.began_at), f"{told.identity}/{key}".encode()))


# --- jobs and runs ---------------------------------------------------------------------------------------


def task_job(told: Told, project: Project) -> Job:
    """The task, with what is written about it."""
    from openlineage.client.event_v2 import Job
    from openlineage.client.facet_v2 import documentation_job, job_type_job

    facets: dict[str, Any] = {
        "jobType": job_type_job.JobTypeJobFacet("BATCH", "AGENTIC", "TASK"),
        **code(told, project),
    }
    if task := told.task:
        words = "\n\n".join(filter(None, (task.title, task.objective)))
        facets["documentation"] = documentation_job.DocumentationJobFacet(words, "text/markdown")
    return Job(project.namespace, told.execution.task, facets=facets)


def code(told: Told, project: Project) -> dict[str, Any]:
    """The commit that was checked out; nothing where there was none."""
    from openlineage.client.facet_v2 import source_code_location_job

    if not (commit := told.execution.commit):
        return {}
    # Without an address, a commit is still named by its digest: that is what a Software Heritage id is.
    url = project.repository or f"swh:1:rev:{commit}"
    facet = source_code_location_job.SourceCodeLocationJobFacet(
        "git", url, repoUrl=project.repository or None, path=f"agent-prompts/{told.execution.task}", version=commit
    )
    return {"sourceCodeLocation": facet}


def run_facets(told: Told, project: Project, everyone: Mapping[str, Told]) -> dict[str, Any]:
    """When, by what, and after which other execution."""
    from openlineage.client.facet_v2 import job_dependencies_run, nominal_time_run, processing_engine_run, tags_run

    one = told.execution
    known = {"id": one.id, "purpose": one.purpose, "provider": one.provider, "model": one.model, "status": one.status}
    facets: dict[str, Any] = {
        "nominalTime": nominal_time_run.NominalTimeRunFacet(told.began_at, told.ended_at if told.ended else None),
        "processing_engine": processing_engine_run.ProcessingEngineRunFacet(str(told.opened["version"]), "agentic"),
        "tags": tags_run.TagsRunFacet(
            [tags_run.TagsRunFacetFields(f"agentic.{key}", value, "AGENTIC") for key, value in known.items() if value]
        ),
    }
    if before := everyone.get(one.of):
        dependency = job_dependencies_run.JobDependency(
            job_dependencies_run.JobIdentifier(project.namespace, before.execution.task),
            job_dependencies_run.RunIdentifier(run_id(before)),
        )
        facets["jobDependencies"] = job_dependencies_run.JobDependenciesRunFacet([dependency])
    return facets


def error(told: Told) -> dict[str, Any]:
    """Why it did not come to a good end."""
    from openlineage.client.facet_v2 import error_message_run

    if told.execution.status in ("done", "staged", "undone"):
        return {}
    words = "; ".join(one.message for one in told.execution.findings if one.severity == "error")
    return {"errorMessage": error_message_run.ErrorMessageRunFacet(words or told.execution.status, "PYTHON")}


# --- checks of expectations ------------------------------------------------------------------------------


def check_events(told: Told, project: Project, before: Step, step: Step) -> Iterator[RunEvent]:
    """A suite was held against a table: a run of its own, below the execution, so that no table seems to be made of itself."""
    from openlineage.client.event_v2 import Job, Run, RunEvent, RunState
    from openlineage.client.facet_v2 import job_type_job, parent_run

    verdict = step.body["verdict"]
    parent = parent_run.ParentRunFacet(
        parent_run.Run(run_id(told)), parent_run.Job(project.namespace, told.execution.task)
    )
    run = Run(run_id(told, str(step.number)), facets={"parent": parent})
    kind = job_type_job.JobTypeJobFacet("BATCH", "AGENTIC", "CHECK")
    job = Job(project.namespace, f"{told.execution.task}/{verdict['source']}", facets={"jobType": kind})
    yield RunEvent(eventType=RunState.START, eventTime=when(before), run=run, job=job)
    passed = RunState.COMPLETE if verdict["status"] == "passed" else RunState.FAIL
    yield RunEvent(eventType=passed, eventTime=when(step), run=run, job=job, inputs=list(held(verdict, project)))


def held(verdict: Mapping[str, Any], project: Project) -> Iterator[InputDataset]:
    """The table, with what was expected of it: each expectation that fails by its name, and the suite as a whole."""
    from openlineage.client.event_v2 import InputDataset
    from openlineage.client.facet_v2 import data_quality_assertions_dataset as quality

    evidence = verdict["evidence"]
    if "table" not in evidence:
        return
    failed = [str(words).partition(" ") for words in evidence.get("failed", ())]
    assertions = [quality.Assertion(name, success=False, column=column or None) for name, _, column in failed]
    good = int(evidence["evaluated"]) - len(failed)
    whole = quality.Assertion(
        str(evidence["suite"]),
        success=evidence["success"] == "yes",
        expected=str(evidence["evaluated"]),
        actual=str(good),
    )
    facet = quality.DataQualityAssertionsDatasetFacet([whole, *assertions])
    table = Dataset(str(evidence["table"]), "scratch")
    yield InputDataset(
        project.namespace, table.name, facets=facets_of(table), inputFacets={"dataQualityAssertions": facet}
    )


# --- datasets --------------------------------------------------------------------------------------------


def as_input(one: Dataset, project: Project) -> InputDataset:
    """What was read."""
    from openlineage.client.event_v2 import InputDataset

    return InputDataset(project.namespace, one.name, facets=facets_of(one))


def as_output(one: Dataset, project: Project) -> OutputDataset:
    """What was written, with its rows where it lies in the project's own lake."""
    from openlineage.client.event_v2 import OutputDataset
    from openlineage.client.facet_v2 import output_statistics_output_dataset as statistics

    told = {} if one.place != "lake" else {"outputStatistics": statistics.OutputStatisticsOutputDatasetFacet(one.rows)}
    return OutputDataset(project.namespace, one.name, facets=facets_of(one), outputFacets=dict(told))


def facets_of(one: Dataset) -> dict[str, Any]:
    """Where it is, which version, which columns. A scratch lake is gone by now: its snapshots would name nothing."""
    from openlineage.client.facet_v2 import dataset_version_dataset, schema_dataset, tags_dataset

    place = tags_dataset.TagsDatasetFacetFields("agentic.place", one.place, "AGENTIC")
    facets: dict[str, Any] = {"tags": tags_dataset.TagsDatasetFacet([place])}
    if one.version and one.place != "scratch":
        facets["version"] = dataset_version_dataset.DatasetVersionDatasetFacet(one.version)
    if one.columns:
        fields = [schema_dataset.SchemaDatasetFacetFields(name, kind) for name, kind in one.columns]
        facets["schema"] = schema_dataset.SchemaDatasetFacet(fields)
    return facets
