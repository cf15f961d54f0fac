"""The ledger of loads: a line for each file, with a number that every row of it carries.

Stand-alone: runs in the project's interpreter beside the other files of this folder.
"""

from typed import OURS, Refused, literal, quoted

LEDGER = "raw__loads"
COLUMNS = (
    "file VARCHAR, source VARCHAR, table_name VARCHAR, digest VARCHAR, reading VARCHAR, bytes BIGINT, rows_read BIGINT,"
    " rows_loaded BIGINT, rows_quarantined BIGINT, loaded_at TIMESTAMP, run_id VARCHAR, load INTEGER"
)
EARLIER = "_file"
"""What rows carried before loads had numbers: the name of the file, which took a quarter of a load's time to write."""


def open_ledger(con):
    """There, and as it is now."""
    con.execute(f"CREATE TABLE IF NOT EXISTS {LEDGER} ({COLUMNS})")
    if "load" not in columns_of(con, LEDGER):
        number_old_loads(con)


def number_old_loads(con):
    """A warehouse from before: its loads get numbers, and its rows those instead of names of files. All of it or nothing."""
    con.execute("BEGIN")
    con.execute(f"CREATE OR REPLACE TABLE {LEDGER} AS SELECT *, CAST(rowid + 1 AS INTEGER) AS load FROM {LEDGER}")
    for (table,) in con.execute(f"SELECT DISTINCT table_name FROM {LEDGER}").fetchall():
        if EARLIER in columns_of(con, table) and OURS not in columns_of(con, table):
            con.execute(
                f"CREATE OR REPLACE TABLE {quoted(table)} AS SELECT t.* EXCLUDE ({EARLIER}), l.load AS {OURS} FROM {quoted(table)} t"
                f" LEFT JOIN {LEDGER} l ON l.file = t.{EARLIER} AND l.table_name = {literal(table)}"
            )
    con.execute("COMMIT")


def columns_of(con, table):
    """The names of a table's columns; none where it is not there."""
    rows = con.execute(
        f"SELECT column_name FROM duckdb_columns() WHERE table_name = {literal(table)}"
        " AND database_name = current_database() AND schema_name = 'main'"
    ).fetchall()
    return [name for (name,) in rows]


def numbered(con, one):
    """The number of this load, and that of the load whose rows it replaces; 0 where there was none."""
    newest, earlier = con.execute(
        f"SELECT coalesce(max(load), 0), coalesce(max(load) FILTER ({of_file(one)}), 0) FROM {LEDGER}"
    ).fetchone()
    return newest + 1, earlier


def refuse_strangers(con, table):
    """Rows of which the ledger knows nothing could be loaded twice: whoever took its lines away has to say what is to be."""
    strange = con.execute(
        f"SELECT count(*) FROM {quoted(table)} WHERE {OURS} IS NULL"
        f" OR {OURS} NOT IN (SELECT load FROM {LEDGER} WHERE table_name = {literal(table)})"
    ).fetchone()[0]
    if strange:
        raise Refused(
            "AGT610",
            f"{table} holds {strange:,} rows of loads that {LEDGER} does not know",
            f"drop {table} and load its files again, or bring back the lines of {LEDGER}.",
        )


def known(con, one, size):
    """Number, digest and counts of an earlier load of as many bytes, read in the same way; None where there was none."""
    return con.execute(
        f"SELECT load, digest, rows_read, rows_loaded, rows_quarantined FROM {LEDGER} WHERE {of_file(one)}"
        f" AND bytes = {size} AND reading = {literal(one['reading'])}"
    ).fetchone()


def note(con, one, digest, size, counts, order):
    """The line of this load, in the place of the file's earlier one."""
    con.execute(f"DELETE FROM {LEDGER} WHERE {of_file(one)}")
    row = (
        one["file"], one["source"], one["table"], digest, one["reading"], size, counts["rows_read"], counts["rows_loaded"],
        counts["rows_quarantined"], order["now"], order["run_id"], one["load"],
    )  # fmt: skip
    con.execute(f"INSERT INTO {LEDGER} VALUES ({', '.join(literal(str(value)) for value in row)})")


def of_file(one):
    """A condition: the line of this file."""
    return f"file = {literal(one['file'])} AND table_name = {literal(one['table'])}"
