"""Parquet -> raw table. The file says its own types and how many rows it has.

Stand-alone: runs in the project's interpreter beside the other files of this folder.
"""

import gzip
import shutil
from pathlib import Path

import typed
from typed import Refused, literal, quoted


class Parquet:
    """One file."""

    def __init__(self, con, order, folder, heart):
        self.con, self.order, self.name, self.table = con, order, order["file"], order["table"]
        self.path = order["path"]
        if self.path.endswith(".gz"):
            target = Path(folder) / "unpacked.parquet"
            with gzip.open(self.path, "rb") as packed, target.open("wb") as file:
                heart.follow(packed)
                shutil.copyfileobj(packed, file, 1 << 22)
            self.path = str(target)

    def columns(self):
        """For `--schema`."""
        kinds, count = self.head()
        return kinds, count, 0

    def head(self):
        """Types, and the rows that the footer promises."""
        import duckdb

        try:
            described = self.con.execute(f"DESCRIBE SELECT * FROM read_parquet({literal(self.path)})").fetchall()
            count = self.con.execute(
                f"SELECT sum(num_rows) FROM parquet_file_metadata({literal(self.path)})"
            ).fetchone()[0]
        except duckdb.Error as error:
            said = str(error).splitlines()[0].replace(self.path, self.name)
            raise Refused(
                "AGT610",
                f"{self.name} is no whole Parquet file: {said}",
                "ask for the file again; nothing of it was loaded.",
            ) from error
        return {row[0]: row[1] for row in described}, int(count)

    def put(self, beside):
        """Rows read, rows loaded."""
        import duckdb

        beside.start()
        found, count = self.head()
        typed.refuse_names(list(found), self.name)
        known = typed.table_of(self.con, self.table)
        if known is not None:
            typed.refuse_other_header(list(found), known, self.table)
        self.con.execute("BEGIN")
        if known is None:
            typed.make(self.con, self.table, found)
        else:
            typed.clear(self.con, self.order)
        small = {name.lower(): kind for name, kind in (known or found).items()}
        wanted = {name: small[name.lower()] for name in found}
        try:
            loaded = self.pour(found, wanted)
        except duckdb.Error as error:
            if any(words in str(error) for words in ("No space left", "Out of Memory")):
                raise
            said = str(error).splitlines()[0].replace(self.path, self.name)
            raise Refused(
                "AGT610",
                f"{self.name} cannot be read to its end: {said}",
                "ask for the file again; nothing of it was loaded.",
            ) from error
        return count, loaded

    def pour(self, found, wanted):
        """What the table's types can hold into the table, the rest into the quarantine; how many are in the table."""
        other = {name: kind for name, kind in found.items() if kind != wanted[name]}
        # There and back again: a number that is rounded on the way is not the same.
        good = {
            name: f"({quoted(name)} IS NULL OR coalesce(TRY_CAST(TRY_CAST({quoted(name)} AS {wanted[name]}) AS {kind}) = {quoted(name)}, false))"
            for name, kind in other.items()
        }
        where = " AND ".join(good.values()) or "true"
        into = ", ".join([*(quoted(name) for name in found), typed.OURS])
        cast = ", ".join(
            [
                *(
                    f"CAST({quoted(name)} AS {kind})" if name in other else quoted(name)
                    for name, kind in wanted.items()
                ),
                str(self.order["load"]),
            ]
        )
        source = f"read_parquet({literal(self.path)}, file_row_number=true)"
        # Raw tables promise no order, and keeping that of the file takes its time.
        self.con.execute("SET preserve_insertion_order = false")
        loaded = self.con.execute(
            f"INSERT INTO {quoted(self.table)} ({into}) SELECT {cast} FROM read_parquet({literal(self.path)}) WHERE {where}"
        ).fetchone()[0]
        if other:
            why = "".join(
                f" WHEN NOT {test} THEN {literal(f'column {name}: no {wanted[name]}')}" for name, test in good.items()
            )
            self.con.execute(
                f"INSERT INTO {quoted(self.table + '_quarantine')} SELECT {literal(self.name)}, file_row_number + 1, CASE{why} END,"
                f" to_json(t)::VARCHAR FROM {source} AS t WHERE NOT ({where})"
            )
        return loaded
