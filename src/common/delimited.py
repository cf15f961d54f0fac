"""CSV files as Spark reads them, into DuckDB: every row is there as text, whole or marked.

DuckDB reads what is plain, quickly. What two readers could understand differently (quotes inside of values, other line ends,
blank lines) is read by a few lines of Python that follow Spark's reader. Lines are counted apart from both.
"""

# ruff: noqa: S608 (SQL of names and declared texts, all of them quoted; the rows stay in DuckDB)

import gzip
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING

from common.sources import Source, SourceError

if TYPE_CHECKING:
    import duckdb

STAGED, MALFORMED = "staged", "malformed"
"""Tables: rows with the fields of their header; texts of rows without."""
KNOWN = {"header", "sep", "delimiter", "quote", "escape", "encoding", "charset", "nullValue", "multiLine", "mode"}
BATCH = 20_000
CHUNK = 1 << 24

Fields = list[str | None]


class NotPlain(Exception):
    """DuckDB and Spark could read this file differently."""


@dataclass(frozen=True, slots=True)
class Form:
    """How the files of a source are written: Spark's options, with Spark's defaults."""

    separator: str = ","
    quote: str = '"'
    escape: str = "\\"
    encoding: str = "utf-8"
    null: str = ""
    has_long_rows: bool = False
    """A quoted value may go over several lines (multiLine)."""

    @property
    def field(self) -> re.Pattern[str]:
        """One value: closed by a quote, opened and never closed, or bare; a quote in the middle of a value makes it bare."""
        quote, escape, separator = (re.escape(sign) for sign in (self.quote, self.escape, self.separator))
        if self.escape == self.quote:
            inside, more = f"(?:[^{quote}]|{quote}{quote})*", ""
        else:
            inside, more = f"(?:[^{quote}{escape}]|{escape}.)*", f"{quote}*"
        end = rf"(?={separator}|\n|\Z)"
        closed, unclosed = f"{quote}({inside}{more}){quote}[\\x00-\\x09\\x0b-\\x20]*{end}", rf"{quote}({inside})\Z"
        return re.compile(rf"(?:{closed}|{unclosed}|([^{separator}\n]*))({separator}|\n|\Z)", re.DOTALL)


def form_of(source: Source) -> Form:
    """The options of a source. One that only Spark knows is an error."""
    said = {key: str(value) for key, value in source.options.items()}
    if source.format != "csv" or (strange := sorted(set(said) - KNOWN)):
        what = f"is {source.format}" if source.format != "csv" else f"has the option(s) {', '.join(strange)}"
        raise SourceError(f"source {source.name} {what}, which this job cannot read. Use engine: spark.")
    named = {
        "separator": said.get("sep") or said.get("delimiter"), "quote": said.get("quote"), "escape": said.get("escape"),
        "encoding": said.get("encoding") or said.get("charset"), "null": said.get("nullValue"),
    }  # fmt: skip
    form = Form(
        has_long_rows=said.get("multiLine", "").lower() == "true",
        **{key: value for key, value in named.items() if value},
    )
    if any(len(sign) != 1 for sign in (form.separator, form.quote, form.escape)):
        raise SourceError(f"source {source.name}: signs of more than one character are Spark's. Use engine: spark.")
    return form


def read_header(form: Form, path: str) -> tuple[str, ...]:
    """The columns a file says it has, with the names that Spark gives where one is missing or there twice."""
    names = next(rows_of(form, path), ("", []))[1]
    plain = [name or "" for name in names]
    seen = [name.lower() for name in plain]
    return tuple(
        f"{name}{at}" if name and seen.count(name.lower()) > 1 else name or f"_c{at}" for at, name in enumerate(plain)
    )


def stage(engine: "duckdb.DuckDBPyConnection", form: Form, path: str, header: Sequence[str]) -> int:
    """Puts the rows of a file into the tables of texts, in their order; says how many there are."""
    try:
        return stage_plain(engine, form, path, header)
    except NotPlain:
        return stage_carefully(engine, form, path, header)


