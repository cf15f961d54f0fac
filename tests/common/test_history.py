"""common.history against a history made by hand: the same versions, whatever the deliveries are."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest

pytest.importorskip("pyspark")

from common.history import line_up, make_history, mark_repeated
from common.rows import judge
from common.sources import SourceError
from common.tables import Column

pytestmark = pytest.mark.spark
COLUMNS = (Column("key", "int", True, ""), Column("value", "string", False, ""))
Rows = list[tuple[int, str | None, str]]
FIRST = date(2024, 1, 1)


def by_hand(rows: Rows, complete: bool) -> set[tuple[Any, ...]]:
    """(key, value, from, to), walked through day by day. A value of 'bad' does not fit."""
    days = sorted({day for *_, day in rows})
    versions: list[list[Any]] = []
    for key in sorted({key for key, *_ in rows}):
        told = {day: value for one, value, day in rows if one == key}
        open_one: list[Any] | None = None
        last: Any = None
        for day in days:
            if day in told:
                value = told[day] if told[day] != "bad" else (last[0] if last else None)
                if told[day] == "bad" and last is None:
                    continue
                last = (value,)
                if open_one is None or open_one[1] != value:
                    if open_one:
                        open_one[3] = day
                    open_one = [key, value, day, None]
                    versions.append(open_one)
            elif complete and open_one:
                open_one[3], open_one = day, None
    return {tuple(version) for version in versions}


def by_spark(spark: Any, rows: Rows, complete: bool) -> set[tuple[Any, ...]]:
    frame = spark.createDataFrame(rows, "key int, value string, _load_id string")
    judged = mark_repeated(judge(frame, COLUMNS, {"it is bad": "value <> 'bad'"}), ["key"])
    made = make_history(judged, line_up(frame, "to_date(_load_id)"), ["key"], ["value"], complete)
    held = [(one["key"], one["value"], str(one["valid_from"]), one["valid_to"]) for one in made.collect()]
    assert len(held) == len(set(held))
    return {(*one[:3], str(one[3]) if one[3] else None) for one in held}


def deliveries(seed: int) -> Rows:
    """Six deliveries of four things, some missing, some bad, some changed; in any order."""
    dice = random.Random(seed)
    rows = [
        (key, dice.choice(["a", "b", None, "bad"]), str(FIRST + timedelta(days=day)))
        for day in range(6)
        for key in range(4)
        if dice.random() < 0.75
    ]
    dice.shuffle(rows)
    return rows


@pytest.mark.parametrize("complete", [True, False])
@pytest.mark.parametrize("seed", range(4))
def test_the_history_is_the_one_made_by_hand(spark: Any, seed: int, complete: bool) -> None:
    rows = deliveries(seed)
    assert by_spark(spark, rows, complete) == by_hand(rows, complete)


def test_two_deliveries_about_one_day_are_an_error(spark: Any) -> None:
    frame = spark.createDataFrame(
        [(1, "a", "2024-01-01"), (1, "b", "2024-01-01 ")], "key int, value string, _load_id string"
    )
    with pytest.raises(SourceError, match="are both about 2024-01-01"):
        line_up(frame, "to_date(trim(_load_id))")
