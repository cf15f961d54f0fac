"""How good is the linter? `python benchmarks/defects.py [--only NN] [--in PROJECT] [--program]`.

Makes the clean projects, plants every variant of every class into each that suits it, runs `agentic lint`, and writes
docs/reference/defects.md. With `--only` or `--in` the page is left alone. `--program` calls `agentic lint --json` as a
program instead; without it, a sample is called both ways and must say the same. `--show` prints each caught message.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "benchmarks")]

from defects.catalogue import Class, classes, cleans  # noqa: E402 (the path comes first)
from defects.judge import Ground, Outcome, as_program, controls, grounds, in_process, planted, run, suits  # noqa: E402
from defects.page import page, problems  # noqa: E402

PAGE = ROOT / "docs/reference/defects.md"


def main() -> int:
    wish = arguments()
    kinds = [kind for kind in classes() if not wish.only or kind.number in wish.only]
    lint, begun = as_program if wish.program else in_process, time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        found = grounds(Path(folder, "clean"), (clean for clean in cleans() if wish.project in ("", clean.name)), lint)
        copies = Path(folder, "copies")
        outcomes = list(run(kinds, found, copies, lint))
        harmless = list(controls(kinds, found, copies, lint))
        differing = [] if wish.program else list(told_otherwise(kinds, found, copies))
    sys.stdout.write("".join(f"{line}\n" for line in (*problems(found, outcomes, harmless), *differing)))
    if wish.show:
        sys.stdout.write(
            "".join(
                f"{one.kind.number} {one.variant} / {one.project}: {one.caught}\n" for one in outcomes if one.caught
            )
        )
    text = page(found, outcomes, harmless)
    sys.stdout.write(next(line for line in text.splitlines() if line.startswith("**")) + "\n")
    sys.stdout.write(f"{time.perf_counter() - begun:.1f} s\n")
    if not wish.only and not wish.project and not wish.keep:
        PAGE.write_text(text, encoding="utf-8")
    return 0 if is_good(found, outcomes, harmless) and not differing else 1


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", metavar="NN", action="append", help="this class alone; may be given again")
    parser.add_argument("--in", dest="project", metavar="PROJECT", default="", help="this clean project alone")
    parser.add_argument("--program", action="store_true", help="call agentic as a program each time")
    parser.add_argument("--show", action="store_true", help="print every message that caught something")
    parser.add_argument("--keep", action="store_true", help="leave the page as it is")
    return parser.parse_args()


def told_otherwise(kinds: Sequence[Class], found: Sequence[Ground], copies: Path) -> list[str]:
    """A sample, called both ways: one variant of each class, in one project after the other."""
    differing = []
    for number, kind in enumerate(kinds):
        suitable = [ground for ground in found if suits(kind, ground)]
        variant, plant = list(kind.variants.items())[number % len(kind.variants)]
        for ground in (*suitable[number % len(suitable) :], *suitable):
            pair = [planted(kind, variant, plant, ground, copies, lint) for lint in (in_process, as_program)]
            if pair[0] and pair[1]:
                if pair[0].new != pair[1].new:
                    differing.append(
                        f"DIFFERS      {kind.number} / {variant} / {ground.clean.name}: program and process do not say the same"
                    )
                break
    return differing


def is_good(found: Sequence[Ground], outcomes: Sequence[Outcome], harmless: Sequence[Outcome]) -> bool:
    """Nothing missed, no false alarm."""
    return (
        all(one.caught for one in outcomes)
        and not any(one.before for one in found)
        and not any(one.new or one.failure for one in harmless)
    )


if __name__ == "__main__":
    raise SystemExit(main())
