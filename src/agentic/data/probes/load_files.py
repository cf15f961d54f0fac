"""Load files into raw tables of DuckDB. Stand-alone: runs in the project's interpreter, started with -I.

Its order is the JSON file that its one argument names; what it does is said there, in `said`, one JSON object a line.
A file is loaded in one transaction with its line in the ledger: killed at any moment, it was loaded or it was not.
"""

import ctypes
import json
import os
import re
import shutil
import signal
import sys
import tempfile
import time
import zlib
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).resolve().parent))

from beside import Beside
from from_csv import Csv
from from_json import Json
from from_parquet import Parquet
from heart import Heart
from loads import columns_of, known, note, numbered, open_ledger, refuse_strangers
from typed import OURS, Refused, literal, quoted

READERS = {"csv": Csv, "json": Json, "jsonl": Json, "parquet": Parquet}
QUARANTINE = "CREATE TABLE IF NOT EXISTS {} (_file VARCHAR, line BIGINT, reason VARCHAR, raw VARCHAR)"


class Said:
    """What is told on the way, and the end of it."""

    def __init__(self, path):
        self.file = open(path, "a", encoding="utf-8")

    def __call__(self, **words):
        self.file.write(json.dumps(words) + "\n")
        self.file.flush()


def main():
    """Read the order, carry it out file by file."""
    die_with_parent()
    order = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    said = Said(order["said"])
    folder = tempfile.mkdtemp(prefix="loading-", dir=order["folder"])
    try:
        con = connect(order)
        if order["database"] and not order["schema_only"]:
            open_ledger(con)
        for one in order["files"]:
            said(
                **(schema if order["schema_only"] else load)(
                    con, one, order, folder, lambda words: said(progress=words)
                )
            )
        con.close()
    except (duckdb.Error, OSError) as error:
        said(fatal=fatal(error), cause=str(error)[:2000])
        return 4
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def die_with_parent():
    """Where the system can: a load whose runner was killed shall not go on in secret and hold the database."""
    try:
        ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGKILL)
    except (OSError, AttributeError):
        return


def connect(order):
    """The database; in memory where only a schema is asked for. Nothing is downloaded."""
    config = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "temp_directory": order["folder"],
    }
    if not order["schema_only"]:
        Path(order["database"]).parent.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect(":memory:" if order["schema_only"] else order["database"], config=config)
    # So that DuckDB counts how far it is; the bar itself is not drawn.
    con.execute("SET enable_progress_bar = true")
    con.execute("SET enable_progress_bar_print = false")
    return con


def fatal(error):
    """What of the machine failed."""
    text = str(error)
    if "Could not set lock" in text or "lock on file" in text:
        holder = re.search(r"PID (\d+)", text)
        return f"locked by process {holder[1]}" if holder else "locked"
    if "No space left" in text or getattr(error, "errno", 0) == 28:
        return "disk"
    return "database"


def schema(con, one, order, folder, tell):
    """Columns as they would be loaded."""
    try:
        with Heart(con, one["file"], os.path.getsize(one["path"]), tell) as heart:
            kinds, count, bad = READERS[one["format"]](con, one, folder, heart).columns()
    except (Refused, EOFError, OSError, UnicodeError, zlib.error, duckdb.Error) as error:
        return refusal(one, told(error, one))
    return {
        "file": one["file"],
        "status": "described",
        "columns": [{"name": name, "type": kind} for name, kind in kinds.items()],
        "rows_read": count,
        "rows_quarantined": bad,
    }


def load(con, one, order, folder, tell):
    """One file: loaded, unchanged, or failed."""
    began = time.monotonic()
    tell(f"{one['file']}: {os.path.getsize(one['path']):,} bytes" if os.path.exists(one["path"]) else one["file"])
    try:
        before = os.stat(one["path"])
        with Heart(con, one["file"], before.st_size, tell) as heart:
            if loaded := same(con, one, before.st_size):
                return {"file": one["file"], "status": "unchanged", **loaded}
            digest, counts = put(con, one, order, folder, heart, before)
    except (Refused, EOFError, UnicodeError, zlib.error, duckdb.Error, OSError) as error:
        undo(con)
        if isinstance(error, (duckdb.Error, OSError)) and not of_the_file(error):
            raise
        return refusal(one, told(error, one))
    return {
        "file": one["file"],
        "status": "loaded",
        "load": one["load"],
        "digest": digest,
        **counts,
        "milliseconds": round((time.monotonic() - began) * 1000),
    }


