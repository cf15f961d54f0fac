"""JSON -> raw table: one object a line, an array of objects, or one object. What nests stays JSON.

Stand-alone: runs in the project's interpreter beside the other files of this folder.
"""

import gzip
import json
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
REASON = (
    "CASE WHEN NOT json_valid(raw) THEN 'no JSON'"
    " WHEN json_type(raw) <> 'OBJECT' THEN 'no object' "
    " WHEN len(list_distinct(json_keys(raw))) <> len(json_keys(raw)) THEN 'a key stands twice' ELSE '' END"
)


class Json:
    """One file."""

    def __init__(self, con, order, folder, tell):
        self.con, self.order, self.folder, self.tell = con, order, Path(folder), tell
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

    def put(self):
        """Rows read."""
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
        self.con.execute(f"DELETE FROM {quoted(self.table)} WHERE _file = ?", [self.name])
        self.pour({name: kind for name, kind in kinds.items() if name in found})
        return count

    def stage(self):
        """Every line as text into a temporary table, with what is wrong with it; how many there are."""
        target, count = self.folder / "staged.jsonl", 0
        with target.open("wb") as file:
            for count, line in enumerate(self.objects(), 1):
                file.write(line.rstrip(b"\r\n") + b"\n")
                if count % 200_000 == 0:
                    self.tell(f"{self.name}: {count:,} objects")
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
            for number, line in enumerate(file):
                text = line.removeprefix(b"\xef\xbb\xbf") if number == 0 else line
                if text.strip():
                    yield safe(text)

    def members(self):
        """Of an array; it is read as a whole, and refused as a whole."""
        try:
            with self.open() as file:
                found = json.loads(file.read().decode("utf-8-sig"), parse_int=Number, parse_float=Number)
        except (ValueError, RecursionError) as error:
            raise Refused(
                "AGT610",
                f"{self.name} is no JSON: {str(error)[:200]}",
                "an array is read whole or not at all; ask for the file again, or for JSON lines.",
            ) from error
        for one in found:
            yield written(one).encode()

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
        into = ", ".join([*(quoted(name) for name in kinds), "_file"])
        cast = ", ".join([*(value(key, kind) for key, kind in kinds.items()), literal(self.name)])
        self.con.execute(
            f"INSERT INTO {quoted(self.table)} ({into}) SELECT {cast} FROM staged WHERE {good} ORDER BY line"
        )
        why = "".join(
            f" WHEN NOT {fits(key, kind)} THEN {literal(f'column {key}: no {kind}')}"
            for key, kind in kinds.items()
            if kind != "JSON"
        )
        self.con.execute(
            f"INSERT INTO {quoted(self.table + '_quarantine')} SELECT {literal(self.name)}, line,"
            f" CASE WHEN reason <> '' THEN reason{why} END, raw FROM staged WHERE reason <> '' OR NOT ({good}) ORDER BY line"
        )


class Number(str):
    """A number as it is written: Python would round some."""


def written(one):
    """A value -> JSON, numbers as they were."""
    if isinstance(one, Number):
        return str(one)
    if isinstance(one, dict):
        return (
            "{"
            + ",".join(f"{json.dumps(key, ensure_ascii=False)}:{written(inner)}" for key, inner in one.items())
            + "}"
        )
    if isinstance(one, list):
        return "[" + ",".join(map(written, one)) + "]"
    return json.dumps(one, ensure_ascii=False)


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
