"""Rows that were fetched, in a database of their own, until all of them are there; then into their table in one transaction."""

import re
import time
from pathlib import Path

import duckdb
import pyarrow as pa

CONFIG = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
LEDGER = "raw__extracts"
MADE = (
    f"CREATE TABLE IF NOT EXISTS w.{LEDGER} (kind VARCHAR, source VARCHAR, name VARCHAR, table_name VARCHAR, write VARCHAR,"
    " reading VARCHAR, cursor_from VARCHAR, cursor_to VARCHAR, rows_read BIGINT, rows_loaded BIGINT, rows_quarantined BIGINT,"
    " rows_repeated BIGINT, loaded_at TIMESTAMP, run_id VARCHAR)"
)
QUARANTINE = "(_file VARCHAR, line BIGINT, reason VARCHAR, raw VARCHAR)"
BATCH = 20_000
PATIENCE = 20
"""Seconds for which a database that another process holds is waited for, once everything is fetched."""


class Wrong(Exception):
    """What was asked cannot be loaded. Nothing of it is."""

    def __init__(self, code, message, fix):
        super().__init__(message)
        self.code, self.message, self.fix = code, message, fix


class Taken(Exception):
    """Another process holds the database."""


def quoted(name):
    """As an identifier."""
    return '"' + name.replace('"', '""') + '"'


def attach(con, path, patience=0.0, read_only=False):
    """The warehouse as `w`. Raises Taken while another process holds it."""
    until = time.monotonic() + patience
    while True:
        try:
            con.execute(f"ATTACH '{path.replace(chr(39), chr(39) * 2)}' AS w{' (READ_ONLY)' if read_only else ''}")
            return
        except duckdb.IOException as error:
            if "lock" not in str(error):
                raise
            if time.monotonic() >= until:
                holder = re.search(r"PID (\d+)", str(error))
                raise Taken(f"locked by process {holder[1]}" if holder else "locked") from error
        time.sleep(0.2)


