"""Measures each source of configs/sources.yml where it is and prints one JSON object for each; nothing is changed.

    python scripts/profile_sources.py flights --key time_hour,carrier,flight,origin

Values are counted as they stand in the files; the type of a column is the narrowest that all of its values fit.
"""

import argparse
import csv
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import yaml

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT / "src"))

from common.sources import REGISTRY, Source, SourceError, read_source  # noqa: E402

Row = Mapping[str, Any]
GAPS = (None, "")
TYPES: Mapping[str, Callable[[Any], Any]] = {
    "double": lambda value: float(str(value)),
    "timestamp": lambda value: datetime.fromisoformat(str(value)).timestamp(),
}
DIGITS = re.compile(r"[+-]?\d+")


def main() -> int:
    parser = argparse.ArgumentParser(description="Profile the sources of configs/sources.yml.")
    parser.add_argument("sources", nargs="*", help="names; by default every source that is switched on")
    parser.add_argument("--key", default=[], type=lambda names: names.split(","), help="columns of a row's key: a,b")
    given = parser.parse_args()
    try:
        for name in given.sources or list_sources():
            print(json.dumps(profile(read_source(name, PROJECT), given.key), ensure_ascii=False, default=str))
    except SourceError as error:
        print(f"profile_sources: {error}", file=sys.stderr)
        return 1
    return 0


def list_sources() -> list[str]:
    """Names of the file sources that are switched on."""
    registry = yaml.safe_load((PROJECT / REGISTRY).read_text(encoding="utf-8"))
    return [name for name, entry in registry["sources"]["files"].items() if entry.get("enabled", True)]


def profile(source: Source, key: Sequence[str]) -> dict[str, Any]:
    """One source -> its figures."""
    files, rows = list_files(source), 0
    values: defaultdict[str, Counter[Any]] = defaultdict(Counter)
    gaps: Counter[tuple[str, ...]] = Counter()
    keys: set[tuple[Any, ...]] = set()
    for row in (row for file in files for row in READERS[source.format](file, source.options)):
        rows += 1
        for name, value in row.items():
            values[name][value if isinstance(value, Hashable) else json.dumps(value, default=str)] += 1
        gaps[tuple(name for name, value in row.items() if value in GAPS)] += 1
        if key:
            keys.add(tuple(row.get(name) for name in key))
    gaps.pop((), None)
    return {
        "source": source.name,
        "files": len(files),
        "bytes": sum(file.stat().st_size for file in files),
        "rows": rows,
        "columns": {name: describe(counted, rows) for name, counted in values.items()},
        "gaps": {", ".join(names): count for names, count in gaps.most_common()},
        "key": {"columns": key, "distinct": len(keys), "repeated": rows - len(keys)} if key else None,
    }


def list_files(source: Source) -> list[Path]:
    """The files of a source on this machine."""
    place = urlsplit(source.path)
    if place.scheme != "file" or source.format not in READERS:
        raise SourceError(f"source {source.name}: only {', '.join(READERS)} on this machine can be profiled here.")
    if not (files := sorted(Path(unquote(place.path)).glob(source.pattern))):
        raise SourceError(f"source {source.name} is empty: nothing matches {source.path}/{source.pattern}.")
    return files


def read_csv(file: Path, options: Mapping[str, str]) -> Iterator[Row]:
    """Rows as text; fields that have no header are a column of their own, fields that are not there are gaps."""
    with file.open(encoding=options.get("encoding", "utf-8"), newline="") as opened:
        sep, quote = options.get("sep", ","), options.get("quote", '"')
        yield from csv.DictReader(opened, restkey="(no header)", delimiter=sep, quotechar=quote)


def read_json(file: Path, _options: Mapping[str, str]) -> Iterator[Row]:
    """One object a line."""
    with file.open(encoding="utf-8") as opened:
        yield from map(json.loads, filter(str.strip, opened))


def read_parquet(file: Path, _options: Mapping[str, str]) -> Iterator[Row]:
    """Rows batch by batch; pyarrow is only needed here."""
    from pyarrow.parquet import ParquetFile

    for batch in ParquetFile(file).iter_batches():
        yield from batch.to_pylist()


READERS = {"csv": read_csv, "json": read_json, "parquet": read_parquet}


def describe(counted: Counter[Any], rows: int) -> dict[str, Any]:
    """One column -> type, gaps, distinct values, bounds, quartiles of a number, the most frequent values."""
    present = Counter({value: counted[value] for value in counted if value not in GAPS})
    kind, read = find_type(present)
    ordered = sorted(present, key=read)
    least, greatest = (ordered[0], ordered[-1]) if ordered else (None, None)
    figures = {"type": kind, "missing": rows - present.total(), "distinct": len(present)}
    figures |= {"least": least, "greatest": greatest, "frequent": present.most_common(3)}
    return {**figures, "quartiles": quartiles(ordered, present)} if kind in ("int", "bigint", "double") else figures


def find_type(present: Counter[Any]) -> tuple[str, Callable[[Any], Any]]:
    """The narrowest type that every value fits, as Spark SQL calls it, and how to read a value of it."""
    if present and all(DIGITS.fullmatch(str(value)) for value in present):
        return ("int" if all(-(2**31) <= int(value) < 2**31 for value in present) else "bigint"), int
    for kind, read in TYPES.items():
        with suppress(TypeError, ValueError):
            if [read(value) for value in present]:
                return kind, read
    return "string", str


def quartiles(ordered: list[Any], present: Counter[Any]) -> list[Any]:
    """The values at a quarter, a half and three quarters of all rows that have one."""
    found, seen, total = list[Any](), 0, present.total()
    for value in ordered:
        seen += present[value]
        while len(found) < 3 and seen * 4 >= total * (len(found) + 1):
            found.append(value)
    return found


if __name__ == "__main__":
    sys.exit(main())
