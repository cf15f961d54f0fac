"""A frame and a suite -> Great Expectations' own results.

It rewrites its own configuration as it works, so it works on a copy of the project; nothing of it leaves this machine.
Shared by `agentic quality check` and by the check inside of a task run (checks/probes/expectations.py).
"""

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from gx_suite import columns_of, severity_of

NOT_COPIED = ("uncommitted", "*.yml.lock")
QUIET = {"GX_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}


class EvaluationError(RuntimeError):
    """An expectation could not be evaluated; that says nothing about the data."""


AS_FLOATS = frozenset(
    {
        "expect_column_values_to_not_be_null", "expect_column_values_to_be_null", "expect_column_values_to_be_between",
        "expect_column_values_to_be_in_set", "expect_column_values_to_not_be_in_set", "expect_column_values_to_be_unique",
        "expect_compound_columns_to_be_unique", "expect_column_min_to_be_between", "expect_column_max_to_be_between",
        "expect_column_mean_to_be_between", "expect_column_median_to_be_between", "expect_column_sum_to_be_between",
        "expect_column_stdev_to_be_between", "expect_column_pair_values_to_be_equal",
        "expect_column_pair_values_a_to_be_greater_than_b", "expect_column_unique_value_count_to_be_between",
    }
)  # fmt: skip
"""For these, 3 and 3.0 are the same."""
EXACT = 2**53
"""Up to here a float holds every whole number."""


def fit_floats(table: Any, written: Iterable[dict[str, Any]]) -> set[str]:
    """Columns of whole numbers with gaps for which numpy's floats do: the masked ones of pandas are several times slower."""
    import pyarrow.compute as pc

    strict = {name for one in written if one["type"] not in AS_FLOATS for name in columns_of(one)}
    found = set()
    for name in table.column_names:
        if name not in strict and table[name].null_count and str(table[name].type).startswith(("int", "uint")):
            ends = pc.min_max(table[name]).as_py()
            if ends["min"] is None or max(abs(ends["min"]), abs(ends["max"])) <= EXACT:
                found.add(name)
    return found


def pandas_of(table: Any, placeholders: Iterable[str] = (), written: Iterable[dict[str, Any]] | None = None) -> Any:
    """An Arrow table as a pandas frame. Whole numbers stay whole beside gaps, unless what is `written` works with floats as well.

    A column that is there by its name alone takes no memory, however many rows and columns there are.
    """
    import pandas
    import pyarrow as pa

    masked = {
        pa.int8(): pandas.Int8Dtype(), pa.int16(): pandas.Int16Dtype(), pa.int32(): pandas.Int32Dtype(),
        pa.int64(): pandas.Int64Dtype(), pa.bool_(): pandas.BooleanDtype(),
    }  # fmt: skip
    floats = fit_floats(table, written) if written is not None else set()
    gaps = [
        name
        for name in table.column_names
        if name not in floats and table[name].null_count and table.schema.field(name).type in masked
    ]
    frame = table.drop_columns(gaps).to_pandas(split_blocks=True) if gaps else table.to_pandas(split_blocks=True)
    parts = {name: frame[name] for name in frame.columns}
    for name in gaps:
        parts[name] = table[name].to_pandas(types_mapper=masked.get)
    for name in placeholders:
        parts[name] = pandas.Series(
            pandas.array(pa.nulls(table.num_rows), dtype=pandas.ArrowDtype(pa.null())), copy=False
        )
    return pandas.DataFrame(parts, copy=False)


def validate(
    suite: str, asset: str, frame: Any, root: Path, *, engine: str = "pandas", run: str = "", examples: int = 0,
    only: list[dict[str, Any]] | None = None, kept: dict[str, Any] | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """Each expectation's result. `only`: these of the suite's expectations, since the others cannot be asked.

    `kept` is filled with the files that Data Docs are made of: path below uncommitted/validations -> content.
    """
    os.environ.update(QUIET)
    with tempfile.TemporaryDirectory(prefix="expectations-") as scratch:
        copy = Path(scratch) / "gx"
        shutil.copytree(root, copy, ignore=shutil.ignore_patterns(*NOT_COPIED))
        if only is not None:
            narrow(copy / f"expectations/{suite}.json", only)
        results = run_checkpoint(suite, asset, frame, copy, engine, run, examples)
        if kept is not None:
            made = copy / "uncommitted/validations"
            for path in made.rglob("*.json"):
                kept[path.relative_to(made).as_posix()] = json.loads(path.read_text(encoding="utf-8"))
    return results


def narrow(path: Path, only: list[dict[str, Any]]) -> None:
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(content | {"expectations": only}), encoding="utf-8")


def run_checkpoint(
    suite_name: str, asset_name: str, frame: Any, root: Path, engine: str, run: str, examples: int
) -> list[dict[str, Any]]:
    import great_expectations as gx
    from great_expectations.execution_engine import pandas_execution_engine

    # It hashes every value of a frame below this size, a third of the time, for a mark that nobody reads.
    pandas_execution_engine.HASH_THRESHOLD = 0
    context = gx.get_context(mode="file", context_root_dir=str(root))
    context.variables.progress_bars = {"globally": False}
    suite = context.suites.get(suite_name)
    context.suites.add_or_update(suite)
    source = getattr(context.data_sources, f"add_or_update_{engine}")("lake")
    batch = source.add_dataframe_asset(re.sub(r"[^\w.@-]+", "_", asset_name)).add_batch_definition_whole_dataframe(
        "whole"
    )
    definition = gx.ValidationDefinition(name=suite_name, data=batch, suite=context.suites.get(suite_name))
    definition = context.validation_definitions.add_or_update(definition)
    checkpoint = gx.Checkpoint(
        name=suite_name,
        validation_definitions=[definition],
        result_format={"result_format": "SUMMARY" if examples else "BASIC", "partial_unexpected_count": examples},
    )
    named = {"run_id": gx.RunIdentifier(run_name=run)} if run else {}
    ran = context.checkpoints.add_or_update(checkpoint).run(batch_parameters={"dataframe": frame}, **named)
    return [one.to_json_dict() for validated in ran.run_results.values() for one in validated.results]


def fault_in(result: dict[str, Any]) -> str:
    """Why it could not be evaluated; empty where it was."""
    info = result.get("exception_info") or {}
    if '"raised_exception": true' not in json.dumps(info, default=str):
        return ""
    found = info if "exception_message" in info else next(iter(info.values()), {})
    return str(found.get("exception_message") or "no message")


def refuse_exceptions(results: Iterable[dict[str, Any]]) -> None:
    """An expectation that could not be evaluated is a broken tool, not bad data. Raises EvaluationError."""
    for one in results:
        if words := fault_in(one):
            kind, kwargs = one["expectation_config"]["type"], one["expectation_config"]["kwargs"]
            raise EvaluationError(f"{kind} {json.dumps(kwargs, default=str)} could not be evaluated: {words}")


def explain(result: dict[str, Any]) -> dict[str, Any]:
    """What it expects, and what it met."""
    config, detail = result["expectation_config"], result.get("result") or {}
    observed = detail.get("observed_value")
    if observed is None and detail.get("unexpected_percent") is not None:
        observed = f"{detail['unexpected_percent']:.4f} % unexpected"
    if "details" in detail and "mismatched" in (detail["details"] or {}):
        observed = detail["details"]["mismatched"]
    return {
        "expectation": config["type"],
        "column": ", ".join(columns_of(config)),
        "severity": severity_of(config),
        "observed": observed,
        "unexpected_count": detail.get("unexpected_count"),
        "sample": detail.get("partial_unexpected_list") or [],
    }
