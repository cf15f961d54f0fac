"""JSON -> raw table: one object a line, an array of objects, or one object. What nests stays JSON.

Clean lines go straight through DuckDB; any others are looked at one by one. Two readers count independently of each other.
Only where they agree is the quick way believed.
Stand-alone: runs in the project's interpreter beside the other files of this folder.
"""

import contextlib
import gzip
import io
import json
from pathlib import Path

import typed
from beside import Tally
from from_csv import MISFIT, SAMPLE, outside
from json_array import members
from json_keys import fits, known_of, lines_of, same_keys, spread
from typed import Refused, literal, quoted

SAMPLED = 16 << 20
"""Bytes of a sample, about: its lines may have thousands of keys."""
REASON = (
    "CASE WHEN k IS NULL THEN 'no JSON' WHEN len(k) = 0 AND json_type(raw) <> 'OBJECT' THEN 'no object'"
    " WHEN len(list_distinct(k)) <> len(k) THEN 'a key stands twice' ELSE '' END"
)


class Json:
    """One file."""

    def __init__(self, con, order, folder, heart):
        self.con, self.order, self.folder, self.heart = con, order, Path(folder), heart
        self.path, self.name, self.table = order["path"], order["file"], order["table"]
        self.written = self.folder / "staged.jsonl"

    def open(self):
        """Bytes, unpacked."""
        return gzip.open(self.path, "rb") if self.path.endswith(".gz") else open(self.path, "rb")

    def start(self):
        """The first bytes that are no blanks."""
        with self.open() as file:
            return file.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()

    def columns(self):
        """For `--schema`."""
        count = self.write()
        self.stage()
        bad = self.con.execute("SELECT count(*) FROM staged WHERE reason <> ''").fetchone()[0]
        return {key.name: key.kind for key in known_of(self.con, "staged WHERE reason = ''")}, count, bad

    def put(self, beside):
        """Rows read, rows loaded."""
        self.order_lines(True)
        known, is_array = typed.table_of(self.con, self.table), self.start().startswith(b"[")
        if not is_array:
            # No JSON holds this byte: outside of quotes that never open, each line end counts.
            beside.tally = Tally(b"\x01", 0, True)
        beside.start()
        if not is_array and (count := self.quickly(self.path, known, beside.records)) is not None:
            return count, count
        count = self.write()
        if is_array and self.quickly(str(self.written), known, lambda: count) is not None:
            return count, count
        return count, self.carefully(known)

    def ready(self, keys, known):
        """The table with a column for each key, without the rows of an earlier version; key -> type of its column."""
        found = {key.name: key.kind for key in keys}
        if known is None:
            typed.make(self.con, self.table, found)
        kinds = self.grown(known, found) if known else found
        typed.clear(self.con, self.order)
        return kinds

    def grown(self, known, found):
        """The table's types; a key that it does not know yet becomes a column."""
        there = {name.lower(): kind for name, kind in known.items()}
        for name, kind in found.items():
            if name.lower() not in there:
                self.con.execute(f"ALTER TABLE {quoted(self.table)} ADD COLUMN {quoted(name)} {kind}")
        return {name: there.get(name.lower(), kind) for name, kind in found.items()}

    def insert(self, keys, values, source):
        """Into the table; how many rows."""
        into = ", ".join([*(quoted(key.name) for key in keys), typed.OURS])
        listed = ", ".join([*values, str(self.order["load"])])
        said = self.con.execute(f"INSERT INTO {quoted(self.table)} ({into}) SELECT {listed} FROM {source}")
        return said.fetchone()[0]

    # --- the quick way --------------------------------------------------------------------------------------

    def quickly(self, path, known, records):
        """Rows read; None where anything speaks against this way."""
        import duckdb

        try:
            return self.tried(lines_of(path), known, records)
        except duckdb.Error as error:
            if outside(error):
                raise
            # DuckDB says what it stumbled over; the careful way says it of each line.
            return self.back()
        except Refused:
            # The name may stand in a line only that is no row.
            return self.back()

    def tried(self, scan, known, records):
        """With the keys of the first lines; where that does not come out, with those of all."""
        before = None
        for limit in (f" LIMIT {self.sample(scan)}", ""):
            keys = known_of(self.con, f"(SELECT row_number() OVER () AS line, raw FROM (FROM {scan}{limit}))")
            # What fits the types of a table does not depend on what was seen.
            now = [(key.name, key.is_steady) for key in keys] if known else keys
            if not keys or now == before:
                return None
            before = now
            if limit and not all(key.is_sure for key in keys):
                continue
            count = self.rush(scan, keys, known)
            if count is not None:
                return self.kept(count) if count == records() else self.back()
        return None

    def kept(self, count):
        """The rows stay; how many they are."""
        self.order_lines(True)
        return count

    def back(self):
        """Nothing of a try stays; None."""
        import duckdb

        # There may be no transaction yet.
        with contextlib.suppress(duckdb.Error):
            self.con.execute("ROLLBACK")
        self.order_lines(True)

    def order_lines(self, kept):
        """Raw tables promise no order, and keeping that of the file takes its time. Not to be said in a transaction that failed."""
        self.con.execute(f"SET preserve_insertion_order = {kept}")

    def sample(self, scan):
        """How many of the first lines are enough."""
        first = self.con.execute(f"SELECT strlen(raw) FROM {scan} LIMIT 1").fetchone()
        return max(100, min(SAMPLE, SAMPLED // first[0])) if first and first[0] else SAMPLE

    def rush(self, scan, keys, known):
        """Insert all lines; None where one does not fit, and then nothing is worth keeping."""
        import duckdb

        typed.refuse_names([key.name for key in keys], self.name)
        self.order_lines(False)
        self.con.execute("BEGIN")
        kinds, there = self.ready(keys, known), {name.lower() for name in known or ()}
        tests = [kinds[key.name] if key.name.lower() in there else key.test for key in keys]
        fit = " AND ".join(
            [same_keys(keys), *(fits(place, test) for place, test in enumerate(tests) if test != "JSON")]
        )
        values = [f"v{place}" for place in range(len(keys))]
        values[-1] = f"CASE WHEN {fit} THEN {values[-1]} ELSE error({literal(MISFIT)}) END"
        try:
            return self.insert(keys, values, spread(f"(SELECT raw AS sound FROM {scan})", keys, kinds))
        except duckdb.Error as error:
            if MISFIT not in str(error):
                raise
            return self.back()

    # --- the careful way ------------------------------------------------------------------------------------

    def carefully(self, known):
        """Good lines into the table, the others into the quarantine; how many are in the table."""
        staged = self.stage()
        keys = known_of(self.con, "staged WHERE reason = ''")
        typed.refuse_names([key.name for key in keys], self.name)
        if known is None and not keys:
            raise Refused(
                "AGT610",
                f"{self.name} has no object with a key among its {staged:,} lines",
                "say its format: in configs/sources.yml.",
            )
        self.con.execute("BEGIN")
        kinds = self.ready(keys, known)
        sound = "(SELECT *, CASE WHEN reason = '' THEN raw END AS sound FROM staged)"
        # Without the OFFSET, DuckDB takes the conditions below into the parsing: thousands of keys, each parsing anew.
        source = f"(FROM {spread(sound, keys, kinds)} OFFSET 0)"
        tests = {key.name: fits(place, kinds[key.name]) for place, key in enumerate(keys) if kinds[key.name] != "JSON"}
        good = " AND ".join(["reason = ''", *tests.values()])
        loaded = self.insert(keys, [f"v{place}" for place in range(len(keys))], f"{source} WHERE {good}")
        if loaded < staged:
            self.set_aside(source, good, {name: (test, kinds[name]) for name, test in tests.items()})
        return loaded

    def set_aside(self, source, good, tests):
        """What is no good line into the quarantine, with the reason."""
        why = "".join(
            f" WHEN ({test}) IS NOT TRUE THEN {literal(f'column {name}: no {kind}')}"
            for name, (test, kind) in tests.items()
        )
        self.con.execute(
            f"INSERT INTO {quoted(self.table + '_quarantine')} SELECT {literal(self.name)}, line,"
            f" CASE WHEN reason <> '' THEN reason{why} END, raw FROM {source} WHERE ({good}) IS NOT TRUE ORDER BY line"
        )

    def stage(self):
        """Every line that was written, with what is wrong with it, into a temporary table; how many there are."""
        # No line holds the delimiter. One may be the text that stands for NULL, and nothing but that.
        scan = lines_of(str(self.written), ", max_line_size=67108864, buffer_size=268435456")
        parsed = f"(SELECT raw, TRY(json_keys(raw)) AS k FROM (SELECT coalesce(raw, '\x02') AS raw FROM {scan}))"
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE staged AS SELECT row_number() OVER () AS line, raw, {REASON} AS reason FROM {parsed}"
        )
        self.written.unlink()
        return self.con.execute("SELECT count(*) FROM staged").fetchone()[0]

    def write(self):
        """Every object as a line of its own; how many there are."""
        count = 0
        with self.written.open("wb") as file:
            for count, line in enumerate(self.objects(), 1):
                file.write(line.rstrip(b"\r\n") + b"\n")
                self.heart.rows = count
        if not count:
            raise Refused(
                "AGT610", f"{self.name} is empty", "an empty export is mostly a failed one; look at what wrote it."
            )
        return count

    def objects(self):
        """One object a line; bytes that are no UTF-8 as \\xNN, which makes the line no JSON."""
        start = self.start()
        if start.startswith(b"["):
            yield from self.members()
            return
        whole = self.whole(start)
        if whole is not None:
            yield whole
            return
        with self.open() as file:
            self.heart.follow(file)
            for number, line in enumerate(file):
                text = line.removeprefix(b"\xef\xbb\xbf") if number == 0 else line
                if text.strip():
                    yield safe(text)

    def members(self):
        """Of an array, one after the other. Refused as a whole."""
        try:
            with self.open() as file:
                self.heart.follow(file)
                yield from members(io.TextIOWrapper(file, encoding="utf-8-sig", newline=""))
        except (ValueError, RecursionError) as error:
            raise Refused(
                "AGT610",
                f"{self.name} is no JSON: {str(error)[:200]}",
                "an array is read whole or not at all; ask for the file again, or for JSON lines.",
            ) from error

    def whole(self, start):
        """The file, where it is one object over several lines."""
        first = start.split(b"\n", 1)[0]
        if not start.startswith(b"{") or is_json(first):
            return None
        with self.open() as file:
            text = file.read(64 << 20)
        return (
            text.removeprefix(b"\xef\xbb\xbf").replace(b"\r", b" ").replace(b"\n", b" ")
            if is_json(text.removeprefix(b"\xef\xbb\xbf"))
            else None
        )


def safe(line):
    """UTF-8 as it is; other bytes as \\xNN, which is no JSON."""
    return line.replace(b"\x01", b"\\x01") if is_text(line) else line.decode("utf-8", "backslashreplace").encode()


def is_text(line):
    """Is it UTF-8?"""
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def is_json(text):
    """Does it parse?"""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