def stage_plain(engine: "duckdb.DuckDBPyConnection", form: Form, path: str, header: Sequence[str]) -> int:
    """By DuckDB's own reader, where there is one way to read the file; raises NotPlain elsewhere."""
    import duckdb

    if form.encoding.lower() not in ("utf-8", "utf8") or len(header) == 1 or path.endswith(".gz"):
        raise NotPlain
    lines, has_quotes = look(path, form.quote)
    if has_quotes and (form.null or form.has_long_rows):
        raise NotPlain
    empty(engine, header)
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in header)
    nulls = ", ".join({literal(""): 1, literal(form.null): 1})
    options = (
        f"columns = {{{columns}}}, header = true, auto_detect = false, delim = {literal(form.separator)}, quote = "
        f"{literal(form.quote)}, escape = {literal(form.quote)}, nullstr = [{nulls}], store_rejects = true, rejects_limit = 0"
    )
    try:
        engine.execute("DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans")
        engine.execute(f"INSERT INTO {STAGED} SELECT * FROM read_csv({literal(path)}, {options})")
        if engine.execute(
            "FROM reject_errors WHERE error_type NOT IN ('MISSING COLUMNS', 'TOO MANY COLUMNS')"
        ).fetchone():
            raise NotPlain
        # A row with three fields too many is rejected three times.
        rejected = "SELECT DISTINCT line, csv_line FROM reject_errors"
        # Where lines end in two signs, the second one of the line before is still there.
        engine.execute(f"INSERT INTO {MALFORMED} SELECT trim(csv_line, chr(10) || chr(13)) FROM ({rejected})")
    except duckdb.Error as error:
        raise NotPlain from error
    if has_quotes:
        refuse_signs(engine, form, header)
    rows = count(engine, STAGED) + count(engine, MALFORMED)
    # A line more or less than there are rows: a blank one, a joined one, a broken one.
    if rows != lines - 1 or engine.execute(f"SELECT 1 FROM {MALFORMED} WHERE trim(text) = ''").fetchone():
        raise NotPlain
    return rows


def look(path: str, quote: str) -> tuple[int, bool]:
    """Lines of a file, and whether a quote is in it. Line ends that differ raise NotPlain."""
    lines, returns, pairs, has_quotes, last = 0, 0, 0, False, b""
    with Path(path).open("rb") as file:
        while chunk := file.read(CHUNK):
            lines, returns = lines + chunk.count(b"\n"), returns + chunk.count(b"\r")
            pairs += chunk.count(b"\r\n") + (last == b"\r" and chunk[:1] == b"\n")
            # Spark keeps a blank before a quote, and the quotes with it; DuckDB takes both away.
            if any(blank + quote.encode() in last + chunk for blank in (b" ", b"\t")):
                raise NotPlain
            has_quotes, last = has_quotes or quote.encode() in chunk, chunk[-1:]
    if returns and not returns == pairs == lines:
        raise NotPlain
    return lines + (last not in (b"", b"\n")), has_quotes


def refuse_signs(engine: "duckdb.DuckDBPyConnection", form: Form, header: Sequence[str]) -> None:
    """Quotes around values are plain; quotes, escapes and line ends inside of them are not."""
    signs = {form.quote, form.escape, "\n", "\r"}
    texts = [*(f"{STAGED}.{identifier(name)}" for name in header)]
    found = " OR ".join(f"contains({text}, {literal(sign)})" for text in texts for sign in signs)
    bad = f"SELECT 1 FROM {MALFORMED} WHERE contains(text, {literal(form.quote)})"
    if engine.execute(f"SELECT 1 FROM {STAGED} WHERE {found} LIMIT 1").fetchone() or engine.execute(bad).fetchone():
        raise NotPlain


def stage_carefully(engine: "duckdb.DuckDBPyConnection", form: Form, path: str, header: Sequence[str]) -> int:
    """Row by row, as Spark's reader would."""
    empty(engine, header)
    rows, number = rows_of(form, path), 0
    next(rows, None)
    while batch := list(islice(rows, BATCH)):
        number += len(batch)
        put(engine, STAGED, header, (fields for _, fields in batch if len(fields) == len(header)))
        put(engine, MALFORMED, ("text",), ([text] for text, fields in batch if len(fields) != len(header)))
    return number


