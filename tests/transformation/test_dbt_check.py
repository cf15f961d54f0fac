"""The check `dbt` of a task: what dbt really did in this very run."""

import json
from pathlib import Path

import pytest

from agentic.checks import CHECKS
from agentic.checks.dbt import build
from agentic.ports import Staged
from agentic.values import CheckSpec, Verdict
from house import House

PROJECT = {
    "dbt_project.yml": "name: tiny\nprofile: tiny\nmodel-paths: [models]\n",
    "profiles.yml": "tiny: {target: dev, outputs: {dev: {type: duckdb, path: \"{{ env_var('WAREHOUSE') }}\"}}}\n",
    "models/one.sql": "select '{{ env_var('LAKE_URI') }}' as place\n",
}


@pytest.fixture
def tiny(house: House) -> House:
    for name, text in PROJECT.items():
        house.write(f"src/transformation/{name}", text)
    return house


def look(house: House, target: str) -> Verdict:
    bench, _ = house.app().bench()
    return CHECKS["dbt"].look(Staged(house.root, house.app().task(House.TASK), ()), CheckSpec("dbt", target, {}), bench)


def test_it_is_built_beside_the_lake_of_the_scratch_tree_and_never_in_the_projects_own(tiny: House) -> None:
    import duckdb

    verdict = look(tiny, "one")
    assert verdict.passed, verdict.findings
    with duckdb.connect(str(tiny.root / ".lake/warehouse.duckdb"), read_only=True) as conn:
        ((place,),) = conn.execute("SELECT place FROM one").fetchall()
    assert place == f"jdbc:sqlite:{tiny.root}/.lake/catalog.db"


def test_an_empty_selection_fails_in_words(tiny: House) -> None:
    verdict = look(tiny, "nobody")
    assert [one.message for one in verdict.findings] == ["dbt failed: nothing is selected by nobody"]


@pytest.mark.chaos(source="dbt", given="a model that cannot be parsed, beside good results of a run before",
                   data="the check fails with the reason and counts 0 nodes")  # fmt: skip
def test_a_parse_error_fails_with_its_reason_and_not_by_the_results_of_before(tiny: House) -> None:
    tiny.write("src/transformation/models/two.sql", "select {{ ref('one') }")
    results = tiny.root / "src/transformation/target/run_results.json"
    good = {"metadata": {}, "results": [{"unique_id": "model.tiny.one", "status": "success"}]}
    tiny.write(str(results.relative_to(tiny.root)), json.dumps(good))
    verdict = look(tiny, "one")
    assert verdict.status == "failed" and verdict.evidence["nodes"] == 0
    assert verdict.findings[0].message.startswith("dbt failed before it built anything: Compilation Error")


def test_results_that_another_run_wrote_are_not_this_ones(tmp_path: Path) -> None:
    from agentic.outside.dbt import results_of

    path = tmp_path / "run_results.json"
    path.write_text(
        json.dumps({"metadata": {"env": {"RUN": "b"}}, "results": [{"unique_id": "model.x", "status": "success"}]})
    )
    assert results_of(path, "a") == () and len(results_of(path, "b")) == 1
    path.write_text('{"metadata": {"env"')
    assert results_of(path, "b") == ()


def test_a_selection_may_be_several_words() -> None:
    assert build(CheckSpec("dbt", "+flights_marts tag:daily", {}), "x")[-3:] == (
        "--select",
        "+flights_marts",
        "tag:daily",
    )
