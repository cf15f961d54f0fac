"""Load files into raw tables of DuckDB. Stand-alone: runs in the project's interpreter, started with -I.

Its order is the JSON file that its one argument names; what it does is said there, in `said`, one JSON object a line.
A file is loaded in one transaction with its line in the ledger: killed at any moment, it was loaded or it was not.
"""

import ctypes
import hashlib
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

from from_csv import Csv
from from_json import Json
from from_parquet import Parquet
from typed import Refused, quoted

READERS = {"csv": Csv, "json": Json, "jsonl": Json, "parquet": Parquet}
LEDGER = "raw__loads"
MADE = (
    f"CREATE TABLE IF NOT EXISTS {LEDGER} (file VARCHAR, source VARCHAR, table_name VARCHAR, digest VARCHAR, reading VARCHAR,"
    " bytes BIGINT, rows_read BIGINT, rows_loaded BIGINT, rows_quarantined BIGINT, loaded_at TIMESTAMP, run_id VARCHAR)"
)
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
            con.execute(MADE)
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
    if order["schema_only"]:
        return duckdb.connect(":memory:", config=config)
    Path(order["database"]).parent.mkdir(parents=True, exist_ok=True)
    return duckdb.connect(order["database"], config=config)


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
        kinds, count, bad = READERS[one["format"]](con, one, folder, tell).columns()
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
        digest = digest_of(one["path"])
        if loaded := same(con, one, digest):
            return {"file": one["file"], "status": "unchanged", "digest": digest, **loaded}
        counts = put(con, one, order, folder, tell, digest, before)
    except (Refused, EOFError, UnicodeError, zlib.error, duckdb.Error, OSError) as error:
        undo(con)
        if isinstance(error, (duckdb.Error, OSError)) and not of_the_file(error):
            raise
        return refusal(one, told(error, one))
    return {
        "file": one["file"],
        "status": "loaded",
        "digest": digest,
        **counts,
        "milliseconds": round((time.monotonic() - began) * 1000),
    }


def put(con, one, order, folder, tell, digest, before):
    """Everything that belongs to one file, in one transaction that the reader began."""
    table = one["table"]
    con.execute(QUARANTINE.format(quoted(table + "_quarantine")))
    # An earlier version's bad rows go with its good ones: the reader begins the transaction, so they go below.
    held = con.execute(
        f"SELECT count(*) FROM {quoted(table + '_quarantine')} WHERE _file = ?", [one["file"]]
    ).fetchone()[0]
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE earlier AS SELECT rowid AS id FROM {quoted(table + '_quarantine')} WHERE _file = ?",
        [one["file"]],
    )
    read = READERS[one["format"]](con, one, folder, tell).put()
    if held:
        con.execute(f"DELETE FROM {quoted(table + '_quarantine')} WHERE rowid IN (SELECT id FROM earlier)")
    counts = counted(con, table, one["file"], read)
    refuse_bad_lines(con, one, counts)
    after = os.stat(one["path"])
    if (before.st_size, before.st_mtime_ns, before.st_ino) != (after.st_size, after.st_mtime_ns, after.st_ino):
        raise Refused("AGT610", f"{one['file']} changed while it was read", "run again when it is written to its end.")
    con.execute(f"DELETE FROM {LEDGER} WHERE file = ? AND table_name = ?", [one["file"], table])
    con.execute(
        f"INSERT INTO {LEDGER} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [one["file"], one["source"], table, digest, one["reading"], before.st_size, counts["rows_read"], counts["rows_loaded"], counts["rows_quarantined"], order["now"], order["run_id"]],
    )  # fmt: skip
    con.execute("COMMIT")
    return counts


def counted(con, table, name, read):
    """Rows of the file in table and quarantine, held against how many it has."""
    loaded, bad = (
        con.execute(f"SELECT count(*) FROM {quoted(one)} WHERE _file = ?", [name]).fetchone()[0]
        for one in (table, table + "_quarantine")
    )
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
            f"SELECT line, reason FROM {quoted(one['table'] + '_quarantine')} WHERE _file = ? ORDER BY line LIMIT 3",
            [one["file"]],
        ).fetchall()
        listed = "; ".join(f"line {line}: {reason}" for line, reason in bad)
        raise Refused(
            "AGT612",
            f"{one['file']} has {counts['rows_quarantined']:,} bad rows of {counts['rows_read']:,} ({listed})",
            "mend the file, or say bad_lines: quarantine.",
        )


def same(con, one, digest):
    """The counts of an earlier load of the same bytes, read in the same way, that is still there."""
    row = con.execute(
        f"SELECT rows_read, rows_loaded, rows_quarantined FROM {LEDGER} WHERE file = ? AND table_name = ? AND digest = ? AND reading = ?",
        [one["file"], one["table"], digest, one["reading"]],
    ).fetchone()
    if row is None or not con.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = ?", [one["table"]]).fetchone():
        return None
    there = con.execute(f"SELECT count(*) FROM {quoted(one['table'])} WHERE _file = ?", [one["file"]]).fetchone()[0]
    return dict(zip(("rows_read", "rows_loaded", "rows_quarantined"), row)) if there == row[1] else None


def digest_of(path):
    """SHA-256 of the bytes as they lie there."""
    with open(path, "rb") as file:
        return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"


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
