"""An archive of many executions: `python benchmarks/archive_scale.py [EXECUTIONS] [ROUNDS] [FOLDER]`.

The executions are the sample project's own, lived through again and again: other days, persons, models, costs, and in each its own
reply, deliverables and check output, while context and task texts come again, as they do. Pages are rendered as the runner renders
them, and everything is sealed. A FOLDER is kept, and taken again; with 0 rounds it is only filled. Times are CPU (user and system) of whole processes; what is divided was measured in one run, in turn.
"""

from __future__ import annotations

import os
import platform
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/reference/benchmarks-archive.md"
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

PEOPLE = ("A Tester", "B Tester", "C Tester")
MODELS = ("claude-sonnet-5-5", "claude-opus-5", "")
APPENDS = 400


def main() -> int:
    given = [int(word) for word in sys.argv[1:3]]
    executions, rounds = [*given, *(100_000, 3)[len(given) :]]
    with tempfile.TemporaryDirectory(prefix="archive-") as name:
        place = Path(sys.argv[3] if len(sys.argv) > 3 else name)
        root, written = place / "project", place / "plain"
        if not written.is_file():
            place.mkdir(parents=True, exist_ok=True)
            written.write_text(str(build(root, executions)), encoding="ascii")
        if not rounds:
            return 0
        os.environ["XDG_CONFIG_HOME"] = str(place / "keys")
        if not (root / "configs").exists():
            agentic(root, "audit", "key", "new", "seal-1", "--origin", "example.org/log", "--by", "A Tester")
        sealing = agentic(root, "audit", "seal")
        found = {**measured(root, rounds), "seal": sealing, **appended(Path(name)), "plain": int(written.read_text())}
        text, held = page(root, executions, rounds, found)
    sys.stdout.write(text)
    PAGE.write_text(text, encoding="utf-8")
    return 0 if held else 1


# --- the archive --------------------------------------------------------------------------------------------


def build(root: Path, executions: int) -> int:
    """The project; how many bytes its journals would take with every text in its place."""
    from agentic.archive import FOLDER
    from archive.kept import project

    project(root)
    (root / FOLDER).mkdir(parents=True)
    cores = os.cpu_count() or 1
    with ProcessPoolExecutor(cores) as pool:
        return sum(pool.map(part, [root] * cores, [executions] * cores, range(cores), [cores] * cores))


