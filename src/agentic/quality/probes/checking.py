"""A checkpoint -> what Great Expectations says of its data, rows that break it, and the figures for its history."""

import json
import sys
from pathlib import Path
from typing import Any

import masks
from broken_rows import sample_of
from figures import figures_of
from gx_run import explain, fault_in, validate
from gx_suite import dropped, lacking, needed_columns, read_suite, severity_of, unknown_columns, written_by
from lake_faults import Fault
from places import open_place

EXAMPLES = 20
"""Rows shown for one expectation."""


def tell(words: str) -> None:
    print(f"> {words}", file=sys.stderr, flush=True)


def check(**order: Any) -> dict[str, Any]:
    """The whole checkpoint."""
    root = Path(order["folder"])
    written = read_suite(root, order["suite"])
    if not written:
        raise Fault("suite", f"the suite {order['suite']} expects nothing", "add expectations to it.")
    place = open_place(order)
    refuse_absent(place, order)
    absent = [lacking(one, place.names) for one in written if unknown_columns(one, place.names)]
    sound = [one for one in written if not unknown_columns(one, place.names)]
    columns, placeholders = needed_columns(sound, place.names)
    # A sample is another one with other columns; otherwise the key is read only when there are rows to name.
    early = order["key"] if order["sample"] else []
    wanted = [name for name in place.names if name in {*columns, *order["watched"], *early}]
    tell(f"reading {len(wanted)} of {len(place.names)} columns of {place.shown}")
    data = place.pull(wanted)
    tell(f"{data.rows:,} rows; Great Expectations judges {len(sound)} expectations")
    hidden = masks.hidden_columns(place.names, order["pii"], order["public"])
    kept: dict[str, Any] = {}
    results = judged(order, sound, bool(absent), data, placeholders, kept) if sound else []
    for file in kept.values():
        masks.mask_results(file.get("results") or [], hidden)
    lost = dropped(sound, results)
    if not set(order["key"]) <= set(wanted) and any(not one["success"] for one in results):
        tell("reading the key, to name the rows that do not hold")
        data = place.again(data, [name for name in place.names if name in {*wanted, *order["key"]}])
    explained = absent + [outcome(one, data, order, hidden) for one in results] + newer(lost, root, order["suite"])
    figures = figures_of(data, order["watched"], order["freshness"], order["distribution"], hidden)
    data.close()
    return {
        "rows": data.rows, "engine": data.engine, "snapshot": place.snapshot, "expectations": explained, "figures": figures,
        "whole": data.whole, "validations": kept,
    }  # fmt: skip


def refuse_absent(place: Any, order: dict[str, Any]) -> None:
    """The checkpoint itself names a column that the data does not have. Raises Fault."""
    known = set(place.names)
    for what in ("key", "watched"):
        if absent := [name for name in order[what] if name not in known]:
            raise Fault("data", f"{place.shown} has no column {absent[0]}, which the checkpoint names",
                        "mend `key` or `trends` of the checkpoint, or the table.")  # fmt: skip


def judged(
    order: dict[str, Any], sound: list[Any], is_part: bool, data: Any, placeholders: list[str], kept: dict[str, Any]
) -> list[dict[str, Any]]:
    """Great Expectations' results."""
    return validate(
        order["suite"], order["asset"], data.frame(placeholders, sound), Path(order["folder"]), engine=data.engine,
        run=order["run"], only=sound if is_part else None, kept=kept,
    )  # fmt: skip


def outcome(result: dict[str, Any], data: Any, order: dict[str, Any], hidden: Any) -> dict[str, Any]:
    """One expectation: what it met, and, where it failed, rows that break it."""
    config, detail = result["expectation_config"], result.get("result") or {}
    told = explain(result)
    fault = fault_in(result)
    failed = not result["success"]
    column = masks.is_hidden(told["column"], hidden)
    observed = f"could not be evaluated: {fault[:300]}" if fault else told["observed"]
    return {
        **told,
        "observed": masks.MASKED if column and not fault and detail.get("observed_value") is not None else observed,
        "success": bool(result["success"]),
        "threshold": threshold(config),
        "element_count": detail.get("element_count"),
        "sample": sample_of(config, data, order["key"], hidden, EXAMPLES) if failed and not fault else [],
        "severity": severity_of(config),
    }


def threshold(config: dict[str, Any]) -> str:
    """What it demands, in the suite's own words."""
    skipped = {"column", "column_A", "column_B", "column_list", "batch_id", "result_format", "catch_exceptions"}
    asked = {key: value for key, value in config["kwargs"].items() if key not in skipped and value is not None}
    text = ", ".join(f"{key} {json.dumps(value, default=str, ensure_ascii=False)}" for key, value in asked.items())
    return text if len(text) <= 300 else text[:299] + "…"


def newer(lost: list[dict[str, Any]], root: Path, suite: str) -> list[dict[str, Any]]:
    """What this version does not know, told with the version that wrote it."""
    if not lost:
        return []
    from importlib.metadata import version

    told = f"unknown to Great Expectations {version('great_expectations')}"
    by = written_by(root, suite)
    return [one | {"observed": f"{told}; the suite was written by {by}" if by else told} for one in lost]
