"""A suite and a table -> JSON: what Great Expectations says of the data.

    expectations.py bronze_flights --table bronze.flights --root great-expectations [--docs]

Run by the project's own Python, in the sandbox; it knows the lake by LAKE_NAME, LAKE_URI, LAKE_WAREHOUSE alone.
Great Expectations rewrites its own configuration as it works, so it works on a copy; with --docs, results and Data
Docs come back to <root>/uncommitted.
"""

import argparse
import contextlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

SQLITE, POSTGRESQL = "jdbc:sqlite:", "jdbc:postgresql:"
WHOLE_TABLE = frozenset({"expect_table_row_count_to_be_between", "expect_table_row_count_to_equal"})
NAMES_ONLY = frozenset(
    {
        "expect_table_columns_to_match_set",
        "expect_table_columns_to_match_ordered_list",
        "expect_table_column_count_to_equal",
        "expect_table_column_count_to_be_between",
        "expect_column_to_exist",
    }
)
SAMPLE = 5


class ProbeError(RuntimeError):
    """The question could not be asked; that says nothing about the data."""


def main() -> int:
    arguments = parse_arguments()
    begun = time.monotonic()
    try:
        # Libraries talk on stdout; the answer alone may be there.
        with contextlib.redirect_stdout(sys.stderr):
            answer = judge(arguments.suite, arguments.table, arguments.root.resolve(), arguments.docs)
    except Exception as error:  # the roof: the caller reads JSON, not tracebacks
        print(json.dumps({"error": {"type": type(error).__name__, "message": str(error)}}))
        return 1
    print(json.dumps(answer | {"seconds": round(time.monotonic() - begun, 2)}, default=str))
    return 0


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Judge an Iceberg table by a suite.")
    parser.add_argument("suite")
    parser.add_argument("--table", required=True)
    parser.add_argument("--root", type=Path, default=Path("great-expectations"))
    parser.add_argument("--docs", action="store_true", help="keep the results and build Data Docs")
    return parser.parse_args()


def judge(suite_name: str, table_name: str, root: Path, docs: bool) -> dict[str, Any]:
    written = read_suite(root, suite_name)
    answer = {"success": False, "suite": suite_name, "table": table_name, "rows": 0, "evaluated": 0, "failed": []}
    if not written:
        return answer | {"reason": "expects nothing"}
    if not any(bites(one) for one in written):
        return answer | {"reason": "demands nothing: no expectation is critical, unconditional and bounded"}
    table = open_table(table_name)
    names = [field.name for field in table.schema().fields]
    absent = [lacking(one, names) for one in written if unknown_columns(one, names)]
    if absent:
        return answer | {"evaluated": len(absent), "failed": absent, "reason": "the table lacks columns"}
    frame = pull(table, *needed_columns(written, names))
    results = validate(suite_name, table_name, frame, root, docs)
    failed = [explain(one) for one in results if not one["success"]] + dropped(written, results)
    return answer | {
        "success": not failed,
        "rows": len(frame),
        "evaluated": len(results),
        "failed": failed,
    }


def bites(expectation: dict[str, Any]) -> bool:
    """Can bad rows make it fail?"""
    kwargs = expectation["kwargs"]
    bounded = [kwargs.get(name) for name in ("min_value", "max_value")] != [None, None]
    return (
        (expectation.get("severity") or "critical") == "critical"
        and kwargs.get("mostly", 1) not in (0, 0.0, None)
        and not kwargs.get("row_condition")
        and (bounded or not expectation["type"].endswith("_between"))
    )


