"""Measure tables with DuckDB. Stand-alone: runs in the project's interpreter, started with -I.

Its order is one JSON object on stdin; its answer is one on stdout; what goes on is told on stderr, a line each.
"""

import json
import re
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from profile_faults import Fault, tell


def main():
    """One answer, also where it fails."""
    order = json.loads(sys.stdin.read())
    try:
        answer = carry_out(order)
    except ModuleNotFoundError as error:
        answer = fault(
            "not installed", f"{error.name} is not installed for the project's Python", kind_of=error, fix="", table=""
        )
    except Fault as error:
        answer = fault(error.kind, error.message, error.__cause__, error.fix, error.table)
    except Exception as error:
        answer = fault(known(error), first_line(error), error, "", "")
    print(json.dumps(answer))


def carry_out(order):
    """Every table, then what holds between them."""
    import duckdb
    from profile_keys import foreign_keys
    from profile_measure import measure
    from profile_open import opened

    config = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "temp_directory": order["folder"],
    }
    con = duckdb.connect(str(Path(order["folder"]) / "stage.duckdb"), config=config)
    con.execute("SET enable_progress_bar = false")
    con.execute("SET TimeZone = 'UTC'")
    tables = []
    for number, one in enumerate(order["tables"]):
        began = time.monotonic()
        tell(f"{one['name']}: opening {one['shown']}")
        relation, more = opened(con, one, number, order)
        tables.append({**one, **more, **measure(con, relation, one, more, number), "relation": relation})
        tables[-1]["milliseconds"] = round((time.monotonic() - began) * 1000)
    found = foreign_keys(con, tables)
    for one in tables:
        for inner in ("connection", "paths", "reading", "database", "scan", "place"):
            one.pop(inner, None)
    return {"tables": tables, "foreign_keys": found}


def known(error):
    """What of the machine failed."""
    text = str(error)
    if "Could not set lock" in text or "lock on file" in text:
        return "locked"
    if "No space left" in text or getattr(error, "errno", 0) == 28:
        return "disk"
    return "broken"


def fault(kind, message, kind_of, fix, table):
    """The end of it."""
    cause = re.sub(r"\s+", " ", str(kind_of))[:500] if kind_of else ""
    return {"fault": {"kind": kind, "message": message, "cause": cause, "hint": fix, "table": table}}


def first_line(error):
    return (str(error) or type(error).__name__).splitlines()[0][:300]


if __name__ == "__main__":
    main()
