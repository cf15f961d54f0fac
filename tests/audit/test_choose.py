"""Who ran what, with which model, on which context, at which commit."""

from __future__ import annotations

import csv
import io
import subprocess
from pathlib import Path

import jsonschema
import pytest

from agentic.cli.nouns import json_schema
from asked import asked
from audit.lived import CONTEXT, FIRST, OPUS, SECOND, SONNET, built, ran, writes
from house import House


def git(house: House, *words: str) -> str:
    made = ["git", "-c", "user.name=A Tester", "-c", "user.email=tester@example.com", *words]
    return subprocess.run(made, cwd=house.root, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Two runs by two persons with two models on two commits, with another context each."""
    house = built(tmp_path_factory.mktemp("choose") / "house")
    git(house, "init", "-q")
    git(house, "add", ".")
    git(house, "commit", "-qm", "one")
    ran(house, writes(FIRST))
    house.write(f"agent-prompts/{CONTEXT}", "# Words\n\nA sum is what it is.\n")
    git(house, "add", ".")
    git(house, "commit", "-qm", "two")
    ran(house, writes(SECOND), model=OPUS, who="Jo Brandt")
    return house


def listed(house: House, *words: str) -> list[str]:
    said = asked(house.root, "audit", "list", *words, "--json")
    assert said.exit == 0, said
    jsonschema.validate(said.json, json_schema("executions"))
    return [one["id"][11:] for one in said.json["executions"]]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ((), ["adding_v1", "adding_v2"]),
        (("--by", "A Tester"), ["adding_v1"]),
        (("--by", "Jo Brandt", "--model", OPUS), ["adding_v2"]),
        (("--by", "A Tester", "--model", OPUS), []),
        (("--model", SONNET), ["adding_v1"]),
        (("--module", "demo"), ["adding_v1", "adding_v2"]),
        (("--task", "demo/adding"), ["adding_v1", "adding_v2"]),
        (("--task", "agent-prompts/tasks/demo/adding.md"), ["adding_v1", "adding_v2"]),
        (("--requirement", "BR-1", "--status", "done"), ["adding_v1", "adding_v2"]),
        (("--status", "failed"), []),
        (("--purpose", "decision"), []),
        (("--since", "2020-01-01"), ["adding_v1", "adding_v2"]),
        (("--since", "2100-01-01"), []),
        (("--until", "2020-01-01"), []),
        (("--context", CONTEXT), ["adding_v1", "adding_v2"]),
        (("--context", f"agent-prompts/{CONTEXT}"), ["adding_v1", "adding_v2"]),
    ],
    ids=" ".join,
)
def test_each_wish_narrows_it_down(lived: House, words: tuple[str, ...], found: list[str]) -> None:
    assert listed(lived, *words) == found


def test_a_commit_is_known_by_its_beginning(lived: House) -> None:
    first = git(lived, "rev-list", "--max-parents=0", "HEAD")
    assert listed(lived, "--commit", first) == ["adding_v1"]
    assert listed(lived, "--commit", git(lived, "rev-parse", "HEAD")[:8]) == ["adding_v2"]


def test_the_table_says_who_and_on_which_commit_and_the_digest_of_a_context_file(lived: House) -> None:
    lines = asked(lived.root, "audit", "list", "--context", CONTEXT).out.splitlines()
    assert lines[0].split() == ["execution", "task", "status", "provider", "model", "who", "commit", "digest"]
    one, two = lines[1:]
    assert "A Tester" in one and "Jo Brandt" in two and git(lived, "rev-parse", "HEAD")[:9] in two
    assert one.split()[-1].startswith("sha256:") and one.split()[-1] != two.split()[-1]


def test_a_spreadsheet_has_every_number_in_a_cell_of_its_own(lived: House) -> None:
    rows = list(csv.DictReader(io.StringIO(asked(lived.root, "audit", "list", "--format", "csv").out)))
    assert [(row["who"], row["model"], row["requirements"]) for row in rows] == [
        ("A Tester", SONNET, "BR-1"),
        ("Jo Brandt", OPUS, "BR-1"),
    ]
    assert all(int(row["micro_usd"]) > 0 and int(row["tokens_out"]) > 0 and int(row["requests"]) == 1 for row in rows)
    assert rows == list(csv.DictReader(io.StringIO(asked(lived.root, "audit", "export", "--format", "csv").out)))


@pytest.mark.parametrize(
    "words",
    [
        ("--by", "A Tseter"),
        ("--model", "gpt"),
        ("--module", "dmeo"),
        ("--requirement", "BR-2"),
        ("--context", "context/x.md"),
    ],
)
def test_a_word_that_the_archive_never_saw_is_no_empty_answer(lived: House, words: tuple[str, str]) -> None:
    said = asked(lived.root, "audit", "list", *words)
    assert (said.exit, said.errors) == (2, ["AGT200"]) and words[1] in said.message and said.line("fix")


def test_a_table_is_written_to_no_file(lived: House) -> None:
    assert asked(lived.root, "audit", "list", "--output", "x.txt").errors == ["AGT200"]


def test_a_task_that_is_gone_is_still_known(lived: House, tmp_path: Path) -> None:
    house = built(tmp_path / "house")
    ran(house, writes(FIRST))
    (house.root / f"agent-prompts/{House.TASK}").unlink()
    assert listed(house, "--task", "demo/adding") == ["adding_v1"]
