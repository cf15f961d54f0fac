"""Prices: what a usage costs, on which day, and what a request can cost at most."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentic.budget import cost, price_of, worst_case
from agentic.budget.prices import table
from agentic.errors import BadSettings
from agentic.values import Usage

NOW = date(2026, 11, 20)
MILLION = 1_000_000


def usd(micro: int | None) -> float | None:
    return None if micro is None else micro / MILLION


@pytest.mark.parametrize(
    ("model", "prices"),
    [
        ("claude-fable-5-1", (10, 50, 12.5, 20, 0.25)),
        ("claude-opus-5-5", (4, 20, 5, 8, 0.20)),
        ("claude-sonnet-5-5", (2, 10, 2.5, 4, 0.10)),
        ("claude-opus-5", (5, 25, 6.25, 10, 0.50)),
        ("claude-opus-4-5", (5, 25, 6.25, 10, 0.50)),
        ("claude-opus-4-8", (5, 25, 6.25, 10, 0.50)),
        ("claude-sonnet-5", (2, 10, 2.5, 4, 0.20)),
        ("claude-sonnet-4-6", (3, 15, 3.75, 6, 0.30)),
        ("claude-haiku-4-5", (1, 5, 1.25, 2, 0.10)),
        ("claude-haiku-5-5", (0.5, 2.5, 0.625, 1.0, 0.05)),
    ],
)
def test_a_million_tokens_of_each_class_cost_what_the_table_says(model, prices):
    classes = [
        Usage(input=MILLION),
        # Output alone has an empty prompt, so a banded model would be asked in its small band.
        Usage(input=MILLION, output=MILLION),
        Usage(cache_write_5m=MILLION),
        Usage(cache_write_1h=MILLION),
        Usage(cache_read=MILLION),
    ]
    costs = [usd(cost(usage, model, NOW)) for usage in classes]
    assert costs == [prices[0], prices[0] + prices[1], *prices[2:]]


def test_the_small_band_of_haiku_ends_at_100_000_tokens_of_prompt():
    assert cost(Usage(input=100_000, output=1_000), "claude-haiku-5-5", NOW) == 10_000 + 500
    assert cost(Usage(input=100_001, output=1_000), "claude-haiku-5-5", NOW) == 50_001 + 2_500


def test_the_band_is_chosen_by_the_whole_prompt_cached_or_not():
    assert cost(Usage(input=1, cache_read=100_000), "claude-haiku-5-5", NOW) == 5_001


def test_a_cut_in_price_holds_from_its_day():
    read = Usage(cache_read=MILLION)
    assert cost(read, "claude-sonnet-5-5", date(2026, 10, 6)) == 200_000
    assert cost(read, "claude-sonnet-5-5", date(2026, 10, 7)) == 100_000


def test_a_dated_snapshot_costs_what_its_model_costs():
    assert price_of("claude-opus-4-5-20251101", NOW) == price_of("claude-opus-4-5", NOW)
    assert price_of("claude-haiku-4-5-latest", NOW) == price_of("claude-haiku-4-5", NOW)


@pytest.mark.parametrize("model", ["claude-fable-5-2", "claude-mythos-5-2", "claude-opus-5-7", "gpt-9", "", "claude"])
def test_a_model_without_a_row_has_no_price_even_if_a_known_name_begins_like_it(model):
    assert cost(Usage(input=1), model, NOW) is None


def test_a_part_of_a_millionth_is_rounded_up():
    assert cost(Usage(input=1), "claude-haiku-5-5", NOW) == 1
    assert cost(Usage(), "claude-haiku-5-5", NOW) == 0


def test_a_price_of_ones_own_comes_before_the_table():
    own = {
        "claude-sonnet-5-5": {"input": 7, "output": 8},
        "house-model": {"input": "0.5", "output": 1, "cache_read": 0},
    }
    assert cost(Usage(input=MILLION), "claude-sonnet-5-5", NOW, own) == 7 * MILLION
    assert cost(Usage(cache_write_5m=8), "house-model", NOW, own) == 5
    assert cost(Usage(cache_read=MILLION), "house-model", NOW, own) == 0


def test_a_price_of_ones_own_may_have_bands_and_days():
    rows = [{"input": 1, "output": 1, "up_to": 10}, {"input": 2, "output": 2}]
    later = [{**row, "input": 9, "since": "2026-12-01"} for row in rows[1:]]
    own = {"house-model": [*rows, *later]}
    assert [cost(Usage(input=size), "house-model", NOW, own) for size in (10, 11)] == [10, 22]
    assert cost(Usage(input=10), "house-model", date(2026, 12, 1), own) == 90


@pytest.mark.parametrize(
    "told", [{"input": 1}, {"input": "much", "output": 1}, {"input": 1, "output": -1}, 3, {"in": 1}]
)
def test_a_price_that_cannot_be_read_is_refused_by_the_models_name(told):
    with pytest.raises(BadSettings, match="house-model"):
        price_of("house-model", NOW, {"house-model": told})


def test_without_a_price_the_worst_case_is_known_in_tokens_only():
    tokens, micro_usd = worst_case("claude-fable-5-2", 1000, None, new_bytes=0, max_output=500, on=NOW)
    assert tokens >= 1500
    assert micro_usd is None


def test_what_the_last_reply_told_makes_the_worst_case_smaller_never_larger():
    far = worst_case("claude-opus-5-5", 400_000, None, new_bytes=0, max_output=1000, on=NOW)
    near = worst_case(
        "claude-opus-5-5", 400_000, Usage(input=90_000, output=500), new_bytes=2_000, max_output=1000, on=NOW
    )
    odd = worst_case("claude-opus-5-5", 400_000, Usage(input=900_000), new_bytes=2_000, max_output=1000, on=NOW)
    assert near[0] < far[0]
    assert odd == far


def test_the_worst_case_is_the_dearest_band_that_the_prompt_can_reach():
    small = worst_case("claude-haiku-5-5", 90_000, None, new_bytes=0, max_output=0, on=NOW)
    large = worst_case("claude-haiku-5-5", 100_000, None, new_bytes=0, max_output=0, on=NOW)
    assert (small, large) == ((94_000, 94_000 // 8), (104_000, 104_000 * 5 // 8))


MODELS = sorted({row.model for row in table()})


@given(
    model=st.sampled_from(MODELS),
    size=st.integers(0, 300_000),
    cut=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    share=st.floats(0, 1),
    output=st.integers(0, 5_000),
)
def test_no_usage_of_a_request_passes_its_worst_case(model, size, cut, share, output):
    tokens, micro_usd = worst_case(model, size, None, new_bytes=0, max_output=5_000, on=NOW)
    prompt = int(size * share)
    low, high = sorted(int(part * prompt) for part in cut)
    used = Usage(input=low, cache_read=high - low, cache_write_5m=prompt - high, output=output)
    assert used.total <= tokens
    assert cost(used, model, NOW) <= micro_usd
