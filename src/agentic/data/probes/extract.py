"""Load endpoints and tables into raw tables of DuckDB. Stand-alone: runs in the project's interpreter, started with -I.

Its order is the JSON on its stdin, secrets and all; it answers on stdout, one JSON object a line, and tells its progress on stderr.
Everything is fetched into a database of its own first. What came is put into its table in one transaction with its line in the
ledger, which holds the cursor as well: killed at any moment, it was loaded or it was not.
"""

import ctypes
import json
import os
import signal
import sys
import time
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).resolve().parent))

from staged import Stage, Taken, Wrong


def main():
    """Read the order, carry it out one by one."""
    die_with_parent()
    order = json.load(sys.stdin)
    try:
        items = expanded(order)
        if order["do"] == "tables":
            show_tables(order)
        else:
            Path(order["database"]).parent.mkdir(parents=True, exist_ok=True)
            for number, one in enumerate(items):
                say(**load(one, number, order))
    except (duckdb.Error, OSError, Taken, Wrong) as error:
        say(**fatal(error))
        return 4
    say(ended=True)
    return 0


def say(**words):
    """An answer. Whoever reads it may be gone."""
    print(json.dumps(words, default=str), flush=True)


def tell(words):
    """Progress."""
    print(json.dumps({"progress": words}), file=sys.stderr, flush=True)


def die_with_parent():
    """Where the system can: a load whose runner was killed shall not go on in secret and hold the database."""
    try:
        ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGKILL)
    except (OSError, AttributeError):
        return


def expanded(order):
    """A database without tables means every table of its schema."""
    for one in order["items"]:
        if one["kind"] == "database" and one["name"] == "*" and order["do"] == "load":
            from from_database import all_tables

            yield from all_tables(one)
        else:
            yield one


def show_tables(order):
    """What a server has."""
    from from_database import tables

    for one in order["items"]:
        for found in tables(one):
            say(**found)


def fatal(error):
    """What of the machine failed."""
    text = str(error)
    if isinstance(error, Taken):
        return {"fatal": text, "cause": ""}
    if isinstance(error, Wrong):
        return {"fatal": error.message, "cause": "", "fix": error.fix}
    if "No space left" in text or getattr(error, "errno", 0) == 28:
        return {"fatal": "disk", "cause": text[:2000]}
    return {"fatal": "the database cannot be used", "cause": text[:2000], "fix": "look at it; nothing was half-loaded."}


def load(one, number, order):
    """One endpoint or table: loaded or failed."""
    began = time.monotonic()
    base = {"source": one["source"], "name": one["name"], "table": one["table"], "write": one["write"]}
    stage = Stage(order, one, number, tell)
    try:
        stage.begin()
        reader_of(one)(one, stage, order, tell)
        counts = stage.put()
    except Wrong as error:
        return {**base, "status": "failed", "code": error.code, "message": error.message, "fix": error.fix}
    except (duckdb.DataError, duckdb.ProgrammingError) as error:
        # Of these rows, not of the warehouse: they stop no other endpoint or table.
        said = " ".join(str(error).split())[:300]
        message = f"{stage.shown}: what came cannot be a table: {said}"
        return {
            **base,
            "status": "failed",
            "code": "AGT616",
            "message": message,
            "fix": "the table is as it was; look at the source.",
        }
    finally:
        stage.close()
    took = round((time.monotonic() - began) * 1000)
    tell(f"{one['source']}/{one['name']}: {counts['rows_loaded']:,} rows in {one['table']}")
    return {**base, "status": "loaded", **counts, "milliseconds": took}


def reader_of(one):
    """Imported when it is needed: dlt takes its time."""
    if one["kind"] == "api":
        from from_api import read
    else:
        from from_database import read
    return read


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    # Threads of libraries shall not keep a finished load from ending.
    os._exit(code)