def part(root: Path, executions: int, first: int, step: int) -> int:
    """Every so many of them; each file is landed some ten times, and stands as it was landed last."""
    from archive.kept import sample

    files, plain = max(1, executions // (10 * len(sample()))), 0
    for number in range(first, executions, step):
        chance = random.Random(number)
        steps = sample()[number % len(sample())]
        plain += live(root, number, number // len(sample()) % files, steps, chance)
        if number // 5000 != (number + step) // 5000:
            print(f"built {number:,}", file=sys.stderr, flush=True)
    return plain


def live(
    root: Path, number: int, of: int, steps: Sequence[tuple[str, Mapping[str, Any]]], chance: random.Random
) -> int:
    """One execution, journal, texts and page; not synced, since nobody waits for it."""
    import rfc8785

    from agentic.archive import FOLDER
    from agentic.archive.line import FIRST, write
    from agentic.archive.markdown import page as rendered
    from agentic.archive.story import Story
    from agentic.values import Step

    folder = root / FOLDER
    stow = unsynced(folder).stow
    day = time.strftime("%Y-%m-%d", time.gmtime(1_700_000_000 + number * 600))
    name = f"{day}_{Path(steps[0][1]['task']).stem}_v{number + 1}"
    last, written, told, plain = FIRST, [], [], 0
    for at, (kind, body) in enumerate(steps, 1):
        mine = placed(own(kind, body, name, number, chance), of)
        if kind == "changes":
            stand(root, mine)
        line, last = write(at, kind, f"{day}T12:00:{at % 60:02}Z", stow(mine), last)
        written.append(line)
        told.append(Step(at, kind, f"{day}T12:00:{at % 60:02}Z", mine))
        plain += len(line) if len(line) > 2000 else len(rfc8785.dumps(mine)) + 250
    (folder / f"{name}.jsonl").write_bytes(b"".join(line + b"\n" for line in written))
    (folder / f"{name}.md").write_text(rendered(Story(tuple(told)).until_closed()), encoding="utf-8")
    return plain


def own(kind: str, body: Mapping[str, Any], name: str, number: int, chance: random.Random) -> Mapping[str, Any]:
    """What is this execution's alone."""
    if kind == "opened":
        return {**body, "id": name, "developer": chance.choice(PEOPLE), "model": chance.choice(MODELS)}
    if kind in ("reply", "changes", "check", "looked", "landing", "published"):
        return marked(body, f"{number:09}")
    return body


def placed(body: Any, of: int) -> Any:
    """The same with files of a name of their own."""
    if isinstance(body, Mapping):
        return {
            key: f"{of:05}_{value}".replace("/", "_") if key == "path" and isinstance(value, str) else placed(value, of)
            for key, value in body.items()
        }
    return [placed(one, of) for one in body] if isinstance(body, (list, tuple)) else body


def stand(root: Path, changes: Mapping[str, Any]) -> None:
    """The files as they were drafted."""
    for file in changes["files"]:
        (root / file["path"]).write_text(file["text"], encoding="utf-8")


def marked(body: Any, mark: str) -> Any:
    """Long texts carry the number of the execution, so that they are no other's."""
    if isinstance(body, str):
        return f"{body}\n# {mark}" if len(body) > 400 else body
    if isinstance(body, Mapping):
        return {key: marked(value, mark) for key, value in body.items()}
    return [marked(one, mark) for one in body] if isinstance(body, (list, tuple)) else body


def unsynced(folder: Path) -> Any:
    """The runner's own way to stow long texts, but that nobody waits for the disk."""
    from agentic.archive.blobs import Blobs
    from agentic.values.digest import digest

    class Unsynced(Blobs):
        """Writes, and does not wait."""

        def keep(self, content: bytes) -> str:
            """Its name."""
            name = digest(content)
            path = self.path(name)
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            return name

    return Unsynced(folder)


# --- what is measured ---------------------------------------------------------------------------------------


def agentic(root: Path, *words: str) -> float:
    """CPU seconds of one command."""
    return cpu([sys.executable, "-m", "agentic", *words, "--quiet"], root)


def cpu(command: Sequence[str], where: Path) -> float:
    """CPU seconds of a process and all that it started."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(command, cwd=where, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{command} ended with {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measured(root: Path, rounds: int) -> dict[str, float]:
    """Medians."""
    from agentic.archive import FOLDER, Archive

    folder = root / FOLDER
    newest = Archive(root).ids()[-1]
    sums = ["bash", "-c", f"find {folder} -type f -print0 | xargs -0 sha256sum > /dev/null"]
    file = next(iter(Archive(root).owned()))
    ways: dict[str, Callable[[], float]] = {
        "verify": lambda: agentic(root, "audit", "verify"),
        "sha256sum": lambda: cpu(sums, root),
        "index": lambda: (
            shutil.rmtree(root / ".agentic/index", ignore_errors=True),
            agentic(root, "audit", "list", "--limit", "1"),
        )[1],
        "list": lambda: agentic(root, "audit", "list"),
        "show": lambda: agentic(root, "audit", "show", newest),
        "blame": lambda: agentic(root, "audit", "blame", file),
    }
    times: dict[str, list[float]] = {}
    for turn in range(rounds):
        for way, measure in ways.items():
            times.setdefault(way, []).append(measure())
            print(f"{turn + 1} {way} {times[way][-1]:.2f}", file=sys.stderr, flush=True)
    return {way: statistics.median(found) for way, found in times.items()}


def appended(folder: Path) -> dict[str, float]:
    """Seconds for a line: through the journal, and the same bytes bare, each with its fsync, in turn. And the same with a new long text."""
    from agentic.archive import Journal
    from archive.kept import sample

    steps = [
        (kind, body)
        for story in sample()
        for kind, body in story
        if kind in ("requested", "judged", "closed", "landed")
    ]
    journal = Journal.create(folder / "journals" / "2026-01-01_x_v1.jsonl")
    times: dict[str, list[float]] = {}
    with (folder / "bare").open("ab", buffering=0) as bare:
        for number in range(APPENDS):
            kind, body = steps[number % len(steps)]
            text = f"{number} " * 400
            timed(times, "append", lambda kind=kind, body=body: journal.append(kind, body))
            line = journal.path.read_bytes().rsplit(b"\n", 2)[-2] + b"\n"
            timed(times, "bare", lambda line=line: synced(bare, line))
            timed(times, "append text", lambda text=text: journal.append("note", {"text": text}))
            line = journal.path.read_bytes().rsplit(b"\n", 2)[-2] + b"\n"
            timed(
                times,
                "bare text",
                lambda line=line, text=text, number=number: bare_text(folder, bare, line, text, number),
            )
    return {way: statistics.median(found) for way, found in times.items()}


def timed(times: dict[str, list[float]], way: str, work: Callable[[], Any]) -> None:
    """Seconds of the wall: it is the disk that is waited for."""
    began = time.perf_counter()
    work()
    times.setdefault(way, []).append(time.perf_counter() - began)


def synced(file: Any, content: bytes) -> None:
    """A bare write that is on disk when this returns."""
    file.write(content)
    os.fsync(file.fileno())


def bare_text(folder: Path, bare: Any, line: bytes, text: str, number: int) -> None:
    """The same two files, whole and on disk."""
    with (folder / f"text{number}").open("wb", buffering=0) as file:
        synced(file, text.encode())
    synced(bare, line)


# --- the page -----------------------------------------------------------------------------------------------


def page(root: Path, executions: int, rounds: int, found: Mapping[str, float]) -> tuple[str, bool]:
    """What was promised, and what was found."""
    from agentic.archive import Archive

    whole = Archive(root).verify()
    rows = list(promises(whole, found, root))
    held = all(good for *_, good in rows)
    lines = [
        f"# An archive of {executions:,} executions\n\nMade by `python benchmarks/archive_scale.py`. {(__doc__ or '').split(chr(10) * 2, 1)[1].strip()}\n",
        f"{whole.records:,} records, {whole.texts:,} long texts, {whole.bytes / 1e6:,.0f} MB. {rounds} round(s), medians; {os.cpu_count()} cores "
        f"({platform.machine()}, {platform.system()}), Python {platform.python_version()}.\n",
        "| what | found | promised | held |",
        "|---|---|---|---|",
        *(f"| {what} | {told} | {promised} | {'yes' if good else 'no'} |" for what, told, promised, good in rows),
        f"\n`audit seal` of all of it, verified beforehand: {found['seal']:.1f} s of CPU. A new long text is a file of its own, synced before its line: "
        f"such an append takes {found['append text'] / found['bare text']:.2f} times two bare writes with fsync.\n",
    ]
    return "\n".join(lines), held


def promises(whole: Any, found: Mapping[str, float], root: Path) -> Iterator[tuple[str, str, str, bool]]:
    """What, found, promised, held."""
    from agentic.archive import FOLDER

    rate, index = whole.records / found["verify"], whole.records / found["index"]
    ratio, append = found["verify"] / found["sha256sum"], found["append"] / found["bare"]
    kept = sum(path.stat().st_size for path in (root / FOLDER).rglob("*") if path.is_file() and path.suffix != ".md")
    size = kept / found["plain"]
    yield "`audit verify`, records a CPU second", f"{rate:,.0f}", "50,000 at least", rate >= 50_000
    yield "`audit verify` to `sha256sum` over the same files", f"{ratio:.2f}", "3 at most", ratio <= 3
    yield "index made anew, records a CPU second", f"{index:,.0f}", "20,000 at least", index >= 20_000
    for way in ("list", "show", "blame"):
        yield f"`audit {way}` with a warm index", f"{found[way]:.2f} s of CPU", "below 0.3 s", found[way] < 0.3
    yield "append with fsync to a bare write with fsync", f"{append:.2f}", "1.5 at most", append <= 1.5
    yield "journals and long texts to journals with every text in place", f"{size:.2f}", "0.5 at most", size <= 0.5


if __name__ == "__main__":
    sys.exit(main())