class Stage:
    """One endpoint or table on its way."""

    def __init__(self, order, one, number, tell):
        self.order, self.one, self.tell = order, one, tell
        self.path = Path(order["folder"]) / f"stage-{number}.duckdb"
        self.con = duckdb.connect(str(self.path), config={**CONFIG, "temp_directory": order["folder"]})
        self.con.execute("SET TimeZone = 'UTC'")
        self.con.execute("CREATE TABLE bad (line BIGINT, reason VARCHAR, raw VARCHAR)")
        self.shown = f"{one['source']}/{one['name']}"
        self.table = one["table"]
        self.item = one["name"] if one["kind"] == "api" else one["where"]
        self.held, self.read = [], 0
        self.cursor = self.newest = ""
        self.existing, self.untyped, self.columns = {}, set(), {}

    def close(self):
        """Nothing is kept."""
        self.con.close()
        self.path.unlink(missing_ok=True)

    # --- before: what is there ---

    def begin(self):
        """The table as it is and the cursor of the last load: before anything is asked, so that a locked database costs nothing."""
        if not Path(self.order["database"]).exists():
            return
        attach(self.con, self.order["database"], read_only=True)
        try:
            self.look()
        finally:
            self.con.execute("DETACH w")

    def look(self):
        """Raises Wrong where the table is somebody else's."""
        self.existing = dict(
            self.con.execute(
                "SELECT column_name, data_type FROM duckdb_columns() WHERE database_name = 'w' AND schema_name = 'main'"
                " AND table_name = ? ORDER BY column_index",
                [self.table],
            ).fetchall()
        )
        self.columns = {name.casefold(): name for name in self.existing}
        last = self.last()
        if self.existing and last is None:
            raise Wrong(
                "AGT617",
                f"{self.table} is there, and was not loaded from {self.shown}",
                "give the endpoint or table another `table` in configs/sources.yml, or drop that table.",
            )
        if self.existing and last[0] == self.one["reading"] and self.one["write"] == "merge":
            self.cursor = last[1] or ""
        for name, kind in self.existing.items():
            if kind == "JSON" and not self.one_row(
                f"SELECT 1 FROM w.{quoted(self.table)} WHERE {quoted(name)} IS NOT NULL LIMIT 1"
            ):
                self.untyped.add(name)

    def last(self):
        """Reading and cursor of the newest load; None where there was none."""
        if not self.one_row("SELECT 1 FROM duckdb_tables() WHERE database_name = 'w' AND table_name = ?", [LEDGER]):
            return None
        return self.one_row(
            f"SELECT reading, cursor_to FROM w.{LEDGER} WHERE kind = ? AND source = ? AND name = ? AND table_name = ?"
            " ORDER BY rowid DESC LIMIT 1",
            [self.one["kind"], self.one["source"], self.item, self.table],
        )

    def one_row(self, sql, values=()):
        """The first row, or None."""
        return self.con.execute(sql, list(values)).fetchone()

    # --- while rows come ---

    def hold(self, row):
        """Some thousand rows at a time."""
        self.held.append(row)
        if len(self.held) >= BATCH:
            self.flush()

    def flush(self):
        """Into the stage's table `rows`, in which everything is text."""
        if self.held:
            batch = pa.table(
                {f"c{i}": pa.array(column, pa.string()) for i, column in enumerate(zip(*self.held, strict=True))}
            )
            self.con.register("batch", batch)
            self.con.execute("INSERT INTO rows SELECT * FROM batch")
            self.con.unregister("batch")
            self.held.clear()

    def refuse(self, line, reason, raw):
        """One record into quarantine."""
        self.con.execute("INSERT INTO bad VALUES (?, ?, ?)", [line, reason, raw])

    # --- after: into the table ---

    def put(self):
        """`incoming` and `bad` into the table, its quarantine and the ledger. All of it or nothing."""
        count = lambda table: self.one_row(f"SELECT count(*) FROM {table}")[0]  # noqa: E731
        loaded, bad = count("incoming"), count("bad")
        repeated = count("repeated")
        if loaded + bad + repeated != self.read:
            raise Wrong(
                "AGT613",
                f"{self.shown} gave {self.read:,} rows; {loaded:,} good, {bad:,} bad and {repeated:,} repeated ones are not as many",
                "nothing of it was kept; please report it.",
            )
        self.refuse_emptied(loaded, bad)
        attach(self.con, self.order["database"], PATIENCE)
        try:
            self.con.execute("BEGIN")
            self.refuse_moved()
            self.write()
            self.quarantine()
            counts = {"rows_read": self.read, "rows_loaded": loaded, "rows_quarantined": bad, "rows_repeated": repeated}
            counts |= {"cursor_from": self.cursor, "cursor_to": self.newest or self.cursor}
            self.note(counts)
            self.con.execute("COMMIT")
        finally:
            # Without this an error would leave the transaction open, and the warehouse could not be let go.
            self.undo()
            self.con.execute("DETACH w")
        return counts

    def undo(self):
        """Nothing, where it was committed."""
        try:
            self.con.execute("ROLLBACK")
        except duckdb.TransactionException:
            return

    def refuse_emptied(self, loaded, bad):
        """A table that holds something is not replaced by nothing, or by a quarantine alone."""
        if loaded or not (bad or (self.existing and self.one["write"] == "replace" and not self.may_be_empty)):
            return
        reason = (self.one_row("SELECT reason FROM bad LIMIT 1") or ("it gave no record, and the table has some",))[0]
        raise Wrong(
            "AGT616",
            f"{self.shown}: not one of {self.read:,} records can be loaded: {reason}",
            "the table is as it was. Look at the source, and at `key`, `cursor` and `records` in configs/sources.yml; an endpoint"
            " that may have nothing says `may_be_empty: true`.",
        )

    @property
    def may_be_empty(self):
        """A database knows what it has; an API that says nothing may be ill."""
        return self.one["kind"] == "database" or self.one["endpoint"]["may_be_empty"]

    def refuse_moved(self):
        """Somebody loaded the same in between, from another folder perhaps."""
        self.con.execute(MADE)
        if self.one["write"] == "merge" and self.existing:
            last = self.last()
            if self.cursor and (last is None or (last[1] or "") != self.cursor):
                raise Taken("locked: another run loaded the same table while this one fetched")

    def write(self):
        """Replace or merge."""
        target = f"w.{quoted(self.table)}"
        columns = self.con.execute("SELECT column_name, data_type FROM duckdb_columns() WHERE database_name <> 'w' AND table_name = 'incoming' ORDER BY column_index").fetchall()  # fmt: skip
        if self.one["kind"] == "database" and self.one["write"] == "replace":
            self.con.execute(f"CREATE OR REPLACE TABLE {target} AS SELECT * FROM incoming")
            return
        if not self.existing:
            self.con.execute(
                f"CREATE TABLE {target} ({', '.join(f'{quoted(n)} {k}' for n, k in columns) or '_nothing VARCHAR'})"
            )
        for name, kind in columns if self.existing else ():
            if name.casefold() not in self.columns:
                self.con.execute(f"ALTER TABLE {target} ADD COLUMN {quoted(name)} {kind}")
            elif self.columns[name.casefold()] in self.untyped and kind != "JSON":
                self.con.execute(f"ALTER TABLE {target} ALTER {quoted(name)} TYPE {kind} USING NULL")
        if self.one["write"] == "replace" or (not self.cursor and self.one["cursor"]):
            self.con.execute(f"DELETE FROM {target}")
        else:
            same = " AND ".join(f"t.{quoted(name)} = i.{quoted(name)}" for name in self.one["key"])
            self.con.execute(f"DELETE FROM {target} t USING incoming i WHERE {same}")
        if columns:
            self.con.execute(f"INSERT INTO {target} BY NAME SELECT * FROM incoming")

    def quarantine(self):
        """Bad records with their reason; the same record is not kept twice."""
        target = f"w.{quoted(self.table + '_quarantine')}"
        self.con.execute(f"CREATE TABLE IF NOT EXISTS {target} {QUARANTINE}")
        if self.one["write"] == "replace" or (not self.cursor and self.one["cursor"]):
            self.con.execute(f"DELETE FROM {target}")
        else:
            self.con.execute(f"DELETE FROM {target} t USING bad b WHERE t.raw = b.raw AND t.reason = b.reason")
        self.con.execute(f"INSERT INTO {target} SELECT ?, line, reason, raw FROM bad ORDER BY line", [self.shown])

    def note(self, counts):
        """The ledger's line. It holds the cursor, so that rows and cursor cannot part."""
        one = self.one
        self.con.execute(
            f"INSERT INTO w.{LEDGER} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [one["kind"], one["source"], self.item, self.table, one["write"], one["reading"], counts["cursor_from"],
             counts["cursor_to"], counts["rows_read"], counts["rows_loaded"], counts["rows_quarantined"],
             counts["rows_repeated"], self.order["now"], self.order["run_id"]],
        )  # fmt: skip
