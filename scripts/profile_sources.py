"""Measures each source of configs/sources.yml where it is and prints one JSON object for each; nothing is changed.

    python scripts/profile_sources.py                                        # every source that is switched on
    python scripts/profile_sources.py flights --key time_hour,carrier,flight,origin

Every figure of agent-prompts/requirements/data_discovery.md comes from here. Values are counted as they stand in the
files; the type of a column is the narrowest that all of its values fit.
"""

import argparse
import csv
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import yaml

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT / "src"))

from common.sources import REGISTRY, Source, SourceError, read_source  # noqa: E402

Row = Mapping[str, Any]
READERS = {"csv": lambda file, options: read_csv(file, options), "json": lambda file, _: read_json(file),
           "parquet": lambda file, _: read_parquet(file)}  # fmt: skip
DIGITS = re.compile(r"[+-]?\d+")


def main() -> int:
    parser = argparse.ArgumentParser(description="Profile the sources of configs/sources.yml.")
    parser.add_argument("sources", nargs="*", help="names of sources; by default every one that is switched on")
    parser.add_argument("--key", default="", help="columns, with commas, that should name one row")
    given = parser.parse_args()
    key = tuple(filter(None, given.key.split(",")))
    try:
        for name in given.sources or list_sources():
            print(json.dumps(profile(read_source(name, PROJECT), key), ensure_ascii=False, default=str))
    except SourceError as error:
        print(f"profile_sources: {error}", file=sys.stderr)
        return 1
    return 0


def list_sources() -> list[str]:
    """Names of the file sources that are switched on."""
    registry = yaml.safe_load((PROJECT / REGISTRY).read_text(encoding="utf-8")) or {}
    known = (registry.get("sources") or {}).get("files") or {}
    return [name for name, entry in known.items() if entry.get("enabled", True)]


def profile(source: Source, key: tuple[str, ...]) -> dict[str, Any]:
    """One source -> its figures."""
    files = list_files(source)
    values: dict[str, Counter[Any]] = {}
    gaps: Counter[tuple[str, ...]] = Counter()
    keys: Counter[tuple[Any, ...]] = Counter()
    rows = 0
    for row in (row for file in files for row in READERS[source.format](file, source.options)):
        rows += 1
        for name, value in row.items():
            values.setdefault(name, Counter())[value] += 1
        gaps[tuple(name for name, value in row.items() if is_missing(value))] += 1
        if key:
            keys[tuple(row.get(name) for name in key)] += 1
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
        known = ", ".join(READERS)
        raise SourceError(f"source {source.name}: only {known} in a folder of this machine can be profiled here.")
    if files := sorted(Path(unquote(place.path)).glob(source.pattern)):
        return files
    raise SourceError(f"source {source.name} is empty: nothing matches {source.path}/{source.pattern}.")


def read_csv(file: Path, options: Mapping[str, str]) -> Iterator[Row]:
    """Rows as text; a row with too many or too few fields shows up under the column `None` or as a gap."""
    with file.open(encoding=options.get("encoding", "utf-8"), newline="") as opened:
        yield from csv.DictReader(opened, delimiter=options.get("sep", ","), quotechar=options.get("quote", '"'))


def read_json(file: Path) -> Iterator[Row]:
    """One object a line."""
    with file.open(encoding="utf-8") as opened:
        yield from (json.loads(line) for line in opened if line.strip())


def read_parquet(file: Path) -> Iterator[Row]:
    """Rows batch by batch; pyarrow is only needed here."""
    from pyarrow.parquet import ParquetFile

    for batch in ParquetFile(file).iter_batches():
        yield from batch.to_pylist()


def is_missing(value: Any) -> bool:
    return value is None or value == ""


def describe(counted: Counter[Any], rows: int) -> dict[str, Any]:
    """One column -> type, gaps, distinct values, bounds, quartiles of a number, the most frequent values."""
    present = Counter({value: count for value, count in counted.items() if not is_missing(value)})
    kind, read = find_type(present)
    ordered = sorted(present, key=read)
    figures = {
        "type": kind,
        "missing": rows - present.total(),
        "distinct": len(present),
        "least": ordered[0] if ordered else None,
        "greatest": ordered[-1] if ordered else None,
        "frequent": present.most_common(3),
    }
    return {**figures, "quartiles": quartiles(ordered, present)} if kind in ("int", "bigint", "double") else figures


def find_type(present: Counter[Any]) -> tuple[str, Callable[[Any], Any]]:
    """The narrowest type that every value fits, as Spark SQL calls it, and how to read a value of it."""
    if present and all(DIGITS.fullmatch(str(value)) for value in present):
        return ("int" if all(-(2**31) <= int(value) < 2**31 for value in present) else "bigint"), int
    for kind, read in (("double", float), ("timestamp", lambda value: datetime.fromisoformat(str(value)))):
        try:
            if present and all(read(value) is not None for value in present):
                return kind, read
        except (TypeError, ValueError):
            continue
    return "string", str


def quartiles(ordered: list[Any], present: Counter[Any]) -> list[Any]:
    """The values at a quarter, a half and three quarters of all rows that have one."""
    found, seen, total = [], 0, present.total()
    for value in ordered:
        seen += present[value]
        while len(found) < 3 and seen * 4 >= total * (len(found) + 1):
            found.append(value)
    return found


if __name__ == "__main__":
    sys.exit(main())
