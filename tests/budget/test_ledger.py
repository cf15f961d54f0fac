"""The ledger: a budget is held before a request leaves, whatever comes back."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentic.budget import Entry, Ledger, dollars
from agentic.errors import LimitReached, PriceUnknown
from agentic.values import Budget, Usage

NOW = date(2026, 11, 20)
MODEL = "claude-sonnet-5-5"


def ledger(usd: float | None = None, tokens: int | None = None, **more) -> Ledger:
    return Ledger(Budget(None if usd is None else int(usd * 1_000_000), tokens), NOW, **more)


def test_a_request_that_fits_is_counted_at_its_worst_case_until_it_is_settled():
    book = ledger(usd=1)
    reservation = book.reserve(MODEL, prompt_bytes=10_000, max_output=1_000)
    assert book.spent.micro_usd == 14_000 * 2.5 + 1_000 * 10
    book.settle(reservation, Usage(input=100, output=10))
    assert (book.spent.micro_usd, book.spent.tokens, book.certain) == (300, 110, True)


def test_a_request_that_may_pass_the_budget_does_not_leave_and_the_message_tells_all_three_sums():
    book = ledger(usd=0.05)
    book.settle(book.reserve(MODEL, prompt_bytes=1_000, max_output=1_000), Usage(input=5_000))
    with pytest.raises(LimitReached) as stopped:
        book.reserve(MODEL, prompt_bytes=10_000, max_output=1_000)
    assert stopped.value.message == (
        "the budget is $0.0500: $0.0100 are spent, and the next request may cost up to $0.0450"
    )
    assert stopped.value.exit_status == 7


def test_a_request_that_did_not_leave_is_not_counted():
    book = ledger(usd=0.001)
    with pytest.raises(LimitReached):
        book.reserve(MODEL, prompt_bytes=10_000, max_output=1_000)
    assert (book.spent.tokens, book.spent.micro_usd) == (0, 0)


def test_a_budget_in_tokens_needs_no_price():
    book = ledger(tokens=20_000)
    book.settle(book.reserve("claude-fable-5-2", prompt_bytes=10_000, max_output=1_000), Usage(input=9_000))
    assert book.spent.micro_usd is None
    with pytest.raises(LimitReached, match="20,000 tokens: 9,000 are spent, and the next request may use up to 15,000"):
        book.reserve("claude-fable-5-2", prompt_bytes=10_000, max_output=1_000)


def test_a_budget_in_money_cannot_be_held_without_a_price():
    with pytest.raises(PriceUnknown, match=r"claude-fable-5-2 is not known, so \$1.0000 cannot be held"):
        ledger(usd=1).reserve("claude-fable-5-2", prompt_bytes=1, max_output=1)


def test_after_a_fallback_without_a_price_a_budget_in_money_is_held_no_longer():
    book = ledger(usd=1)
    book.settle(book.reserve(MODEL, prompt_bytes=1, max_output=1), Usage(input=1), "claude-mythos-5-2")
    with pytest.raises(PriceUnknown, match="a model without a known price answered"):
        book.reserve(MODEL, prompt_bytes=1, max_output=1)


def test_a_price_of_ones_own_lets_a_budget_be_held():
    book = ledger(usd=1, prices={"claude-fable-5-2": {"input": 12, "output": 60}})
    book.settle(book.reserve("claude-fable-5-2", prompt_bytes=1, max_output=1), Usage(output=1_000))
    assert book.spent.micro_usd == 60_000


def test_a_lost_request_stays_at_its_worst_case_and_is_told_as_at_most():
    book = ledger(usd=1)
    book.lose(book.reserve(MODEL, prompt_bytes=10_000, max_output=1_000))
    assert not book.certain
    assert str(book) == "at most $0.0450, 15,000 tokens"


def test_a_request_that_was_refused_costs_nothing():
    book = ledger(usd=0.05)
    for _ in range(10):
        book.release(book.reserve(MODEL, prompt_bytes=10_000, max_output=1_000))
    assert (book.spent.micro_usd, book.certain) == (0, True)


def test_a_resumed_run_goes_on_with_what_was_spent_before():
    before = ledger().entry(Usage(input=1_000, output=100), MODEL)
    book = ledger(usd=1, entries=[before, Entry(500, 2_000, certain=False)])
    assert str(book) == "at most $0.0050, 1,600 tokens"


def test_an_archived_answer_is_counted_like_a_fresh_one_and_never_refused():
    book = ledger(usd=0.001)
    book.note(Usage(input=1_000), MODEL)
    with pytest.raises(LimitReached, match="are spent"):
        book.reserve(MODEL, prompt_bytes=1, max_output=1)
    assert str(book) == "$0.0020, 1,000 tokens"


def test_without_a_budget_nothing_is_refused():
    book = ledger()
    book.settle(book.reserve("claude-fable-5-2", prompt_bytes=10**9, max_output=10**6), Usage(input=10**8))
    assert str(book) == "an unknown sum, 100,000,000 tokens"


def test_dollars_are_rounded_up():
    assert [dollars(sum_) for sum_ in (0, 1, 100, 12_345_678, None)] == [
        "$0.0000", "$0.0001", "$0.0001", "$12.3457", "an unknown sum",
    ]  # fmt: skip


@given(
    usd=st.integers(0, 2_000_000),
    tokens=st.integers(0, 300_000),
    model=st.sampled_from([MODEL, "claude-haiku-5-5", "claude-fable-5-1"]),
    requests=st.lists(
        st.tuples(
            st.integers(1, 120_000),
            st.integers(1, 32_000),
            st.floats(0, 1),
            st.floats(0, 1),
            st.floats(0, 1),
            st.sampled_from(["settle", "lose", "release", "open"]),
        ),
        max_size=12,
    ),
)
def test_whatever_the_replies_the_budget_is_never_passed(usd, tokens, model, requests):
    book = Ledger(Budget(usd, tokens), NOW)
    last: Usage | None = None
    for size, max_output, prompt_share, output_share, cached_share, end in requests:
        # As in a conversation: the prompt is what was there, and something new.
        whole = size + (4 * last.total if last else 0)
        try:
            seat = book.reserve(model, prompt_bytes=whole, max_output=max_output, known=last, new_bytes=size)
        except LimitReached:
            continue
        prompt = int(prompt_share * size) + (last.total if last else 0)
        read = int(cached_share * prompt)
        reply = Usage(cache_read=read, cache_write_5m=prompt - read, output=int(output_share * max_output))
        if end == "settle":
            book.settle(seat, reply)
            last = reply
        elif end == "lose":
            book.lose(seat)
        elif end == "release":
            book.release(seat)
        assert book.spent.micro_usd <= usd
        assert book.spent.tokens <= tokens
