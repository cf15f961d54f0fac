"""JSON -> raw table: one object a line, an array of objects, or one object. What nests stays JSON.

Stand-alone: runs in the project's interpreter beside the other files of this folder.
"""

import gzip
import io
import json
import re
from pathlib import Path

import typed
from typed import Refused, literal, quoted

FIT = {
    "BIGINT": "{t} IN ('BIGINT', 'UBIGINT') AND TRY_CAST({s} AS BIGINT) IS NOT NULL",
    "DOUBLE": "{t} IN ('BIGINT', 'UBIGINT', 'DOUBLE') AND isfinite(TRY_CAST({s} AS DOUBLE)) AND length({s}) <= 24",
    "BOOLEAN": "{t} = 'BOOLEAN'",
    "VARCHAR": "{t} NOT IN ('OBJECT', 'ARRAY')",
}
BY_KINDS = (
    ("BIGINT", {"BIGINT", "UBIGINT"}),
    ("DOUBLE", {"BIGINT", "UBIGINT", "DOUBLE"}),
    ("BOOLEAN", {"BOOLEAN"}),
    ("VARCHAR", {"VARCHAR"}),
)
PIECE = 1 << 20
LONGEST = 16 << 20
"""Characters of one object in an array."""
BLANK = re.compile(r"[ \t\r\n]*")
REASON = (
    "CASE WHEN NOT json_valid(raw) THEN 'no JSON'"
    " WHEN json_type(raw) <> 'OBJECT' THEN 'no object' "
    " WHEN len(list_distinct(json_keys(raw))) <> len(json_keys(raw)) THEN 'a key stands twice' ELSE '' END"
)


class Json:
    """One file."""

    def __init__(self, con, order, folder, heart):
        self.con, self.order, self.folder, self.heart = con, order, Path(folder), heart
        self.path, self.name, self.table = order["path"], order["file"], order["table"]

    def open(self):
        """Bytes, unpacked."""
        return gzip.open(self.path, "rb") if self.path.endswith(".gz") else open(self.path, "rb")

    def columns(self):
        """For `--schema`."""
        count = self.stage()
        kinds = self.kinds(self.keys())
        bad = self.con.execute("SELECT count(*) FROM staged WHERE reason <> ''").fetchone()[0]
        return kinds, count, bad

    def put(self, beside):
        """Rows read, rows loaded."""
        beside.start()
        count = self.stage()
        known, keys = typed.table_of(self.con, self.table), self.keys()
        typed.refuse_names(keys, self.name)
        found = self.kinds(keys)
        if known is None and not found:
            raise Refused(
                "AGT610",
                f"{self.name} has no object with a key among its {count:,} lines",
                "say its format: in configs/sources.yml.",
            )
        self.con.execute("BEGIN")
        if known is None:
            typed.make(self.con, self.table, found)
        kinds = self.grown(known, found) if known else found
        typed.clear(self.con, self.order)
        return count, self.pour({name: kind for name, kind in kinds.items() if name in found})

    def stage(self):
        """Every line as text into a temporary table, with what is wrong with it; how many there are."""
        target, count = self.folder / "staged.jsonl", 0
        with target.open("wb") as file:
            for count, line in enumerate(self.objects(), 1):
                file.write(line.rstrip(b"\r\n") + b"\n")
                self.heart.rows = count
        if not count:
            raise Refused(
                "AGT610", f"{self.name} is empty", "an empty export is mostly a failed one; look at what wrote it."
            )
        # A delimiter that no JSON text can hold makes one column of each line.
        self.con.execute(
            "CREATE OR REPLACE TEMP TABLE staged AS SELECT row_number() OVER () AS line, raw, "
            f"{REASON} AS reason FROM read_csv({literal(str(target))}, auto_detect=false, header=false, columns={{'raw': 'VARCHAR'}},"
            " delim='\x01', quote='', escape='', nullstr='\x02', max_line_size=67108864, buffer_size=268435456)"
        )
        target.unlink()
        return count

    def objects(self):
        """One object a line; bytes that are no UTF-8 as \\xNN, which makes the line no JSON."""
        with self.open() as file:
            start = file.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()
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
        """Of an array, one after the other: no more than one of them and a piece of the file is in memory. Refused as a whole."""
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

    def keys(self):
        """Every key of every good line, in the order in which they appear."""
        rows = self.con.execute(
            "SELECT key FROM (SELECT unnest(json_keys(raw)) AS key, line FROM staged WHERE reason = '') GROUP BY key ORDER BY min(line)"
        ).fetchall()
        found = [key for (key,) in rows]
        first = self.con.execute("SELECT json_keys(raw) FROM staged WHERE reason = '' ORDER BY line LIMIT 1").fetchone()
        order = {key: place for place, key in enumerate(first[0] if first else [])}
        return sorted(found, key=lambda key: order.get(key, len(order)))

    def kinds(self, keys):
        """By all values of a key. Those of several kinds stay JSON: 5 and "5" are not the same."""
        answer = {}
        for start in range(0, len(keys), typed.AT_ONCE):
            part = keys[start : start + typed.AT_ONCE]
            asked = ", ".join(
                f"list(DISTINCT json_type(raw, {pointer(key)})) FILTER (json_type(raw, {pointer(key)}) <> 'NULL')"
                for key in part
            )
            said = self.con.execute(f"SELECT {asked} FROM staged WHERE reason = ''").fetchone()
            for key, kinds in zip(part, said):
                answer[key] = next(
                    (name for name, allowed in BY_KINDS if kinds and set(kinds) <= allowed),
                    "JSON" if kinds else "VARCHAR",
                )
            tests = [key for key in part if answer[key] in ("BIGINT", "DOUBLE")]
            if tests:
                good = self.con.execute(
                    f"SELECT {', '.join(f'bool_and({fits(key, answer[key])})' for key in tests)} FROM staged WHERE reason = ''"
                ).fetchone()
                answer |= {key: "JSON" for key, fine in zip(tests, good) if not fine}
        return answer

    def grown(self, known, found):
        """The table's types; a key that it does not know yet becomes a column."""
        small = {name.lower() for name in known}
        for name, kind in found.items():
            if name.lower() not in small:
                self.con.execute(f"ALTER TABLE {quoted(self.table)} ADD COLUMN {quoted(name)} {kind}")
        there = {name.lower(): kind for name, kind in known.items()}
        return {name: there.get(name.lower(), kind) for name, kind in found.items()}

    def pour(self, kinds):
        """Good lines into the table, the others into the quarantine."""
        good = " AND ".join(["reason = ''", *(fits(key, kind) for key, kind in kinds.items())])
        into = ", ".join([*(quoted(name) for name in kinds), typed.OURS])
        cast = ", ".join([*(value(key, kind) for key, kind in kinds.items()), str(self.order["load"])])
        loaded = self.con.execute(
            f"INSERT INTO {quoted(self.table)} ({into}) SELECT {cast} FROM staged WHERE {good} ORDER BY line"
        ).fetchone()[0]
        why = "".join(
            f" WHEN NOT {fits(key, kind)} THEN {literal(f'column {key}: no {kind}')}"
            for key, kind in kinds.items()
            if kind != "JSON"
        )
        self.con.execute(
            f"INSERT INTO {quoted(self.table + '_quarantine')} SELECT {literal(self.name)}, line,"
            f" CASE WHEN reason <> '' THEN reason{why} END, raw FROM staged WHERE reason <> '' OR NOT ({good}) ORDER BY line"
        )
        return loaded


