"""A physical plan in words, as `explain()` prints it -> what can be told without figures."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentic.lake.advice import Advice

NODES = (
    ("AGT686", re.compile(r"\b(BroadcastNestedLoopJoin|CartesianProduct)\b"), "every row of one side is held against every row "
     "of the other", "give the join an equality."),
    ("AGT687", re.compile(r"\bBatchEvalPython\b"), "a Python function is called for each row",
     "say it with pyspark.sql.functions, or with pandas_udf."),
)  # fmt: skip
SCAN = re.compile(r"\b(?:BatchScan|FileScan)\b")
NO_FILTER = re.compile(
    r"\[filters=(?:\w+ IS NOT NULL(?:, )?)*, groupedBy=|PushedFilters: \[(?:IsNotNull\(\w+\)(?:, ?)?)*\]"
)
FILTER = re.compile(r"\bFilter (?!isnotnull\([\w#]+\)$)(.*)$")


def explain_plan(text: str) -> tuple[Advice, ...]:
    """Its last version where adaptive execution shows two: the final plan comes first."""
    final = text.partition("== Initial Plan ==")[0]
    return tuple(advice_of(final.splitlines()))


def advice_of(lines: list[str]) -> Iterator[Advice]:
    """Line by line; a filter waits for the scan below it."""
    waiting = ""
    for line in lines:
        words = line.strip(" :+-*()0123456789|")
        for code, pattern, message, fix in NODES:
            if pattern.search(line):
                yield Advice(code, message, fix, "plan", node=words[:300])
        if found := FILTER.search(line):
            waiting = found[1]
        if SCAN.search(line):
            if waiting and NO_FILTER.search(line):
                yield Advice(
                    "AGT683", "a filter is applied after everything was read: none reaches the files",
                    "compare the bare column with a literal of its own type.", "plan", node=words[:300],
                    evidence={"filter": waiting[:300]},
                )  # fmt: skip
            waiting = ""
