"""Aircraft as deliveries: of each month of 2013 the aircraft that flew from New York in it, one folder for each last day."""

import argparse
import calendar
import csv
import io
import zipfile
from collections import defaultdict
from pathlib import Path

from make_bucket import as_csv, find_archive, place, read_archive


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bucket", type=Path, default=Path("data/bucket"), help="folder that plays the bucket")
    bucket = parser.parse_args().bucket
    deliveries = by_month(read_archive(find_archive()), read_planes())
    written = sum(place(bucket / name, content) for name, content in deliveries.items())
    print(f"bucket {bucket}: {len(deliveries)} deliveries of planes, {written} written")


def read_planes() -> list[list[str]]:
    """Header and rows, as the package has them."""
    folder = find_archive().parent
    if (zipped := folder / "planes.csv.zip").exists():
        with zipfile.ZipFile(zipped) as archive, archive.open("planes.csv") as raw:
            return list(csv.reader(io.TextIOWrapper(raw, encoding="utf-8", newline="")))
    return list(csv.reader((folder / "planes.csv").open(encoding="utf-8", newline="")))


def by_month(flights: list[list[str]], planes: list[list[str]]) -> dict[str, bytes]:
    """File name -> bytes."""
    header, *rows = flights
    year, month, tail = (header.index(name) for name in ("year", "month", "tailnum"))
    seen: defaultdict[tuple[int, int], set[str]] = defaultdict(set)
    for row in rows:
        seen[int(row[year]), int(row[month])].add(row[tail])
    names, *aircraft = [["" if value in ("NA", "nan") else value for value in row] for row in planes]
    first = names.index("tailnum")
    return {
        f"planes/{y}-{m:02d}-{calendar.monthrange(y, m)[1]}/planes.csv": as_csv(
            [names, *(row for row in aircraft if row[first] in tails)]
        )
        for (y, m), tails in sorted(seen.items())
    }


if __name__ == "__main__":
    main()
