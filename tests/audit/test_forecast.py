"""How long budgets last, and what if: ranges with what they are taken from."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from agentic.audit.forecast import Range, forecast, per_day, quantiles
from agentic.audit.spending import Spent
from agentic.cli.nouns import json_schema
from agentic.values import Execution, Usage
from asked import asked
from audit.many import fill
from house import House

TODAY = "2026-11-20"


def spent(day: str, micro_usd: int | None, most: int | None = None, id_: str = "x") -> Spent:
    return Spent(f"{day}T10:00:00Z", id_, "m", Usage(), micro_usd, micro_usd if most is None else most)


def execution(id_: str) -> Execution:
    return Execution(id_, "t", "m", "done", "anthropic")


def told(root: Path, *words: str) -> dict[str, Any]:
    said = asked(root, "audit", "stats", "--forecast", *words, "--json")
    jsonschema.validate(said.json, json_schema("audit_forecast"))
    assert said.exit == 0
    return said.json


def test_days_without_a_request_count_as_nothing_spent_and_today_is_not_over() -> None:
    found = per_day([spent("2026-11-16", 5), spent("2026-11-18", 7), spent(TODAY, 100)], TODAY)
    assert found == [5, 0, 7, 0]
    assert len(per_day([spent("2020-01-01", 5)], TODAY)) == 28
    assert per_day([spent(TODAY, 5)], TODAY) == []


def test_a_range_is_the_tenth_the_middle_and_the_ninetieth() -> None:
    assert quantiles(range(101)) == Range(10, 50, 90)
    assert quantiles([3]) == Range(3, 3, 3)


def test_below_five_executions_no_range_is_stated() -> None:
    ids = [f"x{number}" for number in range(4)]
    paid = [spent("2026-11-19", 1_000, id_=name) for name in ids]
    found = forecast([execution(name) for name in ids], paid, TODAY, {"limits.usd_total": 10_000}, more=10)
    assert (found.runs, found.micro_usd_per_execution, found.more and found.more.micro_usd) == (4, None, None)
    assert found.budgets[0].executions is None and found.budgets[0].left_micro_usd == 6_000


def test_equal_costs_give_an_exact_forecast() -> None:
    ids = [f"x{number}" for number in range(10)]
    paid = [spent(f"2026-11-{10 + number}", 1_000, id_=name) for number, name in enumerate(ids)]
    found = forecast(
        [execution(name) for name in ids],
        paid,
        TODAY,
        {"limits.usd_total": 15_500, "limits.usd_per_day": 3_000},
        more=7,
    )
    total, day = found.budgets
    assert found.more and found.more.micro_usd == Range(7_000, 7_000, 7_000)
    assert total.left_micro_usd == 5_500 and total.executions == Range(5, 5, 5)
    assert total.ends and (total.ends.low, total.ends.high) == ("2026-11-25", "2026-11-25")
    assert day.left_micro_usd == 3_000 and day.executions == Range(3, 3, 3) and day.ends is None


def test_unequal_costs_give_a_range_that_is_the_same_at_every_call() -> None:
    ids = [f"x{number}" for number in range(20)]
    paid = [spent("2026-11-19", 1_000 * (1 + number % 10), id_=name) for number, name in enumerate(ids)]
    one, two = (forecast([execution(name) for name in ids], paid, TODAY, {}, more=4) for _ in range(2))
    assert one == two and one.more and one.more.micro_usd
    found = one.more.micro_usd
    assert 4_000 < found.low < found.middle < found.high < 40_000 and 20_000 < found.middle < 24_000


def test_unknown_cost_counts_at_its_worst_and_without_a_bound_it_is_said() -> None:
    lost = spent(TODAY, None, 5_000)
    open_ = Spent(f"{TODAY}T10:00:00Z", "y", "m")
    found = forecast([], [lost], TODAY, {"limits.usd_per_day": 6_000})
    assert found.budgets[0].left_micro_usd == 1_000 and found.without_bound == 0
    found = forecast([], [lost, open_], TODAY, {"limits.usd_per_day": 6_000})
    assert found.budgets[0].left_micro_usd is None and found.without_bound == 1


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> House:
    house = House(tmp_path_factory.mktemp("forecast"))
    fill(house.root, 120, last=datetime.now(UTC) - timedelta(days=1), hours=6)
    house.write("configs/agentic.yaml", "limits: {usd_per_day: 5, usd_total: 40}\n")
    return house


def test_what_if_another_model_had_answered_is_priced_from_the_recorded_tokens(lived: House) -> None:
    found = told(lived.root, "--what-if-model", "claude-haiku-4-5")["other_model"]
    known = [one for one in lived.app().auditing.spent if one.micro_usd is not None]
    expected = sum(
        -(-(one.usage.input * 1_000_000 + one.usage.output * 5_000_000 + one.usage.cache_read * 100_000) // 1_000_000)
        for one in known
    )
    assert found["micro_usd"] == expected and found["requests"] == len(known)
    assert told(lived.root, "--what-if-model", "nobody-1")["other_model"]["micro_usd"] is None


def test_people_read_what_is_left_until_when_and_from_how_many_runs(lived: House) -> None:
    said = asked(
        lived.root, "audit", "stats", "--forecast", "--what-if-runs", "10", "--what-if-model", "claude-opus-5-5"
    ).out
    assert "limits.usd_per_day: $5.0000, $5.0000 is left" in said and "limits.usd_total: $40.0000, " in said
    assert "used up between 20" in said and "10 more executions: $" in said and "from the last 50" in said
    assert "with claude-opus-5-5: $" in said and "method: " in said and "from 28 days" in said
    found = told(lived.root, "--what-if-runs", "10")
    assert (
        found["runs"] == 50
        and found["days"] == 28
        and found["more"]["micro_usd"]["low"] < found["more"]["micro_usd"]["high"]
    )


def test_what_if_belongs_to_a_forecast(lived: House) -> None:
    assert asked(lived.root, "audit", "stats", "--what-if-runs", "3").errors == ["AGT200"]
    assert asked(lived.root, "audit", "stats", "--forecast", "--format", "csv").errors == ["AGT200"]
