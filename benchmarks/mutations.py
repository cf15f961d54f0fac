"""Archives that were tampered with, by accident and on purpose: `python benchmarks/mutations.py [TRIES] [ARCHIVES]`.

An archive is made of the sample project's own executions, with amendments, a late redaction, keys and one or more checkpoints, as
chance will have it. It has to verify: if it does not, that is a false alarm. Then it is changed in one of the ways below, and
`agentic audit verify` has to say so and to name the file; then it is put back as it was. TRIES are tried of each way, spread over
ARCHIVES archives. Seeds are fixed, so a figure can be made again.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/reference/mutations.md"
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]


def main() -> int:
    given = [int(word) for word in sys.argv[1:]]
    tries, archives = [*given, *(420, 20)[len(given) :]]
    from archive.mutations import ALL

    counts: dict[str, Counter[str]] = {one.__name__: Counter() for one in ALL}
    alarms, missed = 0, []
    for number in range(archives):
        with tempfile.TemporaryDirectory(prefix="mutations-") as name:
            alarms += spoil(Path(name), number, tries // archives, counts, missed)
        print(
            f"{number + 1} of {archives}: {sum(one['tried'] for one in counts.values()):,}", file=sys.stderr, flush=True
        )
    text = page(counts, alarms, archives)
    sys.stdout.write(text)
    PAGE.write_text(text, encoding="utf-8")
    sys.stderr.write("".join(f"{one}\n" for one in missed))
    return 1 if alarms or missed else 0


def spoil(folder: Path, number: int, tries: int, counts: dict[str, Counter[str]], missed: list[str]) -> int:
    """One archive in all ways. 1 where it was accused although it was clean."""
    from agentic.app import App
    from archive.kept import files, put_back, sealed
    from archive.mutations import ALL

    app = sealed(folder / "project", folder / "keys", chance=random.Random(number), executions=1 + number % 4)
    if faults := app.sealing.verify().faults:
        missed.append(f"archive {number} is clean, and accused: {faults}")
        return 1
    before, keys = files(app), (app.root / "configs/seal-keys.yaml").read_bytes()
    for mutation in ALL:
        for at in range(tries):
            named = mutation(app, random.Random(f"{mutation.__name__} {number} {at}"))
            told = "\n".join(App(app.root).sealing.verify().faults)
            put_back(app, before, keys)
            count = counts[mutation.__name__]
            count.update(tried=1, found=bool(told), named=named.partition(".")[0] in told)
            if not told:
                missed.append(f"archive {number}, {mutation.__name__} {at}: {named}")
    return 0


def page(counts: dict[str, Counter[str]], alarms: int, archives: int) -> str:
    """The table."""
    from archive.mutations import ALL, BLIND

    total: Counter[str] = sum(counts.values(), Counter())
    lines = [
        f"# {total['tried']:,} mutations of an archive\n\nMade by `python benchmarks/mutations.py`. {(__doc__ or '').split(chr(10) * 2, 1)[1].strip()}\n",
        f"Tried {total['tried']:,}, found {total['found']:,}, with the file named {total['named']:,}. Clean archives: {archives}, accused: {alarms}.\n",
        "| what was done | by | tried | found | named |",
        "|---|---|---|---|---|",
    ]
    for one in ALL:
        count, by = counts[one.__name__], "accident" if one in BLIND else "purpose"
        what = (one.__doc__ or "").strip().rstrip(".").replace("|", "\\|")
        lines.append(f"| {what} | {by} | {count['tried']:,} | {count['found']:,} | {count['named']:,} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
