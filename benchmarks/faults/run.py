"""How well does agentic heal? `python benchmarks/faults/run.py [CASES] [--cold] [--kinds a,b] [--projects a,b] [--check]`.

Breaks copies of clean dbt projects in every way that `kinds.py` knows, lets `agentic pipeline run` mend them without anybody
looking, and judges the end by a build of its own. `--check` only breaks and builds, and shows what dbt says. `--cold` takes
away what an earlier run left. CASES is about how many; without it, every place there is. A row of JSON a case goes to `--out`;
`benchmarks/faults/table.py` makes the page of it.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path[0] = str(ROOT / "benchmarks")

from faults.ground import build, copied, held, inject, prepare  # noqa: E402 (the path comes first)
from faults.judge import Bench, Outcome, as_row, default_program, live, message  # noqa: E402
from faults.kinds import KINDS, Case, chosen  # noqa: E402
from faults.project import projects  # noqa: E402
from faults.warm import warm_dbt  # noqa: E402


def main() -> int:
    wish = arguments()
    found = [one for one in projects() if not wish.projects or one.name in wish.projects.split(",")]
    kinds = [one for one in KINDS if not wish.kinds or any(word in one.name for word in wish.kinds.split(","))]
    every = chosen(found, kinds, wish.cases)
    with tempfile.TemporaryDirectory(prefix="faults") as place, warm_dbt(Path(place, "dbt")) as dbt:
        grounds = {one.name: prepare(one, Path(place, "clean", one.name), dbt) for one in found}
        program = tuple(wish.program.split()) if wish.program else default_program()
        bench = Bench(dbt, grounds, Path(place), program, Path(wish.source).resolve(), wish.cold)
        say(f"{len(every)} cases in {len(grounds)} projects")
        if wish.check:
            return check(every, bench, wish.workers)
        return measure(every, bench, wish)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("cases", nargs="?", type=int, help="about how many cases; without it, all")
    parser.add_argument("--cold", action="store_true", help="no database and no artifacts of an earlier run")
    parser.add_argument("--check", action="store_true", help="break and build only, and show what dbt says")
    parser.add_argument("--kinds", default="", help="only those in whose name one of these words stands")
    parser.add_argument("--projects", default="", help="only these")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", default="faults.jsonl", help="where the rows go")
    parser.add_argument("--source", default=str(ROOT / "src"), help="the source of agentic")
    parser.add_argument("--program", default="", help="instead of `python -m agentic`")
    return parser.parse_args()


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def each(every: Sequence[Case], work: Callable[[Case, str], Any], workers: int) -> Iterator[tuple[Case, Any]]:
    """All cases, as they are done; each worker has a name and a place of its own."""
    names: dict[int, str] = {}

    def named(case: Case) -> Any:
        return work(case, names.setdefault(threading.get_ident(), str(len(names))))

    with ThreadPoolExecutor(workers) as pool:
        running = {pool.submit(named, case): case for case in every}
        for one in as_completed(running):
            yield running.pop(one), one.result()


def check(every: Sequence[Case], bench: Bench, workers: int) -> int:
    """Does each fault break the build, and with which words?"""

    def work(case: Case, worker: str) -> tuple[int, str]:
        folder = copied(bench.grounds[case.project].folder, bench.folder / f"case-{worker}", state=not bench.is_cold)
        inject(case.edit, folder)
        with held(folder, case.edit, bench.dbt.calls("nobody")):
            now = build(folder, bench.dbt, worker)
        return now.code, "" if now.is_green else message(now.output)

    total, silent = Counter[str](), Counter[str]()
    for case, (code, words) in each(every, work, workers):
        total[case.kind.name] += 1
        silent[case.kind.name] += code == 0
        say(f"{case.name}\t{code}\t{case.kind.classes[0]}\t{case.edit.what}\t{words}")
    never = [name for name in total if silent[name] == total[name]]
    for name in total:
        say(f"{name}: {total[name] - silent[name]} of {total[name]} break the build")
    say(
        f"{total.total()} cases, {silent.total()} silent; kinds that never break anything: {', '.join(never) or 'none'}"
    )
    return bool(never)


def measure(every: Sequence[Case], bench: Bench, wish: argparse.Namespace) -> int:
    """A row a case, then how it stands."""
    verdicts, begun = Counter[str](), time.perf_counter()
    with Path(wish.out).open("w", encoding="utf-8") as stream:
        stream.write(json.dumps({"about": about(every, bench, wish)}) + "\n")
        for case, outcome in each(every, lambda one, worker: attempt(one, bench, worker), wish.workers):
            stream.write(json.dumps(as_row(outcome)) + "\n")
            stream.flush()
            verdicts[outcome.verdict] += 1
            if outcome.verdict in ("wrong", "crashed"):
                say(f"{outcome.verdict}: {case.name}: {outcome.what}: {outcome.why}")
    say(", ".join(f"{count} {name}" for name, count in verdicts.most_common()))
    say(f"{time.perf_counter() - begun:.0f} s; python benchmarks/faults/table.py {wish.out} makes the page")
    return int(verdicts["wrong"] + verdicts["crashed"] > 0)


def attempt(case: Case, bench: Bench, worker: str) -> Outcome:
    """One case that goes wrong in our own hands does not end the others."""
    try:
        return steady(case, bench, worker)
    except Exception as error:  # noqa: BLE001 (it is said, and counted)
        edit, kind = case.edit, case.kind
        why = f"the benchmark itself: {type(error).__name__}: {error}"
        return Outcome(kind.name, case.project, case.place, edit.what, kind.right, kind.classes, "crashed", why=why)


def steady(case: Case, bench: Bench, worker: str) -> Outcome:
    """A case whose dbt was ended by somebody is lived again."""
    server = bench.dbt.start()
    outcome = live(case, bench, worker)
    return outcome if bench.dbt.start() is server else steady(case, bench, worker)


def about(every: Sequence[Case], bench: Bench, wish: argparse.Namespace) -> dict[str, Any]:
    return {
        "cases": len(every),
        "kinds": len({case.kind.name for case in every}),
        "projects": sorted(bench.grounds),
        "cold": bench.is_cold,
        "asked": wish.cases,
        "workers": wish.workers,
        "versions": {name: version(name) for name in ("dbt-core", "dbt-duckdb", "duckdb")},
    }


if __name__ == "__main__":
    sys.exit(main())
