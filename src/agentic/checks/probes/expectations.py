"""A suite and a table -> JSON: what Great Expectations says of the data.

    expectations.py bronze_flights --table bronze.flights --root great-expectations

Run by the project's own Python, in the sandbox; it knows the lake by LAKE_NAME, LAKE_URI, LAKE_WAREHOUSE alone. What
Great Expectations is asked, and how, is the same as for `agentic quality check`: gx_suite.py and gx_run.py.
"""

import argparse
import contextlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

# -I puts no folder of ours among the places to import from.
sys.path.append(str(Path(__file__).parents[2] / "quality/probes"))

from gx_run import explain, pandas_of, refuse_exceptions, validate
from gx_suite import bites, dropped, lacking, needed_columns, read_suite, unknown_columns

SQLITE, POSTGRESQL = "jdbc:sqlite:", "jdbc:postgresql:"
SAMPLE = 5


class ProbeError(RuntimeError):
    """The question could not be asked; that says nothing about the data."""


def main() -> int:
    arguments = parse_arguments()
    begun = time.monotonic()
    try:
        # Libraries talk on stdout; the answer alone may be there.
        with contextlib.redirect_stdout(sys.stderr):
            answer = judge(arguments.suite, arguments.table, arguments.root.resolve())
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
    return parser.parse_args()


def judge(suite_name: str, table_name: str, root: Path) -> dict[str, Any]:
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
    results = validate(suite_name, table_name, frame, root, examples=SAMPLE)
    refuse_exceptions(results)
    failed = [short(one) for one in results if not one["success"]] + dropped(written, results)
    return answer | {
        "success": not failed,
        "rows": len(frame),
        "evaluated": len(results),
        "failed": failed,
    }


def short(result: dict[str, Any]) -> dict[str, Any]:
    told = explain(result)
    return told | {"sample": told["sample"][:SAMPLE]}


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
    """The columns as a frame, in the table's order."""
    frame = pandas_of(table.scan(selected_fields=tuple(columns)).to_arrow(), placeholders)
    kept = {*columns, *placeholders}
    return frame[[field.name for field in table.schema().fields if field.name in kept]]


if __name__ == "__main__":
    sys.exit(main())
