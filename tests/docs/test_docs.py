"""The docs say what is so: generated pages are fresh, links lead somewhere, commands, codes, files and settings exist."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from agentic.app import App
from agentic.app.linting import explanations
from agentic.errors import all_errors
from agentic.flows.close import EXITS
from agentic.seal.keys import FILE as SEAL_KEYS
from agentic.settings import Notifications, Policy, Settings
from agentic.settings.about import abouts
from agentic.settings.load import FILES, PREFIX
from house import House
from typeable import FENCE, TICKS, command_lines, wrong_commands

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md"))
)
WRITTEN = [page for page in PAGES if page not in ("docs/reference/liars.md", "docs/reference/cheating-fixes.md")]
"""Pages by people or by make_reference; what a liar or a cheat writes may be any nonsense."""

LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?P<target>[^)\s]+)\)")
CODE = re.compile(r"\bAGT\d{3}\b")
PLACE = re.compile(r"^\.?[\w-]+(?:/[\w.{}*-]+)*(?:/|\.(?:py|md|sh|yml|yaml|json|jsonl|toml|j2|lock))$")
FILE_BLOCK = re.compile(r"`(?P<path>agent-prompts/[^`]+)`:\n\n```\w+\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)

MADE = (".agentic/", ".venv/", "agent-prompts/progress/", "data/", "dist/", "great-expectations/uncommitted/", "logs/")
"""Folders that runs and set-ups make."""
BASES = (
    "",
    "agent-prompts/",
    "agent-prompts/examples/",
    "src/agentic/",
    "src/transformation/",
    "docs/",
    "docs/reference/",
    "agent-prompts/progress/executed_prompts/",
)
"""Where a short path may be seen from."""
INVENTED = re.compile(
    r"departures|delay|distances|bands|count_rows|stg_flights|profiles\.yml|tasks/MODULE|NAME|SUITE|src/x\.py|tests/x\.py|_v1\.(?:md|jsonl)$|dist/|/tmp/|run_results\.json|logs/spark|\*\*|spark\.sql|\.claude/settings\.json"
)
"""Files of the examples, which the reader makes."""
VARIABLE = re.compile(r"^(?P<name>(?:AGENTIC|LAKE|SOURCE|SPARK|S3|AWS)_[A-Z0-9_]+)(?:=.*)?$")


# --- what is looked for ----------------------------------------------------------------------------------------


def read(page: str) -> str:
    """The text of a page, with its line ends as they are."""
    return (ROOT / page).read_text(encoding="utf-8")


def anchors(text: str) -> set[str]:
    """Headings as GitHub names them."""
    heads = re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def broken_links(text: str, page: str) -> Iterator[str]:
    """Relative links that lead to no file, or to no heading of it."""
    for match in LINK.finditer(FENCE.sub("", text)):
        target, _, anchor = match["target"].partition("#")
        if "://" in target:
            continue
        path = (ROOT / page).parent / target if target else ROOT / page
        if not path.exists():
            yield match["target"]
        elif anchor and anchor not in anchors(path.read_text(encoding="utf-8") if target else text):
            yield match["target"]


def unknown_codes(text: str) -> Iterator[str]:
    """Error codes that nothing raises."""
    known = explanations()
    yield from (code for code in CODE.findall(text) if code not in known)


def unknown_places(text: str) -> Iterator[str]:
    """Backticked words that look like a path of the repository, and are none."""
    for match in TICKS.finditer(FENCE.sub("", text)):
        path = match["text"]
        if PLACE.match(path) and not path.startswith(MADE) and not INVENTED.search(path) and not exists(path):
            yield path


def exists(path: str) -> bool:
    """From any of the folders that a page may stand in; a bare file name that is somewhere; a file that the code knows."""
    known = (*FILES.values(), SEAL_KEYS, *made_by_the_sample(), *(f"{root}/" for root in Settings().workspace.roots))
    if path in known or (path.endswith("/") and any(one.startswith(path) for one in known)):
        return True
    if any((ROOT / base / path).exists() for base in BASES):
        return True
    return "/" not in path.rstrip("/") and any((ROOT / "src").rglob(path.rstrip("/")))


@cache
def made_by_the_sample() -> tuple[str, ...]:
    """Deliverables of the tasks of this repository: they are there once the quick start has run."""
    app = App(ROOT)
    return tuple(path for task in app.task_paths() for path in app.task(task).deliverables)


def unknown_settings(text: str) -> Iterator[str]:
    """Dotted keys that begin like a setting and are none."""
    known = abouts(Settings).keys() | abouts(Policy).keys() | abouts(Notifications).keys()
    sections = {key.split(".")[0] for key in known if "." in key}
    for match in TICKS.finditer(FENCE.sub("", text)):
        key = match["text"].split(":")[0]
        if re.fullmatch(r"[a-z_]+\.[a-z_]+", key) and key.split(".")[0] in sections and key not in known:
            if not exists(key) and not key.endswith((".py", ".md", ".yml")):
                yield key


def unknown_variables(text: str) -> Iterator[str]:
    """Variables of the environment that no program of ours reads."""
    words = [match["text"] for match in TICKS.finditer(FENCE.sub("", text))]
    for fence in FENCE.finditer(text):
        words += re.findall(r"^(?:export )?(.*)$", fence["body"], re.MULTILINE) if fence["kind"] == "console" else []
    for word in (part for one in words for part in one.split()):
        if (found := VARIABLE.match(word)) and found["name"] not in known_variables():
            yield found["name"]


def known_variables() -> set[str]:
    """Settings, sources, and what stands in code and scripts."""
    sources = yaml.safe_load(read("configs/sources.yml"))["sources"]["files"]
    lake = {f"LAKE_{key}" for key in ("NAME", "URI", "USER", "PASSWORD", "WAREHOUSE")}
    settings = {PREFIX + key.replace(".", "_").upper() for key in abouts(Settings)}
    aws = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"}
    found = set(re.findall(r"\b(?:AGENTIC|SPARK|S3)_[A-Z_]+\b", code()))
    return settings | lake | aws | found | {f"SOURCE_{name.upper()}_PATH" for name in sources}


def code() -> str:
    """Everything that could read a variable."""
    files = [path for base in ("src", "setup-scripts", "tests/corridor") for path in (ROOT / base).rglob("*.*")]
    return "\n".join(path.read_text(encoding="utf-8") for path in files if path.suffix in (".py", ".sh"))


def missing_programs(text: str) -> Iterator[str]:
    """`bash FILE`, `python FILE` in what is to be typed, without that file."""
    for fence in FENCE.finditer(text):
        if fence["kind"] == "console":
            for path in re.findall(r"\b(?:bash|python) ([\w./-]+\.(?:sh|py))", fence["body"]):
                if not exists(path):
                    yield path


def generator(name: str = "make_reference") -> ModuleType:
    """A program of docs/ as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / f"docs/{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# --- what holds -------------------------------------------------------------------------------------------------


