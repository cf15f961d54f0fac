"""CSV -> raw table. A clean file goes straight through DuckDB; any other is taken apart record by record.

Two readers count independently of each other. Only where they agree is the quick way believed.
Stand-alone: runs in the project's interpreter beside the other files of this folder.
"""

import codecs
import contextlib
import csv
import gzip
import io
from collections import deque
from pathlib import Path

import typed
from beside import Tally
from typed import Refused, literal, quoted

LONGEST = 10_000
"""Lines of one record; a quote that is open for longer was never meant to be."""
WIDEST = 64 << 20
"""Bytes of one record."""
OPEN = object()
SAMPLE, FEW = 20_480, 1_000
MISFIT = "a value does not fit the type of its column"
"""What our own test in a query says."""
csv.field_size_limit(1 << 30)


class Csv:
    """One file, and how it is written."""

    def __init__(self, con, order, folder, heart):
        self.con, self.order, self.folder, self.heart = con, order, Path(folder), heart
        self.path, self.name, self.table = order["path"], order["file"], order["table"]
        self.delimiter, self.quote = order["delimiter"], order["quote"]
        self.nulls, self.encoding = order["null_values"], codecs.lookup(order["encoding"]).name

    def open(self):
        """Bytes, unpacked."""
        return gzip.open(self.path, "rb") if self.path.endswith(".gz") else open(self.path, "rb")

    def lines(self):
        """Lines with their ends. Bytes that are no text become surrogates, so that only their own record is bad."""
        encoding = "utf-8-sig" if self.encoding == "utf-8" else self.encoding
        with self.open() as raw:
            self.heart.follow(raw)
            yield from io.TextIOWrapper(raw, encoding=encoding, errors="surrogateescape", newline="")

    def header(self):
        """The names of the columns, and how many records stand before the first row."""
        first = next(records(self.lines(), self.delimiter, self.quote), None)
        if first is None:
            raise Refused(
                "AGT610",
                f"{self.name} is empty: there is not even a header",
                "an empty export is mostly a failed one; look at what wrote it.",
            )
        _, raw, fields = first
        if not isinstance(fields, list) or raw != writable(raw):
            raise Refused(
                "AGT610",
                f"the header of {self.name} cannot be read: {fields if isinstance(fields, str) else f'it is not {self.encoding}'}",
                "say encoding: or delimiter: of the source in configs/sources.yml.",
            )
        if "\0" in raw or raw.startswith(("\xff\xfe", "PK\x03\x04", "PAR1")):
            raise Refused(
                "AGT610",
                f"{self.name} is no text in {self.encoding}",
                "say its format: or encoding: in configs/sources.yml, such as utf-16.",
            )
        refuse_other_delimiter(fields, self.delimiter, self.name)
        if not self.order["header"]:
            names = self.order["columns"] or [f"column{place}" for place in range(len(fields))]
            return names, 0
        return [name.strip() for name in fields], 1

    def columns(self):
        """For `--schema`: names and types, from the whole file."""
        names, _ = self.header()
        typed.refuse_names(names, self.name)
        count, bad = self.stage(names)
        return dict(zip(names, self.types("staged WHERE reason = ''", names))), count, bad

    def put(self, beside):
        """Rows read, rows loaded."""
        names, skipped = self.header()
        typed.refuse_names(names, self.name)
        known = typed.table_of(self.con, self.table)
        if known is not None:
            typed.refuse_other_header(names, known, self.table)
        if self.encoding == "utf-8" and self.nulls:
            beside.tally = Tally(self.quote.encode(), skipped, len(names) == 1)
            beside.start()
            count = self.quickly(names, known, skipped, beside)
            if count is not None:
                return count, count
        else:
            beside.start()
        return self.carefully(names, known)

    # --- the quick way --------------------------------------------------------------------------------------

    def scan(self, names, skipped):
        """DuckDB's own reader, strict, every column as text: nothing is guessed."""
        columns = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(len(names)))
        nulls = ", ".join(literal(one) for one in self.nulls)
        return (
            f"read_csv({literal(self.path)}, auto_detect=false, header={'true' if skipped else 'false'}, columns={{{columns}}},"
            f" delim={literal(self.delimiter)}, quote={literal(self.quote)}, escape={literal(self.quote)},"
            f" nullstr=[{nulls}], strict_mode=true, null_padding=false)"
        )

    def quickly(self, names, known, skipped, beside):
        """Rows read; None where anything speaks against this way."""
        import duckdb

        scan = self.scan(names, skipped)
        try:
            for limit in [0] if known else [max(100, min(SAMPLE, 2_000_000 // len(names))), 0]:
                kinds, empty = (self.matched(names, known), []) if known else self.sampled(scan, names, limit)
                self.begin()
                if (count := self.rush(scan, names, kinds, known, empty)) is not None and count == beside.records():
                    return count
                self.con.execute("ROLLBACK")
                if count is not None:
                    return None
        except duckdb.Error as error:
            if outside(error):
                raise
            # DuckDB says what it stumbled over; the careful way says it of each row.
            with contextlib.suppress(duckdb.Error):  # there may be no transaction yet
                self.con.execute("ROLLBACK")
        return None

    def begin(self):
        """Raw tables promise no order, and keeping that of the file takes a tenth of the time."""
        self.con.execute("SET preserve_insertion_order = false")
        self.con.execute("BEGIN")

    def sampled(self, scan, names, limit):
        """Types by the first rows, or by all of them; and which columns have no value there, so that nothing is known of them."""
        text = [f"c{place}" for place in range(len(names))]
        if not limit and len(names) <= typed.AT_ONCE:
            return typed.narrowest(self.con, scan, text), []
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE sample AS SELECT * FROM {scan}{f' LIMIT {limit}' if limit else ''}"
        )
        # What a few rows rule out needs no further question: most of the time goes into types that a column is not.
        few = f"(FROM sample LIMIT {FEW})"
        kinds = typed.narrowest(self.con, few, text) if limit and not self.empty(few, text) else []
        if not kinds or not self.hold(kinds):
            kinds = typed.narrowest(self.con, "sample", text)
        empty = self.empty("sample", text)
        self.con.execute("DROP TABLE sample")
        return kinds, empty

    def empty(self, relation, columns):
        """Places of columns without a value."""
        counts = self.con.execute(f"SELECT {', '.join(f'count({one})' for one in columns)} FROM {relation}").fetchone()
        return [place for place, count in enumerate(counts) if not count]

    def hold(self, kinds):
        """Do all rows of the sample fit these types?"""
        answer = self.con.execute(f"SELECT bool_and({all_fit(kinds)}) FROM sample").fetchone()[0]
        return answer is not False

    def rush(self, scan, names, kinds, known, empty):
        """Insert all rows; None where one does not fit, and then nothing is worth keeping.

        `empty`: columns of which nothing is known, since no value was seen; they have to stay without one.
        """
        import duckdb

        into = self.clear(names, kinds, known)
        tests = [f"c{place} IS NULL" for place in empty]
        values, source = (cast_or_left_out if len(names) > typed.AT_ONCE else cast_and_tested)(scan, kinds, tests)
        try:
            done = self.con.execute(
                f"INSERT INTO {quoted(self.table)} ({into}) SELECT {', '.join(values)}, {self.order['load']} FROM {source}"
            )
            return done.fetchone()[0]
        except duckdb.Error as error:
            if MISFIT not in str(error):
                raise
            return None

    def clear(self, names, kinds, known):
        """A place for the rows: those of an earlier version go first. Its columns, as a query names them."""
        if known is None:
            typed.make(self.con, self.table, dict(zip(names, kinds)))
        else:
            typed.clear(self.con, self.order)
        return ", ".join([*(quoted(name) for name in names), typed.OURS])

    def pour(self, names, kinds, known):
        """Insert what fits of what was taken apart; the number of rows."""
        into = self.clear(names, kinds, known)
        cast = ", ".join(f"CAST(c{place} AS {kind})" for place, kind in enumerate(kinds))
        done = self.con.execute(
            f"INSERT INTO {quoted(self.table)} ({into}) SELECT {cast}, {self.order['load']} FROM staged"
            f" WHERE reason = '' AND {all_fit(kinds)}"
        )
        return done.fetchone()[0]

    def matched(self, names, known):
        """The table's types in the file's order."""
        small = {name.lower(): kind for name, kind in known.items()}
        return [small[name.lower()] for name in names]

    # --- the careful way ------------------------------------------------------------------------------------

    def carefully(self, names, known):
        """Record by record: good rows into the table, bad ones with their text into the quarantine."""
        count, _ = self.stage(names)
        kinds = self.matched(names, known) if known else self.types("staged WHERE reason = ''", names)
        self.con.execute("BEGIN")
        loaded = self.pour(names, kinds, known)
        why = "".join(
            f" WHEN NOT {typed.fits(f'c{place}', kind)} THEN {literal(f'column {names[place]}: no {kind}')}"
            for place, kind in enumerate(kinds)
            if kind != "VARCHAR"
        )
        reason = f"CASE WHEN reason <> '' THEN reason{why} END"
        self.con.execute(
            f"INSERT INTO {quoted(self.table + '_quarantine')} SELECT {literal(self.name)}, line, {reason}, raw FROM staged"
            f" WHERE reason <> '' OR NOT {all_fit(kinds)} ORDER BY line"
        )
        return count, loaded

    def types(self, relation, names):
        """By every good row."""
        return typed.narrowest(self.con, relation, [f"c{place}" for place in range(len(names))])

    def stage(self, names):
        """Every record into a temporary table: line, reason, text, fields. (records, bad ones)."""
        target, count, bad = self.folder / "staged.csv", 0, 0
        with target.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
            for line, raw, fields in self.rows():
                if isinstance(fields, list) and len(fields) == len(names) + 1 and fields[-1] == "":
                    # A delimiter at the end of a line, which DuckDB overlooks as well.
                    fields = fields[:-1]  # noqa: PLW2901 (the same record)
                reason = fault(raw, fields, len(names), self.encoding)
                count, bad = count + 1, bad + bool(reason)
                given = [""] * len(names) if reason else fields
                writer.writerow([line, reason, writable(raw.rstrip("\r\n")) if reason else raw.rstrip("\r\n"), *given])
                self.heart.rows = count
        nulls = ", ".join(literal(one) for one in self.nulls) or "NULL"
        text = [f"c{place}" for place in range(len(names))]
        kept = ", ".join(f"CASE WHEN {c} IN ({nulls}) THEN NULL ELSE {c} END AS {c}" for c in text)
        columns = ", ".join(f"'{one}': 'VARCHAR'" for one in ["line", "reason", "raw", *text])
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE staged AS SELECT CAST(line AS BIGINT) AS line, reason, raw, {kept} FROM read_csv("
            f"{literal(str(target))}, auto_detect=false, header=false, columns={{{columns}}}, delim=',', quote='\"', escape='\"',"
            f" nullstr='\x01none\x01', new_line='\\n', max_line_size={WIDEST}, buffer_size={4 * WIDEST}, parallel=false)"
        )
        target.unlink()
        return count, bad

    def rows(self):
        """The records without the header."""
        found = records(self.lines(), self.delimiter, self.quote)
        if self.order["header"]:
            next(found, None)
        return found


def cast_and_tested(scan, kinds, tests):
    """Values, and where from: each text is cast once, and the first row that does not fit breaks the query off."""
    places = range(len(kinds))
    texts = ", ".join(f"c{place}" for place in places)
    casts = ", ".join(f"TRY_CAST(c{place} AS {kind}) AS v{place}" for place, kind in enumerate(kinds))
    fit = [typed.fits(f"c{place}", kind, f"v{place}") for place, kind in enumerate(kinds) if kind != "VARCHAR"]
    # Each for itself over whole batches: within one condition, all but the first would go by lists of rows.
    judged = [f"{test} AS f{place}" for place, test in enumerate([*fit, *tests])]
    values = [f"v{place}" for place in places]
    source = f"(SELECT {', '.join([*values, *judged])} FROM (SELECT {texts}, {casts} FROM {scan}))"
    if judged:
        holds = " AND ".join(f"f{place}" for place in range(len(judged)))
        values[-1] = f"CASE WHEN {holds} THEN {values[-1]} ELSE error({literal(MISFIT)}) END"
    return values, source


def cast_or_left_out(scan, kinds, tests):
    """The same for very many columns, whose count tells of a row left out: beside their values, ten thousand tests take the planner minutes."""
    values = [f"CAST(c{place} AS {kind})" for place, kind in enumerate(kinds)]
    return values, f"{scan} WHERE {' AND '.join([all_fit(kinds), *tests])}"


def all_fit(kinds):
    """A condition on c0, c1, ..."""
    tests = [typed.fits(f"c{place}", kind) for place, kind in enumerate(kinds) if kind != "VARCHAR"]
    return f"({' AND '.join(tests)})" if tests else "true"


def records(lines, delimiter, quote):
    """(line, raw text, fields or what is wrong). A quote that never closes costs its own line, not the rest of the file."""
    waiting, number, source = deque(), 0, iter(lines)

    def take():
        return waiting.popleft() if waiting else next(source, None)

    while (line := take()) is not None:
        number += 1
        if not line.strip("\r\n"):
            continue
        taken, found = [line], parsed(line, delimiter, quote)
        while found is OPEN and len(taken) < LONGEST and (more := take()) is not None:
            taken.append(more)
            if quote in more:
                found = parsed("".join(taken), delimiter, quote)
        if not isinstance(found, list) and len(taken) > 1:
            waiting.extendleft(reversed(taken[1:]))
            taken, found = taken[:1], OPEN
        yield number, "".join(taken), "a quote opens and never closes" if found is OPEN else found
        number += len(taken) - 1


def parsed(text, delimiter, quote):
    """Fields, OPEN, or what is wrong."""
    try:
        return next(csv.reader([text], delimiter=delimiter, quotechar=quote, strict=True))
    except csv.Error as error:
        return OPEN if "unexpected end of data" in str(error) else f"quotes are wrong: {error}"


def fault(raw, fields, width, encoding):
    """Why a record is no row; empty where it is one."""
    if not isinstance(fields, list):
        return fields
    if len(fields) != width:
        return f"{len(fields):,} fields, {width:,} expected"
    if len(raw) > WIDEST // 4:
        raise Refused("AGT610", f"a record has {len(raw):,} characters", "look at the quotes of the file.")
    return "" if raw.isascii() or raw == writable(raw) else f"no {encoding}"


def writable(text):
    """Without surrogates: bytes that are no text are written as \\xNN, so that none is lost."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def refuse_other_delimiter(fields, delimiter, name):
    """One column with semicolons in its name is a file with another delimiter."""
    for other in ";\t|,":
        if len(fields) == 1 and other != delimiter and other in fields[0]:
            shown = {"\t": "a tab"}.get(other, other)
            raise Refused(
                "AGT610",
                f"{name} seems to be divided by {shown}, not by {delimiter!r}",
                f"say delimiter: {other!r} for its source in configs/sources.yml.",
            )


def outside(error):
    """The machine's fault, not the file's."""
    return any(
        words in str(error)
        for words in ("No space left", "Out of Memory", "database has been invalidated", "Permission denied")
    )