def read_suite(root: Path, name: str) -> list[dict[str, Any]]:
    path = root / "expectations" / f"{name}.json"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        found: list[dict[str, Any]] = content["expectations"]
    except FileNotFoundError as error:
        raise ProbeError(f"there is no suite {path}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ProbeError(f"{path} is not a suite: {error}") from error
    return found


def columns_of(expectation: dict[str, Any]) -> list[str]:
    kwargs = expectation["kwargs"]
    named = [kwargs[key] for key in ("column", "column_A", "column_B") if key in kwargs]
    return [*named, *kwargs.get("column_list", [])]


def unknown_columns(expectation: dict[str, Any], names: Sequence[str]) -> list[str]:
    if expectation["type"] in NAMES_ONLY:
        return []
    return [column for column in columns_of(expectation) if column not in names]


def lacking(expectation: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {
        "expectation": expectation["type"],
        "column": ", ".join(unknown_columns(expectation, names)),
        "severity": expectation.get("severity") or "critical",
        "observed": "no such column",
        "unexpected_count": None,
        "sample": [],
    }


def needed_columns(written: Iterable[dict[str, Any]], names: list[str]) -> tuple[list[str], list[str]]:
    """The columns to read, and those whose names alone are asked for."""
    read: set[str] = set()
    placeholders = False
    for expectation in written:
        columns = columns_of(expectation)
        if expectation["type"] in NAMES_ONLY:
            placeholders = True
        elif expectation["kwargs"].get("row_condition") or (not columns and expectation["type"] not in WHOLE_TABLE):
            return names, []  # it may look at anything
        read.update(columns)
    wanted = [name for name in names if name in read] or names[:1]
    return wanted, [name for name in names if name not in wanted] if placeholders else []


def dropped(written: Iterable[dict[str, Any]], results: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Great Expectations leaves out, in silence, an expectation it does not know; here that is a failure."""
    left = Counter(one["type"] for one in written) - Counter(one["expectation_config"]["type"] for one in results)
    why = {"column": "", "severity": "critical", "observed": "unknown to Great Expectations", "unexpected_count": None}
    return [{"expectation": kind, **why, "sample": []} for kind in left.elements()]


def open_table(name: str) -> Any:
    catalog = open_catalog()
    if not catalog.table_exists(name):
        raise ProbeError(f"there is no table {name} in the lake")
    return catalog.load_table(name)


def open_catalog() -> Any:
    uri = os.environ.get("LAKE_URI") or "jdbc:sqlite:data/lake/catalog.db"
    if uri.startswith(SQLITE):
        path = Path(uri.removeprefix(SQLITE)).resolve()
        if not path.exists():
            raise ProbeError(f"there is no lake yet: {path} is missing")
        uri = f"sqlite:///{path}"
    elif uri.startswith(POSTGRESQL):
        uri = with_login("postgresql+psycopg:" + uri.removeprefix(POSTGRESQL))
    warehouse = os.environ.get("LAKE_WAREHOUSE") or "data/lake/warehouse"
    endpoint = os.environ.get("S3_ENDPOINT") or os.environ.get("AWS_ENDPOINT_URL")
    storage = {"s3.endpoint": endpoint} if endpoint else {}
    from pyiceberg.catalog.sql import SqlCatalog

    name = os.environ.get("LAKE_NAME") or "lake"
    return SqlCatalog(name, uri=uri, warehouse=warehouse, init_catalog_tables="false", **storage)


def with_login(uri: str) -> str:
    from sqlalchemy import make_url

    url = make_url(uri)
    user, password = os.environ.get("LAKE_USER"), os.environ.get("LAKE_PASSWORD")
    return url.set(username=user or url.username, password=password or url.password).render_as_string(False)


def pull(table: Any, columns: list[str], placeholders: list[str]) -> Any:
    """The columns as a pandas frame; whole numbers stay whole beside gaps."""
    import pandas
    import pyarrow as pa

    whole = {pa.int32(): pandas.Int32Dtype(), pa.int64(): pandas.Int64Dtype(), pa.bool_(): pandas.BooleanDtype()}
    frame = table.scan(selected_fields=tuple(columns)).to_arrow().to_pandas(types_mapper=whole.get)
    for name in placeholders:
        frame[name] = None
    order = [field.name for field in table.schema().fields if field.name in {*columns, *placeholders}]
    return frame[order]


def validate(suite_name: str, table_name: str, frame: Any, root: Path, docs: bool) -> list[dict[str, Any]]:
    """Each expectation's result, from a Checkpoint run in a copy of the project."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    with tempfile.TemporaryDirectory(prefix="expectations-") as scratch:
        copy = Path(scratch) / "gx"
        shutil.copytree(root, copy, ignore=None if docs else shutil.ignore_patterns("uncommitted"))
        results = run_checkpoint(suite_name, table_name, frame, copy, docs)
        if docs:
            shutil.copytree(copy / "uncommitted", root / "uncommitted", dirs_exist_ok=True)
    return results


def run_checkpoint(suite_name: str, table_name: str, frame: Any, root: Path, docs: bool) -> list[dict[str, Any]]:
    import great_expectations as gx
    from great_expectations.checkpoint import UpdateDataDocsAction

    context = gx.get_context(mode="file", context_root_dir=str(root))
    context.variables.progress_bars = {"globally": False}
    suite = context.suites.get(suite_name)
    context.suites.add_or_update(suite)
    asset = context.data_sources.add_or_update_pandas("lake").add_dataframe_asset(table_name)
    batch = asset.add_batch_definition_whole_dataframe("whole")
    definition = gx.ValidationDefinition(name=suite_name, data=batch, suite=context.suites.get(suite_name))
    definition = context.validation_definitions.add_or_update(definition)
    checkpoint = gx.Checkpoint(
        name=suite_name,
        validation_definitions=[definition],
        actions=[UpdateDataDocsAction(name="docs")] if docs else [],
        result_format={"result_format": "SUMMARY", "partial_unexpected_count": SAMPLE},
    )
    run = context.checkpoints.add_or_update(checkpoint).run(batch_parameters={"dataframe": frame})
    results = [one.to_json_dict() for validated in run.run_results.values() for one in validated.results]
    refuse_exceptions(results)
    return results


def refuse_exceptions(results: Iterable[dict[str, Any]]) -> None:
    """An expectation that could not be evaluated is a broken tool, not bad data."""
    for one in results:
        text = json.dumps(one.get("exception_info") or {}, default=str)
        if '"raised_exception": true' in text:
            kind, kwargs = one["expectation_config"]["type"], one["expectation_config"]["kwargs"]
            raise ProbeError(f"{kind} {json.dumps(kwargs, default=str)} could not be evaluated: {message_in(one)}")


def message_in(result: dict[str, Any]) -> str:
    info = result["exception_info"]
    found = info if "exception_message" in info else next(iter(info.values()), {})
    return str(found.get("exception_message") or "no message")


def explain(result: dict[str, Any]) -> dict[str, Any]:
    config, detail = result["expectation_config"], result.get("result") or {}
    observed = detail.get("observed_value")
    if observed is None and detail.get("unexpected_percent") is not None:
        observed = f"{detail['unexpected_percent']:.4f} % unexpected"
    if "details" in detail and "mismatched" in (detail["details"] or {}):
        observed = detail["details"]["mismatched"]
    return {
        "expectation": config["type"],
        "column": ", ".join(columns_of(config)),
        "severity": config.get("severity") or "critical",
        "observed": observed,
        "unexpected_count": detail.get("unexpected_count"),
        "sample": (detail.get("partial_unexpected_list") or [])[:SAMPLE],
    }


if __name__ == "__main__":
    sys.exit(main())