def members(file):
    """The text of each value of a JSON array, as it is written there, in one line."""
    source = Pieces(file)
    source.expect("[")
    if source.next() == "]":
        source.expect("]")
    else:
        while True:
            yield source.value()
            if source.next() == "]":
                source.expect("]")
                break
            source.expect(",")
    if source.next():
        raise ValueError(f"something follows the array: {source.text[source.at : source.at + 20]!r}")


class Pieces:
    """A text that is read piece by piece, and only forwards."""

    def __init__(self, file):
        self.file, self.text, self.at, self.decode = file, "", 0, json.JSONDecoder().scan_once

    def more(self, size=PIECE):
        """Another piece; what went by is forgotten. Is there any?"""
        piece = self.file.read(size)
        self.text, self.at = self.text[self.at :] + piece, 0
        return bool(piece)

    def next(self):
        """The next character that is no blank; empty at the end."""
        while True:
            self.at = BLANK.match(self.text, self.at).end()
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                return ""

    def expect(self, sign):
        """Step over it."""
        if (found := self.next()) != sign:
            raise ValueError(f"{sign} expected, {found or 'the end of the file'} found")
        self.at += 1

    def value(self):
        """The text of the next value. Where it is cut, twice as much is read, so that a long one is not tried too often."""
        self.next()
        size = PIECE
        while True:
            try:
                _, end = self.decode(self.text, self.at)
                # A number at the end of the piece may go on in the next one.
                if end < len(self.text):
                    break
            except (StopIteration, ValueError) as error:
                if len(self.text) - self.at > LONGEST:
                    raise ValueError(f"a value of more than {LONGEST:,} characters") from error
                if not self.more(size):
                    raise ValueError("it ends in the middle, or is none") from error
            else:
                if not self.more(size):
                    raise ValueError("it ends in the middle")
            size *= 2
        found, self.at = self.text[self.at : end], end
        # A line end can only stand between values: within a string it is written \\n.
        return found.replace("\r", " ").replace("\n", " ").encode()


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


def pointer(key):
    """The way to a key; DuckDB takes a word without the slash for a path of its own."""
    return literal("/" + key.replace("~", "~0").replace("/", "~1"))


def fits(key, kind):
    """A condition: the value of a key can be of that type. What a line lacks is NULL."""
    test = FIT.get(kind)
    if test is None:
        return (
            "true"
            if kind == "JSON"
            else f"(json_extract_string(raw, {pointer(key)}) IS NULL OR TRY_CAST(json_extract_string(raw, {pointer(key)}) AS {kind}) IS NOT NULL)"
        )
    at, text = f"json_type(raw, {pointer(key)})", f"json_extract_string(raw, {pointer(key)})"
    return f"({at} IS NULL OR {at} = 'NULL' OR coalesce({test.format(t=at, s=text)}, false))"


def value(key, kind):
    """The value of a key as that type."""
    if kind == "JSON":
        return f"nullif(json_extract(raw, {pointer(key)}), 'null'::JSON)"
    return f"CAST(json_extract_string(raw, {pointer(key)}) AS {kind})"
