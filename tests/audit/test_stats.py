"""Figures by day, module, requirement, person, model and task; what nobody knows is bounded and never 0."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from agentic.app import App
from agentic.audit.spending import Spent, cost_of
from agentic.audit.stats import begins
from agentic.cli.nouns import json_schema
from agentic.values import Usage
from asked import asked
from audit.lived import BROKEN, FIRST, OPUS, SECOND, SONNET, built, person, ran, writes
from audit.many import fill
from claude_server import CutStream
from corridor.liars import requests
from house import House


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Two runs by two persons with two models; a third whose first request was lost on its way; a replay."""
    house = built(tmp_path_factory.mktemp("stats") / "house")
    ran(house, writes(BROKEN), writes(FIRST))
    done = ran(house, writes(SECOND), model=OPUS, who="Jo Brandt")
    with person("A Tester"):
        assert house.run(script=requests(CutStream(writes(SECOND)), writes(SECOND))).micro_usd is None
        house.app().corridor.replay(done.id, staged=True)
    return house


def told(house: House, *words: str) -> dict[str, Any]:
    said = asked(house.root, "audit", "stats", *words, "--json")
    jsonschema.validate(said.json, json_schema("audit_stats"))
    assert said.exit == 0
    return said.json


def groups(house: House, by: str) -> dict[str, Any]:
    return {one["name"]: one for one in told(house, "--by", by)["groups"]}


def test_runs_first_pass_attempts_requests_and_tokens_are_counted(lived: House) -> None:
    total = told(lived)["total"]
    assert (
        total["executions"] == 4
        and total["runs"] == {"part": 3, "of": 3}
        and total["first_pass"] == {"part": 2, "of": 3}
    )
    assert total["attempts"] == 5 and total["cost"]["requests"] == 5 and total["usage"]["output"] > 0
    assert total["milliseconds"] > 0 and total["timed"] == {"part": 4, "of": 4}


def test_a_lost_request_makes_the_cost_at_least_and_at_most(lived: House) -> None:
    cost = told(lived)["total"]["cost"]
    known = [one.micro_usd for one in lived.app().auditing.spent if one.micro_usd is not None]
    assert cost["micro_usd"] is None and cost["unknown"] == 1 and cost["at_least_micro_usd"] == sum(known) > 0
    assert cost["at_most_micro_usd"] > cost["at_least_micro_usd"]
    assert "at least $0.0" in asked(lived.root, "audit", "stats").out


def test_a_replay_costs_neither_money_nor_tokens(lived: House) -> None:
    (replay,) = [told for told in lived.app().auditing.all if told.execution.purpose == "replay"]
    assert replay.spent == () and replay.execution.usage.total > 0


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("person", ["A Tester", "Jo Brandt"]),
        ("model", [OPUS, SONNET]),
        ("module", ["demo"]),
        ("task", [House.TASK]),
        ("requirement", ["BR-1"]),
    ],
)
def test_it_is_told_by_whatever_is_asked_for(lived: House, by: str, names: list[str]) -> None:
    found = groups(lived, by)
    assert list(found) == names
    assert sum(one["cost"]["requests"] for one in found.values()) == 5
    said = asked(lived.root, "audit", "stats", "--by", by)
    assert said.exit == 0 and all(name in said.out for name in names)


def test_times_are_periods_and_what_was_before_is_left_out(tmp_path: Path) -> None:
    fill(tmp_path, 40, last=datetime(2026, 11, 3, 12, tzinfo=UTC), hours=12)
    house = House(tmp_path)
    assert list(groups(house, "month")) == ["2026-10", "2026-11"]
    assert all(begins("week", name) == name for name in groups(house, "week"))
    days = groups(house, "day")
    assert len(days) == 20 and sum(one["executions"] for one in days.values()) == 40
    assert told(house, "--since", "2026-11-01")["total"]["executions"] == 6


def test_a_request_counts_on_the_day_on_which_it_left(tmp_path: Path) -> None:
    fill(tmp_path, 1, last=datetime(2026, 11, 3, 23, 59, 59, tzinfo=UTC))
    name = App(tmp_path).archive.ids()[0]
    file = tmp_path / f"agent-prompts/progress/executed_prompts/{name}.jsonl"
    late = restamped(file.read_bytes(), b"2026-11-04T00:00:01Z")
    file.write_bytes(late)
    found = groups(House(tmp_path), "day")
    assert found["2026-11-03"]["executions"] == 1 and found["2026-11-03"]["cost"]["requests"] == 0
    assert found["2026-11-04"]["executions"] == 0 and found["2026-11-04"]["cost"]["requests"] >= 1


def restamped(content: bytes, moment: bytes) -> bytes:
    """Every line after the first at another moment, in a chain that verifies."""
    import json

    import rfc8785

    from agentic.archive.journal import FIRST
    from agentic.values.digest import digest

    lines, last = [], FIRST
    for place, line in enumerate(content.splitlines()):
        record = {**json.loads(line), "prev": last}
        lines.append(rfc8785.dumps({**record, "at": moment.decode()} if place else record))
        last = digest(lines[-1])
    return b"".join(line + b"\n" for line in lines)


def test_a_journal_that_does_not_verify_is_named_and_left_out(tmp_path: Path) -> None:
    fill(tmp_path, 3)
    name = App(tmp_path).archive.ids()[0]
    file = tmp_path / f"agent-prompts/progress/executed_prompts/{name}.jsonl"
    file.write_bytes(file.read_bytes().replace(b"anthropic", b"somebody", 1))
    assert told(House(tmp_path))["unreadable"] == [name] and told(House(tmp_path))["total"]["executions"] == 2
    for words in (("stats",), ("list",), ("refused",), ("approvals",), ("export",), ("export", "--format", "html")):
        said = asked(tmp_path, "audit", *words)
        assert said.exit == 0 and f"left out, since they do not verify: {name}" in said.err, words
    assert f"nothing of them is on this page: {name}" in said.out
    assert asked(tmp_path, "audit", "refused", "--json").json["unreadable"] == [name]


def test_a_spreadsheet_leaves_empty_what_is_not_known(lived: House) -> None:
    *_, total = csv.DictReader(io.StringIO(asked(lived.root, "audit", "stats", "--by", "model", "--format", "csv").out))
    assert total["model"] == "all" and total["micro_usd"] == "" and int(total["at_least_micro_usd"]) > 0


@pytest.mark.parametrize(
    ("spent", "words"),
    [
        ([], "nothing"),
        ([(5_000, 5_000)], "$0.0050"),
        ([(5_000, 5_000), (None, 9_000)], "at least $0.0050, at most $0.0140 (1 of 2 requests unknown)"),
        ([(5_000, 5_000), (None, None)], "at least $0.0050 (1 of 2 requests unknown)"),
        ([(None, None)], "unknown (1 of 1 requests unknown)"),
        ([(0, 0)], "$0.0000"),
    ],
)
def test_a_cost_says_how_much_of_it_is_known(spent: list[tuple[int | None, int | None]], words: str) -> None:
    assert (
        cost_of(Spent("2026-11-20T10:00:00Z", "x", "m", Usage(), known, most) for known, most in spent).words == words
    )