def test_the_reference_says_what_the_code_says():
    for name, text in generator().pages().items():
        assert read(f"docs/reference/{name}") == text, f"{name} is stale: python docs/make_reference.py"


def test_the_page_of_bad_input_has_every_marked_test():
    maker = generator("make_chaos")
    assert read("docs/reference/chaos.md") == maker.page(), "stale: python docs/make_chaos.py"
    assert {row.source for row in maker.rows()} >= {
        "files",
        "api",
        "database",
        "store",
        "lake",
        "dbt",
        "quality",
        "airflow",
    }


def test_the_page_of_cheating_fixes_has_every_rule_and_every_fix():
    maker = generator("make_cheating")
    assert read("docs/reference/cheating-fixes.md") == maker.page(), "stale: python docs/make_cheating.py"
    fixes = maker.table()
    assert len(fixes.CHEATING) >= 25 and len(fixes.HONEST) >= 30


def test_the_reference_does_not_depend_on_the_terminal(monkeypatch):
    before = generator().pages()
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("NO_COLOR", "")
    monkeypatch.setenv("AGENTIC_LIMITS_ATTEMPTS", "7")
    assert generator().pages() == before


def test_every_command_check_and_noun_has_its_place_in_the_reference():
    from agentic.checks import CHECKS
    from agentic.cli import COMMANDS
    from agentic.cli.nouns import NOUNS
    from agentic.specs.parse import EVERY, OPTIONS

    made = generator()
    assert all(f"## agentic {name}\n" in read("docs/reference/commands.md") for name in COMMANDS)
    assert all(f"### {kind}\n" in read("docs/reference/task-spec.md") for kind in CHECKS)
    assert all(f"## {noun}\n" in read("docs/reference/json.md") for noun in NOUNS)
    assert {*EVERY, *(name for known in OPTIONS.values() for name in known)} <= made.OPTIONS.keys()
    assert {*EXITS.values(), 130, *(cls.exit_status for cls in all_errors())} <= made.EXITS.keys()


def test_every_dependency_is_accounted_for():
    project = tomllib.loads(read("pyproject.toml"))
    extras = [one for extra in project["project"]["optional-dependencies"].values() for one in extra]
    named = [*project["project"]["dependencies"], *extras, *project["dependency-groups"]["dev"]]
    names = {re.split(r"[\[<>=~!]", one)[0].strip() for one in named}
    told = read("docs/dependencies.md")
    assert [name for name in sorted(names) if f"`{name}`" not in told] == []
    assert [extra for extra in project["project"]["optional-dependencies"] if f"| `{extra}` |" not in told] == []


