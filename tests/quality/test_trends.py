"""Figures against those of the runs before; pure, so that every edge can be tried."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from agentic.errors import BadCheckpoint
from agentic.quality import figures_before, judge, judge_trends, read_checkpoint, read_log
from agentic.quality.checkpoint import Allowance, Checkpoint, Data, Freshness, Thresholds, Trends

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def one(asked: Trends, now: dict[str, Any], before: list[dict[str, Any]]) -> Any:
    return judge_trends(asked, now, before, NOW)[0]


def rows(*counts: int) -> list[dict[str, Any]]:
    return [{"row_count": count} for count in counts]


@pytest.mark.parametrize(
    ("past", "now", "status"),
    [
        ((1000, 1010, 990, 1005, 995), 1004, "passed"),
        ((1000, 1010, 990, 1005, 995), 500, "warned"),
        ((1000, 1010, 990, 1005, 995), 2000, "warned"),
        ((1000, 1000, 1000, 1000, 1000), 1050, "passed"),  # below the tolerance
        ((1000, 1000, 1000, 1000, 1000), 1101, "warned"),
        ((1, 2, 3, 4, 5), 6, "passed"),  # a table that grows as it always did
        ((1000, 1000, 1000, 1000), 1, "too early"),
        ((0, 0, 0, 0, 0), 10, "warned"),
    ],
)
def test_a_number_of_rows_is_unusual_only_against_its_own_past(past: tuple[int, ...], now: int, status: str) -> None:
    found = one(Trends(row_count=True), {"row_count": now}, rows(*past))
    assert found.status == status and found.evidence == tuple(map(float, past))
    assert ("let expect" in found.message) is (status == "warned")


def test_only_the_last_runs_count() -> None:
    asked = Trends(row_count=True, history=5)
    assert one(asked, {"row_count": 2000}, rows(*[1000] * 50, *[2000] * 5)).status == "passed"


@pytest.mark.parametrize(("severity", "status"), [("critical", "failed"), ("warning", "warned"), ("info", "noted")])
def test_a_trend_stops_only_where_it_is_critical(severity: Any, status: str) -> None:
    assert one(Trends(row_count=True, severity=severity), {"row_count": 1}, rows(*[1000] * 5)).status == status


@pytest.mark.parametrize(
    ("newest", "status"),
    [("2026-11-21T11:00:00+00:00", "passed"), ("2026-11-18T11:00:00+00:00", "warned"), ("", "warned")],
)
def test_freshness_needs_no_history(newest: str, status: str) -> None:
    asked = Trends(freshness=Freshness("at", 24))
    assert one(asked, {"newest": newest}, []).status == status


@pytest.mark.parametrize(("share", "status"), [(0.025, "passed"), (0.3, "warned"), (0.0, "warned")])
def test_a_share_of_nulls_moves_by_less_than_one_in_a_hundred(share: float, status: str) -> None:
    past = [{"nulls": {"delay": 0.02 + number / 1000}} for number in range(5)]
    assert one(Trends(nulls=("delay",)), {"nulls": {"delay": share}}, past).status == (
        "passed" if share == 0.025 else status
    )


def decile(first: float, step: float) -> dict[str, Any]:
    return {
        "distribution": {"x": {"mean": first + 5 * step, "deciles": [first + step * number for number in range(11)]}}
    }


@pytest.mark.parametrize(
    ("now", "status"),
    [(decile(0, 10), "passed"), (decile(1, 10), "passed"), (decile(20, 10), "warned"), (decile(0, 13), "warned"), (decile(500, 10), "warned")],
)  # fmt: skip
def test_numbers_are_held_against_their_usual_deciles(now: dict[str, Any], status: str) -> None:
    assert one(Trends(distribution=("x",)), now, [decile(0, 10)] * 5).status == status


def test_a_value_that_most_rows_have_is_no_distance() -> None:
    flat = {"distribution": {"x": {"mean": 0.1, "deciles": [0.0] * 10 + [5.0]}}}
    other = {"distribution": {"x": {"mean": 0.1, "deciles": [0.0] * 10 + [7.0]}}}
    found = one(Trends(distribution=("x",)), other, [flat] * 5)
    assert found.status == "passed" and found.value < 0.05


def shares(**found: float) -> dict[str, Any]:
    return {"distribution": {"x": {"shares": found, "others": 0.0}}}


@pytest.mark.parametrize(
    ("now", "status"),
    [(shares(a=0.5, b=0.5), "passed"), (shares(a=0.6, b=0.4), "passed"), (shares(a=0.95, b=0.05), "warned"), (shares(a=0.5, c=0.5), "warned")],
)  # fmt: skip
def test_categories_are_held_against_their_usual_shares(now: dict[str, Any], status: str) -> None:
    assert one(Trends(distribution=("x",)), now, [shares(a=0.5, b=0.5)] * 5).status == status


def line(snapshot: str, count: int, status: str = "passed", whole: bool = True) -> dict[str, Any]:
    return {"data": "a", "snapshot": snapshot, "status": status, "is_whole": whole, "figures": {"row_count": count}}


def test_the_same_snapshot_counts_once_and_failed_or_sampled_runs_do_not() -> None:
    lines = [
        line("1", 10),
        line("1", 10),
        line("2", 99, "failed"),
        line("3", 20),
        line("4", 5, whole=False),
        line("5", 30),
    ]
    assert [one["row_count"] for one in figures_before(lines, "a", "5")] == [10, 20]
    assert figures_before(lines, "another", "") == []


# --- thresholds ---------------------------------------------------------------------------------------------


def met(severity: str, count: int, success: bool = False) -> dict[str, Any]:
    return {"expectation": "expect_x", "column": "a", "severity": severity, "success": success, "unexpected_count": count, "element_count": 1000}  # fmt: skip


@pytest.mark.parametrize(
    ("allowed", "counts", "statuses"),
    [
        (Allowance(), (5, 900), ("warned", "warned")),
        (Allowance(rows="1 %"), (10, 11), ("warned", "failed")),
        (Allowance(rows=10), (10, 11), ("warned", "failed")),
        (Allowance(failed=1), (1, 1), ("failed", "failed")),
        (Allowance(failed=2), (1, 1), ("warned", "warned")),
        (Allowance(failed="50 %"), (1, 1), ("failed", "failed")),
    ],
)
def test_warnings_stop_where_they_are_more_than_the_threshold(allowed: Allowance, counts: Any, statuses: Any) -> None:
    checkpoint = Checkpoint(Data(lake="a.b"), thresholds=Thresholds(allowed))
    assert tuple(one.status for one in judge([met("warning", count) for count in counts], checkpoint)) == statuses


def test_critical_always_stops_and_info_never() -> None:
    checkpoint = Checkpoint(Data(lake="a.b"), thresholds=Thresholds(Allowance(rows="100 %")))
    found = judge([met("critical", 1), met("info", 1000), met("critical", 0, success=True)], checkpoint)
    assert [one.status for one in found] == ["failed", "noted", "passed"]


@pytest.mark.parametrize(
    ("text", "words", "row"),
    [
        ("data: {lake: a.b}\nkeys: [a]\n", "keys", 2),
        ("data:\n  lake: a.b\n  branch: x\n", "branch", 3),
        ("data: {}\n", "one of lake", 1),
        ("data: {file: a.csv, ref: x}\n", "only a table of the lake", 1),
        ("data: {lake: a.b}\nthresholds:\n  warning:\n    rows: 1 percent\n", "rows is a count", 4),
        ("data: {lake: a.b}\nthresholds: {critical: 5}\n", "critical", 2),
        ("data: {lake: a.b}\nthresholds:\n  warning: {rows: 1}\n  warning: {rows: 100}\n", "stands twice", 4),
        ("- a\n", "is not a map", 1),
        ("data: [\n", "is not YAML", 2),
        ("data: {lake: a.b}\nsuite: ../../etc/passwd\n", "no name of a suite", 2),
    ],
)
def test_a_checkpoint_that_is_not_well_written_is_refused_with_its_line(
    tmp_path: Path, text: str, words: str, row: int
) -> None:
    folder = tmp_path / "great-expectations/checkpoints"
    folder.mkdir(parents=True)
    (folder / "a.yml").write_text(text)
    with pytest.raises(BadCheckpoint) as error:
        read_checkpoint(tmp_path, "a")
    assert words in error.value.message and error.value.line == row


def test_lines_of_others_and_half_lines_are_no_results(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs/quality_results.jsonl").write_text('{"event": "other"}\n[1]\n{"event": "qual\n\n')
    assert read_log(tmp_path) == []


@pytest.mark.parametrize(
    ("newest", "status"), [("2026-11-22T11:00:00+00:00", "passed"), ("9999-12-31T23:59:59+00:00", "warned")]
)
def test_a_newest_value_far_in_the_future_says_nothing_of_freshness(newest: str, status: str) -> None:
    found = one(Trends(freshness=Freshness("at", 24)), {"newest": newest}, [])
    assert found.status == status and ("in the future" in found.message) is (status == "warned")


def test_a_distribution_that_has_gone_is_told_where_there_was_one() -> None:
    gone = {"distribution": {"x": {}}}
    assert one(Trends(distribution=("x",)), gone, [decile(0, 10)] * 5).status == "warned"
    assert one(Trends(distribution=("x",)), gone, [decile(0, 10)] * 2).status == "too early"


def test_a_line_separator_in_a_value_does_not_cut_a_result_in_two(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    text = '{"event": "quality", "name": "a", "figures": {"shares": {"x\u2028y\u0085z": 1}}}\n'
    (tmp_path / "logs/quality_results.jsonl").write_text(text, encoding="utf-8")
    assert [found["name"] for found in read_log(tmp_path)] == ["a"]
