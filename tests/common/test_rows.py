"""common.rows, common.tables and common.ledger: small frames, exact answers."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("pyspark")

from pyspark.sql import functions as sf

from common.ledger import Counts, RowsLost, find_pending, note, read_ledger, reconcile, totals
from common.rows import fingerprints, fitting, judge, judge_texts, mark_newest, unfit
from common.tables import GONE, Column, create_table, describe, merge, quote, replace
from common.trial import contents, snapshots

COLUMNS = (Column("id", "int", True, ""), Column("name", "string", False, ""), Column("_load_id", "string", True, ""))
SCHEMA = "id int, name string, _load_id string"


def test_names_and_meanings_survive_sql() -> None:
    assert quote("a`b") == "`a``b`"
    assert describe(Column("a", "int", True, "it's")) == "`a` int NOT NULL COMMENT 'it\\'s'"


def test_pending_is_what_is_new_changed_or_gone() -> None:
    seen = {"new": "1:1", "same": "2:2", "changed": "3:4"}
    noted = {"same": "2:2", "changed": "3:3", "gone": "5:5", "gone before": "0:None"}
    assert find_pending(seen, noted) == ["changed", "gone", "new"]
    assert find_pending(seen, noted, again=True) == sorted({*seen, *noted})


def test_counts_that_do_not_add_up_are_an_error() -> None:
    reconcile({"a": Counts(4, 2, 1, 1)})
    with pytest.raises(RowsLost, match="load a: 4 rows in the source, 2 in the table, 1 apart, 0 dropped"):
        reconcile({"a": Counts(4, 2, 1)})
    assert totals({"a": Counts(4, 2, 1, 1), "b": Counts(1, 1, 0)}) == {
        "read": 5,
        "loaded": 3,
        "quarantined": 1,
        "dropped": 1,
    }
    assert totals({}) == {"read": 0, "loaded": 0, "quarantined": 0, "dropped": 0}


@pytest.mark.spark
def test_a_row_is_told_what_it_lacks_and_which_rules_it_breaks(spark: Any) -> None:
    frame = spark.createDataFrame([(1, "a", "x"), (None, "bad", "x"), (2, None, None)], SCHEMA)
    judged = judge(frame, COLUMNS, {"the name is bad": "name <> 'bad'"})
    assert [row["id"] for row in fitting(judged).collect()] == [1]
    told = {(row["_reason"], row["_load_id"]) for row in unfit(judged).collect()}
    assert told == {("id: missing; the name is bad", "x"), ("_load_id: missing", "none")}


@pytest.mark.spark
def test_a_text_is_cast_whole_or_explained(spark: Any) -> None:
    frame = spark.createDataFrame([("3",), ("abc",), ("1.7",), (None,)], "x string")
    judged = judge_texts(frame, (Column("x", "int", True, ""),))
    assert [(row["x"], row["_reason"]) for row in judged.collect()] == [
        (3, ""),
        (None, "x: 'abc' is no int"),
        (None, "x: '1.7' is no int"),
        (None, "x: missing"),
    ]


@pytest.mark.spark
def test_one_row_of_each_key_is_the_newest_and_equals_are_told_apart_the_same_way_each_time(spark: Any) -> None:
    frame = spark.createDataFrame([(1, "old", "a"), (1, "new", "b"), (2, "x", "a"), (2, "y", "a")], SCHEMA)
    newest = {row["name"] for row in mark_newest(frame, ["id"], ["_load_id"]).where("_is_newest").collect()}
    again = mark_newest(frame.orderBy(sf.desc("name")), ["id"], ["_load_id"]).where("_is_newest").collect()
    assert newest == {"new", "y"} == {row["name"] for row in again}


@pytest.mark.spark
def test_a_fingerprint_changes_with_any_value_also_with_a_gap_and_not_with_the_order(spark: Any) -> None:
    def of(*rows: tuple[Any, ...], about: str = "") -> str:
        return fingerprints(spark.createDataFrame(list(rows), "a string, b string, _load_id string"), about)["u"]

    before = of(("1", None, "u"), ("2", "3", "u"))
    assert before == of(("2", "3", "u"), ("1", None, "u"))
    assert before != of((None, "1", "u"), ("2", "3", "u"))
    assert before != of(("1", None, "u"), ("2", "3", "u"), ("2", "3", "u"))
    assert before != of(("1", None, "u"), ("2", "3", "u"), about="another rule")


@pytest.mark.spark
def test_a_merge_brings_in_changes_over_and_takes_out(spark: Any) -> None:
    create_table(spark, "trial.merged", COLUMNS)
    held = spark.createDataFrame([(1, "same", "a"), (2, "old", "a"), (3, "gone", "a")], SCHEMA)
    replace(held, "trial.merged", COLUMNS, sf.lit(True))
    new = [
        (1, "same", "a", False),
        (2, "new", "a", False),
        (3, None, None, True),
        (4, "in", "a", False),
        (5, None, None, True),
    ]
    merge(spark.createDataFrame(new, f"{SCHEMA}, {GONE} boolean"), "trial.merged", COLUMNS, ["id"])
    assert [row.split("name=")[1][:6] for row in contents(spark, "trial.merged")] == ["'same'", "'new',", "'in', "]


@pytest.mark.spark
def test_the_ledger_tells_what_was_noted_last(spark: Any) -> None:
    assert read_ledger(spark, "trial.ledger") == {}
    note(spark, "trial.ledger", {"a": "1:1"}, {"a": Counts(1, 1, 0)})
    note(spark, "trial.ledger", {"a": "2:2"}, {"a": Counts(2, 1, 1), "b": Counts(0, 0, 0)})
    assert read_ledger(spark, "trial.ledger") == {"a": "2:2", "b": "0:None"}
    assert snapshots(spark, "trial.ledger") == [2]
