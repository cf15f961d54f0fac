"""The Spark patterns of agent-prompts/examples: each renders for its sample task, is clean, and is told of in the docs."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
import yaml

from agentic.errors import BadTemplate
from agentic.providers.template import CLOSE, OPEN
from house import House

REPOSITORY = Path(__file__).parents[2]
PAGE = REPOSITORY / "docs/reference/patterns.md"
TASKS = (
    "tasks/ingestion/planes.md",
    "tasks/ingestion/airlines_database.md",
    "tasks/ingestion/weather_api.md",
    "tasks/transformation/silver_flights.md",
    "tasks/transformation/planes_history.md",
    "tasks/transformation/daily_flights.md",
    "tasks/transformation/backfill_daily.md",
)


AUDITED = tuple(
    task for task in TASKS if task not in ("tasks/ingestion/planes.md", "tasks/transformation/backfill_daily.md")
)


def written(task: str, **more: object) -> dict[str, str]:
    """What the task's template makes: path -> text. `more`: further parameters."""
    app = House(REPOSITORY).app()
    spec = app.task(task)
    spec = msgspec.structs.replace(spec, parameters={**spec.parameters, **more})
    calls = app.providers.template(spec).answer(None).calls
    return {call.arguments["path"]: call.arguments["content"] for call in calls if call.tool == "write_file"}


def patterns() -> dict[str, dict[str, object]]:
    """Template -> its header, for every pattern that a sample task uses."""
    app = House(REPOSITORY).app()
    names = dict.fromkeys(app.task(task).template for task in TASKS)
    texts = {name: (REPOSITORY / "agent-prompts" / name).read_text(encoding="utf-8") for name in names}
    return {name: yaml.safe_load(text[len(OPEN) : text.index(CLOSE)]) for name, text in texts.items()}


@pytest.mark.parametrize("task", TASKS)
def test_a_pattern_makes_every_deliverable_of_its_task(task: str) -> None:
    files = written(task)
    assert set(files) == set(House(REPOSITORY).app().task(task).deliverables)
    for path, text in files.items():
        assert json.loads(text)["expectations"] if path.endswith(".json") else ast.parse(text)


@pytest.mark.parametrize("audit", ["", "a_checkpoint"])
def test_what_patterns_make_is_clean_and_formatted(tmp_path: Path, audit: str) -> None:
    """All together, since the backfill imports the daily job."""
    shutil.copy(REPOSITORY / "pyproject.toml", tmp_path)
    (tmp_path / "src").mkdir()
    (tmp_path / "src/common").symlink_to(REPOSITORY / "src/common")
    made = [written(task, **({"audit": audit} if audit and task in AUDITED else {})) for task in TASKS]
    files = {path: text for one in made for path, text in one.items() if path.endswith(".py")}
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    for words in (["check", "--no-cache"], ["format", "--no-cache", "--check"]):
        ruff = [sys.executable, "-m", "ruff", *words, *files]
        done = subprocess.run(ruff, capture_output=True, text=True, check=False, cwd=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("task", [task for task in TASKS if task != "tasks/ingestion/planes.md"])
def test_a_rendered_job_is_short_since_what_jobs_share_is_in_common(task: str) -> None:
    jobs = {path: len(text.splitlines()) for path, text in written(task).items() if path.startswith("src/")}
    # planes.md names the oldest template, which is whole in itself.
    assert all(lines <= 200 for lines in jobs.values()), jobs


@pytest.mark.parametrize("task", AUDITED)
def test_a_pattern_with_an_audit_makes_a_job_that_publishes_by_its_checkpoint(task: str) -> None:
    job, tests = (
        next(text for path, text in written(task, audit="a_checkpoint").items() if path.startswith(folder))
        for folder in ("src/", "tests/")
    )
    assert 'AUDIT = "a_checkpoint"' in job and "publish_audited(" in job
    assert "test_a_load_that_its_checkpoint_did_not_pass_is_in_no_table" in tests
    assert "audit" not in "".join(written(task).values()).lower()


@pytest.mark.parametrize("task", TASKS)
def test_a_pattern_says_the_same_however_often_it_is_asked(task: str) -> None:
    assert written(task) == written(task)


def test_a_pattern_without_a_needed_parameter_says_which_one() -> None:
    app = House(REPOSITORY).app()
    task = app.task("tasks/transformation/silver_flights.md")
    less = {name: value for name, value in task.parameters.items() if name != "key"}
    with pytest.raises(BadTemplate, match="needs the parameter key"):
        app.providers.template(msgspec.structs.replace(task, parameters=less)).answer(None)


def test_the_page_of_patterns_has_every_parameter_as_the_template_says_it() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name, header in patterns().items():
        if name == "examples/iceberg_ingestion.py.j2":
            continue
        assert f"`{name}`" in page, f"{name} has no section in docs/reference/patterns.md"
        section = page.split(f"`{name}`", 1)[1].split("\n## ", 1)[0]
        told = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", section, re.MULTILINE))
        parameters: dict[str, dict[str, object]] = header["parameters"]  # type: ignore[assignment]
        assert told == {one: row(about) for one, about in parameters.items()}, name


def row(about: dict[str, object]) -> str:
    """Type, default and meaning, as the page tells them."""
    default = "needed" if about.get("required") else f"`{json.dumps(about['default'])}`"
    return f"{about['type']} | {default} | {about['about']}"
