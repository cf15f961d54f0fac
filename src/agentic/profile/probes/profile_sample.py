"""Some rows of many, from everywhere, and the same ones each time: chosen by a hash of where a row stands.

Every thread can do that at once; DuckDB's own samples repeat themselves on one thread only.
"""

from math import sqrt

from profile_faults import quoted

PLACE = "place of the row"
"""A column that is taken away again; nobody's column is called so."""
STANDS = {"table": ("rowid",), "parquet": ("file_index", "file_row_number")}
"""What tells where a row stands."""


def place_of(con, scan, kind):
    """SQL for where a row stands. A view has nothing that tells it, and a column of the same name would hide it."""
    there = {row[0].lower() for row in con.execute(f"DESCRIBE SELECT * FROM {scan}").fetchall()}
    stands = STANDS.get(kind, ())
    return ", ".join(stands) if stands and not there & set(stands) else "row_number() OVER ()"


def some_of(scan, kind, con, names, rows, wanted):
    """SQL of exactly `wanted` rows; of all, where there are no more."""
    listed = ", ".join(map(quoted, names)) or "1 AS nothing"
    if rows <= wanted:
        return f"SELECT {listed} FROM {scan}"
    # A few more than are wanted, so that there are enough; then those with the smallest hashes.
    share = min(1.0, (wanted + 6 * sqrt(wanted) + 10) / rows)
    inner = f"SELECT {listed}, hash({place_of(con, scan, kind)}, 'agentic') AS {quoted(PLACE)} FROM {scan}"
    return (
        f"SELECT * EXCLUDE ({quoted(PLACE)}) FROM ({inner}) WHERE {quoted(PLACE)} <= {int(share * (2**64 - 1))}"
        f" ORDER BY {quoted(PLACE)} LIMIT {wanted}"
    )