def put(
    engine: "duckdb.DuckDBPyConnection", table: str, names: Sequence[str], rows: Iterable[Sequence[str | None]]
) -> None:
    """Rows of texts into a table of texts."""
    import pyarrow as pa

    if columns := list(zip(*rows, strict=True)):
        # Called by place: two columns may differ by nothing but their case.
        batch = pa.table([pa.array(column, pa.string()) for column in columns], [f"c{at}" for at in range(len(names))])
        engine.register("_batch", batch)
        engine.execute(f"INSERT INTO {table} SELECT * FROM _batch")
        engine.unregister("_batch")


def rows_of(form: Form, path: str) -> Iterator[tuple[str, Fields]]:
    """Text and values of each row, the header first."""
    field = form.field
    with open_text(form, path) as file:
        if form.has_long_rows:
            text = file.read()
            ends = re.search("\r?\n", text)
            # As Spark does: where the first line ends in two signs, each such pair is one, within quotes, too.
            yield from long_rows(form, field, text.replace("\r\n", "\n") if ends and ends[0] == "\r\n" else text)
            return
        for line in file:
            text = line.rstrip("\n")
            if text.strip(" \t\r\n\x00"):
                yield text, split(form, field, text)


def open_text(form: Form, path: str) -> IO[str]:
    """Any line end is one; what is no text in the encoding is marked and kept, as Java does."""
    encoding = "utf-8-sig" if form.encoding.lower() in ("utf-8", "utf8") else form.encoding
    # With long rows a line end inside of a value has to stay as it is.
    newline = "" if form.has_long_rows else None
    if path.endswith(".gz"):
        return gzip.open(path, "rt", encoding=encoding, errors="replace", newline=newline)
    return Path(path).open(encoding=encoding, errors="replace", newline=newline)


def split(form: Form, field: re.Pattern[str], text: str) -> Fields:
    """The values of a line."""
    if form.quote not in text:
        return [clean(form, bare) for bare in text.split(form.separator)]
    return next(iter(long_rows(form, field, text)), ("", []))[1]


def long_rows(form: Form, field: re.Pattern[str], text: str) -> Iterator[tuple[str, Fields]]:
    """Text and values of each row of a text; a line end within quotes is part of a value."""
    at = begin = 0
    values: Fields = []
    while at <= len(text):
        found = field.match(text, at)
        if found is None:  # no value fits nowhere; the pattern takes anything
            raise SourceError(f"a row cannot be read: {text[at : at + 80]!r}")
        values.append(value(form, found))
        at = found.end()
        if found[4] != form.separator:
            row = text[begin : found.start(4)].removesuffix("\n").removesuffix("\r")
            if row:
                last = values[-1]
                yield row, [*values[:-1], last.removesuffix("\r") or None if last and not found[1] else last]
            if not found[4]:
                return
            begin, values = at, []


def value(form: Form, found: re.Match[str]) -> str | None:
    """What a value says: quotes off, escapes undone."""
    if found[3] is not None:
        bare = found[3]
        if bare.startswith(form.quote) and form.escape != form.quote:
            bare = bare.replace(form.escape * 2, form.escape)
        return clean(form, bare)
    inside = found[1] if found[1] is not None else found[2]
    if found[1] is None and not inside:
        return form.quote
    if form.escape == form.quote:
        inside = inside.replace(form.quote * 2, form.quote)
    else:
        inside = re.sub(f"{re.escape(form.escape)}([{re.escape(form.escape + form.quote)}])", r"\1", inside)
    return None if inside == form.null else inside


def clean(form: Form, text: str) -> str | None:
    """An empty value is none."""
    return None if not text or text == form.null else text


def empty(engine: "duckdb.DuckDBPyConnection", header: Sequence[str]) -> None:
    """The two tables, without rows."""
    columns = ", ".join(f"{identifier(name)} VARCHAR" for name in header)
    engine.execute(f"CREATE OR REPLACE TABLE {STAGED} ({columns})")
    engine.execute(f"CREATE OR REPLACE TABLE {MALFORMED} (text VARCHAR)")


def count(engine: "duckdb.DuckDBPyConnection", table: str) -> int:
    """Rows of a table."""
    return int((engine.execute(f"SELECT count(*) FROM {table}").fetchone() or (0,))[0])


def identifier(name: str) -> str:
    """A column name as DuckDB writes it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"