def put(con, one, order, folder, heart, before):
    """Everything that belongs to one file, in one transaction that the reader began."""
    table = one["table"]
    # The file before may have left it: in a transaction that failed, nothing can be said any more.
    con.execute("RESET preserve_insertion_order")
    one["load"], one["earlier"] = numbered(con, one)
    if OURS in columns_of(con, table):
        refuse_strangers(con, table)
    con.execute(QUARANTINE.format(quoted(table + "_quarantine")))
    # An earlier version's bad rows go with its good ones: the reader begins the transaction, so they go below.
    bad = f"FROM {quoted(table + '_quarantine')} WHERE _file = {literal(one['file'])}"
    held = con.execute(f"SELECT count(*) {bad}").fetchone()[0]
    con.execute(f"CREATE OR REPLACE TEMP TABLE earlier AS SELECT rowid AS id {bad}")
    beside = Beside(one["path"])
    try:
        read, loaded = READERS[one["format"]](con, one, folder, heart).put(beside)
        digest = beside.digest()
    finally:
        beside.stop()
    if held:
        con.execute(f"DELETE FROM {quoted(table + '_quarantine')} WHERE rowid IN (SELECT id FROM earlier)")
    counts = counted(con, table, one["file"], read, loaded)
    refuse_bad_lines(con, one, counts)
    after = os.stat(one["path"])
    if (before.st_size, before.st_mtime_ns, before.st_ino) != (after.st_size, after.st_mtime_ns, after.st_ino):
        raise Refused("AGT610", f"{one['file']} changed while it was read", "run again when it is written to its end.")
    note(con, one, digest, before.st_size, counts, order)
    con.execute("COMMIT")
    return digest, counts


def counted(con, table, name, read, loaded):
    """Rows that went into table and quarantine, held against how many the file has."""
    bad = con.execute(f"SELECT count(*) FROM {quoted(table + '_quarantine')} WHERE _file = {literal(name)}").fetchone()[
        0
    ]
    if loaded + bad != read:
        raise Refused(
            "AGT613",
            f"{name} has {read:,} rows; {loaded:,} in the table and {bad:,} in quarantine are {loaded + bad:,}",
            "nothing of it was kept; please report it, with the file if you may.",
        )
    return {"rows_read": read, "rows_loaded": loaded, "rows_quarantined": bad}


def refuse_bad_lines(con, one, counts):
    """`bad_lines: fail`."""
    if one["bad_lines"] == "fail" and counts["rows_quarantined"]:
        bad = con.execute(
            f"SELECT line, reason FROM {quoted(one['table'] + '_quarantine')} WHERE _file = {literal(one['file'])} ORDER BY line LIMIT 3"
        ).fetchall()
        listed = "; ".join(f"line {line}: {reason}" for line, reason in bad)
        raise Refused(
            "AGT612",
            f"{one['file']} has {counts['rows_quarantined']:,} bad rows of {counts['rows_read']:,} ({listed})",
            "mend the file, or say bad_lines: quarantine.",
        )


def same(con, one, size):
    """Digest and counts of an earlier load of the same bytes, read in the same way, that is still there."""
    row = known(con, one, size)
    # Another size is another file: only where it is the same the digest has to be known before anything is read.
    there = f"SELECT 1 FROM duckdb_tables() WHERE table_name = {literal(one['table'])}"
    if row is None or not con.execute(there).fetchone():
        return None
    beside = Beside(one["path"])
    beside.start()
    load, digest, read, loaded, bad = row
    rows = f"SELECT count(*) FROM {quoted(one['table'])} WHERE {OURS} = {load}"
    if beside.digest() != digest or con.execute(rows).fetchone()[0] != loaded:
        return None
    return {"load": load, "digest": digest, "rows_read": read, "rows_loaded": loaded, "rows_quarantined": bad}


def undo(con):
    """Nothing of a file that failed stays."""
    try:
        con.execute("ROLLBACK")
    except duckdb.Error:
        return


def of_the_file(error):
    """Is it the file that is broken, and not the machine?"""
    if isinstance(error, OSError) and not isinstance(error, duckdb.Error):
        return error.errno in (None, 2, 13, 21)
    return isinstance(
        error,
        (duckdb.InvalidInputException, duckdb.ConversionException, duckdb.BinderException, duckdb.ParserException),
    )


def told(error, one):
    """Any of them as a refusal."""
    if isinstance(error, Refused):
        return error
    first = (str(error) or type(error).__name__).splitlines()[0].replace(one["path"], one["file"])
    return Refused(
        "AGT610",
        f"{one['file']} cannot be read: {first[:300]}",
        "ask for the file again, or say how it is written in configs/sources.yml.",
    )


def refusal(one, error):
    """A file that failed."""
    return {"file": one["file"], "status": "failed", "code": error.code, "message": error.message, "fix": error.fix}


if __name__ == "__main__":
    sys.exit(main())