def test_every_page_can_be_reached_from_the_index():
    linked = {(ROOT / "docs" / target.partition("#")[0]).resolve() for target in LINK.findall(read("docs/README.md"))}
    pages = {path.resolve() for path in (ROOT / "docs").rglob("*.md")} - {(ROOT / "docs/README.md").resolve()}
    assert sorted(path.name for path in pages - linked) == []


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    assert list(broken_links(read(page), page)) == []


@pytest.mark.parametrize("page", WRITTEN)
def test_commands_can_be_typed_as_they_are_shown(page):
    assert list(wrong_commands(read(page))) == []
    assert list(missing_programs(read(page))) == []


@pytest.mark.parametrize("page", PAGES)
def test_error_codes_exist(page):
    assert list(unknown_codes(read(page))) == []


@pytest.mark.parametrize("page", WRITTEN)
def test_files_settings_and_variables_exist(page):
    text = read(page)
    assert list(unknown_places(text)) == []
    assert list(unknown_settings(text)) == []
    assert list(unknown_variables(text)) == []


@pytest.mark.parametrize(
    ("look", "text"),
    [
        (lambda text: broken_links(text, "README.md"), "[x](docs/nowhere.md)"),
        (lambda text: broken_links(text, "README.md"), "[x](docs/README.md#no-such-heading)"),
        (lambda text: broken_links(text, "README.md"), "# Head\n[x](#hat)"),
        (wrong_commands, "`agentic rnu`"),
        (wrong_commands, "`agentic run x --stagd`"),
        (wrong_commands, "`agentic audit shw`"),
        (wrong_commands, "```console\nagentic run\n```"),
        (wrong_commands, "```console\nagentic run x --attempts 99\n```"),
        (wrong_commands, "```bash\n$ agentic completion powershell\n```"),
        (missing_programs, "```console\nbash setup-scripts/quikstart.sh\n```"),
        (unknown_codes, "see AGT999"),
        (unknown_places, "`src/agentic/flow/run_task.py`"),
        (unknown_places, "`setup-script/`"),
        (unknown_places, "`nosuchmodule.py`"),
        (unknown_settings, "`limits.atempts`"),
        (unknown_settings, "`publish.alowed: never`"),
        (unknown_variables, "`AGENTIC_LIMIT_ATTEMPTS`"),
        (unknown_variables, "```console\nexport LAKE_URL=x\n```"),
    ],
)
def test_a_page_that_is_wrong_is_found(look, text):
    assert list(look(text))


def test_a_stale_page_is_found(tmp_path, monkeypatch):
    made = generator()
    monkeypatch.setattr(made, "FOLDER", tmp_path)
    assert made.main() == 0
    (tmp_path / "errors.md").write_text("old")
    assert (tmp_path / "errors.md").read_text() != made.pages()["errors.md"]
    assert made.main() == 0
    assert (tmp_path / "errors.md").read_text() == made.pages()["errors.md"]


# --- what is shown, done ----------------------------------------------------------------------------------------


def test_the_how_to_of_a_template_works_as_printed(tmp_path):
    text = read("docs/how-to/write-a-code-template.md")
    house = House(tmp_path / "house")
    for block in FILE_BLOCK.finditer(text):
        house.write(block["path"], block["body"])
    for line, is_whole in command_lines(text):
        if is_whole:
            done = house.cli(*shlex.split(line)[1:])
            assert done.returncode == 0, done.stdout + done.stderr
    assert "assert haul(number) == band" in house.read("tests/reporting/test_distances.py")


@pytest.mark.parametrize(
    ("page", "name"), [("README.md", "ingestion/departures"), ("docs/tutorial.md", "reporting/delay_classes")]
)
def test_a_spec_that_the_reader_shall_write_is_sound(tmp_path, page, name):
    house = House(tmp_path / "house")
    house.write(
        "agent-prompts/examples/iceberg_ingestion.py.j2", read("agent-prompts/examples/iceberg_ingestion.py.j2")
    )
    specs = [fence["body"] for fence in FENCE.finditer(read(page)) if fence["body"].startswith("---\nid:")]
    house.write(f"agent-prompts/tasks/{name}.md", specs[0])
    assert [finding.message for finding in house.app().lint((name,))] == []


@pytest.mark.parametrize("page", WRITTEN)
def test_code_that_is_shown_can_be_read(page):
    for fence in FENCE.finditer(read(page)):
        if fence["kind"] == "yaml":
            yaml.safe_load(fence["body"])
        if fence["kind"] == "json":
            json.loads(fence["body"])
        if fence["kind"] == "python":
            ast.parse(fence["body"])
